"""How much of a code base makes its ids through the generator, as text and as a page."""
