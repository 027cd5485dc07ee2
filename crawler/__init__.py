"""landscape-crawler: the figures of a landscape of projects in one SQLite file, each with source and date."""

__version__ = "0.1.0"
