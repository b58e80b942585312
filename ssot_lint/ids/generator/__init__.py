"""What the generator offers, proven from its source, which is never imported."""
