"""Fixes of a whole code base: reports, patches, one after the other."""
