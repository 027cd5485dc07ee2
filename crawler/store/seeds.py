"""Brings the seeded tables in line with a list: what left the list is marked, never deleted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlite_utils import Database

from crawler.listed import SeedFigure, SeedOrganization, SeedProject, SeedRepository, Seeds
from crawler.store.expansion import expand
from crawler.store.former import update_repository
from crawler.store.ownerships import Ownership, Witness, write_owners
from crawler.store.search import index_projects

_LISTED = "project_id IN (SELECT id FROM projects WHERE removed_at IS NULL)"
"""A project that left the list keeps its places and repositories as they were last."""


_BY_HAND = Witness(source="seeds", source_url=None, licence_class="curated")


def sync_seeds(connection: sqlite3.Connection, seeds: Seeds, *, now: str) -> None:
    """Write the list into the seeded tables, inside the caller's transaction. `now` is a UTC time text."""
    _upsert(connection, "groups", (_plain(group) for group in seeds.groups), now)
    _upsert(connection, "categories", (_plain(category) for category in seeds.categories), now)
    _upsert(connection, "subcategories", (_plain(subcategory) for subcategory in seeds.subcategories), now)
    _upsert(connection, "organizations", (_organization_row(entry) for entry in seeds.organizations), now)
    first_seeded = dict(connection.execute("SELECT id, first_seeded_at FROM projects").fetchall())
    rows = (
        _project_row(project) | {"first_seeded_at": first_seeded.get(project.id, now)} for project in seeds.projects
    )
    _upsert(connection, "projects", rows, now)
    _write_places(connection, seeds.projects)
    _write_links(connection, seeds.projects, now)
    _write_orgs(connection, seeds.projects)
    expand(connection)
    for organization in seeds.organizations:
        _write_figures(connection, organization, now)
        write_owners(connection, organization.id, _owners(organization), _BY_HAND, now=now)
    index_projects(connection)


def _upsert(connection: sqlite3.Connection, table: str, rows: Iterable[dict[str, Any]], now: str) -> None:
    """Mark all as removed, then bring back what the list names: one pass, in the list's order.

    Not by sqlite-utils: its upsert makes and drops a table to see what SQLite can do, and takes a full disk for a no.
    """
    found = " WHERE found_by IS NULL" if table == "organizations" else ""
    connection.execute(f'UPDATE "{table}" SET removed_at = coalesce(removed_at, ?){found}', [now])
    numbered = [row | {"position": position, "removed_at": None} for position, row in enumerate(rows)]
    if not numbered:
        return
    columns, values = ", ".join(numbered[0]), ", ".join(f":{name}" for name in numbered[0])
    changes = ", ".join(f"{name} = excluded.{name}" for name in numbered[0] if name != "id")
    connection.executemany(
        f'INSERT INTO "{table}" ({columns}) VALUES ({values}) ON CONFLICT (id) DO UPDATE SET {changes}',
        numbered,
    )


def _plain(entry: Any) -> dict[str, Any]:
    return {field: getattr(entry, field) for field in entry.__struct_fields__}


def _organization_row(organization: SeedOrganization) -> dict[str, Any]:
    row = _plain(organization)
    for field in ("figures", "parents", "attribution", "has_no_ticker"):
        del row[field]
    parent, attribution = organization.present_parent, organization.attribution
    return row | {
        # None at all is not the same as none known.
        "ticker": "" if organization.has_no_ticker else organization.ticker,
        "parent_id": parent.parent_id if parent else None,
        "parent_share": parent.share if parent else None,
        "attribution_share": attribution.share if attribution else None,
        "attribution_low": attribution.low if attribution else None,
        "attribution_high": attribution.high if attribution else None,
        "attribution_rule": attribution.rule if attribution else None,
        "attribution_source_url": attribution.source_url if attribution else None,
        "attribution_as_of": attribution.as_of if attribution else None,
        "found_by": None,
    }


def _owners(organization: SeedOrganization) -> list[Ownership]:
    return [
        Ownership(parent.parent_id, parent.share, parent.since, parent.until, parent.source_url)
        for parent in organization.parents
    ]


def _project_row(project: SeedProject) -> dict[str, Any]:
    return {
        "id": project.id,
        "name": project.name,
        "aliases": json.dumps(project.aliases, ensure_ascii=False),
        "subcategory_id": project.subcategory_id,
        "organization_id": project.organization_id,
        "homepage_url": project.homepage_url,
        "description": project.description,
        "maturity": project.maturity,
        "logo": project.logo,
    }


def _write_places(connection: sqlite3.Connection, projects: Iterable[SeedProject]) -> None:
    connection.execute(f"DELETE FROM project_subcategories WHERE {_LISTED}")
    places = {
        (project.id, subcategory): subcategory == project.subcategory_id
        for project in projects
        for subcategory in (project.subcategory_id, *project.other_subcategory_ids)
    }
    Database(connection, execute_plugins=False).table("project_subcategories").insert_all(
        {"project_id": project, "subcategory_id": subcategory, "is_primary": primary}
        for (project, subcategory), primary in places.items()
    )


