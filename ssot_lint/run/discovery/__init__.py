"""What makes ids in a project, found in its files before anything is set."""
