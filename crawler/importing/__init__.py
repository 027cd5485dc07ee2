"""History that others kept, read from their files: one module per kind of file. Nothing here writes."""
