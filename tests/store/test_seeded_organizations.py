"""Organisations and their money facts as the list has them; facts are only ever appended."""

from __future__ import annotations

from crawler.model import Organization, Outcome, Subject
from crawler.store.organizations import identifiers

LIST = """
categories: [{{name: Run, subcategories: [{{name: All, items: [{items}]}}]}}]
organizations: [{organizations}]
"""
FACT = "{{measure: {measure}, amount: {amount}, currency: USD, as_of: {as_of}, source_url: 'https://x.example/{page}'}}"


def listing(*organizations: str, items: str = "{name: One, organization: acme}") -> str:
    return LIST.format(items=items, organizations=", ".join(organizations))


def acme(*figures: str, more: str = "") -> str:
    return f"{{id: acme, name: Acme{more}, figures: [{', '.join(figures)}]}}"


def fact(amount: object, measure: str = "funding_total", as_of: str = "2023-05", page: str = "a") -> str:
    return FACT.format(measure=measure, amount=amount, as_of=as_of, page=page)


def figures(store) -> list[tuple]:
    return store.rows("SELECT id, amount, superseded_by, withdrawn_at IS NOT NULL FROM figures ORDER BY id")


def test_figures_are_kept_as_listed(store) -> None:
    store.sync(listing(acme(fact(1_500_000))))
    columns = "organization_id, measure, amount, currency, as_of, observed_at, source, method, licence_class"
    assert store.rows(f"SELECT {columns} FROM figures") == [
        ("acme", "funding_total", "1500000", "USD", "2023-05", "2026-03-01T06:00:00Z", "seeds", "curated", "curated")
    ]
    assert store.value("SELECT source_url FROM figures") == "https://x.example/a"


def test_the_same_list_adds_nothing(store) -> None:
    store.sync(listing(acme(fact(10), fact(20, as_of="2022"))))
    before = store.rows("SELECT * FROM figures")
    store.later(days=1)
    store.sync(listing(acme(fact("10.0"), fact(20, as_of="2022"))))
    assert store.rows("SELECT * FROM figures") == before


def test_a_correction_supersedes(store) -> None:
    store.sync(listing(acme(fact(10), fact(5, page="b"))))
    store.sync(listing(acme(fact(12), fact(5, page="b"))))
    assert figures(store) == [(1, "10", 3, 0), (2, "5", None, 0), (3, "12", None, 0)]
    store.sync(listing(acme(fact(10), fact(5, page="b"))))
    assert figures(store) == [(1, "10", 3, 0), (2, "5", None, 0), (3, "12", 4, 0), (4, "10", None, 0)]


def test_what_the_list_takes_back_is_marked_and_can_come_back(store) -> None:
    store.sync(listing(acme(fact(10), fact(20, as_of="2022"))))
    store.later(days=1)
    store.sync(listing(acme(fact(10))))
    assert figures(store) == [(1, "10", None, 0), (2, "20", None, 1)]
    first = store.value("SELECT withdrawn_at FROM figures WHERE id = 2")
    store.later(days=1)
    store.sync(listing(acme(fact(10))))
    assert store.value("SELECT withdrawn_at FROM figures WHERE id = 2") == first == "2026-03-02T06:00:00Z"
    for _ in range(2):
        store.sync(listing(acme(fact(10), fact(20, as_of="2022"))))
        assert figures(store) == [(1, "10", None, 0), (2, "20", None, 1), (3, "20", None, 0)]
    assert store.value("SELECT withdrawn_at FROM figures WHERE id = 2") == first
    assert store.value("SELECT observed_at FROM figures WHERE id = 3") == "2026-03-03T06:00:00Z"


def test_another_page_or_day_is_another_fact(store) -> None:
    store.sync(listing(acme(fact(10))))
    store.sync(listing(acme(fact(10), fact(11, page="b"), fact(12, as_of="2024"))))
    assert [(row[1], row[2], row[3]) for row in figures(store)] == [("10", None, 0), ("11", None, 0), ("12", None, 0)]


def test_an_organization_that_left_the_list_keeps_its_figures(store) -> None:
    store.sync(listing(acme(fact(10))))
    store.sync(listing("{id: other, name: Other}", items="{name: One, organization: other}"))
    assert store.rows("SELECT id, removed_at IS NULL FROM organizations ORDER BY id") == [("acme", 0), ("other", 1)]
    assert figures(store) == [(1, "10", None, 0)]
    store.sync(listing(acme(fact(10))))
    assert store.rows("SELECT id, removed_at IS NULL FROM organizations ORDER BY id") == [("acme", 1), ("other", 0)]
    assert figures(store) == [(1, "10", None, 0)]


def test_an_organization_only_known_by_its_address(store) -> None:
    url = "crunchbase: 'https://www.crunchbase.com/organization/zeta'"
    store.sync(f"categories: [{{name: Run, subcategories: [{{name: All, items: [{{name: One, {url}}}]}}]}}]\n")
    assert store.rows("SELECT id, declared, crunchbase_permalink FROM organizations") == [("zeta", 0, "zeta")]
    assert store.value("SELECT organization_id FROM projects") == "zeta"


def test_a_parent_may_stand_after_its_child(store) -> None:
    store.sync(listing("{id: child, name: Child, parent: acme}", acme()))
    assert store.rows("SELECT id, parent_id FROM organizations ORDER BY id") == [("acme", None), ("child", "acme")]
    store.sync(listing("{id: child, name: Child}", items="{name: One, organization: child}"))
    assert store.rows("SELECT id, parent_id, removed_at IS NULL FROM organizations ORDER BY id") == [
        ("acme", None, 0),
        ("child", None, 1),
    ]


def test_owners_and_shares_are_kept_with_their_reasons(store) -> None:
    owners = "parents: [{organization: acme, until: 2019-07}, {organization: big, since: 2019-07, share: 1}]"
    share = "attribution_share: {share: 0.2, low: 0.1, high: 0.3, rule: class, source_url: 'https://x.example/'}"
    more = f"{owners}, {share}, attribution_class: conglomerate"
    store.sync(listing(f"{{id: child, name: Child, {more}}}", acme(), "{id: big, name: Big}"))
    assert store.rows("SELECT parent_id, share, valid_from, valid_to FROM ownerships ORDER BY id") == [
        ("acme", None, None, "2019-07"),
        ("big", "1", "2019-07", None),
    ]
    columns = "parent_id, attribution_share, attribution_low, attribution_high, attribution_rule, attribution_class"
    assert store.rows(f"SELECT {columns} FROM organizations WHERE id = 'child'") == [
        ("big", "0.2", "0.1", "0.3", "class", "conglomerate")
    ]


def test_what_the_list_says_to_be_no_ticker_is_none_whatever_sources_say(store) -> None:
    item = "{{name: {name}, crunchbase: 'https://www.crunchbase.com/organization/{name}'{more}}}"
    some, none = item.format(name="some", more=""), item.format(name="none", more=", stock_ticker: null")
    store.sync(f"categories: [{{name: Run, subcategories: [{{name: All, items: [{some}, {none}]}}]}}]\n")
    record = Organization(source_url="https://x.example/", licence_class="restricted", facts={"ticker": "ABC"})
    subject = Subject(source="crunchbase", name="both", organization_ids=("none", "some"))
    store.write([Outcome(subject=subject, status="ok", record=record)], source="crunchbase")
    assert identifiers(store.connection) == {
        "none": {"crunchbase": "none"},
        "some": {"crunchbase": "some", "ticker": "ABC"},
    }
    assert store.rows("SELECT id, ticker FROM organizations ORDER BY id") == [("none", ""), ("some", None)]
