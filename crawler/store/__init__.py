"""landscape.db: the only room with SQL that writes."""

from crawler.store.database import open_reader, open_writer, transaction

__all__ = ["open_reader", "open_writer", "transaction"]
