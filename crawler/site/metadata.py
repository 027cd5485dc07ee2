"""What Datasette is told about landscape.db: words from the dictionary, and how each table is best shown."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib import resources
from typing import Any

import msgspec
import yaml
from msgspec import UNSET, Struct, UnsetType

from crawler.store.dictionary import Description, load_dictionary

DATABASE = "landscape"
"""The name of the database in the site's addresses, whatever the file is called."""


class Query(Struct, frozen=True, forbid_unknown_fields=True):
    """A canned query: a question in words and its answer in SQL."""

    title: str
    description: str
    sql: str
    params: list[str] | UnsetType = UNSET
    """Named parameters in the order of their fields; each may be left empty."""


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
    "project_repositories": TableOptions(facets=("is_primary",)),
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
    "imported_counts": TableOptions(sort_desc="day", facets=("source",)),
    "imported_days": TableOptions(hidden=True),
    "scorecards": TableOptions(sort_desc="score"),
    "health": TableOptions(),
    "health_inputs": TableOptions(facets=("input",)),
    "schedule_jobs": TableOptions(sort="next_run_at"),
    "projects_fts": TableOptions(hidden=True),
}

_SOURCE = "GitHub's public API and the landscape's own list; every money figure names its public page"
_LICENCE = "facts from public sources; for money figures see their licence_class"


def site_metadata(recorded_on: str | None = None) -> dict[str, Any]:
    """Datasette's metadata for the database `DATABASE`; `recorded_on` is the day of recorded figures, if they are."""
    words = load_dictionary()
    return {
        "title": "Landscape",
        "description_html": _welcome(recorded_on),
        "source": _SOURCE,
        "license": _LICENCE,
        "databases": {
            DATABASE: {
                "title": "Landscape database",
                "description": "What each table and column means stands at the top of its page; NULL is 'not known'.",
                "tables": {name: _table(name, text) for name, text in (words.views | words.tables).items()},
                "queries": {name: msgspec.to_builtins(query) for name, query in canned_queries().items()},
            }
        },
    }


@cache
def canned_queries() -> dict[str, Query]:
    """The canned queries by name, in the order in which the site lists them."""
    text = resources.files("crawler.site").joinpath("queries.yml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), dict[str, Query])


def _table(name: str, words: Description) -> dict[str, Any]:
    return {
        "title": words.title,
        "description": words.description,
        "columns": words.columns,
        **msgspec.to_builtins(_OPTIONS[name]),
    }


def _welcome(recorded_on: str | None) -> str:
    """The home page's text: what to open first, the search box, and the questions."""
    questions = "".join(
        f'<li><a href="/{DATABASE}/{name}">{escape(query.title)}</a></li>' for name, query in canned_queries().items()
    )
    recorded = (
        f"<p><strong>These are recorded figures of {escape(recorded_on)}</strong>, not live ones.</p>"
        if recorded_on
        else ""
    )
    return (
        f'<p>Start with <a href="/{DATABASE}/landscape"><strong>the landscape</strong></a>: '
        "every project with its figures, to sort, filter and export.</p>"
        f"{recorded}"
        f'<form action="/{DATABASE}/projects"><p><label for="search">Find projects</label> '
        '<input id="search" type="search" name="_search"> <input type="submit" value="Search"></p></form>'
        f"<p>Questions that the figures answer:</p><ul>{questions}</ul>"
    )
