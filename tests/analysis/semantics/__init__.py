"""Tests of names, scopes and control flow."""
