"""The imports of a file: what a fix adds to them, and what it leaves without a use."""
