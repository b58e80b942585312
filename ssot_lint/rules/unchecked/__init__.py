"""OST4xx: ids that are used without being checked."""
