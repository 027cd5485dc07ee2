"""What a page is given and what it gives: the same for the site that is served and for the one in a folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from datetime import date
from threading import Lock
from typing import Any, TypeVar

from msgspec import Struct

from crawler.site.board import Board
from crawler.site.links import Links
from crawler.site.texts import Texts
from crawler.store.restricted import RESTRICTED

T = TypeVar("T")


class NotThere(Exception):
    """Raised where the address names a project, organisation or category that the landscape does not have.

    `near` are pages that were perhaps meant, by name of the page, key and title.
    """

    def __init__(self, kind: str, key: str, near: Sequence[tuple[str, str, str]] = ()) -> None:
        super().__init__(f"no {kind} {key}")
        self.kind, self.key, self.near = kind, key, near


class WrongQuery(Exception):
    """Raised where a parameter of the address has a value that it cannot have.

    `allowed` lists those that it can, or, if `are_values` is false, says in other words what they are.
    """

    def __init__(self, name: str, value: str, allowed: Sequence[str], *, are_values: bool = True) -> None:
        super().__init__(f"{name}={value}")
        self.name, self.value, self.allowed, self.are_values = name, value, allowed, are_values


class Query:
    """The parameters of an address, each perhaps several times; those that are empty count as left out."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self._pairs = tuple((name, value.strip()) for name, value in pairs if value.strip())

    def without(self, name: str) -> dict[str, list[str]]:
        """All parameters but that one, each with its values in their order."""
        names = dict.fromkeys(of for of, _ in self._pairs if of != name)
        return {of: self.all(of) for of in names}

    def first(self, name: str) -> str:
        """The first value, empty where there is none."""
        return next((value for of, value in self._pairs if of == name), "")

    def all(self, name: str) -> list[str]:
        """All values in their order, each once."""
        return list(dict.fromkeys(value for of, value in self._pairs if of == name))

    def one_of(self, name: str, allowed: Collection[str], default: str) -> str:
        """The value if it is an allowed one, `default` where it is left out. WrongQuery for any other."""
        value = self.first(name) or default
        if value not in allowed and value != default:
            raise WrongQuery(name, value, sorted(allowed))
        return value

    def number(self, name: str, default: int, *, most: int) -> int:
        """A whole number from 1 to `most`, `default` where it is left out. WrongQuery for any other."""
        text = self.first(name)
        if not text:
            return default
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most):
            raise WrongQuery(name, text, [f"1–{most:,}"], are_values=False)
        return int(text)


class Asked(Struct, frozen=True, kw_only=True):
    """What a page is made of."""

    connection: sqlite3.Connection
    """A reader inside one transaction, with `sqlite3.Row` rows."""
    board: Board
    """The whole landscape at a glance; may be some seconds older than what `connection` reads."""
    links: Links
    texts: Texts
    query: Query
    with_restricted: bool = False
    """Whether figures may be shown that may not be published."""
    past_day: date | None = None
    """The past day that `connection` shows; None: the present."""

    @property
    def today(self) -> date:
        """The day of the newest figures: ages are counted from it, on recorded figures too."""
        return self.board.today

    def hides(self, licence_class: str | None) -> bool:
        """Whether what is of that class may not be shown: neither the amount nor who told it when; only that it is
        there.
        """
        return licence_class == RESTRICTED and not self.with_restricted

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` returns, worked out once for a board: for what is too slow to be done for every reader."""
        if name not in self.board.kept:
            # Several readers at once would work out the same, each of them so much later; who needs something else
            # does not wait for it.
            with self.board.making.setdefault(name, Lock()):
                if name not in self.board.kept:
                    self.board.kept[name] = make()
        found: T = self.board.kept[name]
        return found


class Page(Struct, frozen=True, kw_only=True):
    """A page before it is HTML: `template` is a file of `templates/`, `values` what it uses."""

    template: str
    title: str
    values: dict[str, Any]
    status: int = 200
