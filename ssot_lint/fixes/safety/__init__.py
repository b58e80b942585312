"""What in the same file depends on the form of an id."""
