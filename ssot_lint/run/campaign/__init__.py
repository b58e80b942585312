"""Fixes of a whole code base: tidied, told of, and handed over in parts."""
