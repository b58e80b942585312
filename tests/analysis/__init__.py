"""Tests of `ssot_lint.analysis`: what Python means, nothing about ids."""
