"""FUNDING.yml without a token: found where GitHub finds it, read as dirty as it is, and never before GitHub's word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from asking import Asker, Notebook
from crawling import Landscape, command

from crawler.model import FundingLink, Outcome, Repository, Subject, Validator
from crawler.sandbox import SandboxServer, made_up_world
from crawler.sandbox.replies import Reply
from crawler.sandbox.rest_api import conditional
from crawler.sandbox.wire import Loopback
from crawler.settings import read_settings
from crawler.sources.checked import Checked
from crawler.sources.second_hand import FundingYmlSource
from crawler.sources.second_hand.funding_links import read_links

OPEN = FundingLink("OPEN_COLLECTIVE", "https://opencollective.com/widget")
FILE = b"open_collective: widget\n"


class RawFiles(Loopback):
    """Serves files by path; `log` holds path and status of each request."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes | Reply] = {}
        self.log: list[tuple[str, int]] = []

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The file with its validators, or 404."""
        held = self.files.get(path, Reply(404, b"404: Not Found", "text/plain"))
        reply = held if isinstance(held, Reply) else Reply(200, held, "text/plain; charset=utf-8")
        reply = conditional(reply, headers, "")
        assert "authorization" not in headers
        self.log.append((path, reply.status))
        return reply


@pytest.mark.parametrize(
    ("api", "raw"),
    [
        ("https://api.github.com", "https://raw.githubusercontent.com"),
        ("https://git.example.org/api/v3", "https://git.example.org/raw"),
    ],
)
def test_files_come_from_the_site_that_the_api_belongs_to(api: str, raw: str) -> None:
    assert dict(read_settings({"GITHUB_API_URL": api}).others)["raw"] == raw


@pytest.fixture
def raw() -> Iterator[RawFiles]:
    with RawFiles() as server:
        yield server


def ask(asker: Asker, raw: RawFiles, *names: str, **settings: Any) -> list[Outcome]:
    subjects = [Subject(source="funding_yml", name=name, repository_id=1) for name in names]
    others = {"raw": raw.base_url}
    outcomes = asker.fetch(FundingYmlSource(), subjects, token=None, others=others, **settings)
    return sorted(outcomes, key=lambda outcome: names.index(outcome.subject.name))


def links(outcome: Outcome) -> Any:
    assert isinstance(outcome.record, Repository), outcome
    return outcome.record.funding_links


def test_a_file_of_its_own_goes_before_the_owners_which_is_looked_for_once(asker: Asker, raw: RawFiles) -> None:
    raw.files = {
        "/acme/one/HEAD/.github/FUNDING.yml": FILE,
        "/acme/two/HEAD/docs/FUNDING.yml": b"ko_fi: two",
        "/Acme/.github/HEAD/FUNDING.yml": b"liberapay: acme",
        "/acme/.github/HEAD/FUNDING.yml": b"liberapay: acme",
    }
    one, two, three, four, nobody = ask(asker, raw, "acme/one", "acme/two", "acme/three", "Acme/four", "none/five")
    assert links(one) == (OPEN,)
    assert links(two) == (FundingLink("KO_FI", "https://ko-fi.com/two"),)
    assert links(three) == links(four) == (FundingLink("LIBERAPAY", "https://liberapay.com/acme"),)
    assert (nobody.status, links(nobody)) == ("ok", ())
    asked = [path for path, _ in raw.log]
    assert sum("/.github/head/" in path.lower() for path in asked) == 2 + 3
    assert asked.count("/acme/one/HEAD/.github/FUNDING.yml") == 1 and len(asked) == 1 + 3 * 4 + 2 + 3
    assert one.observation and one.observation.url.endswith("/acme/one/HEAD/.github/FUNDING.yml")


def test_a_file_that_has_not_changed_confirms_what_is_stored(asker: Asker, raw: RawFiles, notebook: Notebook) -> None:
    path = "/acme/one/HEAD/.github/FUNDING.yml"
    raw.files = {path: FILE}
    (first,) = ask(asker, raw, "acme/one")
    assert isinstance(first.validator, Validator)
    notebook.validators[first.validator.identity, path] = first.validator
    (second,) = ask(asker, raw, "acme/one", memory=notebook)
    assert (second.status, second.unchanged, second.record) == ("ok", True, None)
    assert [status for _, status in raw.log] == [200, 304]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"<html><body>", None),
        (b"github: [", "no YAML"),
        (b"\xff\xfe\x00", "no YAML"),
        (b"[" * 5000, "no YAML"),
        (b"- github", "no platforms"),
        (b"github: x #" + b"x" * 65_536, "larger than 65,536 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_a_note_and_what_is_stored(
    asker: Asker, raw: RawFiles, file: bytes, reason: str | None
) -> None:
    raw.files = {"/acme/one/HEAD/.github/FUNDING.yml": file}
    (outcome,) = ask(asker, raw, "acme/one")
    assert (outcome.status, outcome.record, outcome.validator) == ("ok", None, None)
    (refused,) = outcome.refused_values
    assert refused.field == "funding_links"
    assert reason is None or refused.reason == reason


def test_a_failure_is_no_answer(asker: Asker, raw: RawFiles) -> None:
    raw.files = {"/acme/one/HEAD/.github/FUNDING.yml": Reply(403, b"no", "text/plain")}
    (outcome,) = ask(asker, raw, "acme/one")
    assert (outcome.status, outcome.record, bool(outcome.error)) == (None, None, True)


@pytest.mark.parametrize(
    ("file", "urls"),
    [
        ("", []),
        ("github: # your name here\npatreon: # null\ncustom: # ['a']", []),
        ("github: [ada, '@bob', 'https://github.com/sponsors/eve', null]", ["ada", "bob", "eve"]),
        ("patreon: https://www.patreon.com/acme/", ["https://patreon.com/acme"]),
        ("open_collective: [a, b]", ["https://opencollective.com/a", "https://opencollective.com/b"]),
        ("tidelift: npm/@acme/widget", ["https://tidelift.com/funding/github/npm/@acme/widget"]),
        ("thanks_dev: u/gh/acme", ["https://thanks.dev/u/gh/acme"]),
        ("custom: [example.org/pay, 'https://example.org/x']", ["https://example.org/pay", "https://example.org/x"]),
        ("custom: example.org\ncustom: example.com", ["https://example.com"]),
        ("otechie: acme\n5: acme", []),
        ("polar: a\nbuy_me_a_coffee: b", ["https://polar.sh/a", "https://buymeacoffee.com/b"]),
    ],
)
def test_dirty_files_become_links(file: str, urls: list[str]) -> None:
    checked = Checked()
    found = read_links(file.encode(), checked)
    assert found is not None
    whole = [url if url.startswith("https") else f"https://github.com/{url}" for url in urls]
    assert [link.url for link in found] == whole
    assert checked.refused == ()


@pytest.mark.parametrize(
    "file",
    [
        "custom: 'javascript:alert(1)'",
        "custom: 'https://a b'",
        "github: 'a b'",
        "ko_fi: 5",
        "ko_fi: {a: b}",
        "patreon: https://evil.example/x?y",
        "github: '../../x?'",
    ],
)
def test_what_is_no_name_and_no_address_is_refused(file: str) -> None:
    checked = Checked()
    assert read_links(f"{file}\nliberapay: acme".encode(), checked) == (
        FundingLink("LIBERAPAY", "https://liberapay.com/acme"),
    )
    assert [one.field for one in checked.refused] == ["funding_links"]


def test_only_where_github_has_told_none_and_it_is_no_second_hand_figure(tmp_path: Path, raw: RawFiles) -> None:
    with SandboxServer(made_up_world(2)) as server:
        landscape = Landscape(tmp_path, server)
        one, two = (repository.name_with_owner for repository in server.world)
        raw.files = {f"/{name}/HEAD/.github/FUNDING.yml": FILE for name in (one, two)}
        landscape.seed(one)
        token = {"GITHUB_TOKEN": "ghp_Tests0Tests0Tests0Tests0Tests0Tests0"}
        told = [(link, url) for link, url in server.world[one].funding_links or ()]

        def refresh(**environment: str) -> int:
            addresses = {"GITHUB_API_URL": server.api_url, "GITHUB_GRAPHQL_URL": server.graphql_url}
            given = addresses | {"CRAWLER_RAW_URL": raw.base_url} | environment
            seeds = ("refresh", landscape.seeds, "--db", landscape.database, "--source", "github")
            return command(*seeds, "--source", "funding_yml", money=True, **given).code

        found = (
            "SELECT platform, l.url FROM funding_links l JOIN repositories r ON r.id = l.repository_id"
            " WHERE name_with_owner = ?"
        )
        assert refresh(**token) == 0
        assert (landscape.rows(found, one), raw.log) == (told, [])
        landscape.seed(one, two)
        # GitHub answers without a token what REST knows: that is first hand, and says nothing of sponsors.
        assert refresh() == 0
        assert landscape.rows(found, one) == told
        assert landscape.rows(found, two) == [("OPEN_COLLECTIVE", "https://opencollective.com/widget")]
        assert {path.split("/HEAD")[0] for path, _ in raw.log} == {f"/{two}"}
