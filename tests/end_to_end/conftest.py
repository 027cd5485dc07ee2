"""Set-ups of whole worlds: GitHub, and the hosts beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from crawling import NOWHERE, Landscape

from crawler.sandbox import Elsewhere


@pytest.fixture
def elsewhere(landscape: Landscape, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """deps.dev, ecosyste.ms and the feeds, over the same world; every command of the test asks them."""
    with Elsewhere(landscape.world) as hosts:
        hosts.waits.grace = 0.3
        monkeypatch.setitem(NOWHERE, "CRAWLER_DEPSDEV_URL", hosts.depsdev_url)
        monkeypatch.setitem(NOWHERE, "CRAWLER_ECOSYSTEMS_URL", hosts.ecosystems_url)
        monkeypatch.setitem(NOWHERE, "GITHUB_SERVER_URL", hosts.web_url)
        yield hosts
