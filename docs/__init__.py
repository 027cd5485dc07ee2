"""The documentation; some of its pages are written by `python -m docs.generate`."""
