"""A list as it is found in the wild, a database that knows something of it, and what is exported of both."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from crawling import Done, command
from landscape2_model import Organization, Repository, read_crunchbase, read_github

from crawler.seeds import read_seeds
from crawler.store import open_writer, transaction
from crawler.store.seeds import sync_seeds

NOW = "2026-11-22T12:00:00Z"
SUNDAY = date(2026, 11, 22)

WILD = """\
# kept by hand
landscape:
  - category:
    name: "Tools & 'Things'"
    subcategories:
      - subcategory:
        name: Yes
        items:
          - item:
            name: "=Widget: \\u202egpj"
            homepage_url: https://example.org/
            repo_url: https://github.com/acme/widget/
            branch: no
            license: 'MIT'
            logo: widget.svg
            crunchbase: https://www.crunchbase.com/organization/Acme
            joined: 2020-01-02
            additional_repos:
              - repo_url: https://github.com/acme/widget
              - repo_url: https://github.com/acme/Gadget
                branch: main
              - repo_url: https://gitlab.com/acme/other
            extra:
              text: |
                two
                lines
              flag: true
          - item:
            name: Lone
            homepage_url: https://example.org/lone
            repo_url: http://github.com/acme/lone.git
            logo: lone.svg
            crunchbase: https://www.crunchbase.com/organization/bought/
            twitter:
            image_data: {fileName: lone.svg}
  - category:
    name: More
    subcategories:
      - subcategory:
        name: All
        items:
          - name: Secret
            homepage_url: https://example.org/secret
            repo_url: https://me:hunter2@github.com/acme/secret
            logo: secret.svg
          - name: Gone
            homepage_url: https://example.org/gone
            repo_url: https://github.com/acme/gone
            logo: gone.svg
          - name: Uncounted
            homepage_url: https://example.org/uncounted
            repo_url: https://github.com/acme/uncounted
            logo: uncounted.svg
organizations:
  - id: acme
    name: "Acme \\e[31m Inc"
    crunchbase_permalink: acme
    homepage_url: https://acme.example/
    ticker: ACME
    exchange: NYSE
  - id: bought
    name: Bought
    crunchbase_permalink: bought
    parents:
      - organization: acme
        since: 2021-05-01
        share: 1
"""

_FIGURE = """
INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, source_url, method,
  licence_class, kind) VALUES (?, ?, ?, ?, ?, '2026-11-01T00:00:00Z', ?, 'https://example.org/', 'stated', ?, ?)
"""
_REPOSITORY = """
UPDATE repositories SET status = 'ok', origin = 'live', fetched_at = '2026-11-20T10:00:00Z', stars = 7,
  contributors = 3, description = ?, license_spdx = 'MIT', license_name = 'MIT License', topics = '["a", "b"]',
  latest_commit_at = '2026-11-19T08:00:00Z', latest_commit_oid = 'abc', first_commit_at = '2015-01-01T00:00:00Z',
  first_commit_oid = 'def', figures_source = 'github'
WHERE name_with_owner = ?
"""


class Site:
    """A folder with `list.yml` and `landscape.db`."""

    def __init__(self, folder: Path, text: str = WILD) -> None:
        self.folder = folder
        self.seeds = folder / "list.yml"
        self.database = folder / "landscape.db"
        self.seeds.write_text(text, encoding="utf-8")
        with closing(open_writer(self.database)) as connection, transaction(connection):
            sync_seeds(connection, read_seeds(self.seeds), now=NOW)
        self.change("INSERT INTO computed_days VALUES ('2026-11-20', 'live', '[]', NULL)")

    def change(self, statement: str, *values: object) -> None:
        """Run one writing statement."""
        with closing(open_writer(self.database)) as connection:
            connection.execute(statement, values)

    def know(self, name: str, description: str = "A tool", weeks: int = 52, **figures: object) -> None:
        """GitHub has told of a repository, and of its newest weeks, 1, 2, 3 … commits each."""
        with closing(open_writer(self.database)) as connection, transaction(connection):
            connection.execute(_REPOSITORY, [description, name])
            for column, value in figures.items():
                connection.execute(f"UPDATE repositories SET {column} = ? WHERE name_with_owner = ?", [value, name])
            days = [(SUNDAY - timedelta(weeks=weeks - 1 - number)).isoformat() for number in range(weeks)]
            connection.executemany(
                "INSERT INTO commit_weeks SELECT id, ?, ? FROM repositories WHERE name_with_owner = ?",
                [(day, number, name) for number, day in enumerate(days, 1)],
            )

    def money(
        self,
        organization: str,
        measure: str,
        amount: str,
        as_of: str,
        *,
        currency: str = "USD",
        source: str = "seeds",
        licence: str = "curated",
        kind: str | None = None,
    ) -> None:
        """Add a figure of an organisation."""
        self.change(_FIGURE, organization, measure, amount, currency, as_of, source, licence, kind)

    def export(self, name: str, *arguments: object, code: int = 0, **environment: str) -> Done:
        """`crawler export NAME` of the list."""
        more = {"CRAWLER_NOW": NOW} | environment
        done = command("export", name, self.seeds, "--db", self.database, *arguments, **more)
        assert done.code == code, done
        assert "Traceback" not in done.err and "hunter2" not in done.out + done.err
        return done

    def landscape2(
        self, *arguments: object, **environment: str
    ) -> tuple[dict[str, Repository], dict[str, Organization], str]:
        """What landscape2 reads of the two files, and the notes."""
        done = self.export("landscape2", "-o", self.folder / "cache", *arguments, **environment)
        assert done.out == ""
        folder = self.folder / "cache" / "landscape"
        return (
            read_github((folder / "github.json").read_bytes()),
            read_crunchbase((folder / "crunchbase.json").read_bytes()),
            done.err,
        )


def by_name(tree: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The items of a processed landscape by name."""
    return {
        item["name"]: item
        for category in tree["landscape"]
        for subcategory in category["subcategories"]
        for item in subcategory["items"]
    }
