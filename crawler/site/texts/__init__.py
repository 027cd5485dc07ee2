"""The interface's words in one catalogue: a folder of YAML files for each language, with the same keys."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml
from babel import Locale

LANGUAGE = "en"


class Texts:
    """The words of one language; call it with a key. KeyError for a key that the catalogue does not have."""

    def __init__(self, language: str, catalogue: dict[str, str | dict[str, str]]) -> None:
        self.language = language
        self.direction = Locale.parse(language).text_direction
        self._catalogue = catalogue
        self._plural = Locale.parse(language).plural_form

    def __call__(self, key: str, /, n: int | None = None, **values: object) -> str:
        """The text with the values put in; `n` picks its plural form, by the plural categories of Unicode's CLDR.

        It is plain text: whoever puts it into HTML escapes it.
        """
        text = self._catalogue[key]
        if isinstance(text, dict):
            text = text.get(self._plural(n or 0)) or text["other"]
        if n is not None:
            values["n"] = n
        return text.format_map({name: _written(value) for name, value in values.items()}) if values else text

    def __contains__(self, key: str) -> bool:
        return key in self._catalogue


@cache
def load_texts(language: str = LANGUAGE) -> Texts:
    """The catalogue of a language."""
    return Texts(language, load_catalogue(language))


def load_catalogue(language: str) -> dict[str, Any]:
    """Key to text, or to a mapping from plural category to text; ValueError where two files have the same key."""
    catalogue: dict[str, Any] = {}
    files = resources.files("crawler.site.texts").joinpath(language).iterdir()
    for file in sorted(files, key=lambda one: one.name):
        if file.name.endswith(".yml"):
            found = yaml.safe_load(file.read_text(encoding="utf-8"))
            if twice := catalogue.keys() & found:
                raise ValueError(f"{file.name} repeats {sorted(twice)}")
            catalogue |= found
    return catalogue


def _written(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
