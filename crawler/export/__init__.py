"""What leaves the database for others: one module per format, all of them listed in `registry`."""
