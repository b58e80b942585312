"""What names stand for: scopes, bindings, imports, signatures."""
