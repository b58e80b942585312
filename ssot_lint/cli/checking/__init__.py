"""What `check` does beside checking: comparison, explanation, watching."""
