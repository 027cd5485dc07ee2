"""What a list should learn from what GitHub says: moved, archived, duplicate, gone, another licence, a homepage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, structs
from yaml.nodes import Node

from crawler.importing.lists.walking import text
from crawler.repair.editing import Change, Path, find, removal
from crawler.repair.known import Fact, Known
from crawler.repair.licence import licence_finding
from crawler.repair.places import ListedItem, Place
from crawler.seeds.values import is_url

ANNOTATION = ("extra", "annotations", "repository_archived")
"""Where an item says since when its repository is archived: landscape2's place for what other tools know."""
NO_DAY = "true"
"""What stands there while GitHub does not tell the day."""
_AWAY = {
    "gone": "does not exist any more",
    "missing": "was not found",
    "private": "is private",
    "blocked": "is blocked",
    "replaced": "was replaced: its name belongs to another repository",
}


class Suggestion(Struct, frozen=True, kw_only=True):
    """One thing to learn. Line and column count from 1."""

    kind: str
    line: int
    column: int
    where: str
    says: str
    since: str | None
    """The day from which on it is so, as far as anybody told."""
    as_of: str | None
    """The day of the answer that it rests on."""
    origin: str | None
    """`live` or `sandbox`."""
    source_url: str
    advice: str
    """What to do about it, where the program does not."""
    change: str
    """What would be written; empty where nothing is."""
    changes: tuple[Change, ...] = ()


class _Seen(Struct, frozen=True):
    """Where a repository was met first."""

    item: ListedItem
    place: Place


def suggestions(root: Node, items: Iterable[ListedItem], known: Known, day: str) -> list[Suggestion]:
    """All that the list should learn, by line and column. `day`: the one on which reviews are due, or not."""
    found: list[Suggestion] = []
    first: dict[int | str, _Seen] = {}
    for item in items:
        found += _of_item(root, item, known, first, day)
    return sorted(found, key=lambda one: (one.line, one.column))


def _of_item(
    root: Node, item: ListedItem, known: Known, first: dict[int | str, _Seen], day: str
) -> Iterator[Suggestion]:
    doubled: list[Suggestion] = []
    for place in item.places:
        fact = known.find(place.name, item.project_id)
        key = fact.id if fact else place.name.lower()
        seen = first.setdefault(key, _Seen(item, place))
        if seen.item is item and seen.place is not place:
            doubled.append(_doubled(item, place, seen.place, fact))
            if doubled[-1].changes:
                continue  # of an entry that goes nothing else is to be said
        elif seen.item is not item and not (_is_shared(item) or _is_shared(seen.item)):
            yield _twice(item, place, seen, fact)
        if fact is None:
            continue
        if fact.status in _AWAY:
            yield _away(item, place, fact)
        elif fact.is_there:
            yield from _moved(item, place, fact)
            yield from _archived(root, item, place, fact)
            if licence := licence_finding(place, fact, day):
                changes = (Change((*place.path, "license"), licence.new),) if licence.new else ()
                yield _suggestion(
                    "licence",
                    item,
                    licence.node,
                    fact,
                    licence.says,
                    since=fact.since.get("license_changed"),
                    advice=licence.advice,
                    change=f"license: {licence.new}" if licence.new else "",
                    changes=changes,
                )
            if place.is_primary:
                yield from _homepage(item, fact)
    yield from _with_whole_lists(item, doubled)


def _moved(item: ListedItem, place: Place, fact: Fact) -> Iterator[Suggestion]:
    old, new = place.name, fact.name_with_owner
    if old.casefold() == new.casefold():
        return
    owners = old.partition("/")[0].casefold(), new.partition("/")[0].casefold()
    says = f"{old} was renamed to {new}" if owners[0] == owners[1] else f"{old} moved to {new}"
    yield _suggestion(
        "moved",
        item,
        place.address,
        fact,
        says,
        since=fact.former.get(old.lower()),
        change=f"repo_url: {fact.url}",
        changes=(Change((*place.path, "repo_url"), fact.url),),
    )


