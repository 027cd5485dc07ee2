"""A whole set-up for tests: a GitHub on loopback, a list, a database, and the command line over them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import patch

from crawler import clock
from crawler.cli import main
from crawler.sandbox.faults import Fault
from crawler.sandbox.server import SandboxServer
from crawler.settings import KEYS, OTHER_HOSTS
from crawler.sources.catalogue import MONEY

TOKEN = "a-token-of-the-tests"
NOBODY = "http://127.0.0.1:9"
NOWHERE = dict.fromkeys(OTHER_HOSTS, NOBODY)
"""Other hosts than GitHub, which no test may ask: addresses at which nobody answers."""


FIRST_HAND = ("github", "contributors", "first_commit", "sponsors", "funding_json", "release_history")
"""Star history is off where a test does not ask for it: it takes more requests than all others together."""
COMPUTED = (
    "computed_days",
    "total_series",
    "total_values",
    "value_lines",
    "replacement_costs",
    "health",
    "health_inputs",
    "told_values",
    "told_marks",
)
"""Tables that every refresh computes anew, for its own day."""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


def command(*arguments: object, money: bool = False, **environment: str) -> Done:
    """The command line in this process, in an environment with nothing of ours but what is given.

    Without `money` it has no source of money: most tests are not about those, and to find nobody at home takes time.
    """
    # Standard output as it is: text, and the bytes below it.
    below = BytesIO()
    out, err, code = TextIOWrapper(below, encoding="utf-8", newline=""), StringIO(), None
    kept = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("GITHUB_", "CRAWLER_")) and name not in KEYS
    }
    with (
        patch.dict(os.environ, kept | NOWHERE | environment, clear=True),
        patch("crawler.sources.catalogue.MONEY", MONEY if money else ()),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = left.code
    assert isinstance(code, int)
    out.flush()
    return Done(code, below.getvalue().decode(), err.getvalue())


def yaml(*projects: str | tuple[str, Iterable[str]]) -> str:
    """A list of `owner/name` texts: a project each, or with former names beside it."""
    lines = ["categories:", "  - name: Made up", "    subcategories:", "      - name: Widgets", "        items:"]
    for project in projects:
        name, former = (project, ()) if isinstance(project, str) else project
        lines += [f"          - name: {name.partition('/')[2]}", f"            repo_url: https://github.com/{name}"]
        lines += ["            former_repo_urls:"] if former else []
        lines += [f"              - https://github.com/{one}" for one in former]
    return "\n".join(lines) + "\n"


def check(database: Path) -> None:
    """Whatever happened, the file is whole, every reference leads somewhere, and nothing is doubled."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        asked = "SELECT source, repository_id FROM fetches WHERE repository_id IS NOT NULL GROUP BY 1, 2"
        assert connection.execute(f"{asked} HAVING count(*) > 1").fetchall() == []


class Landscape:
    """A list in `folder`, and a database that fills from `server`. After each command the database is checked."""

    def __init__(self, folder: Path, server: SandboxServer) -> None:
        self.server = server
        self.world = server.world
        self.seeds = folder / "seeds.yml"
        self.database = folder / "landscape.db"
        self.now = clock.now()
        """What the clock says; `later` moves it."""
        self.is_whole = True
        """False: a test has damaged the database on purpose."""
        self.seed(*(repository.name_with_owner for repository in server.world))

    @property
    def environment(self) -> dict[str, str]:
        """Where GitHub is, and the token for it."""
        return {
            "GITHUB_API_URL": self.server.api_url,
            "GITHUB_GRAPHQL_URL": self.server.graphql_url,
            "GITHUB_TOKEN": self.server.token or "",
            "CRAWLER_STAR_HISTORY": "0",
        }

    def seed(self, *projects: str | tuple[str, Iterable[str]]) -> None:
        """Write the list anew."""
        self.seeds.write_text(yaml(*projects), encoding="utf-8")

    def strike(self, *faults: Fault) -> None:
        """What goes wrong at GitHub from here on."""
        self.server.faults.replace(*faults)

    def later(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now

    def run(self, name: str, *options: object, code: int | None = 0, **environment: str) -> Done:
        """A command over the list and the database; it must end with that exit code (None: with any)."""
        self.server.log.clear()
        with patch("crawler.clock.now", lambda: self.now):
            seeds = [self.seeds] if name in {"refresh", "plan"} else []
            done = command(name, *seeds, "--db", self.database, *options, **(self.environment | environment))
        assert done.code == code or code is None, f"exit {done.code}\n{done.out}\n{done.err}"
        assert "Traceback" not in done.err
        assert TOKEN not in done.out + done.err
        if self.database.is_file() and self.is_whole:
            check(self.database)
        return done

    def refresh(self, *options: object, code: int | None = 0, **environment: str) -> Done:
        """`crawler refresh`."""
        return self.run("refresh", *options, code=code, **environment)

    def start(self, *options: object) -> subprocess.Popen[str]:
        """`crawler refresh` as a process of its own, still at work; it asks GitHub alone."""
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "crawler",
                "refresh",
                str(self.seeds),
                "--db",
                str(self.database),
                *(f"--source={name}" for name in FIRST_HAND),
                *map(str, options),
            ],
            env=os.environ | NOWHERE | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def asked(self) -> int:
        """Requests that the last command sent."""
        return len(self.server.log)

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a query brings."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query, parameters).fetchall()

    def value(self, query: str, *parameters: object) -> Any:
        """The one value of the one row that a query brings."""
        ((value,),) = self.rows(query, *parameters)
        return value

    def total(self, measure: str) -> Any:
        """A count of the whole landscape, as of the newest day."""
        newest = "ORDER BY day DESC LIMIT 1"
        return self.value(
            f"SELECT value FROM totals WHERE scope = 'landscape' AND measure = ? AND policy = '' {newest}", measure
        )

    def repository(self, name: str) -> dict[str, Any]:
        """The row of the one repository of that name."""
        with closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            (row,) = connection.execute("SELECT * FROM repositories WHERE name_with_owner = ?", [name]).fetchall()
            return dict(row)

    def change(self, statement: str, *parameters: object) -> None:
        """Meddle with the database."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(statement, parameters)

    def dump(self, *left_out: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table but those left out."""
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'projects_fts%'")
        return {
            table: sorted(self.rows(f'SELECT * FROM "{table}"'), key=repr)
            for (table,) in tables
            if table not in left_out
        }
