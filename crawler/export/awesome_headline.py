"""The headline of a list that holds but a part of the database: it counts what is on the list."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

import msgspec

from crawler.export import rows
from crawler.export.attributions import attributions
from crawler.export.block import FIRST_HAND
from crawler.export.shown import Project, Shown
from crawler.figures.headline import LANDSCAPE, headline
from crawler.figures.model import Total
from crawler.listed import Seeds


def heading(connection: Connection, seeds: Seeds, shown: Shown) -> tuple[str, list[str]]:
    """The headline of a list, and what the sources of its figures ask to be said.

    They are those of the database where all that it shows is on the list. The value of a part is not told: it is
    computed for the whole.
    """
    listed = {project.id for project in seeds.projects}
    known = {project.id: project for project in shown.projects}
    if known.keys() <= listed:
        return shown.headline, shown.attributions
    found = _repositories(connection, seeds, known)
    answered = [row for row in found.values() if row and row["status"] != "unknown"]
    stars = [row["stars"] for row in answered if row["stars"] is not None]
    places = {part.id: part.category_id for part in seeds.subcategories}
    categories = len({places[project.subcategory_id] for project in seeds.projects})
    totals = [
        _total("categories", categories, categories),
        _total("projects", len(seeds.projects), len(seeds.projects)),
        Total(
            scope=LANDSCAPE, measure="stars", value=sum(stars) if stars else None, known=len(stars), total=len(found)
        ),
        _total("repositories", len(found), len(answered)),
    ]
    snapshot = msgspec.structs.replace(shown.snapshot, totals={(LANDSCAPE, one.measure, ""): one for one in totals})
    second_hand = sum(row["origin"] == "live" and row["figures_source"] not in {None, FIRST_HAND} for row in answered)
    sources = [(known[one].figures_source or FIRST_HAND, False) for one in sorted(listed & known.keys())]
    line = headline(connection, snapshot=snapshot, as_of=shown.day, second_hand=second_hand)
    return line, attributions(sources)


def _repositories(
    connection: Connection, seeds: Seeds, known: Mapping[str, Project]
) -> dict[str, sqlite3.Row | dict[str, Any] | None]:
    """The rows of the repositories of a list, by name in small letters; None where the database has none."""
    found: dict[str, sqlite3.Row | dict[str, Any] | None] = {}
    for project in seeds.projects:
        if project.id in known:
            for row in rows.repositories(connection, project.id):
                found[row["name_with_owner"].lower()] = row
        else:
            for repository in project.repositories:
                found.setdefault(repository.name_with_owner.lower(), None)
    return found


def _total(measure: str, value: int, known: int) -> Total:
    return Total(scope=LANDSCAPE, measure=measure, value=value, known=known, total=value)
