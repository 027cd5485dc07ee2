"""What every table, view and column of landscape.db means, in words."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec
import yaml
from msgspec import Struct


class Description(Struct, frozen=True, forbid_unknown_fields=True):
    """A table or view in words."""

    title: str
    description: str
    columns: dict[str, str]
    """By column name, in the order of the schema."""


class Dictionary(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole database in words; views and tables by name, in reading order."""

    views: dict[str, Description]
    tables: dict[str, Description]


@cache
def load_dictionary() -> Dictionary:
    """The dictionary that ships with the program, read once."""
    text = resources.files("crawler.store").joinpath("dictionary.yml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), Dictionary)
