"""What a request is, what a run may spend on all of them, and what of them outlasts the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from msgspec import Struct, field

from crawler.fetch.answers import Raw
from crawler.fetch.hosts import Host
from crawler.fetch.identities import Identity
from crawler.fetch.verdicts import Verdict
from crawler.model import Validator
from crawler.spending import Wait


class Terms(Struct, frozen=True, kw_only=True):
    """What a run may spend: quota units, seconds, and all but the `reserve`, the share of a limit left to others.

    `is_paced`: whether hosts are asked only as often as they allow; recorded answers may come as fast as they can.
    """

    budget: int | None = None
    deadline: float | None = None
    reserve: float = 0.0
    is_paced: bool = True


class Memory(Protocol):
    """What outlasts a run."""

    def find_validator(self, identity: str, path: str) -> Validator | None:
        """What the last answer from `path` left for a conditional request of the identity."""

    def waits(self) -> Iterable[Wait]:
        """What hosts have asked to wait for."""

    def keep_wait(self, wait: Wait) -> None:
        """Remember that a host has asked to wait, at once and for good."""


class Forgetful:
    """A memory in which nothing stays."""

    def find_validator(self, identity: str, path: str) -> Validator | None:
        """Nothing."""
        return None

    def waits(self) -> Iterable[Wait]:
        """Nothing."""
        return ()

    def keep_wait(self, wait: Wait) -> None:
        """Nothing happens."""


class Request(Struct, kw_only=True):
    """One question to a host. `signer` finds who asks, anew before each try."""

    method: str
    url: str
    host: Host
    resource: str
    """`core` or `graphql`; another host's name there."""
    judge: Callable[[Raw], Verdict]
    signer: Callable[[], Identity]
    json: Any = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent beside those of the host and of who asks."""
    place: str = ""
    """What the question is about, where a policy may refuse an identity: an owner or `owner/name`."""
    condition: str = ""
    """Under which path validators are kept, where the question is a conditional one."""
    cost: int = 1
    told: str = ""
    """What the log calls it: a path without its host, or the name of a query."""
