"""What independent unlisted groups raised from investors for shares, over all the years; each sum at its date's rate.

Only the ultimate parent's own money counts: that of a bought firm stopped at closing. No debt, grants, secondary sales,
tokens, or money raised after a listing. A foundation's own money does not count for the projects that it hosts.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.figures.groups import Group
from crawler.figures.inputs import Inputs
from crawler.figures.model import Figures, ValueLine
from crawler.figures.policy import Amount, Policy, counted, group_figures, not_known
from crawler.figures.raised import equity_raised
from crawler.figures.unlisted import is_asked, members_left_out, why_not_asked, with_quote

NAME = "equity_raised_v1"


def _compute(inputs: Inputs) -> Figures:
    return group_figures(inputs, NAME, lambda group: _lines(inputs, group), asks=lambda group: is_asked(inputs, group))


def _lines(inputs: Inputs, group: Group) -> Sequence[ValueLine]:
    if not is_asked(inputs, group):
        return why_not_asked(inputs, NAME, group)
    raised = equity_raised(inputs, group.id)
    counting = [
        counted(NAME, group.id, valued, Amount(valued.usd), with_quote(inputs, group, reason), organization_id=group.id)
        for valued, reason in raised.counting
        if valued.usd is not None
    ]
    unknown = "" if counting else with_quote(inputs, group, not_known("equity raised", inputs.day))
    return counting + members_left_out(inputs, NAME, group, raised.others, unknown)


POLICY = Policy(name=NAME, nature="flow, over all years: no worth, never to be added to one", compute=_compute)
