"""What `fix` does beside fixing: reports, patches, questions."""
