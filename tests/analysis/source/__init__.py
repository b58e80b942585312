"""Tests of the texts of files: lines, encodings, comments."""
