"""The rules, one file each, in families."""
