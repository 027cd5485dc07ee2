"""What the site needs beyond the program itself: the libraries of the extra `site`."""

from __future__ import annotations

from importlib.util import find_spec

from crawler.errors import UsageFault

EXTRA = ("asgi_gzip", "babel", "jinja2", "squarify")
"""Those of the extra `plugin`; `site` is these and Datasette."""


def missing(*names: str) -> list[str]:
    """Those of the names that cannot be imported."""
    return [name for name in names if find_spec(name) is None]


def check_installed() -> None:
    """UsageFault where the extra `site` is not installed, before anything of it is imported."""
    if lacking := missing("datasette", *EXTRA):
        raise UsageFault(
            f"{_listed(lacking)} {'is' if len(lacking) == 1 else 'are'} not installed",
            cure=f"install {'it' if len(lacking) == 1 else 'them'} with pip install 'landscape-crawler[site]'",
        )


def _listed(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
