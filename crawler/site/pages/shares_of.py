"""Charts of what projects are made of: the shares of licences and of languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from crawler.site.asked import Asked
from crawler.site.board import Card
from crawler.site.charts import Chart, shares
from crawler.site.pages.measures import license_words

MOST_SHARES = 7


def shares_of(asked: Asked, cards: Collection[Card]) -> list[Chart]:
    """Shares of licences and of languages, each project counted once."""
    texts = asked.texts
    licenses = Counter(license_words(card.license, texts) for card in cards if card.license is not None)
    languages = Counter(card.language for card in cards if card.language is not None)
    return [
        shares(
            texts(title, known=sum(counts.values()), n=len(cards)),
            [(label, float(count)) for label, count in counts.most_common()],
            unit=texts("tile.projects"),
            texts=texts,
            most=MOST_SHARES,
        )
        for title, counts in (("category.licenses", licenses), ("category.languages", languages))
    ]
