"""Tests of the analysis of one file."""