def _write_links(connection: sqlite3.Connection, projects: Iterable[SeedProject], now: str) -> None:
    """Link the projects to their repositories; a name that was linked before stays with what it led to then."""
    linked = {
        (row["project_id"], row["seeded_name"].lower()): row["repository_id"]
        for row in connection.execute("SELECT project_id, seeded_name, repository_id FROM project_repositories")
    }
    connection.execute(f"DELETE FROM project_repositories WHERE {_LISTED}")
    for project in projects:
        for position, seeded in enumerate(project.repositories):
            known = linked.get((project.id, seeded.name_with_owner.lower()))
            repository_id = _find_or_add(connection, seeded, now) if known is None else known
            connection.execute(
                "INSERT OR IGNORE INTO project_repositories (project_id, repository_id, seeded_name, is_primary,"
                " branch, license_override, override_reason, override_review_on, position)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    project.id,
                    repository_id,
                    seeded.name_with_owner,
                    seeded.is_primary,
                    seeded.branch,
                    seeded.license,
                    seeded.override_reason,
                    seeded.override_review_on,
                    position,
                ),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO former_names VALUES (?, ?, ?)",
                [(repository_id, former, now) for former in seeded.former_names],
            )


def _write_orgs(connection: sqlite3.Connection, projects: Iterable[SeedProject]) -> None:
    """The accounts whose repositories belong to projects, as the list has them now."""
    connection.execute("DELETE FROM project_orgs")
    connection.executemany(
        "INSERT INTO project_orgs (project_id, owner_login, include, exclude, most) VALUES (?, ?, ?, ?, ?)",
        [
            (project.id, org.login, json.dumps(org.include), json.dumps(org.exclude), org.most)
            for project in projects
            if (org := project.project_org)
        ],
    )


def _find_or_add(connection: sqlite3.Connection, seeded: SeedRepository, now: str) -> int:
    """Our key of the repository under its name, else under a former name, else of a new row that nobody asked yet."""
    names = (seeded.name_with_owner, *seeded.former_names)
    for name in names:
        row = connection.execute(
            "SELECT id, fetched_at FROM repositories WHERE name_with_owner = ? ORDER BY status = 'replaced', id", [name]
        ).fetchone()
        if row and name != seeded.name_with_owner and row["fetched_at"] is None:
            values = {"name_with_owner": seeded.name_with_owner, "url": _url(seeded)}
            update_repository(connection, row["id"], values, day=date.fromisoformat(now[:10]))
            connection.execute(
                "UPDATE OR REPLACE fetches SET subject = ? WHERE repository_id = ?",
                [seeded.name_with_owner, row["id"]],
            )
        if row:
            return int(row["id"])
    row = connection.execute(
        "SELECT repository_id AS id FROM former_names WHERE former_name = ? ORDER BY seen_at DESC",
        [seeded.name_with_owner],
    ).fetchone()
    if row:
        return int(row["id"])
    cursor = connection.execute(
        "INSERT INTO repositories (name_with_owner, url) VALUES (?, ?)", [seeded.name_with_owner, _url(seeded)]
    )
    return int(cursor.lastrowid or 0)


def _url(seeded: SeedRepository) -> str:
    return f"https://github.com/{seeded.name_with_owner}"


def _write_figures(connection: sqlite3.Connection, organization: SeedOrganization, now: str) -> None:
    """Append what is new, supersede what was corrected, mark what the list took back; nothing is overwritten.

    What comes back is a new row: in between the list did not state it.
    """
    stored = {
        _fact(row): row
        for row in connection.execute(
            "SELECT * FROM figures WHERE organization_id = ? AND source = 'seeds' AND superseded_by IS NULL"
            " AND withdrawn_at IS NULL",
            [organization.id],
        )
    }
    listed = {_seed_fact(figure): figure for figure in organization.figures}
    gone = [row for fact, row in stored.items() if fact not in listed]
    for fact, figure in listed.items():
        if fact in stored:
            continue
        new_id = _append_figure(connection, organization.id, figure, now)
        corrected = next(
            (row for row in gone if _place(row) == (figure.measure, figure.as_of, figure.source_url)), None
        )
        if corrected is not None:
            gone.remove(corrected)
            connection.execute("UPDATE figures SET superseded_by = ? WHERE id = ?", [new_id, corrected["id"]])
    connection.executemany("UPDATE figures SET withdrawn_at = ? WHERE id = ?", [(now, row["id"]) for row in gone])


def _append_figure(connection: sqlite3.Connection, organization_id: str, figure: SeedFigure, now: str) -> int:
    cursor = connection.execute(
        "INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, source_url,"
        " method, licence_class, note, kind) VALUES (?, ?, ?, ?, ?, ?, 'seeds', ?, 'curated', ?, ?, ?)",
        [
            organization_id,
            figure.measure,
            figure.amount,
            figure.currency,
            figure.as_of,
            now,
            figure.source_url,
            figure.licence_class,
            figure.note or None,
            figure.kind,
        ],
    )
    return int(cursor.lastrowid or 0)


def _place(row: sqlite3.Row) -> tuple[str, str, str]:
    return row["measure"], row["as_of"], row["source_url"]


def _fact(row: sqlite3.Row) -> tuple[str, ...]:
    amount = str(Decimal(row["amount"]).normalize())
    return (*_place(row), amount, row["currency"], row["licence_class"], row["note"] or "", row["kind"] or "")


def _seed_fact(figure: SeedFigure) -> tuple[str, ...]:
    amount = str(Decimal(figure.amount).normalize())
    place = (figure.measure, figure.as_of, figure.source_url)
    return (*place, amount, figure.currency, figure.licence_class, figure.note, figure.kind or "")
