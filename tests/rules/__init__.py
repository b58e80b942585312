"""Tests of the rules: the fixtures, and how rules stand to each other."""
