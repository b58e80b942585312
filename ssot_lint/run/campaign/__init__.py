"""A whole code base: its fixes, tidied, told of and handed over in parts, and how far it is."""
