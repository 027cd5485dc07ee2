"""What an upstream said and no figure can be: noted beside the older figure, until a good value comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from crawling import yaml

from crawler.model import Outcome, Owner, Refused, Repository, Subject
from crawler.store.outcomes import Writing, write_outcomes

ONE = {"node_id": "R_1", "database_id": 1}
STARS = Refused("stars", "-5", "a negative count")
LATER = Refused("stars", "True", "no whole number")
FORKS = Refused("forks", "x", "no whole number")


@pytest.fixture
def one(store):
    store.sync(yaml("a/one"))
    return store


def answer(store, *refused: Refused, name: str = "a/one", source: str = "github", **fields) -> None:
    fields = {"name_with_owner": name} | ONE | fields if source == "github" else fields
    record = Repository(**fields)
    subject = store.subject_of(1)
    store.write([Outcome(subject=subject, status="ok", record=record, refused_values=refused)], source=source)


def noted(store) -> list[tuple]:
    return store.rows("SELECT source, subject, field, value, reason FROM refused_values ORDER BY 1, 2, 3")


def test_the_older_figure_stays_and_the_answer_is_a_whole_one(one) -> None:
    answer(one, stars=7, forks=1)
    one.later(days=1)
    answer(one, STARS, forks=2)
    assert one.rows("SELECT stars, forks FROM repositories") == [(7, 2)]
    assert one.rows("SELECT status, error FROM fetches") == [("ok", None)]
    assert noted(one) == [("github", "a/one", *(STARS.field, STARS.value, STARS.reason))]
    assert one.value("SELECT seen_at FROM refused_values") == "2026-03-02T06:00:00Z"


def test_the_last_one_is_told_until_a_good_value_comes(one) -> None:
    answer(one, STARS, FORKS)
    answer(one, LATER)
    assert [row[2:] for row in noted(one)] == [("forks", "x", FORKS.reason), ("stars", "True", LATER.reason)]
    answer(one, stars=8)
    assert [row[2] for row in noted(one)] == ["forks"]
    answer(one, forks=None)
    assert noted(one) == []


def test_a_list_of_which_an_entry_was_refused_is_kept_and_noted(one) -> None:
    refused = Refused("languages", "-1", "a negative count")
    answer(one, refused, languages={"C": 5})
    assert one.rows("SELECT language FROM languages") == [("C",)]
    assert [row[2] for row in noted(one)] == ["languages"]
    answer(one, languages={"C": 5})
    assert noted(one) == []


def test_a_failure_adds_what_it_refused_and_says_nothing_about_the_rest(one) -> None:
    answer(one, STARS, forks=2)
    one.write([Outcome(subject=one.subject("a/one"), error="HTTP 500")])
    one.write([Outcome(subject=one.subject("a/one"), status="missing")])
    assert [row[2] for row in noted(one)] == ["stars"]
    one.write([Outcome(subject=one.subject("a/one"), error="nothing that could be read", refused_values=(FORKS,))])
    assert [row[2] for row in noted(one)] == ["forks", "stars"]
    assert one.rows("SELECT status, forks FROM repositories") == [("missing", 2)]


def test_each_source_has_its_own(one) -> None:
    answer(one, STARS)
    answer(one, Refused("contributors", "-1", "a negative count"), source="contributors")
    assert [row[:3] for row in noted(one)] == [("contributors", "a/one", "contributors"), ("github", "a/one", "stars")]


def test_the_note_follows_a_new_name(one) -> None:
    answer(one, STARS)
    answer(one, FORKS, name="b/two")
    assert [row[1:3] for row in noted(one)] == [("b/two", "forks"), ("b/two", "stars")]
    answer(one, name="b/two", stars=1, forks=1)
    assert noted(one) == []


def test_the_note_goes_with_a_name_that_turns_out_to_be_another_repository_of_the_list(store) -> None:
    store.sync(yaml("a/one", "a/two"))
    store.answer("a/one", **ONE, stars=1)
    store.write(
        [Outcome(subject=store.subject("a/two"), status="ok", record=Repository(), refused_values=(STARS,))],
        source="contributors",
    )
    store.answer("a/two", now="a/one", **ONE, stars=1)
    assert store.rows("SELECT name_with_owner FROM repositories") == [("a/one",)]
    assert noted(store) == []


def test_nothing_is_noted_of_a_repository_that_took_the_name(one) -> None:
    answer(one, stars=7)
    record = Repository(name_with_owner="a/one", node_id="R_2", database_id=2)
    one.write([Outcome(subject=one.subject("a/one"), status="ok", record=record, refused_values=(STARS,))])
    assert one.value("SELECT status FROM repositories") == "replaced"
    assert noted(one) == []


@pytest.mark.parametrize(("origin", "kept"), [("live", (1, 9)), ("sandbox", (1, None))])
def test_a_refused_number_of_sponsors_keeps_the_older_one_of_the_same_origin(store, origin: str, kept: tuple) -> None:
    subject = Subject(source="sponsors", name="acme")
    writing = Writing(origin=origin, now=store.now, day=store.today)
    first = Outcome(subject=subject, status="ok", record=Owner(login="acme", has_sponsors_listing=False, sponsors=9))
    write_outcomes(store.connection, "sponsors", [first], writing, timedelta(days=7))
    second = Outcome(
        subject=subject,
        status="ok",
        record=Owner(login="acme", has_sponsors_listing=True),
        refused_values=(Refused("sponsors", "-9", "a negative count"),),
    )
    store.write([second], source="sponsors")
    assert store.rows("SELECT has_sponsors_listing, sponsors FROM owners") == [kept]
    assert [row[:3] for row in noted(store)] == [("sponsors", "acme", "sponsors")]
