"""The plain records of what a run spends, and of what limits it."""

from __future__ import annotations

from msgspec import Struct


class Counts(Struct):
    """What a source, or a whole run, has spent. `rest_counted` leaves out what GitHub does not count (304, others)."""

    requests: int = 0
    graphql_points: int = 0
    rest_counted: int = 0
    not_modified: int = 0
    conditional: int = 0
    """Requests that asked "has this changed?"; `not_modified` of them were answered "no"."""
    retries: int = 0
    waits: int = 0
    waited_seconds: int = 0
    """Waits that limits asked for; those between two tries are not among them."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))

    @property
    def spent(self) -> int:
        """Quota units: points and counted REST requests."""
        return self.graphql_points + self.rest_counted


class Quota(Struct, frozen=True):
    """Where one limit stood in the last answer. `reset` is in epoch seconds."""

    limit: int
    remaining: int
    reset: int


class Wait(Struct, frozen=True):
    """What a host has asked for: until when (UTC text) an identity must not ask; `resource` "" is all of the host."""

    identity: str
    resource: str
    until: str
    reason: str
