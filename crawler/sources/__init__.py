"""One upstream each: what it can answer, how to ask for a batch, how to read an answer into records."""
