"""What Datasette is told about landscape.db, one source for all its versions: words, tables, questions, settings."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec
import yaml
from msgspec import UNSET, Struct, UnsetType

from crawler.store.dictionary import Description, load_dictionary

DATABASE = "landscape"
"""The name of the database in the site's addresses, whatever the file is called."""

SETTINGS: dict[str, int | bool] = {
    # Far more than any question of ours needs; a runaway one ends, and a count that takes longer is left out.
    "sql_time_limit_ms": 1_500,
    "facet_time_limit_ms": 500,
    "default_facet_size": 20,
    # Each would be tried for each column of each page; those that are useful stand below.
    "suggest_facets": False,
    "default_page_size": 100,
    "max_returned_rows": 2_000,
    "max_csv_mb": 50,
    "truncate_cells_html": 500,
    "num_sql_threads": 6,
    # A refresh may write at any moment: a page is never served from a cache, nor the file without its WAL.
    "default_cache_ttl": 0,
    "allow_download": False,
}
"""Datasette's settings, of which 0.65 and 1.0 know all."""


class Query(Struct, frozen=True, forbid_unknown_fields=True):
    """A canned query: a question in words and its answer in SQL."""

    title: str
    description: str
    audience: Literal["everybody", "maintainers", "analysts", "investors"]
    """Who asks it most."""
    sql: str
    params: list[str] | UnsetType = UNSET
    """Named parameters in the order of their fields; each may be left empty."""
    is_public: bool = False
    """Whether it leaves out by itself all that may not be published, so that it stays open."""

    def unfilled(self) -> dict[str, str]:
        """Its parameters as they are before anybody fills them in."""
        return {} if self.params is UNSET else dict.fromkeys(self.params, "")

    def told(self) -> dict[str, Any]:
        """What Datasette is told of it."""
        told = {"title": self.title, "description": self.description, "sql": self.sql.strip()}
        return told if self.params is UNSET else {**told, "params": self.params}


class TableOptions(Struct, frozen=True, omit_defaults=True):
    """How Datasette shows a table; the names are Datasette's own."""

    sort: str = ""
    sort_desc: str = ""
    facets: tuple[str, ...] = ()
    label_column: str = ""
    sortable_columns: tuple[str, ...] = ()
    fts_table: str = ""
    fts_pk: str = ""
    hidden: bool = False


# Datasette sorts every column of a table, and none of a view unless it is named.
_LANDSCAPE_SORTS = (
    "project group category subcategory organization stars forks contributors commits_last_year latest_release_at "
    "latest_commit_at first_commit_at license_spdx primary_language open_issues open_pull_requests watchers status "
    "fetched_at"
)

