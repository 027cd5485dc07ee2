"""The site: Datasette over landscape.db, with its pages described, sorted, linked and asked the usual questions."""
