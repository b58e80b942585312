"""What one file says of ids that others may make: found on `ast`, behind a sieve."""
