"""funding.json: read from the default branch at next to no cost, checked, and without anybody's name or address."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import Asker, subject
from hostile import sound, spoilt
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.fetch.answers import GraphQLAnswer, GraphQLError
from crawler.model import Manifest, NoManifest, Outcome, Subject
from crawler.sources.checked import Checked
from crawler.sources.github import FundingJsonSource
from crawler.sources.github.funding_json import FundingJsonQuestion
from crawler.sources.github.manifest import read_manifest

PLAN = {"guid": "infra", "status": "active", "name": "Hosting", "amount": 1200.5, "currency": "EUR"} | {
    "frequency": "monthly",
    "channels": ["oc"],
}
YEAR = {"year": 2025, "income": 15000, "expenses": 12100.25, "taxes": 0, "currency": "EUR", "description": "ours"}
PERSONAL = {"name": "Ada", "email": "ada@example.org", "phone": "+1 555", "description": "Ada's"}
CHANNEL = {"guid": "oc", "type": "bank", "address": "IBAN 1234", "description": "Ada's account"}


def document(plans: Any = (PLAN,), history: Any = (YEAR,), **more: Any) -> dict[str, Any]:
    url = "https://github.com/acme/widget"
    return {
        "version": "v1.1.0",
        "entity": {"type": "organisation", "role": "steward"} | PERSONAL,
        "projects": [{"guid": "widget", "repositoryUrl": {"url": url}, "description": "Ada's"}],
        "funding": {"channels": [CHANNEL], "plans": plans, "history": history},
    } | more


def read(text: Any) -> tuple[Manifest | None, list[tuple[str, str]]]:
    checked = Checked()
    manifest = read_manifest(text if isinstance(text, str) else json.dumps(text), "acme/widget", checked)
    return manifest, [(one.field, one.reason) for one in checked.refused]


def test_what_a_manifest_says_of_money_is_kept_and_of_people_nothing() -> None:
    manifest, refused = read(document())
    assert refused == []
    assert manifest == Manifest(
        url="https://github.com/acme/widget/blob/HEAD/funding.json",
        version="v1.1.0",
        entity_type="organisation",
        entity_role="steward",
        verified="same_path",
        plans=(
            {"guid": "infra", "status": "active", "name": "Hosting", "amount": "1200.5"}
            | {"currency": "EUR", "frequency": "monthly"},
        ),
        history=({"year": "2025", "income": "15000", "expenses": "12100.25", "taxes": "0", "currency": "EUR"},),
    )
    named, _ = read(document(plans=[PLAN | {"name": "to ada@example.org"}, PLAN | {"name": "x" * 400}]))
    assert named is not None
    assert [len(plan.get("name", "")) for plan in named.plans] == [0, 100]


def test_amounts_keep_the_digits_that_the_file_gives() -> None:
    manifest, _ = read(json.dumps(document()).replace("12100.25", "0.1").replace("15000", "1e6"))
    assert manifest is not None
    assert (manifest.history[0]["income"], manifest.history[0]["expenses"]) == ("1000000", "0.1")


@pytest.mark.parametrize(
    ("url", "verified"),
    [
        ("https://github.com/Acme/Widget", "same_path"),
        ("http://www.github.com/acme/widget.git/", "same_path"),
        ("https://github.com/acme/other", "none"),
        ("https://github.com/acme", "none"),
        ("https://github.com.example.org/acme/widget", "none"),
        ("https://example.org/?https://github.com/acme/widget", "none"),
        ("https://[github.com/acme/widget", "none"),
        (5, "none"),
    ],
)
@pytest.mark.parametrize("at_entity", [False, True])
def test_a_manifest_speaks_for_its_own_repository_alone(url: Any, verified: str, at_entity: bool) -> None:
    project = {"repositoryUrl": {"url": "https://example.org" if at_entity else url}}
    entity = {"webpageUrl": {"url": url if at_entity else "https://example.org"}}
    manifest, _ = read(document(projects=[project], entity=entity))
    assert manifest is not None
    assert manifest.verified == verified


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("", "funding.json", "no JSON"),
        ("<!doctype html><html>", "funding.json", "no JSON"),
        ('{"version": "v1.0.0"', "funding.json", "no JSON"),
        ('{"version": NaN}', "funding.json", "no JSON"),
        ("[" * 100_000, "funding.json", "no JSON"),
        ("9" * 5000, "funding.json", "no JSON"),
        ("[]", "funding.json", "no object"),
        ("{}", "version", "no version of the format is named"),
        (document(version="v2.0.0"), "version", "a name with letters that it cannot have"),
        (document(version=1), "version", "no text"),
        (document(plans=[PLAN] * 11), "funding.json", "more than 10 plans"),
        (document(history=[YEAR] * 51), "funding.json", "more than 50 history"),
        (document(projects=[{}] * 31), "funding.json", "more than 30 projects"),
        (json.dumps(document()) + " " * 320_000, "funding.json", "larger than 320,000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(text: Any, field: str, reason: str) -> None:
    assert read(text) == (None, [(field, reason)])


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"amount": -1}, "a negative amount"),
        ({"amount": 1e30}, "more than 1,000,000,000"),
        ({"amount": "12"}, "no number"),
        ({"amount": None}, "no amount"),
        ({"currency": "BTC"}, "no ISO 4217 currency"),
        ({"currency": "eur"}, "no ISO 4217 currency"),
        ({"frequency": "hourly"}, "a name with letters that it cannot have"),
        ({"status": "maybe"}, "a name with letters that it cannot have"),
    ],
)
def test_a_plan_that_cannot_be_is_left_out_alone(wrong: dict[str, Any], reason: str) -> None:
    manifest, refused = read(document(plans=[PLAN | wrong, PLAN]))
    assert manifest is not None
    assert [plan["amount"] for plan in manifest.plans] == ["1200.5"]
    assert refused == [("plans", reason)]


@pytest.mark.parametrize(
    "wrong",
    [{"year": 1969}, {"year": 2076}, {"year": "2025"}, {"income": -5}, {"taxes": 1e10}, {"currency": None}],
)
def test_a_year_that_cannot_be_is_left_out_alone(wrong: dict[str, Any]) -> None:
    manifest, refused = read(document(history=[YEAR | wrong, YEAR, "text"]))
    assert manifest is not None
    assert [entry["year"] for entry in manifest.history] == ["2025"]
    assert {field for field, _ in refused} == {"history"}


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.data())
def test_whatever_a_file_holds_only_sound_values_come_of_it(data: st.DataObject) -> None:
    text = json.dumps(data.draw(spoilt(document())))
    sound(answered({"object": {"text": text, "byteSize": len(text)}}))


# --- from GitHub ---


def test_every_file_of_a_made_up_world_is_read_in_one_query_of_one_point(asker: Asker) -> None:
    held = [one for one in asker.server.world if not one.is_empty]
    before = asker.server.points
    outcomes = asker.fetch(FundingJsonSource(), [subject(one, "funding_json", by_id=True) for one in held])
    assert (len(asker.server.log), asker.server.points - before) == (1, 1)
    for repository, outcome in zip(held, outcomes, strict=True):
        assert (outcome.status, outcome.error, outcome.refused_values) == ("ok", None, ())
        if not repository.files:
            assert outcome.record == NoManifest()
            continue
        assert isinstance(outcome.record, Manifest)
        assert (outcome.record.verified, outcome.record.plans[0]["amount"]) == ("same_path", "1200.5")
        assert not any(word in str(outcome.record) for word in ("@", "12345678"))
    assert 0 < sum(isinstance(one.record, Manifest) for one in outcomes) < len(outcomes)


def test_what_is_no_readable_file_leaves_a_note(own_asker: Asker) -> None:
    files: list[str | bytes] = [b"\x00\xff", "x" * 400_000, "x" * 600_000, "<html>"]
    held = list(own_asker.server.world)[: len(files)]
    for repository, content in zip(held, files, strict=True):
        repository.files["funding.json"] = content
    outcomes = own_asker.fetch(FundingJsonSource(), [subject(one, "funding_json", by_id=True) for one in held])
    assert [(one.status, one.record, one.error) for one in outcomes] == [("ok", None, None)] * 4
    assert [one.refused_values[0].reason for one in outcomes] == [
        "no text",
        "larger than 320,000 bytes",
        "larger than 320,000 bytes",
        "no JSON",
    ]


def test_a_note_of_what_was_refused_holds_no_address() -> None:
    text = json.dumps(document(plans=[PLAN | {"guid": "ada@example.org"}]))
    outcome = answered({"object": {"text": text, "byteSize": len(text)}})
    assert [(one.field, one.value) for one in outcome.refused_values] == [("plans", "an address")]


def test_a_repository_without_an_id_does_not_spoil_the_others(asker: Asker) -> None:
    one, two = list(asker.server.world)[:2]
    subjects = [subject(one, "funding_json"), subject(two, "funding_json", by_id=True)]
    assert [outcome.status for outcome in asker.fetch(FundingJsonSource(), subjects)] == ["ok", None]


def answered(node: Any, *errors: GraphQLError) -> Outcome:
    asked = Subject(source="funding_json", name="acme/widget", node_id="R_1")
    (outcome,) = FundingJsonQuestion().read([asked], GraphQLAnswer({"nodes": [node]}, errors, 1, 0.1)).results
    return outcome


@pytest.mark.parametrize("blob", [None, {"__typename": "Tree"}, {"__typename": "Commit"}])
def test_no_file_is_an_answer(blob: Any) -> None:
    assert answered({"object": blob}).record == NoManifest()


@pytest.mark.parametrize("node", [None, {}, "text", []])
def test_no_answer_is_a_failure(node: Any) -> None:
    outcome = answered(node)
    assert (outcome.status, outcome.record, bool(outcome.error)) == (None, None, True)


def test_an_error_in_place_of_the_file_does_not_say_that_there_is_none() -> None:
    outcome = answered({"object": None}, GraphQLError("No.", "FORBIDDEN", ("nodes", 0, "object")))
    assert (outcome.status, outcome.record, outcome.error) == (None, None, "No.")


@pytest.mark.parametrize("blob", ["text", [], {}, {"text": 5}, {"text": "{}", "byteSize": -1}])
def test_an_odd_file_is_refused(blob: Any) -> None:
    outcome = answered({"object": blob})
    assert (outcome.status, outcome.record) == ("ok", None)
    assert outcome.refused_values
