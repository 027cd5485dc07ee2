"""A Markdown list, such as an awesome list: headings are places, list items and table rows are entries."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct, field
from yaml.nodes import Node

from crawler.seeds.findings import Findings, short
from crawler.seeds.foreign.building import CATEGORY, MAX_ENTRIES, SUBCATEGORY, Entry, build, clean
from crawler.seeds.foreign.markdown_entry import is_anchor, lone_repository, read_entry
from crawler.seeds.foreign.markdown_left_out import tell_left_out
from crawler.seeds.foreign.markdown_links import Line, Link, plain_label, read_line
from crawler.seeds.foreign.nodes import text
from crawler.seeds.foreign.own_part import without_part

CURE = "write each project as '- [name](https://github.com/owner/name) - description' below a heading"
MAX_CHARACTERS = 8 * 1024 * 1024
"""Ten times the largest awesome list known."""

_SKIPPED = re.compile(
    r"(?:table of )?contents?|toc|index|(?:how to )?contribut\w*(?: guidelines?| guide)?|contributors.*"
    r"|(?:list of )?licen[cs]es?|licensing|code of conduct|acknowledge?ments?"
    r"|credits|thanks|backers|footnotes?|star history|stargazers.*"
)
_NAMES = {"name", "project", "tool", "title", "library", "software", "item", "package", "repository", "repo"}
_DESCRIPTIONS = {"description", "desc", "about", "summary", "notes", "what", "details"}
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:.*\n){0,200}?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_OWN_BLOCK = re.compile(
    r"^[ \t>]*<!--\s*crawler:[^\n]*-->[ \t]*$(?:(?!<!--\s*/?crawler\b).)*<!--\s*/crawler\s*-->",
    re.MULTILINE | re.DOTALL,
)
_SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL | re.IGNORECASE)
_MAX_HTML = 10_000
_MAX_NESTING = 100
"""Lists and quotes in each other, each counted twice; the parser leaves out all that comes behind what is deeper."""


class _Item(Struct):
    """A list item that is open: what it says until a list begins in it."""

    line: int
    said: list[Token] = field(default_factory=list)
    is_read: bool = False
    group: str = ""
    """What it says, where it is but the heading of the list in it."""


def tree(source: str, findings: Findings) -> Node | None:
    """The tree of a Markdown list; each link to a repository that is no entry's is told in a notice."""
    if len(source) > MAX_CHARACTERS:
        problem = f"the list is longer than {MAX_CHARACTERS // 1024 // 1024} MiB"
        findings.fault_at(0, 0, problem, "check that it is a list of projects, or split it into several")
        return None
    body = without_part(source.removeprefix("\ufeff").replace("\r\n", "\n"))
    # What an export writes between its marks is no part of the list either.
    body = _OWN_BLOCK.sub(lambda found: "\n" * found[0].count("\n"), body)
    written, front = body, _FRONT_MATTER.match(body)
    if front:
        body = "\n" * front[0].count("\n") + body[front.end() :]
    reader = _Reader(findings)
    reader.read(body)
    if not findings.faults:
        tell_left_out(written, reader.entries, findings, CURE)
    return None if findings.faults else build(reader.entries, findings, title=reader.title, cure=CURE)


