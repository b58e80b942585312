"""Tests of runs over many files: processes, caches, the baseline, git."""
