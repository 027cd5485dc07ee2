"""One badge as SVG: a label and a value side by side, flat, with a title for those who do not see it."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from crawler.printable import plain

BLUE, AMBER, GREY = "#0b6bb8", "#8a5a00", "#6c6c6c"
"""Known, in need of a look, not known; white text stands out from each by 4.5 to 1 or more."""
_LABEL = "#444"
_PADDING = 6
_LONGEST = 40
"""Characters; of a longer value the beginning is shown."""

# Widths of Verdana in thousandths of the font's size. Whatever font there is, `textLength` fits the text to them.
_WIDTHS = {
    **dict.fromkeys("ijl|'’", 300),
    **dict.fromkeys(" ft.,:;!()[]I/\\-·", 400),
    **dict.fromkeys("rJ", 440),
    **dict.fromkeys("czs", 525),
    **dict.fromkeys("mMWw@%", 930),
    **dict.fromkeys("ABCDGHKNOPQRSTUVXYZ", 710),
    **dict.fromkeys("+=<>~★", 820),
}
_USUAL, _WIDE = 610, 1000
_FIRST_WIDE = 0x1100
"""From here on come the scripts whose characters are as wide as they are high."""
_SIZE = 11


def badge(label: str, value: str, color: str, title: str) -> bytes:
    """The badge in UTF-8, 20 pixels high; the same text makes the same bytes."""
    label, value = (shortened(text) for text in (label, value))
    inner = text_width(label), text_width(value)
    left, right = (width + 2 * _PADDING for width in inner)
    named = plain(title)
    whole = f'width="{left + right}" height="20"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {whole} role="img" aria-label={quoteattr(named)}>',
        f"<title>{escape(named)}</title>",
        f'<clipPath id="r"><rect {whole} rx="3"/></clipPath>',
        '<g clip-path="url(#r)">',
        f'<rect width="{left}" height="20" fill="{_LABEL}"/>',
        f'<rect x="{left}" width="{right}" height="20" fill="{color}"/>',
        "</g>",
        f'<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="{_SIZE}">',
        f'<text x="{_PADDING}" y="14" textLength="{inner[0]}">{escape(label)}</text>',
        f'<text x="{left + _PADDING}" y="14" textLength="{inner[1]}">{escape(value)}</text>',
        "</g>",
        "</svg>",
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def shortened(text: str) -> str:
    """As much of the text as a badge has room for, in one line without controls."""
    line = plain(" ".join(text.split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def text_width(text: str) -> int:
    """Pixels that the text takes, about."""
    widths = (_WIDTHS.get(one, _WIDE if ord(one) >= _FIRST_WIDE and one != "…" else _USUAL) for one in text)
    return max(1, round(sum(widths) * _SIZE / 1000))
