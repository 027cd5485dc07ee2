"""Several identities: who asks about what, whom a refusal, a death or a limit concerns, and what is said of tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from asking import PATH, QUERY, Asker, Clock, Notebook, collect, subject

from crawler.errors import NoToken, Stop
from crawler.fetch.engine import Engine
from crawler.fetch.identities import label_of
from crawler.fetch.together import together
from crawler.model import Outcome, Subject
from crawler.sandbox import Credential, SandboxServer, faults, made_up_world, replies
from crawler.sandbox.credentials import Refusal
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import Reply
from crawler.secret import Secret
from crawler.sources.github import ContributorsSource, FirstCommitSource, RepositoriesSource, SponsorsSource
from crawler.sources.source import Source

FIRST, SECOND = "ghp_First0First0First0First0First0First0", "github_pat_Second0Second0Second0Second0ab"
BOTH = (Secret(FIRST), Secret(SECOND))
KINDS: list[Refusal] = ["saml", "classic", "lifetime", "ip", "oauth"]
REFUSING = frozenset(f"acme-01/widget-{number}" for number in range(10, 20))


@pytest.fixture
def pair(clock: Clock) -> Iterator[Asker]:
    """An engine for 40 repositories of four owners, behind two tokens of two accounts; REST is open to nobody, too."""
    known = [Credential(FIRST, "first", account=1), Credential(SECOND, "second", account=2)]
    with SandboxServer(made_up_world(40), credentials=known, anonymous=True) as server:
        yield Asker(server, clock)


def some(asker: Asker, source: str = "github", *, by_id: bool = False) -> list[Subject]:
    """Five repositories of a neighbour, ten of the owner that refuses, five of another neighbour."""
    return [subject(one, source, by_id=by_id) for one in list(asker.server.world)[5:25]]


def asked_by(asker: Asker, name: str) -> list[frozenset[str]]:
    """What each query of a credential was about."""
    return [seen.names for seen in asker.server.log if seen.credential == name and seen.kind == "graphql"]


def who(asker: Asker) -> list[str]:
    """The credentials of all requests."""
    return [seen.credential for seen in asker.server.log]


def are_whole(outcomes: Iterable[Outcome]) -> bool:
    return all((outcome.status, outcome.error) == ("ok", None) for outcome in outcomes if outcome.status != "empty")


# --- an owner that refuses a token ---


@pytest.mark.parametrize("by_id", [False, True], ids=["by name", "by id"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_an_owner_refuses_is_asked_with_the_next_token(pair: Asker, kind: Refusal, by_id: bool) -> None:
    pair.server.credentials[0].refused_by["ACME-01"] = kind
    outcomes = pair.fetch(RepositoriesSource(today=pair.server.world.today), some(pair, by_id=by_id), tokens=BOTH)
    assert len(outcomes) == 20
    assert are_whole(outcomes)
    first, second = asked_by(pair, "first"), asked_by(pair, "second")
    assert [bool(REFUSING & names) for names in first] == [True] + [False] * (len(first) - 1)
    assert len(first[0]) == 20
    assert second[0] == REFUSING
    assert frozenset().union(*second) == REFUSING
    assert {seen.kind for seen in pair.server.log} == {"graphql"}
    (notice,) = pair.engine.notices
    assert notice.startswith("acme-01 refuses the classic personal access token …rst0: ")


@pytest.mark.parametrize("kind", KINDS)
def test_a_login_that_refuses_is_asked_with_the_next_token(pair: Asker, kind: Refusal) -> None:
    pair.server.credentials[0].refused_by["acme-01"] = kind
    owners = [Subject(source="sponsors", name=f"acme-0{number}") for number in range(4)]
    outcomes = pair.fetch(SponsorsSource(), owners, tokens=BOTH)
    assert sorted((outcome.subject.name, outcome.status) for outcome in outcomes) == [
        (owner.name, "ok") for owner in owners
    ]
    logins = [(seen.credential, set((seen.variables or {}).values())) for seen in pair.server.log]
    assert logins == [("first", {owner.name for owner in owners}), ("second", {"acme-01"})]


def test_the_count_of_commits_goes_to_the_next_token_as_well(pair: Asker) -> None:
    pair.server.credentials[0].refused_by["acme-01"] = "saml"
    outcomes = pair.fetch(FirstCommitSource(), some(pair, "first_commit", by_id=True), tokens=BOTH)
    assert len(outcomes) == 20
    assert not any(outcome.error for outcome in outcomes)
    assert sum(bool(REFUSING & names) for names in asked_by(pair, "first")) <= 2


@pytest.mark.parametrize("kind", KINDS)
def test_rest_asks_with_the_next_token_and_remembers(pair: Asker, kind: Refusal) -> None:
    pair.server.credentials[0].refused_by["acme-01"] = kind
    names = ["acme-01/widget-10", "acme-01/widget-11", "acme-00/widget-0", "ACME-01/widget-12"]

    async def ask(engine: Engine) -> list[int]:
        return [(await engine.rest(f"/repos/{name}", place=name)).status for name in names]

    assert pair.run(ask, tokens=BOTH) == [200] * 4
    assert who(pair) == ["first", "second", "second", "first", "second"]


def test_a_refusal_holds_for_all_sources_of_the_run(pair: Asker) -> None:
    pair.server.credentials[0].refused_by["acme-01"] = "ip"

    async def ask(engine: Engine) -> list[Outcome]:
        core, _ = await collect(RepositoriesSource(today=pair.server.world.today).fetch(some(pair), engine))
        pair.server.log.clear()
        counted, _ = await collect(ContributorsSource().fetch(some(pair, "contributors"), engine))
        again, _ = await collect(RepositoriesSource(today=pair.server.world.today).fetch(some(pair), engine))
        return [*core, *counted, *again]

    assert len(pair.run(ask, tokens=BOTH)) == 60
    by = {
        name: {one for seen in pair.server.log if seen.credential == name for one in seen.names} for name in who(pair)
    }
    assert by["second"] == REFUSING
    assert not by["first"] & REFUSING


def test_the_way_to_sign_on_is_told_without_its_code(pair: Asker) -> None:
    pair.server.credentials[0].refused_by["acme-01"] = "saml"
    pair.run(lambda engine: engine.rest("/repos/acme-01/widget-10", place="acme-01/widget-10"), tokens=BOTH)
    (notice,) = pair.engine.notices
    assert notice.endswith("(authorize it at https://github.com/orgs/acme-01/sso)")


# --- an owner that refuses all of them ---


def refuse_all(pair: Asker) -> None:
    for credential in pair.server.credentials:
        credential.refused_by["acme-01"] = "saml"


def test_what_all_tokens_are_refused_is_asked_without_one(pair: Asker) -> None:
    refuse_all(pair)
    outcomes = pair.fetch(RepositoriesSource(today=pair.server.world.today), some(pair), tokens=BOTH)
    assert len(outcomes) == 20
    assert are_whole(outcomes)
    assert not any(outcome.refused or outcome.passing for outcome in outcomes)
    bare = [seen for seen in pair.server.log if not seen.credential]
    assert {seen.kind for seen in bare} == {"rest"}
    assert frozenset().union(*(seen.names for seen in bare)) == REFUSING
    # GraphQL had one question for each of them; REST went straight to nobody.
    assert [sum(bool(REFUSING & names) for names in asked_by(pair, name)) for name in ("first", "second")] == [1, 1]
    assert [seen.credential for seen in pair.server.log if seen.kind == "rest"] == [""] * 10


def test_contributors_come_without_a_token_too(pair: Asker) -> None:
    refuse_all(pair)
    outcomes = pair.fetch(ContributorsSource(), some(pair, "contributors"), tokens=BOTH)
    assert not any(outcome.error for outcome in outcomes)


@pytest.mark.parametrize("source", ["sponsors", "first_commit"])
def test_what_only_graphql_knows_counts_as_refused(pair: Asker, source: str) -> None:
    refuse_all(pair)
    subjects = (
        [Subject(source=source, name="acme-00"), Subject(source=source, name="acme-01")]
        if source == "sponsors"
        else some(pair, source, by_id=True)
    )
    asked: Source = SponsorsSource() if source == "sponsors" else FirstCommitSource()
    outcomes = pair.fetch(asked, subjects, tokens=BOTH)
    assert {one.subject.name for one in outcomes if one.refused} == {
        one.name for one in subjects if one.name.startswith("acme-01")
    }
    assert all(outcome.refused == ("SAML" in (outcome.error or "")) for outcome in outcomes)
    assert not any(outcome.passing for outcome in outcomes)


def test_where_not_even_nobody_is_let_in_it_counts_as_refused(pair: Asker) -> None:
    refuse_all(pair)
    pair.server.anonymous = False
    outcomes = pair.fetch(RepositoriesSource(today=pair.server.world.today), some(pair), tokens=BOTH)
    refused = [outcome for outcome in outcomes if outcome.refused]
    assert {outcome.subject.name for outcome in refused} == REFUSING
    assert all("SAML" in (outcome.error or "") for outcome in refused)
    assert are_whole(outcome for outcome in outcomes if not outcome.refused)
    # One request showed that nobody is let in.
    assert who(pair).count("") == 1


def test_one_repository_that_is_refused_does_not_hurt_its_owners_others(pair: Asker) -> None:
    pair.server.faults.replace(Fault(faults.saml("acme-01/widget-13"), times=1))

    async def ask(engine: Engine) -> list[Outcome]:
        source = RepositoriesSource(today=pair.server.world.today)
        return [one for _ in range(2) for one in (await collect(source.fetch(some(pair), engine)))[0]]

    assert are_whole(pair.run(ask, tokens=BOTH))
    assert set().union(*asked_by(pair, "second")) == {"acme-01/widget-13"}
    assert sum("acme-01/widget-13" in names for names in asked_by(pair, "first")) == 1
    assert [notice.partition(" ")[0] for notice in pair.engine.notices] == ["acme-01/widget-13"]


# --- tokens that are of no use ---


def test_a_dead_token_is_shown_once_and_the_next_goes_on(pair: Asker) -> None:
    pair.server.credentials[0].dead = True

    async def ask(engine: Engine) -> int:
        answers, stop = await collect(together([PATH] * 16, engine.rest))
        assert stop is None
        assert (await engine.graphql(QUERY, {})).data["r0"]
        return len(answers)

    assert pair.run(ask, tokens=BOTH) == 16
    assert who(pair) == ["first"] + ["second"] * 17
    assert pair.engine.notices == [
        "the classic personal access token …rst0 was set aside: the token was refused (HTTP 401 Bad credentials)"
    ]


@pytest.mark.parametrize("api", ["rest", "graphql"])
def test_a_token_that_dies_in_the_middle_hands_over(pair: Asker, api: str) -> None:
    async def ask(engine: Engine) -> None:
        for number in range(4):
            pair.server.credentials[0].dead = number >= 2
            await (engine.rest(PATH) if api == "rest" else engine.graphql(QUERY, {}))

    pair.run(ask, tokens=BOTH)
    assert who(pair) == ["first", "first", "first", "second", "second"]
    assert pair.clock.waits == []


def test_a_source_loses_nothing_when_its_token_dies(pair: Asker) -> None:
    async def ask(engine: Engine) -> list[Outcome]:
        found: list[Outcome] = []
        subjects = [subject(one) for one in pair.server.world]
        async for outcomes in RepositoriesSource(today=pair.server.world.today).fetch(subjects, engine):
            pair.server.credentials[0].dead = True
            found += outcomes
        return found

    outcomes = pair.run(ask, tokens=BOTH)
    assert len({outcome.subject.name for outcome in outcomes}) == 40
    assert are_whole(outcomes)


@pytest.mark.parametrize(("tokens", "rest"), [(BOTH, "second"), (BOTH[:1], "first")], ids=["both", "one"])
def test_an_under_scoped_token_asks_rest_where_there_is_no_better_one(
    pair: Asker, tokens: tuple[Secret, ...], rest: str
) -> None:
    pair.server.credentials[0].under_scoped = True

    async def ask(engine: Engine) -> None:
        for _ in range(2):
            try:
                await engine.graphql(QUERY, {})
            except NoToken as error:
                assert len(tokens) == 1
                assert "required scopes" in str(error)
            await engine.rest(PATH)

    pair.run(ask, tokens=tokens)
    query = [("graphql", "second")] * (len(tokens) - 1)
    assert [(seen.kind, seen.credential) for seen in pair.server.log] == [
        ("graphql", "first"),
        *query,
        ("rest", rest),
        *query,
        ("rest", rest),
    ]
    (notice,) = pair.engine.notices
    assert "was set aside: Your token has not been granted the required scopes" in notice


def test_where_no_token_is_left_rest_is_asked_without_one(pair: Asker) -> None:
    for credential in pair.server.credentials:
        credential.dead = True

    async def ask(engine: Engine) -> int:
        with pytest.raises(NoToken, match="the token was refused"):
            await engine.graphql(QUERY, {})
        assert engine.is_anonymous
        return (await engine.rest(PATH)).status

    assert pair.run(ask, tokens=BOTH) == 200
    assert who(pair) == ["first", "second", ""]


# --- limits are no reason to change ---

SOON = int(datetime.now(UTC).timestamp()) + 1800


@pytest.mark.parametrize(
    "reply",
    [
        replies.secondary_limit(403),
        replies.secondary_limit(429, retry_after=20),
        replies.secondary_limit(200),
        replies.rate_limited(SOON),
        replies.rest_rate_limited(403, SOON),
        replies.rest_rate_limited(429, SOON),
    ],
    ids=["secondary", "with Retry-After", "secondary at 200", "RATE_LIMITED", "primary 403", "primary 429"],
)
@pytest.mark.parametrize("api", ["rest", "graphql"])
def test_a_limit_is_never_passed_with_the_next_token(pair: Asker, api: str, reply: Reply) -> None:
    if api == "rest" and reply.status == 200:
        reply = replies.message_reply(403, "API rate limit exceeded", x_ratelimit_remaining="0")
    pair.server.faults.replace(Fault(reply, times=2))

    async def ask(engine: Engine) -> None:
        await (engine.rest(PATH) if api == "rest" else engine.graphql(QUERY, {}))

    pair.run(ask, tokens=BOTH)
    assert who(pair) == ["first"] * 3
    assert len(pair.clock.long_waits) == 2


@pytest.mark.parametrize("resource", ["core", "graphql"])
def test_a_used_up_hour_is_never_passed_with_the_next_token(pair: Asker, resource: str) -> None:
    limits = pair.server.limits
    limits.enforced = True
    limits.per_hour["core"] = limits.per_hour["graphql"] = 3

    async def next_hour(seconds: float) -> None:
        limits.per_hour["core"] = limits.per_hour["graphql"] = 5000
        await pair.clock.sleep(seconds)

    async def ask(engine: Engine) -> None:
        for _ in range(5):
            await (engine.rest(PATH) if resource == "core" else engine.graphql(QUERY, {}))

    pair.run(ask, tokens=BOTH, sleep=next_hour)
    assert who(pair) == ["first"] * 5
    assert pair.clock.long_waits == [pytest.approx(3600, abs=3)]


def test_a_limit_that_cannot_be_waited_for_stops_rather_than_changes(pair: Asker) -> None:
    pair.server.faults.replace(Fault(replies.secondary_limit(retry_after=200)))
    for ask in (pair.rest, pair.graphql):
        with pytest.raises(Stop, match="past the deadline"):
            ask(tokens=BOTH, deadline=100.0)
    assert set(who(pair)) == {"first"}


# --- the first request ---


def test_the_first_request_of_an_identity_goes_out_alone(pair: Asker) -> None:
    pair.server.latency = 0.03
    pair.server.credentials[0].refused_by["acme-01"] = "ip"
    names = [f"acme-0{owner}/widget-{owner}{number}" for owner in (1, 2) for number in range(4)]

    async def ask(engine: Engine) -> int:
        # The first owner's refusal is known, so that both identities begin at once.
        engine.note_places(engine.identities[0].key, admitted=[], refused={"acme-01": "policy"})
        answers, stop = await collect(together(names, lambda name: engine.rest(f"/repos/{name}", place=name)))
        assert stop is None
        return len(answers)

    assert pair.run(ask, tokens=BOTH) == 8
    for name in ("first", "second"):
        opening, *later = [seen for seen in pair.server.log if seen.credential == name]
        assert all(seen.started > opening.started + opening.seconds for seen in later)
        assert max(seen.started for seen in later) < min(seen.started + seen.seconds for seen in later)


# --- what is said of tokens ---


@pytest.mark.parametrize(
    ("token", "label"),
    [
        (FIRST, "classic personal access token …rst0"),
        (SECOND, "fine-grained personal access token …d0ab"),
        ("gho_0123456789abcdef0123", "OAuth token …0123"),
        ("ghu_0123456789abcdef0123", "app user token …0123"),
        ("ghs_0123456789abcdef0123", "installation or Actions token …0123"),
        ("ghr_0123456789abcdef0123", "refresh token, which cannot ask anything …0123"),
        ("0123456789abcdef0123", "token of an unknown type …0123"),
        ("0123456789abcdef012", "token of an unknown type"),
        ("ghp_0123456789abcde", "classic personal access token"),
        ("x", "token of an unknown type"),
    ],
)
def test_a_label_shows_the_type_and_four_letters_at_most(token: str, label: str) -> None:
    assert label_of(Secret(token)) == label


NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expiry", "notice"),
    [
        ("2026-12-11 12:00:00 UTC", "expires in 14 days (2026-12-11 12:00 UTC)"),
        ("2026-12-11 05:00:00 -0700", "expires in 14 days (2026-12-11 12:00 UTC)"),
        ("2026-11-28 18:00:00 +0100", "expires in 1 day (2026-11-28 17:00 UTC)"),
        ("2026-11-27 13:00:00 UTC", "expires in 0 days (2026-11-27 13:00 UTC)"),
        ("2026-11-27 11:59:59 UTC", "has expired (2026-11-27 11:59 UTC)"),
        ("2026-12-11 12:00:01 UTC", None),
        ("2027-11-27 12:00:00 -0700", None),
        ("next year", None),
        ("", None),
    ],
)
def test_the_end_of_a_token_is_announced(
    pair: Asker, monkeypatch: pytest.MonkeyPatch, expiry: str, notice: str | None
) -> None:
    monkeypatch.setattr("crawler.clock.now", lambda: NOW)
    pair.server.credentials[1].expires_at = expiry
    pair.rest(token=Secret(SECOND))
    told = [f"the fine-grained personal access token …d0ab {notice}: make a new one"] if notice else []
    assert pair.engine.notices == told


def test_an_answer_that_says_nothing_of_the_end_does_not_make_it_forgotten(
    pair: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.clock.now", lambda: NOW)
    pair.server.credentials[0].expires_at = f"{NOW + timedelta(days=3):%Y-%m-%d %H:%M:%S} UTC"

    async def ask(engine: Engine) -> None:
        await engine.rest(PATH)
        pair.server.credentials[0].expires_at = None
        await engine.rest(PATH)

    pair.run(ask, tokens=BOTH)
    assert len(pair.engine.notices) == 1


def test_what_is_told_of_refused_and_dead_tokens_shows_none_of_them(pair: Asker, notebook: Notebook) -> None:
    pair.server.credentials[1].dead = True
    pair.server.credentials[0].refused_by["acme-01"] = "classic"
    pair.fetch(RepositoriesSource(today=pair.server.world.today), some(pair), tokens=BOTH, log=notebook.log)
    told = repr((pair.engine.notices, notebook.events, pair.engine.identities, pair.engine.quotas))
    assert "refuses the classic" in told
    assert "set aside" in told
    for token in (FIRST, SECOND):
        assert token[-5:] not in told
        assert token[4:14] not in told


# --- what else an owner or a host may say ---


def test_one_repository_that_rest_is_refused_does_not_hurt_its_owners_others(pair: Asker) -> None:
    pair.server.faults.replace(
        Fault(replies.message_reply(403, replies.SAML), path="widget-13", times=1),
    )
    names = [f"acme-01/widget-{number}" for number in (12, 13, 14)]

    async def ask(engine: Engine) -> list[int]:
        return [(await engine.rest(f"/repos/{name}", place=name)).status for name in names]

    assert pair.run(ask, tokens=BOTH) == [200] * 3
    assert who(pair) == ["first", "first", "second", "first"]


@pytest.mark.parametrize("anonymous", [False, True])
def test_contributors_that_nobody_may_see_count_as_refused(pair: Asker, anonymous: bool) -> None:
    refuse_all(pair)
    pair.server.anonymous = anonymous
    if anonymous:
        pair.server.faults.replace(Fault(replies.message_reply(403, replies.SAML), path="acme-01"))
    outcomes = pair.fetch(ContributorsSource(), some(pair, "contributors"), tokens=BOTH)
    assert {outcome.subject.name for outcome in outcomes if outcome.refused} == REFUSING


@pytest.mark.parametrize("expiry", ["9999-12-31 23:59:59 -2359", "0001-01-01 00:00:00 +2359"])
def test_an_end_that_is_no_date_is_left_aside(pair: Asker, expiry: str) -> None:
    pair.server.credentials[0].expires_at = expiry
    assert pair.rest(token=Secret(FIRST)).status == 200
    assert pair.engine.notices == []
