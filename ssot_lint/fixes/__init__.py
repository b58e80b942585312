"""From drafts of rules to edits of the text that keep the program right."""
