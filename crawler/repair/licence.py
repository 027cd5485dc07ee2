"""Whether the licence that a list states is the one that GitHub recognises, and what is to be done where it is not."""

from __future__ import annotations

from license_expression import ExpressionError, get_spdx_licensing
from msgspec import Struct
from yaml.nodes import Node

from crawler.importing.lists.walking import text, value
from crawler.repair.known import Fact
from crawler.repair.places import Place
from crawler.sources.github.licenses import NOASSERTION, NONE, normalise


class LicenceFinding(Struct, frozen=True):
    """What is to be said of a statement; `new` is what GitHub says, where that is to take its place."""

    node: Node
    says: str
    advice: str = ""
    new: str = ""


def licence_finding(place: Place, fact: Fact, day: str) -> LicenceFinding | None:
    """None where the list states nothing, GitHub recognises nothing, or both say the same and nothing is due.

    A statement with a reason is never replaced: somebody meant it. It is told of on the day of its review, and without
    such a day at all times.
    """
    node, stated = value(place.entry, "license"), text(place.entry, "license")
    told = fact.license_expression or fact.license_spdx
    if node is None or not stated or not told or fact.license_spdx in {NONE, NOASSERTION}:
        return None
    if fact.figures_source != "github":
        return None
    review = text(place.entry, "override_review_on")
    has_reason = bool(text(place.entry, "override_reason") or review)
    if _is_same(stated, fact):
        if not has_reason:
            return None
        says = f"GitHub now recognises {told}, too: the override is no longer needed"
        return LicenceFinding(node, says, "take out license, override_reason and override_review_on")
    says = f"the list states {stated}, GitHub recognises {told}"
    if has_reason:
        if review and day < review:
            return None
        due = f"review is due since {review}" if review else "it has no override_review_on"
        return LicenceFinding(node, says, f"look at it again: {due}")
    if told in _keys(stated):
        # GitHub names but one licence of a repository, and no exception.
        return LicenceFinding(node, says, "leave it if the list knows more, and say why in override_reason")
    return LicenceFinding(node, says, new=told)


def _is_same(stated: str, fact: Fact) -> bool:
    expression = normalise(stated)
    if expression == normalise(fact.license_expression or fact.license_spdx or ""):
        return expression is not None
    # GitHub's GPL-3.0 is the text of the licence; whether later versions may be chosen it does not say.
    bare = (fact.license_spdx or "").removesuffix("-only").removesuffix("-or-later")
    return (expression or "").removesuffix("-only").removesuffix("-or-later") == bare


def _keys(stated: str) -> set[str]:
    try:
        return set(map(str, get_spdx_licensing().license_keys(stated)))
    except ExpressionError:
        return set()
