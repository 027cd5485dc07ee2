"""`datasette landscape.db`, without anything of ours, shows the file too."""

from __future__ import annotations

import asyncio
from pathlib import Path

from datasette.app import Datasette

from crawler.store.dictionary import load_dictionary


def test_every_page_opens(database: Path) -> None:
    plain = Datasette([str(database)])
    try:
        asyncio.run(_open_all(plain))
    finally:
        for attached in plain.databases.values():
            attached.close()
        assert plain.executor is not None
        plain.executor.shutdown()


async def _open_all(plain: Datasette) -> None:
    for name in ("", *load_dictionary().views, *load_dictionary().tables):
        path = plain.urls.table("my landscape", name) if name else plain.urls.database("my landscape")
        assert (await plain.client.get(path)).status_code == 200, path
