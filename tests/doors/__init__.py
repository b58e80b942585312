"""Tests of the ways in: command line, flake8, codemods, hooks, the action."""
