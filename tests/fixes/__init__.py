"""Tests of edits, of what they break, and of what is never fixed."""
