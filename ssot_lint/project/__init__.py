"""What files tell each other of ids."""
