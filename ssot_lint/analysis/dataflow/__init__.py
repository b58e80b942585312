"""Where a value goes, and what a value is made of."""
