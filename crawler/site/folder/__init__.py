"""The site as a folder of files: the pages that are served, without a server."""
