"""What a list should learn, and new entries for it, as edits of its text that leave every other byte as it is."""
