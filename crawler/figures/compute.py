"""All figures of one day, read from the store with SELECT alone: the counts, then each value policy's money."""

from __future__ import annotations

import sqlite3
from datetime import date

from crawler.figures.counts import Origin, count_totals
from crawler.figures.inputs import read_inputs
from crawler.figures.model import Figures
from crawler.figures.policies import policies


def compute_totals(connection: sqlite3.Connection, *, day: date, origin: Origin) -> Figures:
    """The figures of every scope on `day`, always in the same order.

    `day` is "today" for windows, ages and the choice of money facts. Repositories of another origin count as never
    asked. What the list no longer names is left out.
    """
    totals = count_totals(connection, day=day, origin=origin)
    inputs = read_inputs(connection, day=day, origin=origin)
    lines = []
    for policy in policies():
        figures = policy.compute(inputs)
        totals += figures.totals
        lines += figures.lines
    return Figures(totals, lines)
