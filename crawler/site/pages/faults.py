"""Pages for what cannot be shown: no such thing, a parameter that cannot be, no figures yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.site.asked import Asked, NotThere, Page, WrongQuery
from crawler.site.links import Links
from crawler.site.rendering import environment
from crawler.site.texts import Texts

if TYPE_CHECKING:
    from crawler.site.pages import PageKind


def made(name: str, kind: PageKind, asked: Asked, key: str) -> Page | str:
    """What is asked for, or the page that says why it cannot be shown."""
    try:
        return kind.make(asked, key) if kind.has_key else kind.make(asked)
    except NotThere as fault:
        return not_there(fault, asked)
    except WrongQuery as fault:
        return wrong_query(fault, asked, name, key)


def not_there(fault: NotThere, asked: Asked) -> Page:
    """404, with what was perhaps meant."""
    return Page(
        template="not_there.html",
        title=asked.texts("fault.not_there"),
        values={"fault": fault},
        status=404,
    )


def wrong_query(fault: WrongQuery, asked: Asked, name: str, key: str) -> Page:
    """400, with links to what is possible: the same page with a value that it can have, or without that parameter."""
    kept = asked.query.without(fault.name)
    values = {
        "fault": fault,
        "back": asked.links.page(name, key, **kept),
        "choices": [
            (value, asked.links.page(name, key, **kept | {fault.name: [value]}) if fault.are_values else None)
            for value in fault.allowed
        ],
    }
    return Page(template="wrong_query.html", title=asked.texts("fault.wrong_query"), values=values, status=400)


def no_figures(texts: Texts, links: Links) -> str:
    """The only page of a database that no refresh has filled yet."""
    return str(environment().get_template("no_figures.html").render(t=texts, links=links))
