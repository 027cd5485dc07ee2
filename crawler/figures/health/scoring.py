"""From facts and rules to a score from 0 to 100, without I/O: whole numbers, the same for the same facts.

    score = round(sum(weight * score of the input) / sum(weight)), over the inputs that are known

What an archived project has above the limit of the rules is taken away again. The shares of all inputs add up to the
score exactly: each is rounded down, and the points left over go to the largest remainders.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from msgspec import Struct, structs

from crawler.figures.health.facts import Facts
from crawler.figures.health.measures import MEASURES, Measured
from crawler.rules import HealthRules, Scale

ARCHIVED = "archived"
"""The input that weighs nothing and takes points away."""
NO_SCORE = {
    "missing": "the repository cannot be found",
    "gone": "the repository is gone",
    "blocked": "the repository is blocked",
    "private": "the repository is private",
    "replaced": "the repository's name belongs to another one now",
}
"""States in which older figures say nothing about today."""


class Input(Struct, frozen=True, kw_only=True):
    """A row of `health_inputs`."""

    input: str
    value: str | None
    score: int | None
    """From 0 to 100; None: not known."""
    weight: int
    share: int | None
    """Points that it adds to the project's score; those of an archived project are taken away."""
    reason: str


class Health(Struct, frozen=True, kw_only=True):
    """The health of a project. `known` of `total` inputs that weigh anything have a score."""

    project_id: str
    score: int | None
    known: int
    total: int
    inputs: tuple[Input, ...]


def score_project(project_id: str, facts: Facts, rules: HealthRules, *, today: date) -> Health:
    """The health of a project by what is known of its primary repository."""
    inputs = [_scored(name, facts, rules, today) for name in rules.weights]
    known = [one for one in inputs if one.score is not None]
    total_weight = sum(one.weight for one in inputs)
    known_weight = sum(one.weight for one in known)
    score = None
    if known and 100 * known_weight >= rules.known_at_least * total_weight:
        shares = share_out({one.input: one.weight * (one.score or 0) for one in known}, known_weight)
        inputs = [structs.replace(one, share=shares.get(one.input)) for one in inputs]
        score = sum(shares.values())
    archived = _archived(facts, score, rules)
    return Health(
        project_id=project_id,
        score=None if score is None else score + (archived.share or 0),
        known=len(known),
        total=len(inputs),
        inputs=(*inputs, archived),
    )


def scale_score(number: Fraction | int, scale: Scale) -> int:
    """100 at `good` and beyond, 0 at `bad` and beyond, evenly in between, halves rounded up."""
    above, whole = number.numerator - scale.bad * number.denominator, (scale.good - scale.bad) * number.denominator
    return min(100, max(0, _rounded(100 * above, whole)))


def share_out(parts: Mapping[str, int], whole: int) -> dict[str, int]:
    """Whole numbers near each part / whole that add up to their rounded sum (Hamilton's method, largest remainders)."""
    shares = {name: part // whole for name, part in parts.items()}
    left = _rounded(sum(parts.values()), whole) - sum(shares.values())
    # Of equal remainders the earlier input's goes first: sorting is stable.
    for name in sorted(parts, key=lambda name: -(parts[name] % whole))[:left]:
        shares[name] += 1
    return shares


def _rounded(part: int, whole: int) -> int:
    """part / whole, halves rounded up."""
    return (2 * part + whole) // (2 * whole)


def _scored(name: str, facts: Facts, rules: HealthRules, today: date) -> Input:
    measured, reason = _measured(name, facts, today), ""
    scale, score = getattr(rules, name), measured.score
    if measured.number is not None:
        score = scale_score(measured.number, scale)
        reason = f" (100 at {scale.good:,}, 0 at {scale.bad:,})"
    return Input(
        input=name,
        value=measured.value,
        score=score,
        weight=scale.weight,
        share=None,
        reason=f"{measured.reason}{reason}",
    )


def _measured(name: str, facts: Facts, today: date) -> Measured:
    if facts.repository is None:
        return Measured(reason="nothing is known of a repository")
    if facts.status in NO_SCORE:
        return Measured(reason=NO_SCORE[facts.status])
    return MEASURES[name](facts, today)


def _archived(facts: Facts, score: int | None, rules: HealthRules) -> Input:
    """What the limit for archived projects takes away, so that all shares still add up to the score."""
    if facts.is_archived is None:
        return Input(
            input=ARCHIVED,
            value=None,
            score=None,
            weight=0,
            share=None,
            reason="it is not known whether it is archived",
        )
    if not facts.is_archived:
        return Input(input=ARCHIVED, value="no", score=None, weight=0, share=0, reason="it is not archived")
    taken = None if score is None else min(0, rules.archived_at_most - score)
    reason = f"archived: the score is at most {rules.archived_at_most}"
    return Input(input=ARCHIVED, value="yes", score=None, weight=0, share=taken, reason=reason)
