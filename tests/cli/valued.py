"""Two stored days of a made-up landscape with money, through the store's own functions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from crawler.figures.compute import compute_totals
from crawler.figures.model import Figures, Total, ValueLine
from crawler.model import Money, Rates
from crawler.store import open_writer, transaction
from crawler.store.organizations import add_figure
from crawler.store.rates import write_rates
from crawler.store.totals import write_totals

BEFORE, DAY = date(2026, 11, 20), date(2026, 11, 22)
POLICY = "ecosystem_value_v1"
BILLION = 10**9

LEGACY: dict[str, dict[str, int | str]] = {
    "items": {"value": 4},
    "stars": {"value": 978006},
    "market_cap": {"value": "2020000000001", "currency": "USD"},
    "funding": {"value": "60000000", "currency": "USD"},
}

SEEDED = """
INSERT INTO categories (id, name, position) VALUES ('run', 'Runtimes', 0);
INSERT INTO subcategories (id, name, category_id, position) VALUES ('run--all', 'All', 'run', 0);
INSERT INTO organizations (id, name, declared, position, attribution_share, attribution_low, attribution_high, ticker)
VALUES ('big', 'Big', 1, 0, '0.1', '0.05', '0.25', 'BIG'), ('hat', 'Hat', 1, 1, NULL, NULL, NULL, NULL),
  ('mid', 'Mid', 1, 2, '1', NULL, NULL, 'MID'), ('start', 'Start', 1, 3, NULL, NULL, NULL, NULL);
INSERT INTO ownerships (child_id, parent_id, share, valid_from, source, source_url, licence_class, observed_at)
VALUES ('hat', 'big', '1', '2019-07', 'seeds', 'https://big.example/hat', 'curated', '2026-11-19T00:00:00Z');
INSERT INTO projects (id, name, subcategory_id, organization_id, position, first_seeded_at) VALUES
  ('a', 'A', 'run--all', 'hat', 0, '2026-01-01T00:00:00Z'), ('b', 'B', 'run--all', 'mid', 1, '2026-01-01T00:00:00Z'),
  ('c', 'C', 'run--all', 'start', 2, '2026-01-01T00:00:00Z'), ('d', 'D', 'run--all', 'big', 3, '2026-01-01T00:00:00Z');
INSERT INTO project_subcategories (project_id, subcategory_id, is_primary)
VALUES ('a', 'run--all', 1), ('b', 'run--all', 1), ('c', 'run--all', 1), ('d', 'run--all', 1);
"""


def figure(
    connection: sqlite3.Connection,
    organization: str,
    amount: int,
    day: date,
    source: str,
    licence_class: str,
    **more: str,
) -> int:
    """Store a figure as a source would, and its id."""
    values = {"measure": "market_cap", "currency": "USD", "method": "reported"} | more
    money = Money(
        amount=str(amount),
        as_of=values.pop("as_of", day.isoformat()),
        source_url=f"https://{source}.example/{organization}",
        licence_class=licence_class,
        **values,
    )
    add_figure(connection, source, organization, money, now=f"{day.isoformat()}T06:00:00Z")
    return int(connection.execute("SELECT max(id) FROM figures").fetchone()[0])


def line(group: str, figure_id: int, low: float, central: float, high: float, scope: str = "landscape") -> ValueLine:
    """A counted line, in billions."""
    texts = [str(round(amount * BILLION)) for amount in (low, central, high)]
    return ValueLine(
        policy=POLICY,
        scope=scope,
        measure="value",
        organization_id=group,
        group_id=group,
        figure_id=figure_id,
        amount=texts[1],
        low=texts[0],
        high=texts[2],
        currency="USD",
        counted=True,
        reason="so it is",
    )


def total(low: float, central: float, high: float, scope: str = "landscape", policy: str = POLICY) -> Total:
    """A total over three groups, in billions."""
    texts = [str(round(amount * BILLION)) for amount in (low, central, high)]
    return Total(
        scope=scope,
        measure="value",
        policy=policy,
        value=texts[1],
        low=texts[0],
        high=texts[2],
        currency="USD",
        known=3,
        total=3,
    )


def fill(path: Path) -> None:
    """The worked shape of the funding facts §7.4: Big owns Hat, Mid has a euro quote, Start a price.

    Big's quote may not be published. Between the days Big rose by 100, Mid's euro did, and Start came in.
    """
    with closing(open_writer(path)) as connection:
        connection.executescript(SEEDED)
        with transaction(connection):
            for day, rate in ((BEFORE, "1.1875"), (DAY, "1.25")):
                rates = Rates(source_url="https://ecb.example", by_day={f"{day}": {"USD": rate}})
                write_rates(connection, "ecb", rates, now=f"{day}T06:00:00Z")
            old = figure(connection, "big", 900 * BILLION, BEFORE, "yahoo", "restricted")
            mid = figure(connection, "mid", 16 * BILLION, BEFORE, "seeds", "curated", currency="EUR")
            lines = [line("big", old, 45, 90, 900), line("mid", mid, 19, 19, 19)]
            write_totals(connection, Figures([total(64, 109, 919)], lines), day=BEFORE, origin="live")
            new = figure(connection, "big", 1000 * BILLION, DAY, "yahoo", "restricted")
            start = figure(
                connection,
                "start",
                300_000_000,
                DAY,
                "seeds",
                "curated",
                measure="post_money_valuation",
                as_of="2025-05",
            )
            lines = [
                line("big", new, 50, 100, 1000),
                line("mid", mid, 20, 20, 20),
                line("start", start, 0.06, 0.24, 0.3),
                line("big", new, 50, 100, 1000, scope="subcategory:run--all"),
            ]
            lines.append(
                ValueLine(
                    policy=POLICY,
                    scope="landscape",
                    measure="value",
                    organization_id="hat",
                    group_id="big",
                    counted=False,
                    reason="included in Big",
                )
            )
            totals = [
                total(70.06, 120.24, 1020.3),
                total(50, 100, 1000, scope="subcategory:run--all"),
                total(1020, 1020, 1020, policy="group_cap_v1"),
                total(3, 3, 3, policy="token_cap_v1"),
                *(
                    Total(scope="landscape", measure=measure, policy="legacy_landscape_v1", known=3, total=4, **value)
                    for measure, value in LEGACY.items()
                ),
            ]
            write_totals(connection, Figures(totals, lines), day=DAY, origin="live")


def compute(connection: sqlite3.Connection) -> None:
    """Put real figures, by every policy, in the place of the made-up ones of the newest day."""
    write_totals(connection, compute_totals(connection, day=DAY, origin="live"), day=DAY, origin="live")
