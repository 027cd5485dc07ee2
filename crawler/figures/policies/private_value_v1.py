"""What independent unlisted groups are worth: the newest post-money valuation, made smaller with age, as a range.

Confirmed valuations come before estimated ones. Without one that counts, the equity raised stands for one to four times
its sum. A foundation's own money does not count for the projects that it hosts.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.figures.groups import Group
from crawler.figures.inputs import Inputs
from crawler.figures.model import Figures, ValueLine
from crawler.figures.policy import Policy, group_figures
from crawler.figures.private import private_lines
from crawler.figures.unlisted import is_asked, why_not_asked

NAME = "private_value_v1"


def _compute(inputs: Inputs) -> Figures:
    return group_figures(inputs, NAME, lambda group: _lines(inputs, group), asks=lambda group: is_asked(inputs, group))


def _lines(inputs: Inputs, group: Group) -> Sequence[ValueLine]:
    if not is_asked(inputs, group):
        return why_not_asked(inputs, NAME, group)
    return private_lines(inputs, NAME, group)


POLICY = Policy(name=NAME, nature="stock: what unlisted groups are worth, a rough range", compute=_compute)
