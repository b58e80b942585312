"""Tests of all rooms together: programs before and after, odd input, the shape of the house."""
