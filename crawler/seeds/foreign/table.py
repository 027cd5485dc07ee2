"""A table of projects as CSV, or with tabs or semicolons between its cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from msgspec import Struct
from yaml.nodes import Node

from crawler.seeds.findings import Findings, short
from crawler.seeds.foreign.addresses import (
    address_of,
    is_nothing,
    is_repository,
    is_spelt_out,
    same_place,
    words_of,
)
from crawler.seeds.foreign.building import MAX_ENTRIES, Entry, build, clean
from crawler.seeds.foreign.nodes import text
from crawler.seeds.foreign.table_columns import OWNER, REPOSITORY, URL, columns_of, in_full, is_header

CURE = "write a header such as 'name,repository,homepage,category,description' and one project a line"

_DELIMITERS = ",\t;|"
_SEPARATOR = re.compile(r'"?sep=([,;|\t])"?[ \t]*(?=[\r\n])', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_MAX_LINES = 200
"""Lines of one row; in a longer one a quote is not closed."""
_MAX_CELL = 1_000_000
_ROWS_LOOKED_AT = 100


class _Row(Struct):
    """One row, and the line where it begins."""

    line: int
    cells: list[str]


def is_table(source: str) -> bool:
    """Whether a text without a telling name is a table: whether its first line is a header."""
    source, delimiter = _told_delimiter(source[:100_000])
    first = next((line for line in source.splitlines() if line.strip()), "")
    cells = next(csv.reader([first], delimiter=delimiter or _delimiter(first)), [])
    return len(cells) > 1 and is_header(cells)


def tree(source: str, findings: Findings) -> Node | None:
    """The tree of a table; cells that no column name explains are not read, and a notice says so."""
    source, delimiter = _told_delimiter(source.removeprefix("\ufeff"))
    first = next((line for line in source[:100_000].splitlines() if line.strip() and not line.startswith("#")), "")
    rows = _rows(source, delimiter or _delimiter(first), findings)
    entries: list[Entry] = []
    looked_at = list(islice(rows, _ROWS_LOOKED_AT))
    if looked_at:
        columns = columns_of([row.cells for row in looked_at], looked_at[0].line, findings, CURE)
        if is_header(looked_at[0].cells):
            del looked_at[0]
        has_header = None in columns or len(columns) > 1
        for row in chain(looked_at, rows):
            entry = _entry(row, columns, findings)
            if entry:
                entries.append(entry)
                surplus = [cell for cell in row.cells[len(columns) :] if cell]
                if surplus and has_header:
                    problem = f"cells stand behind the last column, they are not read ({short(' '.join(surplus))})"
                    findings.notice(text("", row.line), "", problem, "put cells that hold a separator in quotes")
            else:
                problem = f"the line holds neither a name nor an address ({short(' '.join(row.cells))}), it is not read"
                named = len({word for cell in row.cells for word in words_of(cell) if is_spelt_out(word)})
                findings.not_read(text("", row.line), "", problem, CURE, addresses=named)
            if len(entries) > MAX_ENTRIES:
                break
    return None if findings.faults else build(entries, findings, cure=CURE)


def _told_delimiter(source: str) -> tuple[str, str]:
    """The text, and what its first line says to stand between the cells; spreadsheets write `sep=;`."""
    told = _SEPARATOR.match(source)
    # The line stays, empty, so that the lines below keep their numbers.
    return (source[told.end() :], told[1]) if told else (source, "")


def _delimiter(first: str) -> str:
    """What stands between the cells of a line: what is there most often outside of quotes."""
    plain = _QUOTED.sub("", first)
    return max(_DELIMITERS, key=lambda delimiter: (plain.count(delimiter), -_DELIMITERS.index(delimiter)))


def _rows(source: str, delimiter: str, findings: Findings) -> Iterator[_Row]:
    """The rows that hold anything, without comments; a fault where a quote is left open."""
    csv.field_size_limit(_MAX_CELL)
    read: list[str] = []
    reader = csv.reader(_kept(io.StringIO(source, newline=""), read), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if reader.line_num - line >= _MAX_LINES:
                findings.fault_at(line, 1, f"a row goes on for more than {_MAX_LINES} lines", "close the quotes")
                return
            if len(read) > 1 or '"' in read[0]:
                _check_quotes(read, delimiter, line, findings)
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                yield _Row(line, [clean(_without_guard(cell)) for cell in cells])
            line = reader.line_num + 1
            read.clear()
    except csv.Error as error:
        findings.fault_at(line, 1, f"this is no CSV ({error})", "close the quotes, and save the file as CSV again")


def _kept(lines: Iterable[str], read: list[str]) -> Iterator[str]:
    """The lines, each of which is kept until its row is read."""
    for line in lines:
        read.append(line)
        yield line


def _check_quotes(lines: Sequence[str], delimiter: str, line: int, findings: Findings) -> None:
    """A fault where the quotes of a row swallow other rows, since nothing closes them where it should."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        # Within one line the cells can be told apart all the same.
        if len(lines) > 1 or "unexpected end" in str(error):
            findings.fault_at(line, 1, "quotes that begin in this row are not closed in it", "close the quotes")


def _without_guard(cell: str) -> str:
    """The cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@", "\t"} else cell


def _entry(row: _Row, columns: list[str | None], findings: Findings) -> Entry | None:
    """The entry of a row; None where it has neither a name nor an address."""
    entry = Entry(line=row.line)
    urls: dict[str, str] = {}
    cells = [(key, cell) for key, cell in zip(columns, row.cells, strict=False) if key and cell]
    owner = next((cell for key, cell in cells if key == OWNER), "")
    has_address = False
    for key, cell in cells:
        if key != "name" and is_nothing(cell):
            continue
        if key in {REPOSITORY, URL}:
            found, rest = _addresses(in_full(owner, cell) if key == REPOSITORY else cell)
            has_address |= bool(found)
            if rest and found:
                problem = f"of the column {key} not all is an address ({short(rest)}), that is not read"
                findings.notice(text("", row.line), "", problem, CURE)
            for url in found or [cell]:
                _put(url, key, entry, urls)
        elif key == "name":
            entry.name = entry.name or text(cell, row.line)
        elif key == "category":
            entry.category = cell
        elif key == "subcategory":
            entry.subcategory = cell
        elif key != OWNER:
            entry.values[key] = text(cell, row.line)
    if entry.name is not None and is_spelt_out(entry.name.value):
        # An address in the place of a name: it names the item, too.
        url = address_of(entry.name.value) or ""
        if not urls or same_place(url) in urls:
            entry.name, has_address = None, True
            _put(url, URL, entry, urls)
    entry.repo_urls = [text(url, row.line) for url in urls.values()]
    return entry if entry.name or has_address or "homepage_url" in entry.values else None


def _put(url: str, key: str, entry: Entry, urls: dict[str, str]) -> None:
    if key == REPOSITORY or is_repository(url):
        urls.setdefault(same_place(url), url)
    else:
        entry.values.setdefault("homepage_url", text(url, entry.line))


def _addresses(cell: str) -> tuple[list[str], str]:
    """The addresses in a cell, and what else it holds."""
    words = words_of(cell)
    found = [url for word in words if (url := address_of(word))]
    if len(found) < len(words):
        # Among other words only what is one beyond doubt.
        words_left = [word for word in words if not is_spelt_out(word)]
        return [url for word in words if is_spelt_out(word) and (url := address_of(word))], " ".join(words_left)
    return found, ""