_OPTIONS = {
    "landscape": TableOptions(
        sort_desc="stars",
        facets=("category", "license_spdx", "primary_language", "status", "is_archived"),
        sortable_columns=tuple(_LANDSCAPE_SORTS.split()),
    ),
    "ecosystem_value": TableOptions(
        sort_desc="day", facets=("policy",), sortable_columns=("policy", "day", "known", "total")
    ),
    "ecosystem_value_lines": TableOptions(
        sort_desc="day",
        facets=("policy", "scope", "counted"),
        sortable_columns=("policy", "day", "scope", "organization_id", "counted"),
    ),
    # Without an order of its own, as other tables with a row for each day: millions of rows would have to be sorted.
    "totals": TableOptions(sortable_columns=("scope", "measure", "policy", "day", "known", "total")),
    "growth": TableOptions(
        sort_desc="stars_month",
        sortable_columns=("project", "stars", "stars_week", "stars_month", "stars_year", "commits_last_year"),
    ),
    "groups": TableOptions(sort="position", label_column="name"),
    "categories": TableOptions(sort="position", facets=("group_id",), label_column="name"),
    "subcategories": TableOptions(sort="position", facets=("category_id",), label_column="name"),
    "organizations": TableOptions(sort="name", facets=("kind", "parent_id"), label_column="name"),
    "projects": TableOptions(
        sort="name",
        facets=("subcategory_id", "organization_id", "maturity"),
        label_column="name",
        # projects_fts is keyed by the rowid of projects, not by its text key.
        fts_table="projects_fts",
        fts_pk="rowid",
    ),
    "project_subcategories": TableOptions(facets=("subcategory_id", "is_primary")),
    "repositories": TableOptions(
        sort_desc="stars",
        facets=("license_spdx", "primary_language", "status", "is_archived", "origin", "figures_source"),
        label_column="name_with_owner",
    ),
    "project_repositories": TableOptions(facets=("is_primary", "is_expanded")),
    "project_orgs": TableOptions(),
    "owner_repositories": TableOptions(facets=("is_fork", "is_archived")),
    "former_names": TableOptions(sort_desc="seen_at"),
    "owners": TableOptions(sort_desc="sponsors", facets=("has_sponsors_listing",), label_column="login"),
    "releases": TableOptions(sort_desc="published_at", facets=("is_prerelease",), label_column="tag_name"),
    "languages": TableOptions(sort_desc="bytes", facets=("language",)),
    "funding_links": TableOptions(facets=("platform",)),
    "figures": TableOptions(sort_desc="as_of", facets=("measure", "currency", "source", "licence_class")),
    "organization_facts": TableOptions(sort_desc="observed_at", facets=("field", "source", "licence_class")),
    "ownerships": TableOptions(sort_desc="observed_at", facets=("source",)),
    "exchange_rates": TableOptions(sort_desc="day", facets=("currency", "source")),
    "funding_manifests": TableOptions(sort_desc="fetched_at", facets=("entity_type", "verified")),
    "replacement_costs": TableOptions(facets=("parameters",)),
    "history": TableOptions(),
    "changes": TableOptions(sort_desc="at", facets=("kind",)),
    "fetches": TableOptions(sort_desc="attempted_at", facets=("source", "status", "origin")),
    "validators": TableOptions(hidden=True),
    "runs": TableOptions(sort_desc="id", facets=("mode", "outcome"), label_column="started_at"),
    "run_sources": TableOptions(sort_desc="run_id", facets=("source",)),
    "quotas": TableOptions(hidden=True),
    "waits": TableOptions(hidden=True),
    "refused_values": TableOptions(sort_desc="seen_at", facets=("source", "field")),
    "value_lines": TableOptions(sort_desc="day", facets=("policy", "measure", "scope", "counted")),
    "former_values": TableOptions(),
    "former_rows": TableOptions(sort_desc="day", facets=("table_name",)),
    "remembered": TableOptions(hidden=True),
    "answered_days": TableOptions(sort_desc="last_day", facets=("source",)),
    "computed_days": TableOptions(sort_desc="day"),
    "total_series": TableOptions(hidden=True, label_column="measure"),
    "total_values": TableOptions(hidden=True),
    "told_repositories": TableOptions(hidden=True),
    "told_values": TableOptions(hidden=True),
    "told_marks": TableOptions(hidden=True),
    "webhooks": TableOptions(hidden=True),
    "star_weeks": TableOptions(),
    "commit_weeks": TableOptions(),
    "imported_counts": TableOptions(),
    "imported_days": TableOptions(hidden=True),
    "scorecards": TableOptions(sort_desc="score"),
    "health": TableOptions(),
    "health_inputs": TableOptions(facets=("input",)),
    "schedule_jobs": TableOptions(sort="next_run_at"),
    "projects_fts": TableOptions(hidden=True),
}

_SOURCE = {
    "source": "GitHub's public API and the landscape's own list; every money figure names its public page",
    "license": "facts from public sources; for money figures see their licence_class",
}
"""Stands on the database and on every table: Datasette 1.0 does not pass it down."""
_ABOUT = "What each table and column means stands at the top of its page; NULL is 'not known'."


def site_metadata(
    name: str = DATABASE,
    recorded_on: str | None = None,
    closed: Collection[str] = (),
    closed_queries: Collection[str] = (),
) -> dict[str, Any]:
    """Datasette's metadata for the database `name`: what 0.65 has in metadata.yaml.

    `recorded_on` is the day of recorded figures, if they are; `closed` are tables and views that nobody may see, and
    with any of them nobody may ask in SQL; `closed_queries` are the canned queries that go with them.
    """
    words = load_dictionary()
    about = f"These are recorded figures of {recorded_on}, not live ones. {_ABOUT}" if recorded_on else _ABOUT
    database = {
        "title": "Landscape database",
        "description": about,
        **_SOURCE,
        **({"allow_sql": False} if closed else {}),
        "tables": {
            name: {**_table(name, text), **_SOURCE, **({"allow": False} if name in closed else {})}
            for name, text in (words.views | words.tables).items()
        },
        "queries": _queries(closed_queries),
    }
    return {"title": "Landscape", "description": about, **_SOURCE, "databases": {name: database}}


def site_config(
    name: str = DATABASE, closed: Collection[str] = (), closed_queries: Collection[str] = ()
) -> dict[str, Any]:
    """What Datasette 1.0 has in datasette.yaml beside that metadata."""
    database: dict[str, Any] = {"queries": _queries(closed_queries)}
    if closed:
        database = {"allow_sql": False, "tables": {one: {"allow": False} for one in sorted(closed)}, **database}
    return {"settings": dict(SETTINGS), "databases": {name: database}}


@cache
def canned_queries() -> dict[str, Query]:
    """The canned queries by name, in the order in which the site lists them."""
    text = resources.files("crawler.site").joinpath("queries.yml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), dict[str, Query])


def _queries(closed: Collection[str]) -> dict[str, Any]:
    return {
        name: {**query.told(), **({"allow": False} if name in closed else {})}
        for name, query in canned_queries().items()
    }


def _table(name: str, words: Description) -> dict[str, Any]:
    return {
        "title": words.title,
        "description": words.description,
        "columns": words.columns,
        **msgspec.to_builtins(_OPTIONS[name]),
    }
