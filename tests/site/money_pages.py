"""Pages about money without a server: made from a database, as HTML or as text."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path

from made_once import made_once
from unserved import asked_of, html_of

from crawler.figures.compute import compute_totals
from crawler.figures.valuation import Valuation, read_valuation
from crawler.site.asked import Page
from crawler.site.board import Board, read_board
from crawler.store import open_reader, open_writer, transaction
from crawler.store.totals import write_totals

DAY = date(2023, 9, 25)
SCRIPT = "<script>alert(1)</script>"

_WEIGHED = f"""
INSERT INTO organizations (id, name, kind, declared, position) VALUES ('bare', '{SCRIPT}', NULL, 1, 900);
INSERT INTO organizations (id, name, kind, declared, position) VALUES ('round', 'Round', 'company', 1, 901);
INSERT INTO organizations (id, name, kind, declared, position) VALUES ('about', 'About', 'company', 1, 902);
INSERT INTO ownerships (child_id, parent_id, share, source, licence_class, observed_at) VALUES
  ('round', 'about', '0.9', 'seeds', 'curated', '2023-09-01T00:00:00Z'),
  ('about', 'round', '0.8', 'seeds', 'curated', '2023-09-02T00:00:00Z');
INSERT INTO figures (id, organization_id, measure, amount, currency, as_of, observed_at, source, source_url, method,
    licence_class, note, superseded_by, withdrawn_at) VALUES
  (9001, 'round', 'funding_round', '4000000', 'EUR', '2021-06-01', '2023-09-25T00:00:00Z', 'seeds',
    'javascript:alert(1)', 'curated', 'curated', '{SCRIPT}', NULL, NULL),
  (9002, 'round', 'funding_round', '777111', 'USD', '2021-06-01', '2023-09-20T00:00:00Z', 'seeds', NULL, 'curated',
    'curated', NULL, 9001, NULL),
  (9003, 'round', 'annual_revenue', '555222', 'USD', '2022', '2023-09-20T00:00:00Z', 'seeds', NULL, 'curated',
    'curated', NULL, NULL, '2023-09-21T00:00:00Z'),
  (9004, 'round', 'annual_revenue', '333444', 'USD', '2031', '2023-09-20T00:00:00Z', 'seeds', NULL, 'curated',
    'curated', NULL, NULL, NULL)
"""


def weighed(rich: Path) -> Path:
    """A copy of a rich landscape in which the restricted round counts, with a circle of owners and bare names."""
    return made_once(rich.with_name("weighed.db"), lambda path: _weigh(rich, path))


def _weigh(rich: Path, path: Path) -> None:
    shutil.copy(rich, path)
    with closing(open_writer(path)) as connection, transaction(connection):
        for statement in _WEIGHED.split(";\n"):
            connection.execute(statement)
        connection.execute("UPDATE projects SET organization_id = 'round' WHERE id = 'hostile-nothing'")
        figures = compute_totals(connection, day=DAY, origin="sandbox")
        write_totals(connection, figures, day=DAY, origin="sandbox")


def make(
    path: Path,
    page: Callable[..., Page],
    *key: str,
    with_restricted: bool = False,
    is_static: bool = False,
    **query: str,
) -> str:
    """The HTML of a page over that database."""
    with closing(open_reader(path)) as connection:
        board = _board(path, with_restricted)
        asked = asked_of(board, connection, query, is_static=is_static, with_restricted=with_restricted)
        return html_of(page, asked, *key)


@cache
def valuation_of(path: Path) -> Valuation:
    """The landscape's, as the commands read it."""
    with closing(open_reader(path)) as connection:
        return read_valuation(connection, "landscape")


@cache
def _board(path: Path, with_restricted: bool) -> Board:
    with closing(open_reader(path)) as connection:
        return read_board(connection, with_restricted=with_restricted)


def text_of(page: str) -> str:
    """What a reader sees of it, with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())
