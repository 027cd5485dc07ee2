"""What is known of money behind a project: the figures of its organisation, what that counts, and who can be paid."""

from __future__ import annotations

import sqlite3

from msgspec import Struct

from crawler.export import rows
from crawler.figures.model import Total
from crawler.site.board import Board
from crawler.site.reading.projects import objects_of

_LINKS = """
SELECT DISTINCT l.platform, l.url
FROM funding_links l JOIN project_repositories pr ON pr.repository_id = l.repository_id
WHERE pr.project_id = ? ORDER BY l.platform, l.url LIMIT 20
"""
_SPONSORS = """
SELECT DISTINCT o.* FROM owners o
JOIN repositories r ON r.owner_login = o.login
JOIN project_repositories pr ON pr.repository_id = r.id
WHERE pr.project_id = ? ORDER BY o.login
"""
_MANIFESTS = """
SELECT m.*, r.name_with_owner FROM funding_manifests m
JOIN project_repositories pr ON pr.repository_id = m.repository_id
JOIN repositories r ON r.id = m.repository_id
WHERE pr.project_id = ? ORDER BY pr.position
"""


class Worth(Struct, frozen=True, kw_only=True):
    """With whom an organisation counts, and what that group's value is."""

    organization_id: str
    name: str
    total: Total | None
    """None: not known, or hidden."""
    is_hidden: bool


class Money(Struct, frozen=True, kw_only=True):
    """The newest figure of each measure of an organisation that may be shown, and how many, no older, may not be."""

    figures: tuple[sqlite3.Row, ...]
    hidden: int


class Manifest(Struct, frozen=True, kw_only=True):
    """What a repository's funding.json asks for, and says that was received; amounts are decimal texts."""

    repository: str
    url: str
    verified: str | None
    plans: tuple[dict[str, str], ...]
    history: tuple[dict[str, str], ...]
    origin: str
    fetched_at: str


def read_worth(connection: sqlite3.Connection, board: Board, organization_id: str, *, with_restricted: bool) -> Worth:
    """What the organisation counts as, with all that own it or that it owns."""
    group = rows.group(connection, organization_id, include_restricted=with_restricted)
    of_board = board.organizations.get(group["id"] if group else organization_id)
    is_hidden = bool(of_board and of_board.is_value_hidden)
    if group is None and not with_restricted:
        # Whose it is may not be told, and so neither what it counts as.
        is_hidden = is_hidden or rows.group(connection, organization_id, include_restricted=True) is not None
    total = of_board.value if of_board and group and not is_hidden else None
    name = of_board.name if of_board else group["name"] if group else organization_id
    return Worth(
        organization_id=of_board.id if of_board else organization_id, name=name, total=total, is_hidden=is_hidden
    )


def read_money(connection: sqlite3.Connection, organization_id: str, *, with_restricted: bool) -> Money:
    """The figures of an organisation on the day of the totals."""
    shown = rows.newest_figures(connection, organization_id, include_restricted=with_restricted)
    known = {row["id"] for row in shown}
    everything = [] if with_restricted else rows.newest_figures(connection, organization_id, include_restricted=True)
    return Money(figures=tuple(shown), hidden=sum(row["id"] not in known for row in everything))


def read_funding_links(connection: sqlite3.Connection, project_id: str) -> list[tuple[str, str]]:
    """Where the sponsor buttons of its repositories lead, each with GitHub's name of the platform; at most 20."""
    return [(row["platform"], row["url"]) for row in connection.execute(_LINKS, [project_id])]


def read_sponsored(connection: sqlite3.Connection, project_id: str) -> list[sqlite3.Row]:
    """The accounts that own its repositories, as far as GitHub was asked whether they can be sponsored."""
    return connection.execute(_SPONSORS, [project_id]).fetchall()


def read_manifests(connection: sqlite3.Connection, project_id: str) -> list[Manifest]:
    """What its repositories say of their funding."""
    return [
        Manifest(
            repository=row["name_with_owner"],
            url=row["url"],
            verified=row["verified"],
            plans=tuple(objects_of(row["plans"])),
            history=tuple(objects_of(row["history"])),
            origin=row["origin"],
            fetched_at=row["fetched_at"],
        )
        for row in connection.execute(_MANIFESTS, [project_id])
    ]
