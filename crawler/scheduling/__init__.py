"""The scheduler: which source is asked when, what is kept of that, and the loop that does it."""
