"""OST3xx: ids that do not have the form of their kind."""
