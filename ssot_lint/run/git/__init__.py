"""What git knows of earlier states; nothing of a repository is run."""
