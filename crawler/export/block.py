"""What stands in the `enriched:` block of an item: known figures with their dates and sources, nothing else.

Dates are days, so that asking again on the same day changes nothing. What comes from the sandbox's recording carries
`recorded_on` in place of `as_of`, so that it never looks fresh.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from crawler.export import rows
from crawler.export.attributions import attributions

Block = dict[str, Any]

FIRST_HAND = "github"
VALUE_POLICY = "ecosystem_value_v1"

_FIGURES = ("stars", "forks", "contributors", "commits_last_year", "open_issues")
_LICENSE = ("license_spdx", "license_expression")
_FIGURE = ("measure", "amount", "currency", "as_of", "source", "source_url", "licence_class", "note")
_VALUE = ("policy", "low", "central", "high", "currency")
_DAYS = ("latest_release_at", "latest_commit_at", "first_commit_at")


class Blocks:
    """The blocks of one export, read from one database. Organisations are read once, they stand in many items."""

    def __init__(self, connection: sqlite3.Connection, *, include_restricted: bool) -> None:
        self._connection = connection
        self._include_restricted = include_restricted
        self._recorded_on = rows.recorded_on(connection)
        self._unpublished = set() if include_restricted else rows.unpublished_values(connection, VALUE_POLICY)
        self._organizations: dict[str, Block | None] = {}

    def of_project(self, project_id: str) -> Block | None:
        """The block of a project, empty if no figure of it is known; None if the project is not in the database."""
        project = rows.project(self._connection, project_id)
        if project is None:
            return None
        block: Block = {}
        repositories = [
            self._repository(row)
            for row in rows.repositories(self._connection, project_id)
            if row["status"] or row["figures_source"]
        ]
        if repositories:
            block["repositories"] = repositories
        if project["organization_id"]:
            organization = self._organization(project["organization_id"], project["organization"])
            if organization:
                block["organization"] = organization
        return block

    def _repository(self, row: sqlite3.Row) -> Block:
        name = row["name_with_owner"]
        block: Block = {"name": name, "status": row["status"]}
        block |= {column: row[column] for column in (*_FIGURES, *_LICENSE, "primary_language", "latest_release_tag")}
        block |= {column: _day(row[column]) for column in _DAYS}
        block["is_archived"] = None if row["is_archived"] is None else bool(row["is_archived"])
        if row["license_expression"] == row["license_spdx"]:
            del block["license_expression"]
        dates = self._date(row["fetched_at"], row["origin"])
        block |= dates
        if row["figures_source"] not in {None, FIRST_HAND}:
            block |= {"figures_source": row["figures_source"], "figures_source_url": row["figures_source_url"]}
            block |= {"figures_as_of": _day(row["figures_observed_at"]), "licence_class": row["figures_licence_class"]}
        counted = self._date(row["contributors_fetched_at"], row["contributors_origin"])
        if row["contributors"] is not None and row["contributors_fetched_at"] and counted != dates:
            block |= {f"contributors_{key}": day for key, day in counted.items()}
        if row["origin"] == "live" and _day(row["status_fetched_at"]) != block.get("as_of"):
            # The host no longer shows it: the figures are older than what is known of its state.
            block["status_as_of"] = _day(row["status_fetched_at"])
        block["source"] = row["url"] or f"https://github.com/{name}"
        block["former_names"] = rows.former_names(self._connection, row["id"]) or None
        return _known(block)

    def _date(self, fetched_at: str | None, origin: str | None) -> Block:
        return {"recorded_on": self._recorded_on} if origin == "sandbox" else {"as_of": _day(fetched_at)}

    def _organization(self, organization_id: str, name: str) -> Block | None:
        if organization_id not in self._organizations:
            self._organizations[organization_id] = self._read_organization(organization_id, name)
        return self._organizations[organization_id]

    def _read_organization(self, organization_id: str, name: str) -> Block | None:
        """Its own figures, its ultimate parent, and the value of their group; None where none may be told."""
        restricted = {"include_restricted": self._include_restricted}
        figures = rows.newest_figures(self._connection, organization_id, **restricted)
        group = rows.group(self._connection, organization_id, **restricted)
        value = None
        if group and group["id"] not in self._unpublished:
            value = rows.value(self._connection, group["id"], VALUE_POLICY)
        sources = [(row["source"], False) for row in figures]
        if group and value:
            sources += rows.sources_of_value(self._connection, group["id"], VALUE_POLICY, value["day"])
        found = _known(
            {
                "included_in": dict(group) if group and group["id"] != organization_id else None,
                "figures": [_known({key: row[key] for key in _FIGURE}) for row in figures] or None,
                "value": _known({key: value[key] for key in _VALUE} | {"as_of": value["day"]}) if value else None,
                "attributions": attributions(sources) or None,
            }
        )
        return {"id": organization_id, "name": name, **found} if found else None


def _known(block: Block) -> Block:
    return {key: value for key, value in block.items() if value is not None}


def _day(moment: str | None) -> str | None:
    return None if moment is None else moment[:10]