class _Parser(MarkdownIt):
    """The parser, with addresses as they are written, whatever they are."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (the library's name)
        return url

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return True


class _Reader:
    """One walk through one list."""

    def __init__(self, findings: Findings) -> None:
        self.entries: list[Entry] = []
        self.title: Node | None = None
        self._findings = findings
        # Lines are read only where one is wanted.
        self._parser = _Parser("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
        self._parser.core.ruler.disable(["inline", "text_join"])
        self._env: dict[str, object] = {}
        self._headings: list[tuple[int, str]] = []
        self._skipped_at: int | None = None
        self._items: list[_Item] = []
        self._folded: Entry | None = None
        self._headed: Entry | None = None
        """The entry that the heading just read is, until something else than a description follows."""

    def read(self, body: str) -> None:
        """Gather the entries."""
        tokens = self._parser.parse(body, self._env)
        title_at = _title_at(tokens)
        heading_level, columns, cells = 0, list[str](), list[Line]()
        row_line, is_cell, is_head = 0, False, False
        for number, token in enumerate(tokens):
            kind = token.type
            if token.level >= _MAX_NESTING - 3:
                line = (token.map or [0])[0] + 1
                self._findings.fault_at(
                    line, 1, "lists or quotes stand too deep in each other here", "write a flatter list"
                )
                return
            if kind == "inline":
                if number == title_at:
                    self.title = self._text_of(token)
                elif heading_level:
                    self._open_section(heading_level, token)
                elif is_cell:
                    cells.append(self._line(token))
                elif self._items:
                    self._items[-1].said.append(token)
                elif self._headed:
                    self._describe(self._headed, self._line(token))
            elif kind == "heading_open":
                self._headed = None
                heading_level = int(token.tag[1:])
            elif kind == "heading_close":
                heading_level = 0
            elif kind == "list_item_open":
                self._items.append(_Item((token.map or [0])[0] + 1))
            elif kind in {"bullet_list_open", "ordered_list_open"}:
                self._headed = None
                if self._items:
                    self._read_item(self._items[-1], has_list=True)
            elif kind == "list_item_close":
                self._read_item(self._items[-1], has_list=False)
                self._items.pop()
            elif kind in {"thead_open", "thead_close"}:
                self._headed = None
                is_head = kind == "thead_open"
            elif kind == "tr_open":
                row_line, cells = (token.map or [0])[0] + 1, []
            elif kind in {"th_open", "td_open", "th_close", "td_close"}:
                is_cell = kind.endswith("open")
            elif kind == "tr_close":
                if is_head:
                    columns = [plain_label(cell.words_before(None)) for cell in cells]
                else:
                    self._read_row(columns, cells, row_line)
            elif kind == "html_block":
                self._read_html(token)
            if len(self.entries) > MAX_ENTRIES:
                return

    def _line(self, token: Token) -> Line:
        children: list[Token] = []
        self._parser.inline.parse(token.content, self._parser, self._env, children)
        return read_line(children)

    def _text_of(self, token: Token) -> Node | None:
        line = self._line(token)
        words = clean("".join(part if isinstance(part, str) else part.label for part in line.parts))
        return text(words, (token.map or [0])[0] + 1) if words else None

    def _open_section(self, level: int, token: Token) -> None:
        node = self._text_of(token)
        name = str(node.value) if node else "…"
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        if self._skipped_at is None or level <= self._skipped_at:
            self._skipped_at = level if _SKIPPED.fullmatch(plain_label(name)) else None
        line = self._line(token)
        if self._skipped_at is None and lone_repository(line):
            self._read_line(line, (token.map or [0])[0] + 1)
            self._headed = self.entries[-1]
        self._headings.append((level, name))

    def _describe(self, entry: Entry, line: Line) -> None:
        """Take the first paragraph below a heading as the description of its entry."""
        words = clean("".join(part if isinstance(part, str) else part.label for part in line.parts))
        if words:
            self._headed = None
            entry.values.setdefault("description", text(words, entry.line))

    def _place(self) -> tuple[str, str]:
        names = [name for _, name in self._headings] + [item.group for item in self._items if item.group]
        return (names or [CATEGORY])[0], " / ".join(names[1:]) or SUBCATEGORY

    def _read_item(self, item: _Item, *, has_list: bool) -> None:
        """Read what an item says, once, before the list in it if it holds one."""
        if item.is_read or not item.said:
            return
        item.is_read = True
        line = Line()
        for token in item.said:
            line.parts += [" ", *self._line(token).parts]
        if self._folded:
            self._read_folded(line, self._folded)
            return
        if has_list and not line.links:
            item.group = line.words_before(None)
            return
        self._read_line(line, item.line)

    def _read_line(self, line: Line, number: int) -> None:
        found = None if self._skipped_at is not None or is_anchor(line) else read_entry(line, number)
        if found is None:
            if line.links and self._skipped_at is None and not is_anchor(line):
                problem = f"the entry leads to no web address ({short(line.links[0].url)}), it is not read"
                self._findings.not_read(text("", number), " / ".join(self._place()), problem, CURE)
            return
        found.category, found.subcategory = self._place()
        self.entries.append(found)

    def _read_row(self, columns: Sequence[str], cells: Sequence[Line], number: int) -> None:
        """A row as if it were one line: the cell with the name, then the links, then the description."""
        line = Line()
        names = [at for at, column in enumerate(columns[: len(cells)]) if column in _NAMES]
        linked = [at for at, cell in enumerate(cells) if cell.links]
        if not linked:
            return
        first = (names or linked)[0]
        described = next((at for at, column in enumerate(columns) if column in _DESCRIPTIONS), None)
        for at in (first, *(at for at in range(len(cells)) if at not in {first, described})):
            column = columns[at] if at < len(columns) else ""
            for part in cells[at].parts:
                if isinstance(part, Link):
                    part.heading = column
                    line.parts.append(part)
                elif at == first:
                    line.parts.append(part)
        if described is not None and described < len(cells) and described != first:
            line.parts += [" - ", *cells[described].parts]
        self._read_line(line, number)

    def _read_html(self, token: Token) -> None:
        """A folded entry as best-of lists have it, with a list of its addresses below; other HTML is not read."""
        content, number = token.content, (token.map or [0])[0] + 1
        if len(content) > _MAX_HTML or content.lstrip().startswith("<!--"):
            return
        children: list[Token] = []
        match = _SUMMARY.search(content)
        self._parser.inline.parse(clean(match[1] if match else content), self._parser, self._env, children)
        line = read_line(children)
        if "</details" in content.lower():
            self._folded = None
        if match and line.links:
            before = len(self.entries)
            self._read_line(line, number)
            self._folded = (
                self.entries[-1] if len(self.entries) > before and "</details" not in content.lower() else None
            )

    def _read_folded(self, line: Line, entry: Entry) -> None:
        """A line below a folded entry: it can bring the repository that the entry lacks."""
        found = read_entry(line, entry.line)
        if found and found.repo_urls and not entry.repo_urls:
            entry.repo_urls = found.repo_urls


def _title_at(tokens: Sequence[Token]) -> int | None:
    """Where the text of the list's title is: its first heading, if that is the only one of the first level.

    Where others are too, they are categories, and the first one is the title only if no entry stands below it.
    """
    at = [number for number, token in enumerate(tokens) if token.type == "heading_open"]
    if not at or tokens[at[0]].tag != "h1":
        return None
    if any(tokens[number].tag == "h1" for number in at[1:]):
        below = tokens[at[0] : at[1]]
        if any(token.type in {"list_item_open", "tr_open"} for token in below):
            return None
    return at[0] + 1
