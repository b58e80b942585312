"""Nodes of `ast` and of libcst, where they stand, and what belongs to what."""
