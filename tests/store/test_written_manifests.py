"""funding.json in the database: a row states what the file says now, and a declared income is a figure of its year."""

from __future__ import annotations

from typing import Any

import pytest
from crawling import yaml

from crawler.model import Manifest, NoManifest, Outcome, Refused

TWO_ITEMS = """
categories:
  - name: Made up
    subcategories:
      - name: Widgets
        items:
          - {name: One, repo_url: https://github.com/acme/widget, organization: %s}
          - {name: Two, repo_url: https://github.com/acme/widget, organization: %s}
organizations:
  - {id: acme, name: Acme}
  - {id: other, name: Other}
"""
URL = "https://github.com/acme/widget/blob/HEAD/funding.json"
FIGURES = (
    "SELECT organization_id, measure, amount, currency, as_of, source, source_url, method, licence_class FROM figures"
)
NOTES = "SELECT field FROM refused_values"


def year(number: int, income: str | None = "15000", currency: str = "EUR") -> dict[str, str]:
    return {"year": str(number), "currency": currency} | ({"income": income} if income else {})


def tell(store: Any, record: Manifest | NoManifest | None, *refused: Refused, origin: str = "live") -> None:
    outcome = Outcome(subject=store.subject("acme/widget"), status="ok", record=record, refused_values=refused)
    store.write([outcome], source="funding_json", origin=origin)


def manifest(*history: dict[str, str], **fields: Any) -> Manifest:
    known: dict[str, Any] = {"url": URL, "version": "v1.0.0", "verified": "same_path", "history": history}
    return Manifest(**(known | fields))


def test_a_row_says_what_the_file_says_now(store: Any) -> None:
    store.sync(yaml("acme/widget"))
    said = "SELECT url, version, verified, plans, history, origin FROM funding_manifests"
    tell(store, manifest(plans=({"amount": "5", "currency": "EUR"},)))
    row = (URL, "v1.0.0", "same_path", '[{"amount": "5", "currency": "EUR"}]', "[]", "live")
    assert store.rows(said) == [row]
    tell(store, None, Refused("funding.json", "a text", "no JSON"))
    assert (store.rows(said), store.rows(NOTES)) == ([row], [("funding.json",)])
    tell(store, manifest(verified="none"))
    assert (store.value("SELECT verified FROM funding_manifests"), store.rows(NOTES)) == ("none", [])
    tell(store, None, Refused("version", "v9", "no"))
    tell(store, NoManifest())
    assert (store.rows(said), store.rows(NOTES)) == ([], [])


def test_a_live_answer_takes_nothing_from_a_recording_and_twins_keep_one_row(store: Any) -> None:
    store.sync(yaml("acme/widget", "acme/old"))
    store.answer("acme/widget", database_id=7, origin="sandbox")
    tell(store, manifest(), origin="sandbox")
    store.answer("acme/widget", database_id=7)
    assert store.rows("SELECT * FROM funding_manifests") == []
    tell(store, manifest())
    store.answer("acme/old", now="acme/widget", database_id=7)
    assert store.rows("SELECT url FROM funding_manifests") == [(URL,)]
    assert len(store.rows("SELECT id FROM repositories")) == 1


@pytest.mark.parametrize(
    ("told", "of_year"),
    [
        (manifest(year(2023), year(2025), year(2024)), "2025"),
        (manifest(year(2024), year(2025, income=None)), "2024"),
        (manifest(year(2024), year(2075)), "2024"),
        (manifest(year(2024), year(2025), year(2025, currency="USD")), None),
        (manifest(year(2025), verified="none"), None),
        (manifest(year(2025), entity_type="individual"), None),
        (manifest(plans=({"amount": "5", "currency": "EUR"},)), None),
    ],
)
def test_the_newest_income_that_is_certain_is_a_figure_and_no_ask_is(store: Any, told: Any, of_year: str) -> None:
    store.sync(TWO_ITEMS % ("acme", "acme"))
    tell(store, told)
    tell(store, told)
    figure = ("acme", "reported_income", "15000", "EUR", of_year, "funding_json", URL, "self-declared", "public")
    assert store.rows(FIGURES) == ([figure] if of_year else [])


@pytest.mark.parametrize("seeds", [TWO_ITEMS % ("acme", "other"), yaml("acme/widget")])
def test_an_income_that_may_be_of_several_or_of_nobody_is_no_figure(store: Any, seeds: str) -> None:
    store.sync(seeds)
    tell(store, manifest(year(2025)))
    assert store.rows(FIGURES) == []
    assert len(store.rows("SELECT * FROM funding_manifests")) == 1
