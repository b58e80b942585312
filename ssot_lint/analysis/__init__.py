"""Python, and nothing about ids: text, syntax, semantics, data flow."""
