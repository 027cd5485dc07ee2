"""Whose a collective is that a sponsor button names."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Store

from crawler.store.collectives import collectives
from crawler.store.subjects import organization_candidates

BUTTONS: dict[str, tuple[dict[str, list[str]], dict[str, str]]] = {
    "one button of one organisation": ({"acme-00/a": ["widget"]}, {"acme": "widget"}),
    "the same button twice": ({"acme-00/a": ["Widget"], "acme-00/b": ["widget/"]}, {"acme": "widget"}),
    "several collectives of one organisation": ({"acme-00/a": ["widget"], "acme-00/b": ["gear"]}, {}),
    "two organisations with one button": ({"acme-00/a": ["widget"], "bolt/c": ["widget"]}, {}),
    "a project of nobody with the button": ({"acme-00/a": ["widget"], "nobody/d": ["widget"]}, {}),
    "a repository of two organisations": ({"shared/e": ["widget"]}, {}),
    "a slug that the list gives to another": ({"acme-00/a": ["rivet"]}, {}),
    "no page of a collective": ({"acme-00/a": ["widget/projects/x", "?a=b", ""]}, {}),
}
ITEMS = {"a": "acme", "b": "acme", "c": "bolt", "d": "", "e1": "acme", "e2": "bolt"}
NAMES = {"a": "acme-00/a", "b": "acme-00/b", "c": "bolt/c", "d": "nobody/d", "e1": "shared/e", "e2": "shared/e"}


def listing() -> str:
    lines = ["categories:", "  - name: Made up", "    subcategories:", "      - name: Widgets", "        items:"]
    for item, organization in ITEMS.items():
        lines += [f"          - name: {item}", f"            repo_url: https://github.com/{NAMES[item]}"]
        lines += [f"            organization: {organization}"] if organization else []
    lines += ["organizations:"]
    lines += [f"  - {{id: {one}, name: {one}}}" for one in ("acme", "bolt")]
    lines += ["  - {id: rivet, name: rivet, opencollective_slug: rivet}"]
    return "\n".join(lines) + "\n"


def press(store: Store, buttons: dict[str, list[str]], origin: str = "live") -> None:
    store.connection.execute("UPDATE repositories SET status = 'ok', origin = ?", [origin])
    for name, slugs in buttons.items():
        for slug in slugs:
            store.connection.execute(
                "INSERT INTO funding_links SELECT id, 'OPEN_COLLECTIVE', ? FROM repositories WHERE name_with_owner = ?",
                [f"https://opencollective.com/{slug}", name],
            )


@pytest.mark.parametrize("case", BUTTONS)
def test_a_button_counts_where_it_is_one_organisations_alone(store: Store, case: str) -> None:
    buttons, expected = BUTTONS[case]
    store.sync(listing())
    press(store, buttons)
    assert collectives(store.connection, "live") == expected
    assert collectives(store.connection, "sandbox") == {}


def test_open_collective_is_asked_about_them_and_those_of_the_list(store: Store) -> None:
    store.sync(listing())
    press(store, {"acme-00/a": ["widget"]})

    def asked() -> dict[str, Any]:
        found = organization_candidates(store.connection, "opencollective", "opencollective", origin="live")
        return {one.subject.name: one.subject.organization_ids for one in found}

    assert asked() == {"widget": ("acme",), "rivet": ("rivet",)}
    store.sync(listing().replace("{id: acme, name: acme}", "{id: acme, name: acme, opencollective_slug: other}"))
    assert asked() == {"other": ("acme",), "rivet": ("rivet",)}
