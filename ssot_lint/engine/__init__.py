"""One file: from bytes to findings and fixed bytes."""
