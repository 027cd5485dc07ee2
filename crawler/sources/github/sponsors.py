"""The source `sponsors`: how many sponsors the accounts behind repositories have, what they ask for, and their goal.

Counts only, no names. What is hidden stays unknown; without a listing there are no tiers and no goal.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from crawler.errors import Stop
from crawler.fetch.answers import GraphQLAnswer, GraphQLError
from crawler.fetch.batches import Reading, ask_in_batches
from crawler.fetch.engine import Engine
from crawler.model import Outcome, Owner, Subject
from crawler.sources.checked import Checked
from crawler.sources.github import queries
from crawler.sources.github.cost import REFUSED_ANONYMOUS, points, queries_cost
from crawler.sources.github.reading import parts_by_alias
from crawler.sources.github.single import SingleQuestion
from crawler.sources.source import WEEKLY, Api, Cost, Stage, SubjectKind

HIDING = {"FORBIDDEN", "INSUFFICIENT_SCOPES"}
"""Errors by which GitHub says that who asks may not see something."""
MOST_CENTS = 10**8
"""A million dollars a month; GitHub allows tiers of up to $12,000."""
MOST_TARGET = 10**9
_WORD = re.compile(r"[A-Za-z_]{1,60}")


class SponsorsSource:
    """Accounts that own repositories: listing and number of active sponsors, private ones counted too."""

    name: str = "sponsors"
    max_age: timedelta | None = WEEKLY
    subject_kind: SubjectKind = "owner"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "graphql"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A query for each batch of accounts, with a page of tiers and one connection that counts for each."""
        return queries_cost(
            len(subjects),
            SponsorsQuestion.start_size,
            SponsorsQuestion.max_size,
            paged=queries.SPONSORS_PAGED_CONNECTIONS,
            counted=queries.SPONSORS_COUNTED_CONNECTIONS,
            seconds=2,
        )

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a batch at a time."""
        if engine.is_anonymous:
            raise Stop(REFUSED_ANONYMOUS)
        async for outcomes in ask_in_batches(engine, SponsorsQuestion(), subjects):
            yield outcomes


class SponsorsQuestion(SingleQuestion):
    """Asks for accounts by login."""

    start_size = 30
    max_size = 50

    def ask(self, items: Sequence[Subject]) -> tuple[str, dict[str, Any]]:
        """The query text and its variables."""
        return queries.sponsors(len(items)), {f"l{number}": subject.name for number, subject in enumerate(items)}

    def points(self, count: int) -> int:
        """The most that the query about so many items costs."""
        return points((queries.SPONSORS_PAGED_CONNECTIONS + queries.SPONSORS_COUNTED_CONNECTIONS) * count)

    def read(self, items: Sequence[Subject], answer: GraphQLAnswer) -> Reading[Subject, Outcome]:
        """What is told of each account; a listing that an error took is unknown, and the count beside it stands."""
        reading: Reading[Subject, Outcome] = Reading([], [])
        for subject, part in zip(items, parts_by_alias(answer, len(items)), strict=True):
            if part.is_too_heavy:
                reading.too_heavy.append(subject)
            elif part.refusal:
                reading.refused.append((subject, part.refusal))
            elif part.has("NOT_FOUND"):
                reading.results.append(Outcome(subject=subject, status="missing"))
            elif isinstance(part.node, dict) and not part.is_lost and part.lost_fields == {"sponsorsListing"}:
                reading.results.append(_answered(subject, part.node, part.errors))
            elif part.errors:
                reading.results.append(self.failed(subject, part.errors[0].message))
            elif part.node is None:
                reading.results.append(Outcome(subject=subject, status="unknown"))
            elif not isinstance(part.node, dict):
                reading.results.append(self.failed(subject, "the answer holds no account"))
            else:
                reading.results.append(_answered(subject, part.node))
        return reading


def _answered(subject: Subject, node: dict[str, Any], errors: Sequence[GraphQLError] = ()) -> Outcome:
    """The outcome of an account; `errors` are those that took its listing."""
    checked = Checked()
    owner = Owner(
        login=subject.name,
        type=checked.name("type", node, "__typename", pattern=_WORD),
        has_sponsors_listing=checked.flag("has_sponsors_listing", node, "hasSponsorsListing"),
        sponsors=checked.count("sponsors", node, "sponsorshipsAsMaintainer", "totalCount"),
    )
    listing = node.get("sponsorsListing")
    if owner.has_sponsors_listing is False:
        owner = replace(owner, lowest_monthly_tier=None, goal_kind=None, goal_percent=None, goal_target=None)
    elif isinstance(listing, dict) and listing.get("isPublic") is not False:
        owner = replace(owner, lowest_monthly_tier=_lowest_tier(listing, checked), **_goal(listing, checked))
    elif listing is not None and not isinstance(listing, dict):
        checked.refuse("lowest_monthly_tier", listing, "no object")
    # Who may not see a listing today may not see it tomorrow: only what failed is asked for again at once.
    failures = [error.message for error in errors if error.type not in HIDING]
    return Outcome(
        subject=subject,
        status="ok",
        record=owner,
        error=failures[0] if failures else None,
        passing=bool(failures),
        refused_values=checked.refused,
    )


def _lowest_tier(listing: dict[str, Any], checked: Checked) -> str | None | UnsetType:
    """The price of the cheapest tier that recurs, in US dollars; not known where one of the tiers cannot be read."""
    field, before = "lowest_monthly_tier", checked.refusals
    tiers = checked.entries(field, listing, "tiers", "nodes")
    if not isinstance(tiers, list):
        return UNSET
    prices: list[int] = []
    for tier in tiers:
        is_one_time = checked.flag(field, tier, "isOneTime")
        cents = checked.count(field, tier, "monthlyPriceInCents", most=MOST_CENTS)
        if not isinstance(is_one_time, bool) or not isinstance(cents, int):
            return UNSET
        if cents == 0:
            checked.refuse(field, cents, "a tier that costs nothing")
        elif not is_one_time:
            prices.append(cents)
    if checked.refusals > before:
        return UNSET
    return f"{min(prices) // 100}.{min(prices) % 100:02}" if prices else None


def _goal(listing: dict[str, Any], checked: Checked) -> dict[str, Any]:
    """The fields of the goal that is being worked towards: all three, none, or not known."""
    goal = listing.get("activeGoal", UNSET)
    if goal is None:
        return {"goal_kind": None, "goal_percent": None, "goal_target": None}
    told: dict[str, Any] = {
        "goal_kind": checked.name("goal_kind", goal, "kind", pattern=_WORD),
        "goal_percent": checked.count("goal_percent", goal, "percentComplete", most=100),
        "goal_target": checked.count("goal_target", goal, "targetValue", most=MOST_TARGET),
    }
    if told["goal_target"] == 0:
        checked.refuse("goal_target", 0, "a goal of nothing")
        return {}
    return told if all(value is not None and value is not UNSET for value in told.values()) else {}
