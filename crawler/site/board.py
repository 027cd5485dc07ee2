"""The whole landscape at a glance, in memory: a card for each project, in the order of the list."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from crawler.figures.headline import VALUE_POLICY
from crawler.figures.model import Total
from crawler.figures.publishing import restricted_totals
from crawler.figures.snapshot import Snapshot, read_snapshot
from crawler.site.reading.names import names_in_place
from crawler.store.restricted import RESTRICTED_SOURCES

ACTIVE, SLOW = timedelta(days=90), timedelta(days=365)
"""Up to which age of the newest commit a project is active, and up to which it is slow; after it, it is quiet."""
ACTIVITIES = ("active", "slow", "quiet", "archived", "unknown")


class Card(Struct, frozen=True, kw_only=True):
    """A project with the figures of its primary repository; None is not known."""

    id: str
    name: str
    description: str | None
    maturity: str | None
    category_id: str
    subcategory_id: str
    """Its own place; it may stand in others, too."""
    organization_id: str | None
    organization: str | None
    repository: str | None
    """`owner/name`; None: it has none on GitHub."""
    status: str | None
    license: str | None
    """GitHub's id; `NONE` and `NOASSERTION` as in the table `repositories`."""
    is_open_source: bool | None
    language: str | None
    stars: int | None
    stars_week: int | None
    stars_month: int | None
    stars_year: int | None
    forks: int | None
    contributors: int | None
    commits_last_year: int | None
    health: int | None
    first_commit_at: str | None
    latest_commit_at: str | None
    latest_release_at: str | None
    releases_total: int | None
    is_archived: bool | None
    activity: str
    """One of `ACTIVITIES`."""

    @property
    def has_figures(self) -> bool:
        """Whether anything is known of its repository that a list shows."""
        shown = (self.stars, self.commits_last_year, self.contributors, self.health, self.license, self.language)
        return any(one is not None for one in (*shown, self.latest_release_at, self.latest_commit_at))


class Subcategory(Struct, frozen=True, kw_only=True):
    """A part of a category."""

    id: str
    name: str
    cards: tuple[Card, ...]


class Category(Struct, frozen=True, kw_only=True):
    """A category of the list; `cards` has each of its projects once."""

    id: str
    name: str
    group: str | None
    subcategories: tuple[Subcategory, ...]
    cards: tuple[Card, ...]


class Group(Struct, frozen=True, kw_only=True):
    """Categories under one heading; `name` is None for those that stand under none."""

    name: str | None
    categories: tuple[Category, ...]


class Organization(Struct, frozen=True, kw_only=True):
    """An organisation and its projects on the list."""

    id: str
    name: str
    kind: str | None
    parent_id: str | None
    cards: tuple[Card, ...]
    value: Total | None
    """What it adds to the ecosystem's value with all that it owns; None: nothing known, or not for publication."""
    is_value_hidden: bool
    """Whether there is a value that may not be published."""

    @property
    def stars(self) -> int | None:
        """The stars of its projects' primary repositories, each counted once; None: of none known."""
        return stars_of(self.cards)


class Board(Struct, frozen=True, kw_only=True):
    """The landscape on the day of its newest figures."""

    snapshot: Snapshot
    hidden: frozenset[tuple[str, str, str]]
    """Totals that may not be published, by scope, measure and policy; empty where all may be shown."""
    groups: tuple[Group, ...]
    cards: dict[str, Card]
    """By project id, in the order of the list."""
    categories: dict[str, Category]
    organizations: dict[str, Organization]
    kept: dict[str, Any] = msgspec.field(default_factory=dict)
    """What pages have worked out of the same figures, by a name of theirs; see `Asked.once`."""
    making: dict[str, Any] = msgspec.field(default_factory=dict)
    """By such a name the lock that is held by whoever works it out."""

    @property
    def today(self) -> date:
        """The day of the newest figures, that of the recording where they are recorded ones."""
        return date.fromisoformat(self.snapshot.recorded_on or self.snapshot.day)

    def total(self, scope: str, measure: str, policy: str = "") -> Total | None:
        """A total of the newest day; None where there is none, or where it may not be shown."""
        return None if (scope, measure, policy) in self.hidden else self.snapshot.find(scope, measure, policy)


