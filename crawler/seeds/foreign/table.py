"""A table of projects as CSV, or with tabs or semicolons between its cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct
from yaml.nodes import Node

from crawler.seeds.findings import Findings, short
from crawler.seeds.foreign.addresses import address_of, is_repository, same_place
from crawler.seeds.foreign.building import MAX_ENTRIES, Entry, build, clean
from crawler.seeds.foreign.nodes import text

CURE = "write a header such as 'name,repository,homepage,category,description' and one project a line"

_DELIMITERS = ",\t;|"
_QUOTED = re.compile(r'"[^"]*"')
_MAX_LINES = 200
"""Lines of one row; in a longer one a quote is not closed."""
_MAX_CELL = 1_000_000
_ROWS_LOOKED_AT = 100

_REPOSITORY = "repository"
_URL = "url"
_KEYS = {
    _REPOSITORY: (
        "repository repo repository_url repo_url repository_link repo_link repo_name repository_name name_with_owner"
        " full_name github github_url github_repo github_repository github_link gitlab gitlab_url git git_url"
        " source source_url source_code source_code_url code"
    ),
    _URL: "url link address html_url web_url",
    "name": "name item title tool software library product",
    "homepage_url": "homepage homepage_url website website_url site web home_page",
    "description": "description desc summary about",
    "category": "category section topic",
    "subcategory": "subcategory sub_category subsection",
    "license": "license licence spdx",
    "branch": "branch",
    "logo": "logo",
    "crunchbase": "crunchbase crunchbase_url",
    "organization": "organization organisation company",
    "project": "maturity",
    "twitter": "twitter",
}
_KEY_OF = {word: key for key, words in _KEYS.items() for word in words.split()}


class _Row(Struct):
    """One row, and the line where it begins."""

    line: int
    cells: list[str]


def is_table(source: str) -> bool:
    """Whether a text without a telling name is a table: whether its first line is a header."""
    first = next((line for line in source[:100_000].splitlines() if line.strip()), "")
    cells = next(csv.reader([first], delimiter=_delimiter(first)), [])
    return len(cells) > 1 and _is_header(cells)


def tree(source: str, findings: Findings) -> Node | None:
    """The tree of a table; cells that no column name explains are not read, and a notice says so."""
    source = source.removeprefix("\ufeff")
    first = next((line for line in source[:100_000].splitlines() if line.strip() and not line.startswith("#")), "")
    rows = _rows(source, _delimiter(first), findings)
    entries: list[Entry] = []
    looked_at = list(islice(rows, _ROWS_LOOKED_AT))
    if looked_at:
        columns = _columns(looked_at, findings)
        for row in (*looked_at, *rows):
            entry = _entry(row, columns)
            if entry:
                entries.append(entry)
            else:
                problem = f"the line holds neither a name nor an address ({short(' '.join(row.cells))}), it is not read"
                findings.notice(text("", row.line), "", problem, CURE)
            if len(entries) > MAX_ENTRIES:
                break
    return None if findings.faults else build(entries, findings, cure=CURE)


def _delimiter(first: str) -> str:
    """What stands between the cells of a line: what is there most often outside of quotes."""
    plain = _QUOTED.sub("", first)
    return max(_DELIMITERS, key=lambda delimiter: (plain.count(delimiter), -_DELIMITERS.index(delimiter)))


def _rows(source: str, delimiter: str, findings: Findings) -> Iterator[_Row]:
    """The rows that hold anything, without comments; a fault where a quote is left open."""
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(source, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if reader.line_num - line >= _MAX_LINES:
                findings.fault_at(line, 1, f"a row goes on for more than {_MAX_LINES} lines", "close the quotes")
                return
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                yield _Row(line, [clean(_without_guard(cell)) for cell in cells])
            line = reader.line_num + 1
    except csv.Error as error:
        findings.fault_at(line, 1, f"this is no CSV ({error})", "close the quotes, and save the file as CSV again")


def _without_guard(cell: str) -> str:
    """The cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@", "\t"} else cell


def _is_header(cells: Sequence[str]) -> bool:
    return any(_key(cell) for cell in cells) and not any(map(_leads_somewhere, cells))


def _key(cell: str) -> str | None:
    return _KEY_OF.get(re.sub(r"[^a-z]+", "_", cell.strip().lower()).strip("_"))


def _leads_somewhere(cell: str) -> bool:
    url = address_of(cell)
    return url is not None and ("://" in cell or is_repository(url))


def _columns(rows: list[_Row], findings: Findings) -> list[str | None]:
    """The key of each column; the header is taken out of the rows."""
    first = rows[0]
    if not _is_header(first.cells):
        found = Counter(at for row in rows for at, cell in enumerate(row.cells) if _leads_somewhere(cell))
        best = found.most_common(1)[0][0] if found else 0
        if max(len(row.cells) for row in rows) > 1:
            problem = f"the table has no header: only the addresses in column {best + 1} are read"
            findings.notice(text("", first.line), "", problem, CURE)
        return [None] * best + [_REPOSITORY]
    del rows[0]
    columns = [_key(cell) for cell in first.cells]
    if "name" not in columns:
        # Beside a name it says how mature the item is.
        columns = ["name" if cell.lower() == "project" else key for cell, key in zip(first.cells, columns, strict=True)]
    elif "project" not in columns:
        columns = [
            "project" if cell.lower() == "project" else key for cell, key in zip(first.cells, columns, strict=True)
        ]
    unread = [cell for cell, key in zip(first.cells, columns, strict=True) if key is None and cell]
    if unread:
        problem = f"no column of this name is read: {short(', '.join(unread), 200)}"
        findings.notice(text("", first.line), "", problem, f"known are {', '.join(key for key in _KEYS)}")
    return columns


def _entry(row: _Row, columns: list[str | None]) -> Entry | None:
    """The entry of a row; None where it has neither a name nor an address."""
    entry = Entry(line=row.line)
    urls: dict[str, str] = {}
    has_address = False
    for key, cell in zip(columns, row.cells, strict=False):
        if not key or not cell:
            continue
        address = address_of(cell) if key in {_REPOSITORY, _URL} else None
        url = address or cell
        has_address |= address is not None
        if key == _REPOSITORY or (key == _URL and is_repository(url)):
            urls.setdefault(same_place(url), url)
        elif key == _URL:
            entry.values.setdefault("homepage_url", text(url, row.line))
        elif key == "name":
            entry.name = entry.name or text(cell, row.line)
        elif key == "category":
            entry.category = cell
        elif key == "subcategory":
            entry.subcategory = cell
        else:
            entry.values[key] = text(cell, row.line)
    entry.repo_urls = [text(url, row.line) for url in urls.values()]
    return entry if entry.name or has_address or "homepage_url" in entry.values else None
