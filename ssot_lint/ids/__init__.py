"""What an id is here: its kinds and prefixes, who makes it, how code builds one."""
