"""What writing the code anew would cost: the second opinion that needs no funding data.

Bytes by language become lines, lines become person months by three models, months become dollars (see `cocomo`). The
unit is one repository, archived ones counted; forks and mirrors are left out, as others' code. A repository of several
organisations counts for the first by id. Languages last seen more than 30 days ago are counted and called stale; after
365 days they are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from crawler.figures import forms
from crawler.figures.cocomo import US_2024_05, Cost, replacement_cost
from crawler.figures.code_sizes import STALE_DAYS, CodeSize, CodeSizes
from crawler.figures.inputs import Inputs
from crawler.figures.model import Figures, ReplacementCost, Total, ValueLine, plain
from crawler.figures.policy import LANDSCAPE, Policy

NAME = "replacement_cost_v1"
PARAMETERS = US_2024_05
ONLY_NOW = "of the code of an earlier time nothing is kept: only the newest figures have a replacement cost"


def _compute(inputs: Inputs) -> Figures:
    code = inputs.code
    if code is None:
        return Figures([], [ValueLine(policy=NAME, scope=LANDSCAPE, measure="value", counted=False, reason=ONLY_NOW)])
    sizes = {repository_id: size.ksloc for repository_id, size in code.repositories.items() if size.ksloc is not None}
    costs = {repository_id: replacement_cost(ksloc, PARAMETERS) for repository_id, ksloc in sizes.items()}
    totals, lines = [], []
    for scope in inputs.scopes:
        members = code.scopes.get(scope, [])
        counted = [costs[repository_id] for repository_id in members if repository_id in costs]
        totals.append(_total(scope, counted, len(members)))
        lines += _lines(inputs, scope, code, costs)
    totals += _of_groups(inputs, code, costs)
    return Figures(totals, lines, [_row(one, sizes[one], costs[one]) for one in costs])


def _total(scope: str, costs: Sequence[Cost], repositories: int) -> Total:
    return Total(
        scope=scope,
        measure="value",
        policy=NAME,
        value=str(sum(cost.central for cost in costs)) if costs else None,
        low=str(sum(cost.low for cost in costs)) if costs else None,
        high=str(sum(cost.high for cost in costs)) if costs else None,
        currency="USD",
        known=len(costs),
        total=repositories,
    )


def _of_groups(inputs: Inputs, code: CodeSizes, costs: Mapping[int, Cost]) -> Iterator[Total]:
    """What each group brings to the landscape."""
    of_group: dict[str, list[int]] = {}
    for repository_id in code.scopes.get(LANDSCAPE, []):
        organization_id = code.repositories[repository_id].organization_id
        if organization_id is not None:
            of_group.setdefault(inputs.group_of[organization_id], []).append(repository_id)
    for group_id, members in sorted(of_group.items()):
        counted = [costs[repository_id] for repository_id in members if repository_id in costs]
        if counted:
            yield _total(f"organization:{group_id}", counted, len(members))


def _lines(inputs: Inputs, scope: str, code: CodeSizes, costs: Mapping[int, Cost]) -> list[ValueLine]:
    """A line for each organisation of the scope, and one for the projects without any."""
    of_organization: dict[str | None, list[int]] = {}
    for repository_id in code.scopes.get(scope, []):
        of_organization.setdefault(code.repositories[repository_id].organization_id, []).append(repository_id)
    lines = []
    for organization_id, repositories in sorted(of_organization.items(), key=lambda item: item[0] or ""):
        total = _total(scope, [costs[one] for one in repositories if one in costs], len(repositories))
        if total.known or scope == LANDSCAPE:
            line = ValueLine(
                policy=NAME,
                scope=scope,
                measure="value",
                organization_id=organization_id,
                group_id=None if organization_id is None else inputs.group_of[organization_id],
                amount=None if total.value is None else str(total.value),
                low=total.low,
                high=total.high,
                currency=total.currency,
                counted=total.known > 0,
                reason=_reason([code.repositories[one] for one in repositories]),
            )
            lines.append(line)
    return lines


def _reason(sizes: Sequence[CodeSize]) -> str:
    """`12 repositories, 1.2M lines, 1 of them seen more than 30 days ago; 3 left out: forks (2), mirrors (1)`."""
    counted = [size for size in sizes if size.ksloc is not None]
    left_out = Counter(size.left_out for size in sizes if size.left_out)
    parts = []
    if counted:
        lines = forms.short(sum(size.ksloc or 0 for size in counted) * 1000)
        stale = sum(size.is_stale for size in counted)
        note = f", {stale:,} of them seen more than {STALE_DAYS} days ago" if stale else ""
        parts.append(f"{forms.counted(len(counted), 'repository', 'repositories')}, {lines} lines{note}")
    if left_out:
        words = ", ".join(f"{why} ({number:,})" for why, number in sorted(left_out.items()))
        parts.append(f"{sum(left_out.values()):,} left out: {words}")
    return "; ".join(parts)


def _row(repository_id: int, ksloc: Decimal, cost: Cost) -> ReplacementCost:
    return ReplacementCost(
        repository_id=repository_id,
        ksloc=plain(ksloc),
        low=str(cost.low),
        central=str(cost.central),
        high=str(cost.high),
        currency="USD",
        parameters=PARAMETERS.name,
    )


POLICY = Policy(name=NAME, nature="stock: what writing the code anew would cost, whoever paid for it", compute=_compute)
