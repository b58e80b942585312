"""Tests of each form of output."""
