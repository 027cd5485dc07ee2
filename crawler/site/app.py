"""The Datasette application over one landscape.db. Needs the extra `site`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from datasette.app import Datasette, DatasetteClient
from datasette.database import Database
from datasette.plugins import pm

from crawler.site.metadata import DATABASE, site_metadata
from crawler.site.plugin import WITH_RESTRICTED
from crawler.store import open_reader
from crawler.store.database import is_alone

# Where rich is installed, Datasette prints a traceback with all local variables for every page that is not found.
pm.get_plugin("datasette.handle_exception").rich = None

SETTINGS = {
    # Room for a total over many repositories on a slow machine; a runaway query still ends.
    "sql_time_limit_ms": 5_000,
    "facet_time_limit_ms": 1_000,
    "default_page_size": 100,
    "max_returned_rows": 2_000,
    # A refresh may write at any moment: a page is never served from a cache, nor the file without its WAL.
    "default_cache_ttl": 0,
    "allow_download": False,
}


def make_site(database: Path, *, with_restricted: bool = False) -> Datasette:
    """Datasette over the file, read only. UsageFault if the file is not ours, or of another version.

    The database stands at `/landscape` whatever the file is called. `with_restricted`: our pages show also
    figures that may not be published.
    """
    site = Datasette(
        [],
        settings=SETTINGS,
        metadata=site_metadata(_recorded_on(database)),
    )
    # Without a file Datasette offers an empty database in memory.
    site.remove_database("_memory")
    site.add_database(Database(site, path=str(database), is_mutable=not is_alone(database)), name=DATABASE)
    setattr(site, WITH_RESTRICTED, with_restricted)
    # Its own was made before there was a database, and so without our pages.
    site.client = DatasetteClient(site)
    return site


def _recorded_on(database: Path) -> str | None:
    """The day of the recording, where the newest refresh read recorded figures."""
    with closing(open_reader(database)) as connection:
        run = connection.execute("SELECT recorded_on FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return run["recorded_on"] if run else None
