"""The hosts besides GitHub's API, on loopback: deps.dev, ecosyste.ms, the feeds of github.com, Scorecard, and money's.

The first four know what stands in a world, the others what stands in books.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter

from crawler.sandbox import depsdev, ecosystems, feeds, scorecard
from crawler.sandbox.chaos import Chaos
from crawler.sandbox.depsdev import MAX_BATCH, Find
from crawler.sandbox.faults import AliasPath, Asked, Fault, Faults, Kind
from crawler.sandbox.limits import Limits
from crawler.sandbox.money.books import Books
from crawler.sandbox.replies import Reply, json_reply, not_found
from crawler.sandbox.request_log import LOGGED_HEADERS, Announced, Seen, Waits
from crawler.sandbox.rest_api import conditional
from crawler.sandbox.wire import Loopback
from crawler.sandbox.world import Repository, World
from crawler.settings import OTHER_HOSTS

_OF_WORLD: tuple[Kind, ...] = ("depsdev", "ecosystems", "web", "scorecard")
_MONEY: tuple[Kind, ...] = (
    "crunchbase",
    "wikidata",
    "opencollective",
    "coingecko",
    "fmp",
    "yahoo",
    "sec",
    "ecb",
    "raw",
)
"""Each is a module of `sandbox.money`."""
_KINDS: dict[str, Kind] = {kind: kind for kind in (*_OF_WORLD, *_MONEY)}
_STAND_INS: dict[str, Kind] = {"feeds": "web", "yahoo_cookie": "yahoo", "sec_files": "sec"}
"""Hosts whose kind has another name: paths tell apart what one kind answers for two hosts."""
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
_TOKEN = re.compile(r"gh[pousr]_[\w.-]{16,}|github_pat_\w{16,}|\beyJ[\w-]{10,}\.[\w-]{10,}")


class Elsewhere(Loopback):
    """Serves what these hosts know of `world` while it is entered; one that is older than GitHub's shows older figures.

    faults, chaos and latency are those of SandboxServer. `log` holds each request with the path below its base;
    `authorized` says there that it carried an Authorization header, a cookie, or anything that looks like a token.
    """

    def __init__(
        self,
        world: World,
        books: Books | None = None,
        *,
        faults: Iterable[Fault] = (),
        chaos: Chaos | None = None,
        latency: float = 0.0,
    ) -> None:
        super().__init__()
        self.world = world
        self.books = books or Books(today=world.today)
        """What the hosts of money know; without any they know nobody."""
        self.faults = Faults(faults)
        self.chaos = chaos
        self.latency = latency
        self.log: list[Seen] = []
        self.waits = Waits(attrgetter("kind"))
        self.limits = Limits(enforced=True)
        """`per_hour["core"]` and `hour` are those of ecosyste.ms."""
        self.unknown_to_depsdev: set[str] = set()
        """Names that deps.dev has never heard of."""
        self.unknown_to_ecosystems: set[str] = set()
        self.ratings: dict[str, dict[str, int]] = {}
        """What Scorecard says of repositories: the score of each check, by `owner/name`."""
        self.page_size = MAX_BATCH
        """Projects in an answer of deps.dev; the rest is behind its page token."""
        self.synced_at = f"{world.today - timedelta(days=5)}T04:12:33.000Z"
        """When ecosyste.ms has last looked."""
        self.depsdev_url = f"{self.base_url}/depsdev"
        self.ecosystems_url = f"{self.base_url}/ecosystems"
        self.web_url = f"{self.base_url}/web"

    @property
    def hosts(self) -> dict[str, str]:
        """The base address of every host that stands in for one of the settings, by its name there."""
        names = [name for hosts in OTHER_HOSTS.values() for name in hosts]
        return {name: f"{self.base_url}/{_STAND_INS.get(name, name)}" for name in names}

    @property
    def announced(self) -> list[Announced]:
        """Every wait that an answer has asked for; the kind of host stands in place of a credential."""
        return self.waits.announced

    def broken_waits(self) -> list[Seen]:
        """The requests of the log that began inside a wait that their host had announced."""
        return self.waits.broken(list(self.log))

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer to one request, after the time that it takes; logs it. Header names are in lower case."""
        prefix, slash, below = path.removeprefix("/").partition("/")
        kind = _KINDS.get(prefix)
        seen = Seen(
            kind=kind or "",
            method=method,
            path=slash + below if kind else path,
            headers={name: text for name, text in headers.items() if name in LOGGED_HEADERS},
            authorized=_is_authorized(path, headers, body),
            started=time.monotonic(),
        )
        self.log.append(seen)
        reply = self._answer(kind, seen, headers, body) if kind else not_found()
        seen.status = reply.status
        seen.seconds = time.monotonic() - seen.started
        if reply.manner != "reset":
            self.waits.note(seen, reply.headers)
        return replace(reply, sent=seen.mark_sent)

    def _answer(self, kind: Kind, seen: Seen, headers: Mapping[str, str], body: bytes) -> Reply:
        asked = _asked(kind, seen, body)
        seen.names = asked.names
        self.closing.wait(self.latency)
        struck, _ = self.faults.strike(asked)
        if self.chaos and not struck:
            struck, _ = self.chaos.strike(asked)
        if struck:
            seen.struck = True
            return struck
        if kind in _MONEY:
            return _money(kind, seen, headers, body, self.books)
        if kind == "depsdev":
            known = self._known(self.unknown_to_depsdev)
            return depsdev.answer(seen.method, seen.path, body, known, self.page_size)
        if seen.method not in {"GET", "HEAD"}:
            return not_found()
        if kind == "ecosystems":
            return self._ecosystems(seen)
        if kind == "scorecard":
            name = next(iter(scorecard.names(seen.path)), None)
            return scorecard.answer(name, self.ratings, self.world.today.isoformat())
        return conditional(feeds.answer(seen.path, self.world, self.web_url), seen.headers, "")

    def _ecosystems(self, seen: Seen) -> Reply:
        quota = self.limits.quota("core")
        if quota.remaining == 0:
            pause = max(1, quota.reset - int(time.time()))
            reply = json_reply(429, {"error": "Rate limit exceeded"}, retry_after=str(pause))
        else:
            seen.counted = True
            self.limits.charge("core", 1)
            found = map(self._known(self.unknown_to_ecosystems), ecosystems.names(seen.path))
            reply = ecosystems.answer(next(found, None), self.synced_at)
        quota = self.limits.quota("core")
        rate = {
            "x-ratelimit-limit": str(quota.limit),
            "x-ratelimit-remaining": str(quota.remaining),
            "x-ratelimit-reset": str(quota.reset),
        }
        return Reply(reply.status, reply.body, reply.content_type, rate | dict(reply.headers))

    def _known(self, unknown: Collection[str]) -> Find:
        """Finds what may be seen by all and is not unknown; a former name is nothing that these hosts follow."""
        folded = {name.casefold() for name in unknown}

        def find(name: str) -> Repository | None:
            found = None if name.casefold() in folded else self.world.find(name, follow_renames=False)
            return found if found and not (found.hidden or found.blocked or found.is_private) else None

        return find


def _money(kind: Kind, seen: Seen, headers: Mapping[str, str], body: bytes, books: Books) -> Reply:
    """The answer of a host of money, which is loaded when it is first asked."""
    module = f"crawler.sandbox.money.{kind}"
    if find_spec(module) is None:
        return not_found()
    reply: Reply = import_module(module).answer(seen.method, seen.path, headers, body, books)
    return reply


def _asked(kind: Kind, seen: Seen, body: bytes) -> Asked:
    names = (
        depsdev.names(seen.path, body)
        if kind == "depsdev"
        else ecosystems.names(seen.path)
        if kind == "ecosystems"
        else scorecard.names(seen.path)
        if kind == "scorecard"
        else feeds.names(seen.path)
        if kind == "web"
        else ()
    )
    subjects: dict[AliasPath, frozenset[str]] = {
        ("requests", at): frozenset({name.casefold()}) for at, name in enumerate(names)
    }
    return Asked(kind, seen.path, subjects, conditional=seen.conditional)


def _is_authorized(path: str, headers: Mapping[str, str], body: bytes) -> bool:
    everything = "\n".join([path, *headers.values(), body.decode("utf-8", "replace")])
    return bool(_SECRET_HEADERS & headers.keys() or _TOKEN.search(everything))
