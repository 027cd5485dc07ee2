"""What a run has spent, what it may still spend, and what it will need."""

from __future__ import annotations

import time

from crawler.errors import Stop
from crawler.fetch.answers import Raw, until_reset
from crawler.fetch.identities import Identity
from crawler.fetch.limits import read_quota
from crawler.fetch.request import Request, Terms
from crawler.spending import Counts

MAX_COST = 1_000_000
UNITS = {"graphql": "graphql_points", "core": "rest_counted"}
"""Under which name a request of each of GitHub's APIs is counted; other hosts have no quota of ours."""


class Ledger:
    """Kept for the run as a whole and, by whoever asks, for each source."""

    def __init__(self, terms: Terms) -> None:
        self.total = Counts()
        self.expected: dict[str, int] = {}
        """What is still to be asked of each resource, in points and requests."""
        self.end = None if terms.deadline is None else time.monotonic() + terms.deadline
        self._budget = terms.budget
        self._under_way = 0

    def check(self, request: Request) -> None:
        """Stop where the budget or the time is used up."""
        spent = self.total.spent + self._under_way
        if self._budget is not None and request.resource in UNITS and spent + request.cost > self._budget:
            left, may_cost = self._budget - spent, request.cost
            raise Stop(
                f"the budget of {self._budget} points is used up: {left} left, the next question may cost {may_cost}"
            )
        if self.end is not None and time.monotonic() > self.end:
            raise Stop("the deadline is reached")

    def sent(self, request: Request, identity: Identity) -> None:
        """A request goes out that may cost so much."""
        self._under_way += request.cost
        if meter := identity.meters.get(request.resource):
            meter.sent(request.cost)

    def ended(self, request: Request, identity: Identity) -> None:
        """It got its answer, or none."""
        self._under_way -= request.cost
        if meter := identity.meters.get(request.resource):
            meter.under_way -= request.cost

    def charge(self, raw: Raw, request: Request, identity: Identity, counts: Counts) -> None:
        """Keep what an answer cost and where the limit stands."""
        if request.resource == "graphql":
            self.count(counts, graphql_points=points_of(raw))
        elif raw.status == 304:
            self.count(counts, not_modified=1, rest_counted=int(identity.is_anonymous))
        elif request.resource == "core":
            self.count(counts, rest_counted=1)
        self.expected[request.resource] = max(0, self.expected.get(request.resource, 0) - request.cost)
        told = read_quota(raw.headers, request.resource)
        if told and (meter := identity.meters.get(told[0])) and (seconds := until_reset(raw)) is not None:
            meter.see(told[1], seconds)

    def charge_unanswered(self, request: Request, counts: Counts) -> None:
        """Nobody knows whether the host has counted a request that got no answer."""
        if request.resource in UNITS:
            self.count(counts, **{UNITS[request.resource]: 1})

    def count(self, counts: Counts, **spent: int) -> None:
        """Add to what a source and the run have spent."""
        for name, number in spent.items():
            for kept in (counts, self.total):
                setattr(kept, name, getattr(kept, name) + number)


def points_of(raw: Raw) -> int:
    """Points of a query, as GitHub tells them; each query costs at least one."""
    data = raw.payload.get("data") if isinstance(raw.payload, dict) else None
    limit = data.get("rateLimit") if isinstance(data, dict) else None
    cost = limit.get("cost") if isinstance(limit, dict) else None
    return cost if isinstance(cost, int) and 1 <= cost <= MAX_COST else 1
