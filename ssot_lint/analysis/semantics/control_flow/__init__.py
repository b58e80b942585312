"""In which order code runs, and what holds where."""
