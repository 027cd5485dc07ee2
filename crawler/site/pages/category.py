"""A category: its figures, its parts, its projects as a table, and who is behind them."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from heapq import nlargest
from typing import Any

from crawler.printable import plain
from crawler.site.asked import Asked, NotThere, Page
from crawler.site.board import Card, Category, Organization, stars_of
from crawler.site.charts import Chart, shares
from crawler.site.pages.filters import CATEGORY_FILTERS, chips_of, narrow, titled
from crawler.site.pages.measures import license_words
from crawler.site.pages.table import Where, data_links, places_of, projects_listing, titled_listing
from crawler.site.pages.tiles import tiles

COMPARED, TOP_ORGANIZATIONS, MOST_PARTS, MOST_SHARES = 6, 6, 40, 7


def page(asked: Asked, key: str) -> Page:
    """One category. NotThere where the landscape has none of that id."""
    category = asked.board.categories.get(key)
    if category is None:
        raise NotThere("category", key, _near(asked, key))
    texts, links = asked.texts, asked.links
    found = narrow(asked, CATEGORY_FILTERS, within=key)
    where = Where(name="category", key=key, kept=found.chosen)
    best = nlargest(COMPARED, category.cards, key=lambda card: -1 if card.stars is None else card.stars)
    table = projects_listing(asked, found.cards, where, without="category")
    sort = asked.query.first("sort")
    values: dict[str, Any] = {
        "category": category,
        "tiles": tiles(asked, f"category:{key}"),
        "subcategories": [
            (part, stars_of(part.cards), links.page("category", key, subcategory=part.id))
            for part in category.subcategories[:MOST_PARTS]
        ],
        "found": found,
        "chips": chips_of(asked, found, lambda kept: links.page("category", key, **kept, sort=sort)),
        "listing": table,
        "places": places_of(asked),
        "charts": asked.once(f"category.charts {key}", lambda: _charts(asked, category)),
        "behind": _behind(asked, category),
        "compare": links.page("compare", project=[card.id for card in best]) if len(best) > 1 else "",
        "compared": len(best),
        "data": data_links(asked, found.cards, found.chosen, is_all=False),
        "orders": [
            (texts(f"category.sort.{one}"), where.link(asked, sort=one)) for one in ("growth", "health", "release")
        ],
    }
    title = titled(asked, plain(category.name), found)
    return Page(template="category.html", title=titled_listing(asked, title, table, "stars"), values=values)


def _near(asked: Asked, key: str) -> list[tuple[str, str, str]]:
    """Categories that were perhaps meant, by their id or name."""
    of = {one.id: one for one in asked.board.categories.values()}
    of |= {one.name.casefold(): one for one in of.values()}
    close = get_close_matches(key[:100].casefold(), list(of), n=5, cutoff=0.5)
    return list(dict.fromkeys(("category", of[name].id, of[name].name) for name in close))


def _charts(asked: Asked, category: Category) -> list[Chart]:
    """Shares of licences and of languages, each project counted once."""
    texts = asked.texts
    licenses = Counter(license_words(card.license, texts) for card in category.cards if card.license is not None)
    languages = Counter(card.language for card in category.cards if card.language is not None)
    return [
        shares(
            texts(title, known=sum(counts.values()), n=len(category.cards)),
            [(label, float(count)) for label, count in counts.most_common()],
            unit=texts("tile.projects"),
            texts=texts,
            most=MOST_SHARES,
        )
        for title, counts in (("category.licenses", licenses), ("category.languages", languages))
    ]


def _behind(asked: Asked, category: Category) -> list[tuple[Organization, int, int | None]]:
    """The organisations with the most stars in it: each with its projects and stars there."""
    of: dict[str, list[Card]] = {}
    for card in category.cards:
        if card.organization_id in asked.board.organizations:
            of.setdefault(card.organization_id, []).append(card)
    found = [(asked.board.organizations[one], len(cards), stars_of(cards)) for one, cards in of.items()]
    found.sort(key=lambda row: (row[2] is None, -(row[2] or 0), -row[1], row[0].name))
    return found[:TOP_ORGANIZATIONS]
