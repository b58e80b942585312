"""What is kept of earlier runs."""
