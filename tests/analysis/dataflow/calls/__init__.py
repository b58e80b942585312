"""Which functions a call runs, of which class objects are."""
