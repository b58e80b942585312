"""OST2xx: ids of the generator that do not belong together."""
