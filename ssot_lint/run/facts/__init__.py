"""What the files of a project say of ids: read once, kept, asked in a run."""
