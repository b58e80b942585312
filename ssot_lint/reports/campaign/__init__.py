"""What fixes did and left: one file per format."""
