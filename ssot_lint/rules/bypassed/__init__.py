"""OST1xx: ids that are made without the generator."""
