"""A GitHub App signs in: its tokens are minted once, renewed in time and after a refusal, and never shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from asking import PATH, QUERY, Asker, Clock, Notebook, collect
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from crawler import clock
from crawler.errors import FetchError, NoToken, Stop, UsageFault
from crawler.fetch import app
from crawler.fetch.engine import Endpoint, Engine
from crawler.fetch.events import as_json, as_line
from crawler.fetch.together import together
from crawler.sandbox import AppRegistration, Credential, SandboxServer, faults, made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.request_log import Seen
from crawler.secret import Secret
from crawler.settings import AppKey

MINT = "/app/installations/4711/access_tokens"
TOKEN = "ghp_Token0Token0Token0Token0Token0Token0"
LABEL = "GitHub App 123, installation 4711"


def private_pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@pytest.fixture(scope="session")
def keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    """The App's own key and a stranger's."""
    return rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)


@pytest.fixture
def app_key(keys: tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]) -> AppKey:
    """What the App signs in with."""
    return AppKey("123", 4711, Secret(private_pem(keys[0])))


class Apart(Asker):
    """An engine for an App, whose wall clock and the server's can be put forward."""

    def __init__(self, server: SandboxServer, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(server, clock)
        self._passed = self._wrong_by = timedelta()
        monkeypatch.setattr("crawler.clock.now", self.now)

    def now(self) -> datetime:
        """The wall clock of the program."""
        return datetime.now(UTC).replace(microsecond=0) + self._passed + self._wrong_by

    def pass_time(self, **units: float) -> None:
        """From here on it is so much later for the program; the server goes by its own clock."""
        self._passed += timedelta(**units)

    def put_wrong(self, **units: float) -> None:
        """From here on the program's clock alone is so much ahead."""
        self._wrong_by += timedelta(**units)

    @property
    def mints(self) -> list[Seen]:
        """The requests for a token."""
        return [seen for seen in self.server.log if seen.path.startswith("/app/")]

    @property
    def minted(self) -> list[Credential]:
        """The tokens that the server gave out."""
        assert self.server.app is not None
        return self.server.app.minted


@pytest.fixture
def apart(
    clock: Clock, keys: tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Apart]:
    """A server with one App and one token of an account; REST is open to nobody, too."""
    public = keys[0].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with SandboxServer(
        made_up_world(20),
        credentials=[Credential(TOKEN, "token", account=2)],
        app=AppRegistration("123", 4711, public),
        anonymous=True,
    ) as server:
        yield Apart(server, clock, monkeypatch)


def credentials(asker: Asker) -> list[str]:
    return [seen.credential for seen in asker.server.log]


# --- tokens of an hour ---


def test_an_app_signs_in_once_and_asks_both_apis_with_its_token(apart: Apart, app_key: AppKey) -> None:
    async def ask(engine: Engine) -> int:
        answers, stop = await collect(together([PATH] * 16, engine.rest))
        assert stop is None
        assert (await engine.graphql(QUERY, {})).data["r0"]
        return len(answers)

    assert apart.run(ask, token=None, app_key=app_key) == 16
    assert [(seen.method, seen.path, seen.authorized) for seen in apart.mints] == [("POST", MINT, True)]
    assert credentials(apart) == ["app-jwt"] + ["app"] * 17
    assert apart.clock.waits == []


def test_signing_in_costs_no_quota(apart: Apart, app_key: AppKey) -> None:
    apart.rest(token=None, app_key=app_key, budget=1)
    assert (apart.engine.total.spent, apart.engine.total.requests) == (1, 2)


def test_a_token_is_renewed_before_its_end(apart: Apart, app_key: AppKey) -> None:
    async def ask(engine: Engine) -> list[int]:
        numbers = []
        for minutes in (0, 49, 2, 48, 2):
            apart.pass_time(minutes=minutes)
            await engine.rest(PATH)
            numbers.append(len(apart.minted))
        return numbers

    assert apart.run(ask, token=None, app_key=app_key) == [1, 1, 2, 2, 3]
    assert {seen.status for seen in apart.server.log if seen.credential == "app"} == {200}


@pytest.mark.parametrize(("lifetime", "passing", "mints"), [(60, 40, 1), (60, 52, 2), (28_800, 26_400, 1)])
def test_a_token_of_another_length_is_renewed_in_time(
    apart: Apart, app_key: AppKey, lifetime: float, passing: float, mints: int
) -> None:
    assert apart.server.app is not None
    registration = apart.server.app.registration
    apart.server.app.registration = AppRegistration("123", 4711, registration.public_key_pem, lifetime)

    async def ask(engine: Engine) -> None:
        await engine.rest(PATH)
        apart.pass_time(seconds=passing)
        await engine.rest(PATH)

    apart.run(ask, token=None, app_key=app_key)
    assert len(apart.mints) == mints


def test_a_token_that_was_revoked_is_renewed(apart: Apart, app_key: AppKey) -> None:
    async def ask(engine: Engine) -> None:
        await engine.rest(PATH)
        apart.minted[0].dead = True
        apart.pass_time(minutes=5)
        await engine.rest(PATH)
        await engine.graphql(QUERY, {})

    apart.run(ask, token=None, app_key=app_key)
    assert [(seen.credential, seen.status) for seen in apart.server.log] == [
        ("app-jwt", 201),
        ("app", 200),
        ("app", 401),
        ("app-jwt", 201),
        ("app", 200),
        ("app", 200),
    ]
    assert apart.engine.notices == []


def test_an_app_whose_new_tokens_are_refused_is_set_aside(apart: Apart, app_key: AppKey) -> None:
    apart.server.faults.replace(Fault(replies.bad_credentials(), path="/repos/", times=1))
    assert apart.rest(token=None, app_key=app_key).status == 200
    assert credentials(apart) == ["app-jwt", "app", ""]
    assert apart.engine.notices == [f"the {LABEL} was set aside: the token was refused (HTTP 401 Bad credentials)"]


def test_the_app_comes_after_the_tokens(apart: Apart, app_key: AppKey) -> None:
    apart.server.credentials[0].refused_by["acme-01"] = "classic"
    names = ["acme-00/widget-0", "acme-01/widget-10", "acme-01/widget-11"]

    async def ask(engine: Engine) -> list[int]:
        return [(await engine.rest(f"/repos/{name}", place=name)).status for name in names]

    assert apart.run(ask, token=Secret(TOKEN), app_key=app_key) == [200] * 3
    assert credentials(apart) == ["token", "token", "app-jwt", "app", "app"]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_off_is_no_hindrance(apart: Apart, app_key: AppKey, hours: int) -> None:
    apart.put_wrong(hours=hours)
    assert apart.rest(token=None, app_key=app_key).status == 200
    assert credentials(apart)[-1] == "app"


def test_a_clock_that_is_an_hour_off_is_known_from_any_answer(apart: Apart, app_key: AppKey) -> None:
    apart.put_wrong(hours=1)
    apart.server.credentials[0].refused_by["acme-01"] = "classic"
    apart.run(
        lambda engine: engine.rest("/repos/acme-01/widget-10", place="acme-01"), token=Secret(TOKEN), app_key=app_key
    )
    assert credentials(apart) == ["token", "app-jwt", "app"]


def test_a_clock_that_is_a_little_off_does_not_matter(apart: Apart, app_key: AppKey) -> None:
    for seconds in (-50, 100):
        apart.put_wrong(seconds=seconds)
        assert apart.rest(token=None, app_key=app_key).status == 200
    assert {seen.status for seen in apart.mints} == {201}


# --- no token to be had ---


def test_a_wrong_installation_is_one_clear_message_and_the_next_goes_on(apart: Apart, app_key: AppKey) -> None:
    wrong = AppKey("123", 4712, app_key.private_key)

    async def ask(engine: Engine) -> int:
        with pytest.raises(NoToken, match=r"^the GitHub App got no token \(HTTP 404 Not Found\)$"):
            await engine.graphql(QUERY, {})
        return (await engine.rest(PATH)).status

    assert apart.run(ask, token=None, app_key=wrong) == 200
    assert credentials(apart) == ["app-jwt", ""]
    assert apart.engine.notices == [
        "the GitHub App 123, installation 4712 was set aside: the GitHub App got no token (HTTP 404 Not Found)"
    ]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"token": "", "expires_at": "2030-01-01T00:00:00Z"},
        {"token": "ghs_ü", "expires_at": "2030-01-01T00:00:00Z"},
        {"token": "a\nb", "expires_at": "2030-01-01T00:00:00Z"},
        {"token": "ghs_1", "expires_at": None},
        {"token": "ghs_1", "expires_at": "soon"},
        {"token": "ghs_1", "expires_at": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_an_answer_without_a_usable_token_is_none(apart: Apart, app_key: AppKey, body: object) -> None:
    apart.server.faults.replace(Fault(replies.json_reply(201, body), path="/app/"))
    assert apart.rest(token=None, app_key=app_key).status == 200
    assert credentials(apart) == ["app-jwt", ""]


def test_a_mint_that_fails_in_passing_is_tried_again(apart: Apart, app_key: AppKey) -> None:
    apart.server.faults.replace(Fault(faults.server_error(502), path="/app/", times=2))
    assert apart.rest(token=None, app_key=app_key).status == 200
    assert credentials(apart) == ["app-jwt"] * 3 + ["app"]


def test_a_wait_that_is_announced_at_the_mint_is_kept(apart: Apart, app_key: AppKey) -> None:
    limit = replies.secondary_limit(403, retry_after=40)
    apart.server.faults.replace(Fault(limit, path="/app/", times=1))
    assert apart.rest(token=None, app_key=app_key).status == 200
    assert sum(apart.clock.waits) == pytest.approx(40, abs=0.1)


# --- what is shown of it ---


@pytest.mark.parametrize("text", ["no key", "-----BEGIN RSA PRIVATE KEY-----\nTopSecretTopSecret\n"])
def test_a_key_that_is_none_is_told_without_it(apart: Apart, text: str) -> None:
    with pytest.raises(UsageFault, match="GITHUB_APP_PRIVATE_KEY is no RSA private key in PEM form") as raised:
        app.sign(AppKey("123", 4711, Secret(text)), clock.now())
    assert raised.value.__cause__ is None
    assert "TopSecret" not in str(raised.value) + repr(AppKey("123", 4711, Secret(text)))


def test_neither_key_nor_tokens_are_ever_shown(apart: Apart, app_key: AppKey, notebook: Notebook) -> None:
    said: list[str] = []

    async def ask(engine: Engine) -> None:
        await engine.rest(PATH)
        token = apart.minted[0].token
        apart.server.faults.replace(Fault(replies.json_reply(200, {"list": [token]}), times=1))
        assert (await engine.rest(PATH)).payload == {"list": ["…"]}
        for status in (404, 500):
            apart.server.faults.replace(Fault(replies.message_reply(status, f"You sent {token}")))
            try:
                said.append((await engine.rest(PATH)).message)
            except FetchError as error:
                said.append(str(error))
        pem = app_key.private_key.reveal()
        echo = replies.message_reply(
            403, f"bad key {pem.replace(chr(10), ' ')} {pem} {app.sign(app_key, clock.now()).reveal()}"
        )
        apart.server.faults.replace(Fault(echo, path="/app/"))
        apart.pass_time(minutes=55)
        with pytest.raises(NoToken) as raised:
            await engine.graphql(QUERY, {})
        said.append(str(raised.value))

    apart.run(ask, token=None, app_key=app_key, log=notebook.log)
    assert said[:2] == ["You sent …", "HTTP 500 You sent …"]
    told = [as_line(event) + as_json(event) for _, event in notebook.events] + said + apart.engine.notices
    shown = "\n".join(told) + repr((apart.engine, apart.engine.identities, apart.engine._secrets, app_key, told))
    shown += repr(vars(apart.engine.identities[0]))
    assert "eyJ" not in shown
    for secret in (app_key.private_key.reveal().splitlines()[1], apart.minted[0].token[:40]):
        assert secret not in shown


def test_the_key_of_the_app_tells_nothing_and_stays_the_same(apart: Apart, app_key: AppKey) -> None:
    apart.rest(token=None, app_key=app_key)
    first = apart.engine.identities[0]
    apart.rest(token=None, app_key=app_key)
    second = apart.engine.identities[0]
    assert (first.key, first.label) == (second.key, LABEL)
    assert len(first.key) == 16
    # ETags are good for the very token alone.
    assert len({first.key, first.validator_key, second.validator_key}) == 3


def test_the_end_of_an_apps_token_is_nothing_to_announce(apart: Apart, app_key: AppKey) -> None:
    async def ask(engine: Engine) -> None:
        await engine.rest(PATH)
        apart.minted[0].expires_at = f"{apart.now():%Y-%m-%d %H:%M:%S} UTC"
        await engine.rest(PATH)

    apart.run(ask, token=None, app_key=app_key)
    assert apart.engine.identities[0].expires_at is not None
    assert apart.engine.notices == []


# --- many requests at once, and failures at the door ---


def test_a_token_that_ends_is_renewed_once_for_all_that_wait(apart: Apart, app_key: AppKey) -> None:
    async def ask(engine: Engine) -> None:
        await engine.rest(PATH)
        apart.pass_time(minutes=52)
        await collect(together([PATH] * 8, engine.rest))

    apart.run(ask, token=None, app_key=app_key)
    assert len(apart.minted) == 2


def test_a_token_that_is_revoked_under_many_requests_is_renewed_once(apart: Apart, app_key: AppKey) -> None:
    apart.server.latency = 0.02

    async def ask(engine: Engine) -> int:
        await engine.rest(PATH)
        apart.minted[0].dead = True
        apart.pass_time(minutes=5)
        answers, stop = await collect(together([PATH] * 8, engine.rest))
        assert stop is None
        return len(answers)

    assert apart.run(ask, token=None, app_key=app_key) == 8
    assert apart.engine.notices == []
    assert len(apart.minted) == 2
    assert [seen.status for seen in apart.server.log if seen.credential == ""] == []


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_off_mints_no_more_tokens(apart: Apart, app_key: AppKey, hours: int) -> None:
    async def ask(engine: Engine) -> None:
        for _ in range(5):
            await engine.rest(PATH)

    apart.put_wrong(hours=hours)
    apart.run(ask, token=None, app_key=app_key)
    assert len(apart.minted) == 1
    # One refusal tells the host's time; the next JWT is made by it.
    assert [seen.status for seen in apart.mints] == [401, 201]


def test_a_wrong_key_is_one_clear_message_and_the_next_goes_on(
    apart: Apart, keys: tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]
) -> None:
    wrong = AppKey("123", 4711, Secret(private_pem(keys[1])))

    async def ask(engine: Engine) -> int:
        with pytest.raises(NoToken, match=r"the GitHub App got no token .*could not be decoded"):
            await engine.graphql(QUERY, {})
        return (await engine.rest(PATH)).status

    assert apart.run(ask, token=None, app_key=wrong) == 200
    assert len(apart.mints) <= 4
    (notice,) = apart.engine.notices
    assert "could not be decoded" in notice


