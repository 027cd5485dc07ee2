"""The words of every kind of event: one sentence, and short words for a table. The one place that has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import quote, urlsplit

from msgspec import Struct

from crawler.figures import forms
from crawler.figures.value_changes import CAUSES
from crawler.news.event import Event
from crawler.printable import plain

LEVELS = {"major": "major release", "minor": "minor release", "patch": "patch release", "pre": "pre-release"}
"""What a release may be, the weightiest first."""
LEFT_OPEN_SOURCE = ("open_source", "left")
"""Name and value in `detail` of a changed licence that was open source and no longer is."""
NONE, NOT_RECOGNISED = "NONE", "NOASSERTION"
"""GitHub's words for a repository without a licence, and for one whose licence it does not know."""


class Words(Struct, frozen=True):
    """An event in words, in one line each, without controls."""

    what: str
    """A few words without who."""
    sentence: str
    """Who, what, before and after, without a full stop at its end."""
    before: str | None = None
    after: str | None = None


def words(event: Event) -> Words:
    """The event in words; a kind that is not known is told by its name."""
    said = KINDS.get(event.kind, _unknown)(event)
    before, after = (None if text is None else plain(text) for text in (said.before, said.after))
    return Words(plain(said.what), plain(said.sentence), before, after)


def who(event: Event) -> str:
    """Whom it is about: a project, with the repository where it has several, an organisation, or a part of the list."""
    if event.project is not None:
        is_clear = event.repository is None or not event.is_one_of_several
        return plain(event.project if is_clear else f"{event.project} ({event.repository})")
    return plain(event.organization or event.repository or _scope(event) or event.project_id or "–")


def link(event: Event) -> str | None:
    """Where it can be seen, fit for a link; None: there is no such page."""
    return web_address(event.source_url) or web_address(event.repository_url)


def web_address(url: str | None) -> str | None:
    """The address if it is one of the web, with nothing in it that could end a link in XML or Markdown; else None."""
    try:
        parts = urlsplit(url or "")
        is_web = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:  # brackets that are none
        return None
    return quote(url or "", safe="%/:?#@!$&'*+,;=~-._") if is_web else None


def left_open_source(event: Event) -> bool:
    """Whether a project's licence was one that the Open Source Initiative approves, and no longer is."""
    name, value = LEFT_OPEN_SOURCE
    return event.kind == "license_changed" and event.detail.get(name) == value


def level(event: Event) -> str | None:
    """What kind of release it is, a key of LEVELS; None: not known."""
    found = event.detail.get("level")
    return found if isinstance(found, str) and found in LEVELS else None


def _release(event: Event) -> Words:
    kind = LEVELS.get(level(event) or "", "release")
    weight = f", a {kind}" if level(event) else ""
    return Words(kind, f"{who(event)} released {event.after or 'a version'}{weight}", event.before, event.after)


def _license_changed(event: Event) -> Words:
    before, after = license_words(event.before), license_words(event.after)
    turn = {"left": "left open source", "joined": "became open source"}.get(str(event.detail.get("open_source")))
    if turn:
        return Words(turn, f"{who(event)} {turn}: its licence was {before} and is {after} now", before, after)
    return Words("licence changed", f"{who(event)} changed its licence from {before} to {after}", before, after)


def license_words(text: str | None) -> str:
    """A `license_spdx` in words: known by its id, not recognised, none, or not known."""
    return {None: "not known", NONE: "none", NOT_RECOGNISED: "not recognised"}.get(text, text or "not known")


def _star_milestone(event: Event) -> Words:
    passed = event.detail.get("milestone")
    before, after = _count(event.before), _count(event.after)
    much = f"{passed:,}" if isinstance(passed, int) else after or "many"
    return Words(f"reached {much} stars", f"{who(event)} has reached {much} stars", before, after)


def _star_burst(event: Event) -> Words:
    before, after = _count(event.before), _count(event.after)
    gained = event.detail.get("gained")
    much = f"{gained:,} stars" if isinstance(gained, int) else "many stars"
    now = f" and has {after} now" if after else ""
    return Words("star burst", f"{who(event)} has gained {much} in seven days{now}", before, after)


def _gone(event: Event) -> Words:
    turns = {"blocked": "was blocked by GitHub", "private": "was made private"}
    turn = turns.get(event.after or "", "is gone: GitHub no longer shows its repository")
    return Words("gone", f"{who(event)} {turn}", event.before, event.after)


