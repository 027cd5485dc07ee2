"""The figures of the whole landscape, computed from the store alone."""