def test_an_outage_at_the_mint_is_one_clear_message_and_the_next_goes_on(apart: Apart, app_key: AppKey) -> None:
    apart.server.faults.replace(Fault(faults.server_error(502), path="/app/"))

    async def ask(engine: Engine) -> int:
        return (await engine.rest(PATH)).status

    assert apart.run(ask, token=None, app_key=app_key) == 200
    assert len(apart.mints) == 4
    (notice,) = apart.engine.notices
    assert "got no token" in notice


def test_a_key_that_is_none_does_not_keep_the_next_from_going_on(apart: Apart) -> None:
    wrong = AppKey("123", 4711, Secret("no key"))
    assert apart.rest(token=None, app_key=wrong).status == 200
    assert "no RSA private key" in apart.engine.notices[0]


def test_a_host_that_cannot_be_reached_is_given_up_at_the_mint_too(apart: Apart, app_key: AppKey) -> None:
    with pytest.raises(FetchError, match="cannot be reached"):
        apart.rest(
            token=None, app_key=app_key, endpoint=lambda: Endpoint("http://127.0.0.1:9", "http://127.0.0.1:9/graphql")
        )
    assert apart.engine.total.requests == 2


def test_a_limit_without_a_time_at_the_mint_is_a_minute(apart: Apart, app_key: AppKey) -> None:
    apart.server.faults.replace(Fault(replies.secondary_limit(403), path="/app/", times=1))
    assert apart.rest(token=None, app_key=app_key).status == 200
    assert sum(apart.clock.waits) > 59.9


