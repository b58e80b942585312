"""Many files: which, by how many processes, and what is known of them already."""
