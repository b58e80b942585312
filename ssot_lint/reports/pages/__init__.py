"""What the pages for browsers share."""
