"""Two states of a list into what is new, what changed and what is gone; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable

from msgspec import Struct

from crawler.listed import SeedProject, SeedRepository, Seeds


class Entry(Struct, frozen=True):
    """An item, and the names of where it stands: `Category / Subcategory`."""

    project: SeedProject
    place: str


class Changed(Struct, frozen=True, kw_only=True):
    """An item that was there before under another name, with other repositories or another homepage."""

    entry: Entry
    before: SeedProject
    added: tuple[SeedRepository, ...]
    removed: tuple[SeedRepository, ...]

    @property
    def is_renamed(self) -> bool:
        """Whether its name differs."""
        return self.entry.project.name != self.before.name

    @property
    def has_new_homepage(self) -> bool:
        """Whether its homepage differs."""
        return self.entry.project.homepage_url != self.before.homepage_url


class Comparison(Struct, frozen=True, kw_only=True):
    """What became of the items of a list, each part in the order of its file."""

    new: tuple[Entry, ...]
    changed: tuple[Changed, ...]
    removed: tuple[Entry, ...]
    moved: int
    """How many stand in another subcategory than before."""
    unchanged: int
    """How many have the same name, repositories and homepage, moved ones included."""

    @property
    def asked(self) -> tuple[SeedRepository, ...]:
        """The repositories that were not in an entry before, each once."""
        found = [one for entry in self.new for one in entry.project.repositories]
        found += [one for change in self.changed for one in change.added]
        return tuple({one.name_with_owner.lower(): one for one in reversed(found)}.values())[::-1]


_Key = Callable[[SeedProject], Hashable]


def names(repositories: Iterable[SeedRepository]) -> frozenset[str]:
    """Their names as GitHub tells them apart."""
    return frozenset(one.name_with_owner.lower() for one in repositories)


def _name(project: SeedProject) -> str:
    return project.name.casefold()


def _first(project: SeedProject) -> str | None:
    return project.repositories[0].name_with_owner.lower() if project.repositories else None


# An item is the one of before that has most in common with it. What several share alone (such as a homepage) or what
# tells little (a name in another place, with another repository) makes no item the same one.
_KEYS: tuple[_Key, ...] = (
    lambda one: (_name(one), names(one.repositories), one.subcategory_id),
    lambda one: (_name(one), names(one.repositories)),
    lambda one: (_name(one), one.subcategory_id),
    lambda one: _first(one) and (_name(one), _first(one)),
    lambda one: _first(one) and names(one.repositories),
    _first,
)


def compare(before: Seeds | None, after: Seeds) -> Comparison:
    """What `after` brings; without a list before it all of its items are new."""
    matched = _matched(before.projects if before else (), after.projects)
    places_before, places = _places(before) if before else {}, _places(after)
    new: list[Entry] = []
    changed: list[Changed] = []
    moved = unchanged = 0
    for number, project in enumerate(after.projects):
        entry = Entry(project, places[project.subcategory_id])
        former = matched.get(number)
        if former is None:
            new.append(entry)
            continue
        moved += former.subcategory_id != project.subcategory_id
        change = _changed(entry, former)
        if change:
            changed.append(change)
        else:
            unchanged += 1
    kept = {id(project) for project in matched.values()}
    removed = tuple(
        Entry(project, places_before[project.subcategory_id])
        for project in (before.projects if before else ())
        if id(project) not in kept
    )
    return Comparison(new=tuple(new), changed=tuple(changed), removed=removed, moved=moved, unchanged=unchanged)


def _matched(before: tuple[SeedProject, ...], after: tuple[SeedProject, ...]) -> dict[int, SeedProject]:
    """The item of before, by the number of the one that it is now."""
    matched: dict[int, SeedProject] = {}
    taken: set[int] = set()
    for key in _KEYS:
        waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
        for number, project in enumerate(before):
            if number not in taken:
                waiting[key(project)].append(number)
        for number, project in enumerate(after):
            known = key(project)
            if number not in matched and known is not None and waiting.get(known):
                found = waiting[known].pop(0)
                taken.add(found)
                matched[number] = before[found]
    return matched


def _changed(entry: Entry, before: SeedProject) -> Changed | None:
    own, former = names(entry.project.repositories), names(before.repositories)
    change = Changed(
        entry=entry,
        before=before,
        added=tuple(one for one in entry.project.repositories if one.name_with_owner.lower() not in former),
        removed=tuple(one for one in before.repositories if one.name_with_owner.lower() not in own),
    )
    differs = change.added or change.removed or change.is_renamed or change.has_new_homepage
    return change if differs else None


def _places(seeds: Seeds) -> dict[str, str]:
    category = {one.id: one.name for one in seeds.categories}
    return {one.id: f"{category[one.category_id]} / {one.name}" for one in seeds.subcategories}
