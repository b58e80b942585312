"""What is done to a value that only the form it has today allows."""
