"""What depends on the form of an id: in its file, and in those that it is handed into."""