def _activity(what: str, sentence: str) -> Callable[[Event], Words]:
    """Words for the end or beginning of work, with the day of the newest commit."""

    def say(event: Event) -> Words:
        commit = event.before or event.after
        day = f": the newest commit is of {commit[:10]}" if commit else ""
        return Words(what, f"{who(event)} {sentence}{day}", event.before, event.after)

    return say


def _listed(what: str, sentence: str) -> Callable[[Event], Words]:
    """Words for a change of the list; the name is said already."""
    return lambda event: Words(what, f"{who(event)} {sentence}")


def _funding_round(event: Event) -> Words:
    raised = _money(event.after)
    kind = str(event.detail.get("kind") or "").replace("_", " ")
    where = f" ({kind})" if kind else ""
    return Words("funding round", f"{who(event)} has raised {raised or 'an undisclosed amount'}{where}", None, raised)


def _acquired(event: Event) -> Words:
    before, after = event.owner_before or event.before, event.owner_after or event.after
    by = f" by {after}" if after else ""
    owner = f"; its owner was {before}" if before else ""
    return Words("acquired", f"{who(event)} was acquired{by}{owner}", before, after)


def _value_moved(event: Event) -> Words:
    before, after = _money(event.before), _money(event.after)
    of = "the landscape" if event.scope in {None, "landscape"} else who(event)
    causes = _causes(event.detail.get("causes"))
    sentence = f"The total value of {of} went from {before or 'not known'} to {after or 'not known'}"
    return Words("value moved", f"{sentence}{f' ({causes})' if causes else ''}", before, after)


def _causes(causes: object) -> str:
    """The causes that moved it, the greatest first."""
    amounts = {
        name: amount for name in CAUSES if isinstance(causes, Mapping) and (amount := _decimal(causes.get(name)))
    }
    return ", ".join(f"{name} {forms.signed(amount)}" for name, amount in sorted(amounts.items(), key=_by_size))


def _by_size(cause: tuple[str, Decimal]) -> Decimal:
    return -abs(cause[1])


def _between(what: str, verb: str) -> Callable[[Event], Words]:
    """Words for a change of one thing into another."""

    def say(event: Event) -> Words:
        before, after = event.before or "not known", event.after or "not known"
        return Words(what, f"{who(event)} {verb}: {before} is now {after}", event.before, event.after)

    return say


def _state(what: str, sentence: str) -> Callable[[Event], Words]:
    """Words for an event whose kind says it all."""
    return lambda event: Words(what, f"{who(event)} {sentence}", event.before, event.after)


def _unknown(event: Event) -> Words:
    kind = event.kind.replace("_", " ")
    values = " to ".join(text for text in (event.before, event.after) if text)
    return Words(kind, f"{who(event)}: {kind}{f' ({values})' if values else ''}", event.before, event.after)


KINDS: Mapping[str, Callable[[Event], Words]] = {
    "release": _release,
    "archived": _state("archived", "was archived: its repository can only be read"),
    "revived": _state("revived", "is no longer archived"),
    "renamed": _between("renamed", "was renamed"),
    "transferred": _between("moved to another owner", "has moved to another owner"),
    "replaced": _state("replaced", "is another repository now: it was made anew under the same name"),
    "gone": _gone,
    "back": _state("back", "is back: GitHub shows its repository again"),
    "license_changed": _license_changed,
    "default_branch_changed": _between("default branch changed", "has another default branch"),
    "star_milestone": _star_milestone,
    "star_burst": _star_burst,
    "activity_stopped": _activity("activity stopped", "has gone quiet"),
    "activity_resumed": _activity("activity resumed", "is active again"),
    "seed_added": _listed("added to the list", "is new on the list"),
    "seed_removed": _listed("removed from the list", "was taken off the list"),
    "funding_round": _funding_round,
    "acquired": _acquired,
    "value_moved": _value_moved,
}
"""By kind of event what is said of it."""


def _scope(event: Event) -> str:
    kind, _, name = (event.scope or "").partition(":")
    return f"{kind} {name}".strip()


def _count(text: str | None) -> str | None:
    return f"{int(text):,}" if text is not None and text.isascii() and text.isdecimal() else text


def _money(text: str | None) -> str | None:
    """An amount with its currency behind it, dollars where there is none; other text as it is."""
    number, _, currency = (text or "").partition(" ")
    amount = _decimal(number)
    if amount is None:
        return text
    return forms.rough(amount) if currency in {"", "USD"} else f"{forms.short(amount)} {currency}"


def _decimal(text: object) -> Decimal | None:
    try:
        amount = Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() else None
