"""From a page to HTML: Jinja, with everything escaped, our words, and numbers as people read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from crawler.figures import forms
from crawler.news.words import web_address
from crawler.printable import plain
from crawler.site.asked import Asked, Page
from crawler.site.charts import svg

LONGEST_TEXT = 2_000
"""So many characters of a text of strangers are shown."""
_KEPT_NAME = 200


def render(page: Page, asked: Asked) -> str:
    """The page as HTML."""
    return str(
        environment()
        .get_template(page.template)
        .render(page.values, page=page, t=asked.texts, links=asked.links, board=asked.board, asked=asked)
    )


@cache
def environment() -> Environment:
    """Jinja over `templates/`; every value is escaped, and one that is not there is an error."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    filters: dict[str, Callable[..., object]] = {
        "short": forms.short,
        "number": lambda number: f"{number:,}",
        "signed": lambda number: f"{number:+,}",
        "money": money,
        "name": name,
        "plain": lambda text: plain(clamped(text)),
        "web": web_address,
        "day": day,
        "table_row": table_row,
    }
    made.filters.update(filters)
    return made


def load_templates() -> None:
    """Read all templates now: processes that are forked have them then."""
    made = environment()
    for template in made.list_templates():
        made.get_template(template)


def name(text: str) -> Markup:
    """Text of strangers: without marks that turn or hide it, and kept apart from the direction of what is around it.

    Of what is longer than anybody reads the beginning, and `…`.
    """
    return _short_name(text) if len(text) <= _KEPT_NAME else _name(text)


def _name(text: str) -> Markup:
    return Markup("<bdi>%s</bdi>") % plain(clamped(text))


# Pages repeat a few thousand names hundreds of thousands of times. Typed: Markup equals text that is not escaped yet.
_short_name = lru_cache(maxsize=16_384, typed=True)(_name)


def clamped(text: str, most: int = LONGEST_TEXT) -> str:
    """At most so many characters of a text; `…` stands for what is left out."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def money(amount: str | Decimal | None) -> str:
    """`$61M`: dollars to two digits, as much as an estimate can claim; a dash where the amount is not known."""
    return "–" if amount is None else forms.rough(Decimal(amount))


def day(moment: str | date) -> Markup:
    """The day of a time, as `<time>`."""
    return _day(str(moment)[:10])


@lru_cache(maxsize=16_384, typed=True)
def _day(text: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(text, text)


@lru_cache(maxsize=16_384)
def table_row(cells: tuple[str, ...]) -> Markup:
    """A row of a table of text; the first cell names it. Projects have weeks and numbers in common."""
    others = "".join(f"<td>{escape(cell)}</td>" for cell in cells[1:])
    return svg.made(f'<tr><th scope="row">{name(cells[0])}</th>{others}</tr>')
