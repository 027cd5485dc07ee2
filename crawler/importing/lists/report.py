"""What an import read, wrote, merged and could not read: an account that adds up."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from crawler.importing.lists.walking import Count

Layout = Literal["unchanged", "edited", "new"]
"""Of the text: the very text that was read; that text but for some places; written anew, without comments."""


class Read(Struct, frozen=True, kw_only=True):
    """A list that was read."""

    path: str
    form: str
    count: Count
    figures_at: str | None = None
    """Of a processed landscape: of when the figures in it are, as it says."""


class Merged(Struct, frozen=True, kw_only=True):
    """An item that went into another one; places are `file:line`."""

    name: str
    place: str
    into: str
    into_place: str
    differing: tuple[str, ...]
    """Keys of which the other item keeps its own value."""


class LeftOut(Struct, frozen=True, kw_only=True):
    """What could not be read, and is not written."""

    what: str
    """`item`, or the key of an item or organisation."""
    name: str
    """Empty where there is none, or nobody can tell it."""
    place: str
    reason: str


class Named(Struct, frozen=True, kw_only=True):
    """An item that goes by another name, because two of one place had the same; or whose name needed quotes."""

    name: str
    written: str
    place: str


class Unread(Struct, frozen=True, kw_only=True):
    """What is written and yet brings no figures: an unknown key, or an address that is no repository of GitHub's."""

    what: Literal["key", "elsewhere", "account", "no address"]
    text: str
    times: int
    place: str
    """Of the first time."""


class Report(Struct, kw_only=True):
    """Of an import."""

    read: list[Read] = field(default_factory=list)
    written: Count = field(default_factory=Count)
    repositories: int = 0
    """Different repositories of GitHub's among the written addresses."""
    merged: Count = field(default_factory=Count)
    could_not_read: Count = field(default_factory=Count)
    layout: Layout = "new"
    merged_items: list[Merged] = field(default_factory=list)
    renamed: list[Named] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    generated: dict[str, int] = field(default_factory=dict)
    """Keys that a tool generated and that are not written, and how often each was there."""
    homepages: int = 0
    """Items whose list has no homepage of theirs, and whose `homepage_url` is now that of their repository."""
    unread: list[Unread] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    """What the readers of other formats have to say beside all this, each with its place."""

    def total(self) -> Count:
        """All that was read."""
        total = Count()
        for one in self.read:
            total = total.plus(one.count)
        return total

    def adds_up(self) -> bool:
        """Whether everything that was read was written, merged or could not be read."""
        return self.total() == self.written.plus(self.merged).plus(self.could_not_read)
