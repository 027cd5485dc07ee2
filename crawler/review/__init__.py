"""What somebody changes in a list, compared with what was there, and the facts of what is new."""
