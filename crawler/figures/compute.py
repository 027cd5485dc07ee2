"""All figures of one day, read from the store with SELECT alone: the counts, then each value policy's money."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import date
from decimal import localcontext

from crawler.figures.counts import Origin, count_totals
from crawler.figures.inputs import read_inputs
from crawler.figures.model import Figures
from crawler.figures.policies import policies

DIGITS = 100


def compute_totals(
    connection: sqlite3.Connection, *, day: date, origin: Origin, only: Collection[str] | None = None
) -> Figures:
    """The figures of every scope on `day`, always in the same order.

    `day` is "today" for windows, ages and the choice of money facts. Repositories of another origin count as never
    asked. What the list no longer names is left out. `only`: the money of these policies alone; None: the
    counts and that of all.
    """
    totals = count_totals(connection, day=day, origin=origin) if only is None else []
    lines, costs = [], []
    # The usual 28 digits would round the cents of absurd amounts: a total would not be the sum of its lines.
    with localcontext(prec=DIGITS):
        inputs = read_inputs(connection, day=day, origin=origin)
        for policy in policies():
            if only is not None and policy.name not in only:
                continue
            figures = policy.compute(inputs)
            totals += figures.totals
            lines += figures.lines
            costs += figures.costs
    return Figures(totals, lines, costs)
