"""How strings that serve as ids are put together, and taken apart."""
