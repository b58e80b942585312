"""The processes of a run: how many work at once, and what each may take."""
