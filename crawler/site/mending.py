"""Puts into Datasette's templates what keeps nobody out: a language, landmarks, names of fields, levels of headings.

Their blocks leave no room for it. As with the marks of `nonces.py` this happens where a template is read, before any
data is. What a version of Datasette words anew stays as it is; the tests with each version say so.
"""

from __future__ import annotations

import re

from jinja2.ext import Extension


def _text(key: str) -> str:
    return f'{{{{ landscape_text("{key}") }}}}'


def _label(key: str) -> str:
    return f' aria-label="{_text(key)}"'


_EMPTY_TITLE = "{% block title %}{% endblock %}"
_SKIP = f'<a class="skip" href="#main">{_text("site.skip")}</a>'
_SUMMARY = f"<summary>{_text('datasette.columns')}</summary>"
# By what stands in a template; what replaces it, in which \g<0> is what was found.
_MENDS = [
    (r"<html>", '<html lang="en">'),
    (re.escape(_EMPTY_TITLE), rf"\g<0> · {_text('site.title')}"),
    (r'<div class="not-footer">', rf"{_SKIP}\g<0>"),
    (r"<header[^>]*><nav(?=>)", rf"\g<0>{_label('site.nav')}"),
    (r"\{% block messages %\}.*</section>", r'<main id="main" tabindex="-1">\g<0></main>'),
    (r'<div class="table-wrapper"', rf'\g<0> tabindex="0" role="group"{_label("datasette.rows")}'),
    (
        r'<dl class="column-descriptions">.*?</dl>',
        rf'<details class="landscape-columns">{_SUMMARY}\g<0></details>',
    ),
    (r'<select(?= name="_filter_column)', rf"\g<0>{_label('datasette.filter.column')}"),
    (r'<select(?= name="_filter_op)', rf"\g<0>{_label('datasette.filter.operation')}"),
    (r'<input type="text"(?= name="_filter_value)', rf"\g<0>{_label('datasette.filter.value')}"),
    (r'<select(?= name="_sort")', rf"\g<0>{_label('datasette.sort')}"),
    (r'<textarea(?= id="sql-editor")', rf"\g<0>{_label('datasette.sql')}"),
    (r'class="cross"', rf"\g<0>{_label('datasette.facet.remove')}"),
    (r'\{"_facet_size": "max"\}\) \}\}"', rf"\g<0>{_label('datasette.facet.more')}"),
    # These headings follow on the title of the page.
    (
        r"<h3(?=>Custom SQL|>Query param|>Advanced export| class=\"table-summary|>\{% if filtered|>\{\{ extra_wheres)",
        r'\g<0> aria-level="2"',
    ),
]
_COMPILED = [(re.compile(found, re.DOTALL), mended) for found, mended in _MENDS]


class Mended(Extension):
    """Jinja that reads Datasette's templates so, where a landscape is attached when it first does."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template's text, mended."""
        if self.environment.globals["landscape_attached"]() is None:  # type: ignore[operator]
            return source
        for found, mended in _COMPILED:
            source = found.sub(mended, source)
        return source
