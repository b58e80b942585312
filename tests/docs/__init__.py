"""Tests of the pages: what they say is true."""
