"""The language server: what editors ask while somebody types."""
