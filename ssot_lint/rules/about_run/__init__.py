"""OST9xx: what a run has to say of itself."""
