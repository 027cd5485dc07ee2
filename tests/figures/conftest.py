"""A small landscape in a real file, built by plain INSERTs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from crawler.figures.compute import compute_totals
from crawler.figures.model import Figures, Total, ValueLine
from crawler.store import open_writer, transaction
from crawler.store.past import see_past, see_present
from crawler.store.totals import write_totals

DAY = date(2023, 9, 25)


class Landscape:
    """Adds rows with as little as a test has to say; what is left out is NULL."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._position = 0

    def insert(self, table: str, **values: object) -> int:
        columns = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" for _ in values)
        cursor = self.connection.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', tuple(values.values()))
        return cursor.lastrowid or 0

    def _next(self) -> int:
        self._position += 1
        return self._position

    def group(self, slug: str) -> None:
        self.insert("groups", id=slug, name=slug.title(), position=self._next())

    def category(self, slug: str, *subcategories: str, group: str | None = None, **values: object) -> None:
        """A category with the subcategories `<id>--<name>`, at least `<id>--all`."""
        self.insert("categories", id=slug, name=slug.title(), group_id=group, position=self._next(), **values)
        for name in subcategories or ("all",):
            self.insert(
                "subcategories", id=f"{slug}--{name}", name=name, category_id=slug, position=self._next(), **values
            )

    def organization(self, slug: str, name: str | None = None, **values: object) -> None:
        """With a `parent_id` the list claims that it is owned, of old."""
        values = {"declared": 1, **values}
        self.insert("organizations", id=slug, name=name or slug.title(), position=self._next(), **values)
        if "parent_id" in values:
            self.owned(slug, values["parent_id"], values.get("parent_share"))

    def owned(self, child: str, parent: str, share: str | None = None, **values: object) -> None:
        """A claim of the list, unless `values` name another source."""
        row = {"source": "seeds", "licence_class": "curated", "observed_at": "2023-01-01T00:00:00Z", **values}
        self.insert("ownerships", child_id=child, parent_id=parent, share=share, **row)

    def told(self, organization: str, source: str = "crunchbase", /, **facts: object) -> None:
        """Facts that a source told of an organisation."""
        for field, value in facts.items():
            self.insert(
                "organization_facts",
                organization_id=organization,
                field=field,
                value=value,
                source=source,
                licence_class="public",
                observed_at="2023-01-01T00:00:00Z",
            )

    def repository(self, name: str, *, origin: str | None = "live", status: str | None = "ok", **values: object) -> int:
        return self.insert("repositories", name_with_owner=name, origin=origin, status=status, **values)

    def project(
        self,
        slug: str,
        *places: str,
        repositories: tuple[int, ...] = (),
        organization: str | None = None,
        **values: object,
    ) -> None:
        self.insert(
            "projects",
            id=slug,
            name=values.pop("name", slug.title()),
            subcategory_id=places[0],
            organization_id=organization,
            position=self._next(),
            first_seeded_at="2023-01-01T00:00:00Z",
            **values,
        )
        for number, place in enumerate(places):
            self.insert("project_subcategories", project_id=slug, subcategory_id=place, is_primary=number == 0)
        for number, repository in enumerate(repositories):
            self.insert(
                "project_repositories",
                project_id=slug,
                repository_id=repository,
                seeded_name=f"o/{repository}",
                is_primary=number == 0,
                position=number,
            )

    def release(self, repository: int, tag: str, published_at: str | None, **values: object) -> None:
        self.insert(
            "releases",
            repository_id=repository,
            tag_name=tag,
            published_at=published_at,
            first_seen_at="2023-09-25T00:00:00Z",
            **values,
        )

    def language(self, repository: int, language: str, size: int) -> None:
        self.insert("languages", repository_id=repository, language=language, bytes=size)

    def figure(
        self,
        organization: str,
        measure: str,
        amount: str,
        as_of: str = "2023-09-01",
        currency: str = "USD",
        **values: object,
    ) -> int:
        row = {
            "observed_at": "2023-01-01T00:00:00Z",
            "source": "seeds",
            "method": "curated",
            "licence_class": "curated",
            **values,
        }
        return self.insert(
            "figures",
            organization_id=organization,
            measure=measure,
            amount=amount,
            currency=currency,
            as_of=as_of,
            **row,
        )

    def compute(self, day: date = DAY, origin: str = "live", known_on: date | None = None) -> Figures:
        """From what is known now, or was at the end of the day `known_on`."""
        if known_on is None:
            return compute_totals(self.connection, day=day, origin=origin)
        see_past(self.connection, known_on)
        try:
            return compute_totals(self.connection, day=day, origin=origin)
        finally:
            see_present(self.connection)

    def write(self, day: date = DAY, origin: str = "live") -> None:
        with transaction(self.connection):
            write_totals(self.connection, self.compute(day, origin), day=day, origin=origin)

    def total(self, scope: str, measure: str, policy: str = "", **when: object) -> Total | None:
        found = [
            total
            for total in self.compute(**when).totals
            if (total.scope, total.measure, total.policy) == (scope, measure, policy)
        ]
        assert len(found) < 2, "a total is there at most once"
        return found[0] if found else None

    def figures(self, scope: str, measure: str, policy: str = "", **when: object) -> tuple[object, int, int] | None:
        """Value, known and total."""
        total = self.total(scope, measure, policy, **when)
        return (total.value, total.known, total.total) if total else None

    def lines(self, policy: str, measure: str = "value", **when: object) -> list[ValueLine]:
        """The lines of the whole landscape."""
        return [
            line
            for line in self.compute(**when).lines
            if (line.policy, line.measure, line.scope) == (policy, measure, "landscape")
        ]

    def reasons(self, policy: str, measure: str = "value", **when: object) -> dict[str, tuple[bool, str]]:
        """Counted or not and why, by organisation; of several lines one that counts."""
        lines = sorted(self.lines(policy, measure, **when), key=lambda line: line.counted)
        return {line.organization_id: (line.counted, line.reason) for line in lines}

    def range(self, policy: str, scope: str = "landscape", **when: object) -> tuple[str | None, ...]:
        """Low, central and high of a policy's value."""
        total = self.total(scope, "value", policy, **when)
        return (total.low, total.value, total.high) if total else ()


@pytest.fixture
def landscape(tmp_path: Path) -> Iterator[Landscape]:
    with closing(open_writer(tmp_path / "landscape.db")) as connection:
        yield Landscape(connection)
