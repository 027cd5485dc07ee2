"""What a policy counts once wherever it stands: the lines of one unit, in all scopes that hold a member of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from crawler.figures.inputs import Inputs
from crawler.figures.model import Figures, Total, ValueLine
from crawler.figures.policy import in_scope, money_total


class Unit(Struct, frozen=True):
    """An organisation, or several that share what is counted, with the landscape's lines about it."""

    members: frozenset[str]
    """Ids that stand for organisations."""
    lines: Sequence[ValueLine]

    @property
    def counted(self) -> list[ValueLine]:
        """The lines that are added up."""
        return [line for line in self.lines if line.counted]


def standing(inputs: Inputs, scope: str) -> list[str]:
    """The organisations of a scope, each once however many rows it has, in the order of the ids."""
    return sorted({inputs.same[one] for one in inputs.scopes[scope].organizations})


def unit_figures(inputs: Inputs, policy: str, units: Sequence[Unit], beside: Iterable[ValueLine] = ()) -> Figures:
    """The figures of every scope: a unit counts once where a member stands.

    Coverage is that of organisations: those of a unit with a counted line, among those of any unit. `beside`: the
    landscape's lines about organisations of which nothing is expected. An organisation's total is that of its group.
    """
    of_member: dict[str, list[int]] = {}
    for number, unit in enumerate(units):
        for member in unit.members:
            of_member.setdefault(member, []).append(number)
    known = {member for unit in units if unit.counted for member in unit.members}
    totals, elsewhere = [], []
    for name in inputs.scopes:
        members = [member for member in standing(inputs, name) if member in of_member]
        here = sorted({number for member in members for number in of_member[member]})
        counted = [line for number in here for line in units[number].counted]
        totals.append(money_total(name, policy, counted, known=len(known.intersection(members)), total=len(members)))
        elsewhere += in_scope(name, counted)
    lines = [line for unit in units for line in unit.lines] + list(beside)
    return Figures(totals + _of_groups(policy, lines), lines + elsewhere)


def _of_groups(policy: str, lines: Iterable[ValueLine]) -> list[Total]:
    of_group: dict[str, list[ValueLine]] = {}
    for line in lines:
        if line.counted and line.group_id is not None:
            of_group.setdefault(line.group_id, []).append(line)
    totals = []
    for group_id, counted in sorted(of_group.items()):
        known = len({line.organization_id for line in counted})
        totals.append(money_total(f"organization:{group_id}", policy, counted, known=known, total=known))
    return totals
