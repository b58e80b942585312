"""Tests of the two trees, their places and what only newer versions can read."""
