"""Tests of where values go, and what is done to them on the way."""
