"""The number of contributors: the last-page rule, what has no number, and conditional questions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from asking import TOKEN, Asker, Clock, subject
from msgspec import UNSET

from crawler.fetch.request import Forgetful
from crawler.model import Outcome, Refused, Repository, Subject, Validator
from crawler.sandbox import SandboxServer, faults, made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import Reply, json_reply
from crawler.sources.github import ContributorsSource
from crawler.sources.github.contributors import NO_LAST_PAGE

NAME = "acme-00/widget-0"
PATH = f"/repos/{NAME}/contributors?per_page=1&anon=true"
SUBJECT = Subject(source="contributors", name=NAME, repository_id=1)
LAST = '<https://api.github.com/repositories/1/contributors?per_page=1&anon=true&page={}>; rel="last"'


def ask(asker: Asker, asked: Subject = SUBJECT, **settings: Any) -> Outcome:
    (outcome,) = asker.fetch(ContributorsSource(), [asked], **settings)
    return outcome


def struck(asker: Asker, reply: Reply) -> Outcome:
    asker.server.faults.replace(Fault(reply))
    return ask(asker)


def counted(outcome: Outcome) -> int | None:
    assert isinstance(outcome.record, Repository)
    assert isinstance(outcome.record.contributors, int | None)
    return outcome.record.contributors


def test_every_made_up_repository_has_its_number(asker: Asker) -> None:
    outcomes = asker.fetch(ContributorsSource(), [subject(one, "contributors") for one in asker.server.world])
    kinds = set()
    for outcome in outcomes:
        held = asker.server.world[outcome.subject.name]
        assert (outcome.status, outcome.error) == ("ok", None)
        record = outcome.record
        assert isinstance(record, Repository)
        if held.contributors_too_large:
            assert record.contributors is UNSET
            assert "too large to list contributors" in str(record.contributors_note)
            kinds.add("too large")
        else:
            assert (record.contributors, record.contributors_note) == (held.contributors, None)
            kinds.add("none" if held.contributors == 0 else "one" if held.contributors == 1 else "many")
    assert kinds == {"too large", "none", "one", "many"}
    assert len(outcomes) == len(asker.server.log) == 40


@pytest.mark.parametrize(
    ("reply", "count"),
    [
        (json_reply(200, []), 0),
        (json_reply(200, [{}]), 1),
        (json_reply(200, [{}], link=LAST.format(4711)), 4711),
        (Reply(204), 0),
    ],
)
def test_the_last_page_rule(asker: Asker, reply: Reply, count: int) -> None:
    assert counted(struck(asker, reply)) == count


@pytest.mark.parametrize(
    "link",
    [
        LAST.format(12).replace("last", "next"),
        LAST.format("9" * 30),
        LAST.format("9" * 5000),
        LAST.format("many"),
        LAST.format("-5"),
        LAST.format("0"),
        '<>; rel="last"',
        '<http://[>; rel="last"',
        '<?page=>; rel="last"',
        "gibberish",
        ";;;,,,<<<>>>",
        'rel="last"',
    ],
)
def test_a_link_that_names_no_last_page_is_not_known(asker: Asker, link: str) -> None:
    outcome = struck(asker, json_reply(200, [{}], link=link))
    assert (outcome.status, outcome.record) == ("ok", Repository(contributors_note=NO_LAST_PAGE))


def test_a_last_page_beyond_all_people_is_refused(asker: Asker) -> None:
    outcome = struck(asker, json_reply(200, [{}], link=LAST.format("9" * 30)))
    assert (outcome.error, outcome.refused_values) == (
        None,
        (Refused("contributors", "a whole number of 100 bits", "more than 10,000,000,000"),),
    )


@pytest.mark.parametrize(
    ("reply", "note"),
    [
        (replies.not_found(), "HTTP 404 Not Found"),
        (replies.message_reply(409, "Git Repository is empty."), "HTTP 409 Git Repository is empty."),
        (replies.message_reply(410, "Gone"), "HTTP 410 Gone"),
        (replies.blocked(), "HTTP 451 Repository access blocked"),
    ],
)
def test_where_there_is_nothing_to_count_it_is_unknown(asker: Asker, reply: Reply, note: str) -> None:
    assert struck(asker, reply) == Outcome(subject=SUBJECT, status="unknown", note=note)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (replies.message_reply(403, "Not for you."), "HTTP 403 Not for you."),
        (json_reply(200, {"no": "list"}), "HTTP 200"),
        (faults.computing(), "HTTP 202"),
        (faults.server_error(500), "HTTP 500 Server Error"),
        (faults.wrong_type(), "the answer is no JSON"),
        (faults.not_modified(), "HTTP 304 to a question without a condition"),
        (faults.redirect("https://elsewhere.example/"), "a redirect leads to another host (elsewhere.example)"),
    ],
)
def test_what_is_no_answer_is_a_failure(asker: Asker, reply: Reply, error: str) -> None:
    outcome = struck(asker, reply)
    assert outcome == Outcome(subject=SUBJECT, error=error, passing=outcome.passing)
    assert outcome.passing is (error != "HTTP 200" and reply.status in {200, 202, 304, 500})


def test_a_renamed_repository_is_followed(own_asker: Asker) -> None:
    own_asker.server.world.rename(NAME, "acme-00/gadget")
    assert counted(ask(own_asker)) == own_asker.server.world["acme-00/gadget"].contributors


def test_a_name_cannot_lead_elsewhere(asker: Asker) -> None:
    ask(asker, Subject(source="contributors", name="acme-00/widget-0?x=#y z"))
    assert asker.server.log[0].path == "/repos/acme-00/widget-0%3Fx%3D%23y%20z/contributors?per_page=1&anon=true"


# --- conditional questions ---


class Kept(Forgetful):
    """The validator of a former answer, kept as the store keeps it."""

    def __init__(self, asker: Asker) -> None:
        validator = ask(asker).validator
        assert validator is not None
        self.rows = {(validator.identity, validator.path): validator}

    def find_validator(self, identity: str, path: str) -> Validator | None:
        return self.rows.get((identity, path))


def moved(head: str | None, answered_for: str | None) -> Subject:
    known = {"latest_commit_oid": head, "answered_for_oid": answered_for}
    return Subject(source="contributors", name=NAME, repository_id=1, **known)


@pytest.mark.parametrize(
    ("asked", "conditional"),
    [
        (moved("b", "b"), True),
        (moved("b", "a"), False),
        (moved(None, None), False),
        (moved("b", None), False),
    ],
)
def test_only_where_the_head_has_not_moved_the_question_is_conditional(
    asker: Asker, asked: Subject, conditional: bool
) -> None:
    kept = Kept(asker)
    asker.server.log.clear()
    outcome = ask(asker, asked, memory=kept)
    (seen,) = asker.server.log
    assert ("if-none-match" in seen.headers) is conditional
    assert seen.status == (304 if conditional else 200)
    if conditional:
        assert outcome == Outcome(subject=asked, status="ok", unchanged=True)
        assert (asker.engine.counts.rest_counted, asker.engine.counts.not_modified) == (0, 1)
    else:
        assert counted(outcome) == asker.server.world[NAME].contributors


def test_validators_are_kept_for_each_identity(own_asker: Asker) -> None:
    kept = Kept(own_asker)
    ((identity, path),) = kept.rows
    assert (identity, path) == (own_asker.engine.identities[0].key, PATH)
    own_asker.server.token = None
    ask(own_asker, moved("b", "b"), memory=kept, token=None)
    assert "if-none-match" not in own_asker.server.log[-1].headers


def test_a_changed_first_page_is_an_answer(own_asker: Asker) -> None:
    kept = Kept(own_asker)
    own_asker.server.world[NAME].contributors = 999
    outcome = ask(own_asker, moved("b", "b"), memory=kept)
    assert "if-none-match" in own_asker.server.log[-1].headers
    assert counted(outcome) == 999


def test_last_modified_serves_where_there_is_no_etag(asker: Asker) -> None:
    dated = "Sun, 22 Nov 2026 00:00:00 GMT"
    outcome = struck(asker, json_reply(200, [{}], last_modified=dated))
    assert outcome.validator == Validator(PATH, None, dated, asker.engine.identities[0].key)
    kept = Kept(asker)
    kept.rows = dict.fromkeys(kept.rows, outcome.validator)
    ask(asker, moved("b", "b"), memory=kept)
    assert asker.server.log[-1].headers["if-modified-since"] == dated


@pytest.mark.parametrize("etag", ["\xe9t\xe4g", "x" * 5000, TOKEN, ""])
def test_a_validator_that_cannot_be_sent_back_is_not_kept(clock: Clock, etag: str) -> None:
    with SandboxServer(made_up_world(1), token=TOKEN) as server:
        outcome = struck(Asker(server, clock), replace(json_reply(200, [{}]), headers={"etag": etag}))
    assert outcome.validator is None
    assert counted(outcome) == 1
