"""Reads a FUNDING.yml into the links that GitHub makes of it. Real files are dirtier than the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from crawler.model import FundingLink
from crawler.sources.checked import Checked

FIELD = "funding_links"
MOST_BYTES = 64 * 1024
MOST_PER_PLATFORM = 10
"""GitHub takes five accounts of its own and four other addresses."""
BASES = {
    "github": "github.com/",
    "patreon": "patreon.com/",
    "open_collective": "opencollective.com/",
    "ko_fi": "ko-fi.com/",
    "tidelift": "tidelift.com/funding/github/",
    "community_bridge": "funding.communitybridge.org/projects/",
    "liberapay": "liberapay.com/",
    "issuehunt": "issuehunt.io/r/",
    "lfx_crowdfunding": "crowdfunding.lfx.linuxfoundation.org/projects/",
    "polar": "polar.sh/",
    "buy_me_a_coffee": "buymeacoffee.com/",
    "thanks_dev": "thanks.dev/",
}
"""Where a name leads, by the key of its platform."""
_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""libyaml ends deep nesting at once, where the other takes its time."""
_NAME = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.@-]+)*")


def read_links(body: bytes, checked: Checked) -> tuple[FundingLink, ...] | None:
    """The links of a file, none where it names nobody; None where it cannot be read, and `checked` knows why."""
    if len(body) > MOST_BYTES:
        checked.refuse(FIELD, f"{len(body)} bytes", f"larger than {MOST_BYTES:,} bytes")
        return None
    try:
        document = _LOADER(body).get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError):
        checked.refuse(FIELD, "a text", "no YAML")
        return None
    if document is None:
        return ()
    if not isinstance(document, dict):
        checked.refuse(FIELD, "a text", "no platforms")
        return None
    links = (
        FundingLink(key.upper(), url)
        for key, value in document.items()
        if isinstance(key, str)
        for url in _urls(key, value, checked)
    )
    return tuple(dict.fromkeys(links))


def _urls(key: str, value: Any, checked: Checked) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    for one in values[:MOST_PER_PLATFORM] if key == "custom" or key in BASES else ():
        if one is None or one == "":
            continue
        if not isinstance(one, str):
            checked.refuse(FIELD, one, f"no text for {key}")
        elif url := _custom(one, checked) if key == "custom" else _url(BASES[key], one):
            yield url
        elif key != "custom":
            checked.refuse(FIELD, "a text", f"no name for {key}")


def _url(base: str, text: str) -> str | None:
    """The address of a name; `@name` and whole addresses stand where a name should."""
    name = re.sub(r"https?://(?:www\.)?", "", text.strip(), count=1).removeprefix(base)
    if base == BASES["github"]:
        name = name.removeprefix("sponsors/")
    name = name.removeprefix("@").rstrip("/")
    return f"https://{base}{name}" if _NAME.fullmatch(name) else None


def _custom(text: str, checked: Checked) -> str | None:
    """An address of the web; one without a scheme gets https."""
    whole = text.strip() if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text.strip()) else f"https://{text.strip()}"
    address = checked.address(FIELD, whole)
    return address if isinstance(address, str) else None
