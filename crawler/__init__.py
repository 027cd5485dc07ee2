"""landscape-crawler: the figures of a landscape of projects in one SQLite file, each with source and date.

    import asyncio
    import crawler

    async def main() -> None:
        seeds = await crawler.load("seeds.yml")
        await crawler.refresh(seeds, "landscape.db", sandbox=True)
        landscape = await crawler.read("landscape.db")
        print(landscape.headline)

    asyncio.run(main())

docs/library.md describes it; everything else below this package may change.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.due import PlanLine
    from crawler.errors import CrawlerError, LockHeld, SeedsFault, StoreFailed, UsageFault
    from crawler.figures.model import Total
    from crawler.library import Landscape, Project, Silent, load, plan, read, refresh
    from crawler.listed import Finding, Seeds
    from crawler.report import Report
    from crawler.running import Listener
    from crawler.settings import Settings, read_settings

__version__ = "0.1.0"

__all__ = [
    "CrawlerError",
    "Finding",
    "Landscape",
    "Listener",
    "LockHeld",
    "PlanLine",
    "Project",
    "Report",
    "Seeds",
    "SeedsFault",
    "Settings",
    "Silent",
    "StoreFailed",
    "Total",
    "UsageFault",
    "load",
    "plan",
    "read",
    "read_settings",
    "refresh",
]

_ELSEWHERE = dict.fromkeys(("CrawlerError", "LockHeld", "SeedsFault", "StoreFailed", "UsageFault"), "errors") | {
    "Finding": "listed",
    "Listener": "running",
    "PlanLine": "due",
    "Report": "report",
    "Seeds": "listed",
    "Settings": "settings",
    "Total": "figures.model",
    "read_settings": "settings",
}
"""What is not in `crawler.library`, and the module that has it."""


def __getattr__(name: str) -> Any:
    """What the package offers, imported when it is first used: the command line is to start fast."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"crawler.{_ELSEWHERE.get(name, 'library')}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