def test_a_wait_at_the_mint_holds_in_the_next_run(apart: Apart, app_key: AppKey, notebook: Notebook) -> None:
    apart.server.faults.replace(Fault(replies.secondary_limit(403, retry_after=40), path="/app/", times=1))
    apart.rest(token=None, app_key=app_key, memory=notebook)
    assert [wait.resource for wait in notebook.kept] == [""]


def test_nothing_is_minted_past_the_deadline(apart: Apart, app_key: AppKey) -> None:
    apart.server.faults.replace(Fault(faults.server_error(502), path="/app/"))
    with pytest.raises(Stop, match="deadline"):
        apart.rest(token=None, app_key=app_key, deadline=1.0)
    assert len(apart.mints) == 1


def test_signing_in_is_an_event_too(apart: Apart, app_key: AppKey, notebook: Notebook) -> None:
    apart.rest(token=None, app_key=app_key, log=notebook.log)
    assert len(notebook.requests) == len(apart.server.log) == 2


def test_an_app_that_is_set_aside_is_told(apart: Apart, app_key: AppKey, notebook: Notebook) -> None:
    apart.rest(token=None, app_key=AppKey("123", 4712, app_key.private_key), log=notebook.log)
    (aside,) = [event for _, event in notebook.events if event.name == "set aside"]
    assert aside.fields["identity"] == "GitHub App 123, installation 4712"
