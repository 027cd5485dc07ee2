"""The Datasette application over one landscape.db. Needs the extra `site`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from datasette.app import Datasette, DatasetteClient
from datasette.database import Database

from crawler.site.metadata import DATABASE, SETTINGS, site_metadata
from crawler.site.plugin import NAME
from crawler.store import open_reader
from crawler.store.database import is_alone
from crawler.store.runs import newest_recording


def make_site(database: Path, *, with_restricted: bool = False) -> Datasette:
    """Datasette over the file, read only. UsageFault if the file is not ours, or of another version.

    The database stands at `/landscape` whatever the file is called. `with_restricted`: figures are shown, too, that
    may not be published; else whatever tells them is closed.
    """
    with closing(open_reader(database)) as connection:
        metadata = site_metadata(recorded_on=newest_recording(connection))
    metadata["plugins"] = {NAME: {"include_restricted": with_restricted}}
    site = Datasette([], settings=SETTINGS, metadata=metadata)
    # Without a file Datasette offers an empty database in memory.
    site.remove_database("_memory")
    site.add_database(Database(site, path=str(database), is_mutable=not is_alone(database)), name=DATABASE)
    # Its own was made before there was a database, and so without our pages.
    site.client = DatasetteClient(site)
    return site
