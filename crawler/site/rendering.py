"""From a page to HTML: Jinja, with everything escaped, our words, and numbers as people read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from crawler.figures import forms
from crawler.news.words import web_address
from crawler.printable import plain
from crawler.site.asked import Asked, Page


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
    )
    filters: dict[str, Callable[..., object]] = {
        "short": forms.short,
        "number": lambda number: f"{number:,}",
        "signed": lambda number: f"{number:+,}",
        "money": money,
        "name": name,
        "plain": plain,
        "web": web_address,
        "day": day,
    }
    made.filters.update(filters)
    return made


# Pages have hundreds of names and days, many of them the same. Typed: Markup equals text that is not escaped yet.
@lru_cache(maxsize=10_000, typed=True)
def name(text: str) -> Markup:
    """Text of strangers: without marks that turn or hide it, and kept apart from the direction of what is around it."""
    return Markup("<bdi>{}</bdi>").format(plain(text))


def money(amount: str | Decimal | None) -> str:
    """`$61M`: dollars to two digits, as much as an estimate can claim; a dash where the amount is not known."""
    return "–" if amount is None else forms.rough(Decimal(amount))


@lru_cache(maxsize=10_000, typed=True)
def day(moment: str | date) -> Markup:
    """The day of a time, as `<time>`."""
    text = str(moment)[:10]
    return Markup('<time datetime="{}">{}</time>').format(text, text)
