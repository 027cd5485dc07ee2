"""What pages ask the store beyond the board: one project or a few at a time, each question by an index."""
