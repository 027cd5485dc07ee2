"""Writes what a repository's funding.json says, and the yearly income that an organisation declares there."""

from __future__ import annotations

import json
import sqlite3
from datetime import date

from crawler.model import Manifest, Money, NoManifest
from crawler.store.organizations import add_figure


def write_manifest(
    connection: sqlite3.Connection,
    source: str,
    repository_id: int,
    manifest: Manifest | NoManifest,
    *,
    origin: str,
    now: str,
    day: date,
) -> None:
    """Store what the file says now; the row of one that is gone goes. Inside the caller's transaction."""
    if isinstance(manifest, NoManifest):
        connection.execute("DELETE FROM funding_manifests WHERE repository_id = ?", [repository_id])
        return
    connection.execute(
        "INSERT OR REPLACE INTO funding_manifests (repository_id, url, version, entity_type, entity_role, verified,"
        " plans, history, origin, fetched_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            repository_id,
            manifest.url,
            manifest.version,
            manifest.entity_type,
            manifest.entity_role,
            manifest.verified,
            json.dumps(manifest.plans, ensure_ascii=False),
            json.dumps(manifest.history, ensure_ascii=False),
            origin,
            now,
        ],
    )
    income = reported_income(manifest, day)
    organizations = connection.execute(
        "SELECT DISTINCT p.organization_id FROM project_repositories pr JOIN projects p ON p.id = pr.project_id"
        " WHERE pr.repository_id = ? AND p.removed_at IS NULL",
        [repository_id],
    ).fetchall()
    if income is not None and len(organizations) == 1 and organizations[0]["organization_id"] is not None:
        add_figure(connection, source, organizations[0]["organization_id"], income, now=now)


def reported_income(manifest: Manifest, day: date) -> Money | None:
    """The income of the newest year that had begun by `day`; None where the file does not tell it for certain.

    Plans are asks and never count. What an individual receives is no organisation's, a file that does not speak for its
    repository may say anything, and of two incomes for one year nobody knows which holds.
    """
    if manifest.verified != "same_path" or manifest.entity_type == "individual":
        return None
    told = [entry for entry in manifest.history if "income" in entry and int(entry["year"]) <= day.year]
    newest = max((entry["year"] for entry in told), default=None)
    of_newest = [entry for entry in told if entry["year"] == newest]
    if len(of_newest) != 1:
        return None
    return Money(
        measure="reported_income",
        amount=of_newest[0]["income"],
        currency=of_newest[0]["currency"],
        as_of=of_newest[0]["year"],
        source_url=manifest.url,
        method="self-declared",
        licence_class="public",
    )
