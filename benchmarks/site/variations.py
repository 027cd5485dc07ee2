"""What a page can be asked for: the parameters that its own links and forms offer."""

from __future__ import annotations

import random
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit


class Variations(HTMLParser):
    """The queries of a page's links to itself, and the fields of its forms that lead to itself."""

    def __init__(self, path: str, html: str) -> None:
        super().__init__()
        self.path, self.queries = path, set[str]()
        self.fields: dict[str, list[str]] = {}
        self._is_in_form, self._select = False, ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in values:
            parts = urlsplit(values["href"])
            if parts.path == self.path and parts.query:
                self.queries.add(parts.query)
        elif tag == "form":
            self._is_in_form = urlsplit(values.get("action", self.path)).path == self.path
        elif self._is_in_form and tag == "select":
            self._select = values.get("name", "")
        elif self._is_in_form and tag == "option" and self._select:
            self.fields.setdefault(self._select, []).append(values.get("value", ""))
        elif self._is_in_form and tag == "input" and values.get("type") in {"checkbox", "radio"} and "name" in values:
            self.fields.setdefault(values["name"], []).append(values.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_in_form = False
        elif tag == "select":
            self._select = ""

    def pick(self, dice: random.Random) -> str:
        """A query with its question mark, or none: as it stands in a link, or one or two fields of a form filled in."""
        chance = dice.random()
        if chance < 0.3:
            return ""
        if self.queries and (chance < 0.6 or not self.fields):
            return f"?{dice.choice(sorted(self.queries))}"
        if not self.fields:
            return ""
        names = dice.sample(sorted(self.fields), min(len(self.fields), dice.choice((1, 2))))
        return f"?{urlencode([(name, dice.choice(self.fields[name])) for name in names])}"
