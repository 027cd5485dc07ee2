"""The page of what the ecosystem is worth: the figures of the commands, and nothing that may not be published."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from money_pages import make, text_of, valuation_of, weighed

from crawler.cli.value_compare import compare_data
from crawler.cli.value_data import overview_data
from crawler.figures import forms
from crawler.figures.model import Total
from crawler.figures.over_time import value_over_time
from crawler.figures.policies import policies
from crawler.site.amounts import amount_of
from crawler.site.asked import WrongQuery
from crawler.site.pages import value
from crawler.site.texts import load_texts
from crawler.store import open_reader, open_writer, transaction

HEADLINE = "ecosystem_value_v1"


@pytest.fixture
def weighed_file(rich_file: Path) -> Path:
    return weighed(rich_file)


def told(path: Path, policy: str = HEADLINE) -> dict[str, Any]:
    """What `crawler value --json` says of a policy, and `crawler value compare --json` of all."""
    with closing(open_reader(path)) as connection:
        valuation = valuation_of(path)
        one = overview_data(connection, valuation, [policy], with_restricted=False)
        return {**one, "all": compare_data(valuation, with_restricted=False)["ecosystem_value"]}


def rough(amount: str) -> str:
    return forms.rough(Decimal(amount))


def test_it_says_what_the_commands_say(rich_file: Path) -> None:
    seen, data = text_of(make(rich_file, value.page)), told(rich_file)
    headline = data["ecosystem_value"][0]
    assert f"{rough(headline['low'])} – to {rough(headline['high'])} central {rough(headline['central'])}" in seen
    for row in data["all"]:
        assert f"{row['known']} of {row['total']} known" in seen
        for amount in (row["low"], row["central"], row["high"]):
            assert amount is None or rough(amount) in seen
    for part in data["policies"][0]["parts"].values():
        assert f"{rough(part['low'])}–{rough(part['high'])}" in seen
    for one in data["policies"][0]["organizations"]:
        assert f"{rough(one['central'])} {rough(one['low'])} {rough(one['high'])}" in seen
    changes = data["policies"][0]["changes"]
    assert f"Since {changes['since']}." in seen
    assert f"All together {forms.signed(Decimal(changes['difference']))}" in seen
    for line in data["attributions"]:
        assert line in seen


def test_each_policy_has_a_page_of_its_own(rich_file: Path) -> None:
    page = make(rich_file, value.page, policy="replacement_cost_v1")
    found = told(rich_file, "replacement_cost_v1")["policies"][0]["organizations"]
    assert "<h1>Cost of writing the code again</h1>" in page
    for one in found[:25]:
        assert f"{rough(one['central'])} {rough(one['low'])} {rough(one['high'])}" in text_of(page)
    assert f"And {len(found) - 25} organisations more." in text_of(page)


@pytest.mark.parametrize("policy", ["nonsense", "legacy_landscape_v1", "<script>"])
def test_another_policy_cannot_be_shown(rich_file: Path, policy: str) -> None:
    with pytest.raises(WrongQuery) as caught:
        make(rich_file, value.page, policy=policy)
    assert HEADLINE in caught.value.allowed


def test_a_sum_that_tells_a_restricted_figure_is_not_shown(weighed_file: Path) -> None:
    assert told(weighed_file)["ecosystem_value"][0]["central"] is None
    hidden = make(weighed_file, value.page)
    open_page = make(weighed_file, value.page, with_restricted=True)
    total = valuation_of(weighed_file).total(HEADLINE)
    assert total is not None
    assert total.high is not None
    amount = f'<span class="end">{rough(total.high)}</span>'
    assert amount in open_page
    assert amount not in hidden
    assert '<span class="end"><span class="unknown">not for publication</span></span>' in hidden
    # Neither does the row of the one whose figure it is, nor a share of the whole.
    assert "The amount of 1 organisation rests on figures that are not for publication" in text_of(hidden)
    row = hidden.split('organizations/wasmer"')[1].split("</tr>")[0]
    assert "$" not in row
    assert "%" not in row
    assert "$" in open_page.split('organizations/wasmer"')[1].split("</tr>")[0]
    assert "1 day is left out" in text_of(hidden)
    assert "1 day is left out" not in text_of(open_page)


def test_without_a_database_beside_it_there_are_no_links_into_it(rich_file: Path) -> None:
    assert 'href="/landscape/' in make(rich_file, value.page)
    assert 'href="/landscape/' not in make(rich_file, value.page, is_static=True)


def test_hidden_absent_none_unknown_and_zero_are_five_words() -> None:
    texts = load_texts()

    def total(amount: str | None, of: int) -> Total:
        return Total(scope="landscape", measure="value", value=amount, known=0, total=of)

    words = [
        amount_of(total("5", 1), texts, is_hidden=True).words,
        amount_of(None, texts).words,
        amount_of(total(None, 0), texts).words,
        amount_of(total(None, 3), texts).words,
        amount_of(Total(scope="landscape", measure="value", value="0", known=1, total=1), texts).words,
    ]
    assert words == ["not for publication", "not computed", "none", "not known", "$0"]


def test_rounds_of_all_add_up_without_those_that_are_not_for_publication(rich_file: Path) -> None:
    hidden, whole = (make(rich_file, value.page, with_restricted=is_open) for is_open in (False, True))
    for page in (hidden, whole):
        assert "Raised from investors by all of them, by year" in page
    assert "rounds are not for publication" in text_of(hidden)
    assert "rounds are not for publication" not in text_of(whole)
    assert "990M" not in hidden
    assert "Raised from investors by all" not in make(rich_file, value.page, policy="group_cap_v1")


def test_every_policy_has_words() -> None:
    texts = load_texts()
    for policy in policies():
        assert f"value.policy.{policy.name}" in texts
        assert f"value.policy.{policy.name}.text" in texts


ROWS = """
INSERT INTO computed_days (day, origin, policies) VALUES
  ('2026-01-01', 'live', '[]'), ('2026-01-02', 'live', '[]'), ('2026-01-03', 'live', '[]'),
  ('2026-01-05', 'live', '[]'), ('2026-01-06', 'live', '[]'), ('2026-01-07', 'live', '[]');
