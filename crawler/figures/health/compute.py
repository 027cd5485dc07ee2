"""The health of every project of the list on a day, from the store alone."""

from __future__ import annotations

import sqlite3
from datetime import date

from crawler.figures.counts import Origin
from crawler.figures.health.facts import read_facts
from crawler.figures.health.scoring import Health, score_project
from crawler.rules import HealthRules


def compute_health(connection: sqlite3.Connection, rules: HealthRules, *, day: date, origin: Origin) -> list[Health]:
    """The health of each project, in the list's order. Repositories of another origin count as never asked."""
    facts = read_facts(connection, day=day, origin=origin)
    return [score_project(project_id, known, rules, today=day) for project_id, known in facts]
