"""A database without any network, and the hands to write it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from crawling import check

from crawler import clock
from crawler.figures.events import write_events
from crawler.model import Outcome, Release, Repository, Subject
from crawler.rules import EventRules
from crawler.seeds import read_seeds
from crawler.store import open_writer, transaction
from crawler.store.outcomes import Writing, write_outcomes
from crawler.store.seeds import sync_seeds

MORNING = datetime.fromisoformat("2026-03-01T06:00:00+00:00")


class Store:
    """A database file, what lists and answers make of it, and what it then says."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.connection = connection
        self.now = MORNING

    def sync(self, text: str) -> None:
        """Bring the database in line with a list."""
        path = self.folder / "seeds.yml"
        path.write_text(text, encoding="utf-8")
        with transaction(self.connection):
            sync_seeds(self.connection, read_seeds(path), now=clock.to_text(self.now))

    def subject(self, name: str) -> Subject:
        """The repository that has the name in the database, as a refresh would ask about it."""
        return self.subject_of(self.value("SELECT id FROM repositories WHERE name_with_owner = ?", name))

    def subject_of(self, repository_id: int) -> Subject:
        """The repository of that key of ours, as a refresh would ask about it."""
        name = self.value("SELECT name_with_owner FROM repositories WHERE id = ?", repository_id)
        return Subject(source="github", name=name, repository_id=repository_id)

    def answer(self, name: str, *, origin: str = "live", error: str | None = None, **fields: Any) -> None:
        """GitHub's answer about the repository that has the name in the database; `now` is its name at GitHub."""
        record = Repository(name_with_owner=fields.pop("now", name), **fields)
        self.write([Outcome(subject=self.subject(name), status="ok", record=record, error=error)], origin=origin)

    def write(self, outcomes: list[Outcome], *, source: str = "github", origin: str = "live") -> None:
        """Commit a batch."""
        writing = Writing(origin=origin, now=self.now, day=self.today)
        write_outcomes(self.connection, source, outcomes, writing, timedelta(days=1))

    def tell(self) -> None:
        """Find the events, as the close of a refresh does."""
        with transaction(self.connection):
            write_events(self.connection, day=self.today, now=self.now, rules=EventRules())

    @property
    def today(self) -> date:
        """The UTC day."""
        return clock.day_of(self.now)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a query brings."""
        return [tuple(row) for row in self.connection.execute(query, parameters)]

    def value(self, query: str, *parameters: object) -> Any:
        """The one value of the one row that a query brings."""
        ((value,),) = self.rows(query, *parameters)
        return value


def release(tag: str, day: str, **fields: Any) -> Release:
    """A release published on a day."""
    return Release(tag_name=tag, **({"published_at": f"{day}T12:00:00Z", "is_draft": False} | fields))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database."""
    path = tmp_path / "landscape.db"
    with closing(open_writer(path)) as connection:
        yield Store(tmp_path, connection)
    check(path)
