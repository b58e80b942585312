"""Tests of the strings that are ids or become ones."""