INSERT INTO total_series (id, scope, measure, policy) VALUES
  (1, 'landscape', 'value', 'p'), (2, 'landscape', 'value', 'q');
INSERT INTO total_values (series_id, day, value, low, high, currency, known, total) VALUES
  (1, '2026-01-02', '10', '5', '20', 'USD', 1, 2), (1, '2026-01-05', NULL, NULL, NULL, NULL, NULL, NULL),
  (1, '2026-01-06', '30', NULL, NULL, 'USD', 2, 2), (2, '2026-01-01', '1', NULL, NULL, 'USD', 1, 1);
INSERT INTO organizations (id, name, declared, position) VALUES ('a', 'A', 1, 0)
"""
RESTRICTED = """
INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, method, licence_class)
VALUES ('a', 'funding_round', '1', 'USD', '2020', '2026-01-06T10:00:00Z', 'crunchbase', 'stated', 'restricted')
"""


def test_a_value_holds_until_the_next_row(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path / "steps.db")) as connection, transaction(connection):
        for statement in ROWS.split(";\n"):
            connection.execute(statement)
        found = value_over_time(connection, "landscape", "p")
        assert [(one.day.day, one.total and one.total.value, one.is_hidden) for one in found] == [
            (2, "10", False),
            (3, "10", False),
            (5, None, False),
            (6, "30", False),
            (7, "30", False),
        ]
        assert value_over_time(connection, "landscape", "nothing") == []
        # A past day's total is not shown once a figure was known that may have been in it.
        connection.execute(RESTRICTED)
        assert [one.day.day for one in value_over_time(connection, "landscape", "p") if one.is_hidden] == [6, 7]
