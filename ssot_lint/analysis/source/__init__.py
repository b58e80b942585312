"""Text as it lies in a file: decoding, lines, `# noqa` comments."""