_CARDS = """
SELECT l.project_id AS id, l.project AS name, l.description, l.maturity, s.category_id, p.subcategory_id,
  p.organization_id, l.organization, l.repository, l.status, l.license_spdx AS license,
  l.license_osi_approved AS is_open_source, l.primary_language AS language, l.stars, g.stars_week, g.stars_month,
  g.stars_year, l.forks, l.contributors, l.commits_last_year, l.health, l.first_commit_at, l.latest_commit_at,
  l.latest_release_at, r.releases_total, l.is_archived
FROM landscape l
JOIN projects p ON p.id = l.project_id
JOIN subcategories s ON s.id = p.subcategory_id
LEFT JOIN growth g ON g.project_id = l.project_id
LEFT JOIN project_repositories pr ON pr.project_id = l.project_id AND pr.is_primary
LEFT JOIN repositories r ON r.id = pr.repository_id
ORDER BY p.position, p.id
"""
_PLACES = """
SELECT ps.subcategory_id, ps.project_id FROM project_subcategories ps JOIN projects p ON p.id = ps.project_id
WHERE p.removed_at IS NULL ORDER BY p.position, p.id
"""
_TREE = """
SELECT c.id AS category_id, c.name AS category, g.name AS "group", s.id, s.name
FROM categories c
LEFT JOIN "groups" g ON g.id = c.group_id AND g.removed_at IS NULL
JOIN subcategories s ON s.category_id = c.id AND s.removed_at IS NULL
WHERE c.removed_at IS NULL
ORDER BY g.position IS NULL, g.position, c.position, c.id, s.position, s.id
"""
# Whom only a source names whose word is not for publication is not there at all: the id alone is its name.
_ORGANIZATIONS = """
SELECT id, name, kind, parent_id FROM organizations o WHERE removed_at IS NULL AND (
  :with_restricted OR found_by IS NULL OR found_by NOT IN ({sources})
  OR EXISTS (SELECT 1 FROM projects p WHERE p.organization_id = o.id)
  OR EXISTS (SELECT 1 FROM figures f WHERE f.organization_id = o.id AND f.licence_class <> 'restricted')
  OR EXISTS (SELECT 1 FROM organization_facts f WHERE f.organization_id = o.id AND f.licence_class <> 'restricted')
  OR EXISTS (SELECT 1 FROM ownerships w WHERE o.id IN (w.child_id, w.parent_id) AND w.licence_class <> 'restricted')
) ORDER BY name, id
"""
_TRUTHS = ("is_open_source", "is_archived")


def read_board(connection: sqlite3.Connection, *, with_restricted: bool) -> Board:
    """The board of the newest figures, within one read transaction. UsageFault where there are none yet."""
    snapshot = read_snapshot(connection)
    today = date.fromisoformat(snapshot.recorded_on or snapshot.day)
    cards = {card.id: card for card in (_card(row, today) for row in connection.execute(_CARDS))}
    hidden = frozenset() if with_restricted else frozenset(restricted_totals(connection, snapshot.day))
    categories = _categories(connection, cards)
    return Board(
        snapshot=snapshot,
        hidden=hidden,
        groups=_groups(categories),
        cards=cards,
        categories={category.id: category for category in categories},
        organizations=_organizations(connection, cards, snapshot, unpublished(hidden), with_restricted=with_restricted),
    )


def unpublished(hidden: Iterable[tuple[str, str, str]]) -> frozenset[str]:
    """The organisations whose value may not be published."""
    return frozenset(
        scope.removeprefix("organization:")
        for scope, measure, policy in hidden
        if scope.startswith("organization:") and (measure, policy) == ("value", VALUE_POLICY)
    )


def stars_of(cards: Iterable[Card]) -> int | None:
    """The stars of primary repositories, each counted once; None: of none known."""
    known = {card.repository: card.stars for card in cards if card.stars is not None}
    return sum(known.values()) if known else None


def activity_of(latest_commit_at: str | None, today: date, *, is_archived: bool | None) -> str:
    """One of `ACTIVITIES`, by the age of the newest commit on the default branch."""
    if is_archived:
        return "archived"
    if latest_commit_at is None:
        return "unknown"
    age = today - date.fromisoformat(latest_commit_at[:10])
    return "active" if age <= ACTIVE else "slow" if age <= SLOW else "quiet"


def _card(row: sqlite3.Row, today: date) -> Card:
    values = dict(row)
    for name in _TRUTHS:
        values[name] = None if values[name] is None else bool(values[name])
    return Card(**values, activity=activity_of(row["latest_commit_at"], today, is_archived=values["is_archived"]))


def _categories(connection: sqlite3.Connection, cards: dict[str, Card]) -> list[Category]:
    placed: dict[str, list[Card]] = {}
    for subcategory_id, project_id in connection.execute(_PLACES):
        placed.setdefault(subcategory_id, []).append(cards[project_id])
    found: dict[str, tuple[sqlite3.Row, list[Subcategory]]] = {}
    for row in connection.execute(_TREE):
        if row["id"] in placed:
            part = Subcategory(id=row["id"], name=row["name"], cards=tuple(placed[row["id"]]))
            found.setdefault(row["category_id"], (row, []))[1].append(part)
    return [
        Category(
            id=row["category_id"],
            name=row["category"],
            group=row["group"],
            subcategories=tuple(parts),
            cards=tuple({card.id: card for part in parts for card in part.cards}.values()),
        )
        for row, parts in found.values()
    ]


def _groups(categories: Iterable[Category]) -> tuple[Group, ...]:
    found: dict[str | None, list[Category]] = {}
    for category in categories:
        found.setdefault(category.group, []).append(category)
    return tuple(Group(name=name, categories=tuple(of_group)) for name, of_group in found.items())


def _organizations(
    connection: sqlite3.Connection,
    cards: dict[str, Card],
    snapshot: Snapshot,
    hidden: frozenset[str],
    *,
    with_restricted: bool,
) -> dict[str, Organization]:
    in_place = {} if with_restricted else names_in_place(connection)
    of: dict[str | None, list[Card]] = {}
    for card in cards.values():
        of.setdefault(card.organization_id, []).append(card)
    rows = connection.execute(_ORGANIZATIONS.format(sources=RESTRICTED_SOURCES), {"with_restricted": with_restricted})
    return {
        row["id"]: Organization(
            **{**dict(row), "name": in_place.get(row["id"], row["name"])},
            cards=tuple(of.get(row["id"], ())),
            value=None if row["id"] in hidden else snapshot.find(f"organization:{row['id']}", "value", VALUE_POLICY),
            is_value_hidden=row["id"] in hidden,
        )
        for row in rows
    }
