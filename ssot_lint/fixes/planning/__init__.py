"""What replaces an id that is made without the generator."""
