"""Small lines without axes, beside a figure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from crawler.site.charts import svg
from crawler.site.charts.thinning import drawn_points

_HEIGHT = 24


def spark(values: Sequence[float | None], *, label: str) -> Markup:
    """A small line as SVG from zero, named by `label`; nothing where fewer than two values are known."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup()
    low, high = min(0.0, *known), max(0.0, *known)
    step = 1000 / (len(values) - 1)

    def place(at: int, value: float) -> tuple[float, float]:
        return at * step, 2 + (_HEIGHT - 4) * (high - value) / ((high - low) or 1)

    numbered = groupby(enumerate(values), key=lambda one: one[1] is not None)
    runs = [[place(at, value) for at, value in run if value is not None] for is_known, run in numbered if is_known]
    line = "".join(svg.path(drawn_points(run)) + ("" if len(run) > 1 else "h.01") for run in runs)
    x, y = map(svg.short, runs[-1][-1])
    return svg.made(
        f'<svg class="spark s1" role="img" aria-label="{svg.safe(label)}" viewBox="0 0 1000 {_HEIGHT}" '
        f'width="96" height="{_HEIGHT}" preserveAspectRatio="none"><title>{svg.safe(label)}</title>'
        f'<path class="line" d="{line}"/><path class="dots" d="M{x} {y}h.01"/></svg>'
    )
