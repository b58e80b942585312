"""Tests, in the folders of the code that they hold; `docs` and `whole` are about all of it."""
