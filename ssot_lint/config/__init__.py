"""What a project says of itself: settings, paths and their patterns, the disk they lie on."""
