"""What code does with the generator, and with the ids that it has."""
