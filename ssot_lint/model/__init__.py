"""The values that leave the linter: findings, fixes, edits, errors."""