def _archived(root: Node, item: ListedItem, place: Place, fact: Fact) -> Iterator[Suggestion]:
    if not place.is_primary:
        if fact.is_archived:
            advice = "only the archived repository in repo_url is noted in the list"
            since = (fact.archived_at or "")[:10] or None
            yield _suggestion("archived", item, place.address, fact, f"{place.name} is archived", since, advice)
        return
    holder: Node | None = item.node
    for key in ANNOTATION[:-1]:
        holder = _below(holder, key)
    noted = text(holder, ANNOTATION[-1])
    path = (*item.path, *ANNOTATION)
    told = (fact.archived_at or "")[:10]
    if fact.is_archived and (noted != told if told else not noted):
        change = f"{'.'.join(ANNOTATION)}: '{told or NO_DAY}'"
        says = f"{place.name} is archived"
        changes = (Change(path, told or NO_DAY),)
    elif fact.is_archived is False and noted:
        change = f"{'.'.join(ANNOTATION)} taken out"
        says = f"{place.name} is not archived any more"
        changes = (Change(removal(root, path), None),)
    else:
        return
    yield _suggestion("archived", item, place.address, fact, says, told or None, change=change, changes=changes)


def _homepage(item: ListedItem, fact: Fact) -> Iterator[Suggestion]:
    url = (fact.homepage_url or "").strip()
    if text(item.node, "homepage_url") or not is_url(url):
        return
    yield _suggestion(
        "homepage",
        item,
        item.node,
        fact,
        "homepage_url is missing, GitHub knows one",
        change=f"homepage_url: {url}",
        changes=(Change((*item.path, "homepage_url"), url, behind="name"),),
    )


def _away(item: ListedItem, place: Place, fact: Fact) -> Suggestion:
    since = fact.missing_since or fact.since.get("replaced" if fact.status == "replaced" else "gone")
    advice = "look for its successor, or take it out"
    return _suggestion(fact.status, item, place.address, fact, f"{place.name} {_AWAY[fact.status]}", since, advice)


def _doubled(item: ListedItem, place: Place, first: Place, fact: Fact | None) -> Suggestion:
    """The second entry goes where it says nothing of its own."""
    own = {key.value for key, node in place.entry.value if text(first.entry, key.value) != text(place.entry, key.value)}
    is_idle = not place.is_primary and own <= {"repo_url"}
    line = first.address.start_mark.line + 1
    is_same_name = first.name.casefold() == place.name.casefold()
    says = (
        f"{place.name} stands in this item twice (first on line {line})"
        if is_same_name
        else f"{place.name} and {first.name} (line {line}) are one repository"
    )
    return _suggestion(
        "duplicate",
        item,
        place.address,
        fact,
        says,
        advice="" if is_idle else "keep one of the two, with what both say",
        change="this entry taken out" if is_idle else "",
        changes=(Change(place.path, None),) if is_idle else (),
    )


def _with_whole_lists(item: ListedItem, doubled: list[Suggestion]) -> Iterator[Suggestion]:
    """Where every entry of `additional_repos` goes, the key goes with them."""
    gone = [one for one in doubled if one.changes]
    holder = _below(item.node, "additional_repos")
    if gone and holder is not None and len(gone) == len(holder.value):
        path: Path = (*item.path, "additional_repos")
        gone = [structs.replace(one, changes=(Change(path, None),)) for one in gone]
    yield from gone
    yield from (one for one in doubled if not one.changes)


def _twice(item: ListedItem, place: Place, seen: _Seen, fact: Fact | None) -> Suggestion:
    line = seen.place.address.start_mark.line + 1
    is_same_name = seen.place.name.casefold() == place.name.casefold()
    says = (
        f"{place.name} is listed before, by {seen.item.where} (line {line})"
        if is_same_name
        else f"{place.name} and {seen.place.name} of {seen.item.where} (line {line}) are one repository"
    )
    advice = "delete one of the two items, or add 'allow_duplicate_repo: true' if it is meant"
    return _suggestion("duplicate", item, place.address, fact, says, advice=advice)


def _is_shared(item: ListedItem) -> bool:
    return text(item.node, "allow_duplicate_repo").lower() == "true"


def _below(node: Node | None, key: str) -> Node | None:
    return None if node is None else find(node, (key,))


def _suggestion(
    kind: str,
    item: ListedItem,
    node: Node,
    fact: Fact | None,
    says: str,
    since: str | None = None,
    advice: str = "",
    *,
    change: str = "",
    changes: tuple[Change, ...] = (),
) -> Suggestion:
    return Suggestion(
        kind=kind,
        line=node.start_mark.line + 1,
        column=node.start_mark.column + 1,
        where=item.where,
        says=says,
        since=since,
        as_of=fact.fetched_at[:10] if fact and fact.fetched_at else None,
        origin=fact.origin if fact else None,
        source_url=fact.url if fact else "",
        advice=advice,
        change=change,
        changes=changes,
    )
