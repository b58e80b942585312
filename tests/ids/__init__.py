"""Tests of what an id is here, and of what the generator offers."""
