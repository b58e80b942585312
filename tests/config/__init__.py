"""Tests of the settings and of patterns of paths."""
