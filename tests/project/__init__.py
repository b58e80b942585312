"""What files say of ids to each other."""
