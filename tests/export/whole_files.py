"""Lists as people write them: landscape files and best-of lists in every layout that YAML allows."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

WORDS = st.text("abz é😀词#:'\"-{}[],&*!|>%@`0\t", min_size=1, max_size=8)
"""Quoted when written, so that any of it is a value."""
OLD_BLOCKS = [
    "enriched: {repositories: [{name: a/b, source: x}]}\n",
    "enriched:\n{pad}  # mine\n{pad}  repositories:\n{pad}  - name: a/b\n{pad}    source: x\n",
]
_SHORT = [" plain text", " ~", " 2020-01-01", " no", " 1.10", " &own x", " !!str 5", ' ""', " 'it''s'", " a#b"]
_SHORT += [' "\\"esc\\u00e9 \x85 \u2028 \U0001f600"', " https://a.example/#x", " !!null"]
_LINES = ["a", "# no comment", "c: d", "- e", " deeper", "tab\tinside", "end  "]


@dataclass(frozen=True)
class Layout:
    """A file."""

    text: str
    clean: str
    """The same without the older blocks of ours."""
    names: list[str]
    """Of its items, in the order of the file."""
    form: str


def quoted(text: str) -> str:
    """A text in single quotes."""
    return "'" + text.replace("'", "''") + "'"


@st.composite
def values(draw: st.DrawFn, column: int) -> str:
    """What follows a key's colon, with its last line break; the key stands at `column`."""
    step = draw(st.integers(1, 4))
    pad = " " * (column + step)
    comment = draw(st.sampled_from(["", "", "  # why", " #", "\t# tab\there", "  "]))
    word = draw(WORDS)
    kinds = [_plain, _several_lines, _block_scalar, _flow, _sequence, _flat, _mapping, _repeated]
    return draw(st.sampled_from(kinds))(draw, column, pad, comment, word)


def _plain(draw: st.DrawFn, column: int, pad: str, comment: str, word: str) -> str:
    written = draw(st.sampled_from(["", f" {quoted(word)}", *_SHORT]))
    return f"{written}{comment}\n"


def _several_lines(draw: st.DrawFn, column: int, pad: str, comment: str, word: str) -> str:
    plain = f" plain\n{pad}text\n\n{pad} more{comment}\n"
    folded = f' "two\n\n{pad}lines: # \\\n{pad}\\"\\t"{comment}\n'
    below = f"{comment}\n{pad}{quoted(word)}{comment}\n"
    return draw(st.sampled_from([plain, folded, below, f" 'a\n{pad}b'\n"]))


def _block_scalar(draw: st.DrawFn, column: int, pad: str, comment: str, word: str) -> str:
    step = len(pad) - column
    chomping = draw(st.sampled_from(["", "-", "+"]))
    indentation = draw(st.sampled_from(["", str(step)]))
    header = "".join(draw(st.permutations([chomping, indentation])))
    first = "text" if not indentation else draw(st.sampled_from(["text", "  deep first", "# x"]))
    lines = "".join(f"{pad}{line}\n" for line in [first, *draw(st.lists(st.sampled_from(_LINES), max_size=2))])
    gap = draw(st.sampled_from(["", "\n", "\n\n", f"{pad}\n", f"{pad} \n", " \n"]))
    comment = comment if comment.strip() else ""
    return f" {draw(st.sampled_from('|>'))}{header}{comment}\n{lines}{gap}"


def _flow(draw: st.DrawFn, column: int, pad: str, comment: str, word: str) -> str:
    return f" {{a: [1,\n{pad}{quoted(word)}], b: c, # in\n{pad}}}{comment}\n"


def _sequence(draw: st.DrawFn, column: int, pad: str, comment: str, word: str) -> str:
    last = draw(
        st.sampled_from([f"{quoted(word)}{comment}", "", "[a]", "- x", f"*base{comment}", "# null", "|\n", "k: &own v"])
    )
    if last == "|\n":
        last = f"|\n{pad}  text"
    if last == "k: &own v":
        last += f"\n{pad}- *own\n{pad}- *base{comment}"
    return f"{comment}\n{pad}- x\n{pad}- {last}\n"


def _flat(draw: st.DrawFn, column: int, pad: str, comment: str, word: str) -> str:
    here = " " * column
    ends = [f"{here}-\n", f"{here}- *base{comment}\n", "", f"{here}-\n{here}  z: *base\n"]
    return f"{comment}\n{here}- x: 1\n{here}  y: 2\n{draw(st.sampled_from(ends))}"


def _mapping(draw: st.DrawFn, column: int, pad: str, comment: str, word: str) -> str:
    deepest = draw(values(len(pad) + 2)) if draw(st.integers(0, 3)) == 0 else f" {quoted(word)}\n"
    return f"{comment}\n{pad}deep:{comment}\n{pad}  deeper:{deepest}"


def _repeated(draw: st.DrawFn, column: int, pad: str, comment: str, word: str) -> str:
    return f" *base{comment}\n"


_BETWEEN = st.lists(
    st.sampled_from(["\n", "  \n", "# note\n", "      # note\n", "                # far\n", "#\ttab\n"]), max_size=2
).map("".join)


@st.composite
def items(draw: st.DrawFn, name: str, indent: int, address: str) -> tuple[str, str]:
    """One item, whose dash stands at `indent`, and the same without an older block of ours."""
    dash = draw(st.sampled_from(["- ", "- ", "-   ", "- &anchor{n}\n", "-\n", "- # c\n"]))
    dash = dash.replace("{n}", name[5:])
    column = indent + (2 if dash.endswith("\n") else len(dash))
    pad = " " * column
    if draw(st.integers(0, 9)) == 0:
        item = f"{' ' * indent}- {{name: {name}, {address}, 'k': [a, {quoted(draw(WORDS))}]"
        end = draw(st.sampled_from(["}\n", ",}\n", f"\n{pad}}} # c\n", ", none: }\n"]))
        old = draw(st.sampled_from(["", ", enriched: {repositories: [{name: a/b, source: x}]}"]))
        return f"{item}{old}{end}", f"{item}{end}"
    spelling = draw(st.sampled_from(["name: {}", "name: '{}'", '"name": {}', "name :   {}", "name: {}  # c"]))
    keys = [f"{spelling.format(name)}\n", f"{address}\n"]
    written = [draw(values(column)) for _ in range(draw(st.integers(0, 3)))]
    # An anchor stands but once in a file, or PyYAML refuses it.
    keys += [f"k{at}:{value}".replace("own", f"own{name[5:]}-{at}") for at, value in enumerate(written)]
    keys = draw(st.permutations(keys))
    if draw(st.booleans()):
        keys.insert(0, "item:\n")
    keys = [draw(_BETWEEN) * (at > 0) + pad + key for at, key in enumerate(keys)]
    keys[0] = keys[0] if dash.endswith("\n") else keys[0].lstrip(" ")
    with_old = list(keys)
    if draw(st.integers(0, 3)) == 0:
        # Not behind a block scalar: there the lines that follow it would become part of that.
        place = 1 + next(at for at, key in enumerate(keys) if address in key)
        with_old.insert(place, pad + draw(st.sampled_from(OLD_BLOCKS)).replace("{pad}", pad))
    return tuple("".join([" " * indent, dash, *lines]) for lines in (with_old, keys))  # type: ignore[return-value]


def _landscape(draw: st.DrawFn, count: int) -> tuple[list[str], list[str], list[str]]:
    """The parts of a landscape file, those without older blocks, and the names of its items."""
    below = draw(st.integers(0, 2))
    top, within, gap = below, below * 2 + 2, " " * draw(st.integers(1, 2))
    within = top + 1 + len(gap) + below
    indent = within + 1 + len(gap) + below
    parts = [f"{draw(st.sampled_from(['landscape', 'categories']))}:\n"]
    clean = list(parts)
    names: list[str] = []
    for category in range(draw(st.integers(1, 2))):
        marker = f"category:\n{' ' * (top + 1 + len(gap))}" * draw(st.booleans())
        head = f"{' ' * top}-{gap}{marker}name: C{category}\n{' ' * (top + 1 + len(gap))}subcategories:\n"
        marker = f"subcategory:\n{' ' * (within + 1 + len(gap))}" * draw(st.booleans())
        head += f"{' ' * within}-{gap}{marker}name: S\n{' ' * (within + 1 + len(gap))}items:"
        own = count if category == 0 else draw(st.integers(0, 2))
        head += "\n" if own else draw(st.sampled_from(["\n", " []\n", " # none yet\n"]))
        parts.append(head)
        clean.append(head)
        for _ in range(own):
            names.append(f"Item {len(names)}")
            item = draw(items(names[-1], indent, f"repo_url: https://github.com/a/r{len(names)}"))
            between = draw(_BETWEEN)
            parts.append(between + item[0])
            clean.append(between + item[1])
    return parts, clean, names


def _best_of(draw: st.DrawFn, count: int) -> tuple[list[str], list[str], list[str]]:
    parts = ["configuration:\n  min_stars: 1\ncategories:\n  - category: web\n    title: Web\nprojects:\n"]
    clean = list(parts)
    names: list[str] = []
    indent = draw(st.integers(0, 4))
    for number in range(count):
        names.append(f"Item {number}")
        category = draw(st.sampled_from(["", "category: web", "resource: true", "group_id: g", "category: none"]))
        address = f"github_id: a/r{number}"
        item = draw(items(names[-1], indent, address))
        # What else it says of itself stands beside the address.
        more = f"{address}, {category}" if item[1].lstrip(" ").startswith("- {") and category else address
        between = draw(_BETWEEN)
        parts.append(between + item[0].replace(address, more))
        clean.append(between + item[1].replace(address, more))
    return parts, clean, names


@st.composite
def lists(draw: st.DrawFn) -> Layout:
    """A whole file."""
    form = draw(st.sampled_from(["landscape", "landscape", "landscape", "best-of"]))
    count = draw(st.integers(1, 3))
    parts, clean, names = (_landscape if form == "landscape" else _best_of)(draw, count)
    head = draw(
        st.sampled_from(["", "# yaml-language-server: $schema=x\n", "---\n", "%YAML 1.2\n---\n", "\n--- # c\n"])
    )
    tail = draw(_BETWEEN) + draw(st.sampled_from(["", "", "other: {x: 1}\n", "...\n", "# end\n"]))
    head += "shared: &base {x: 1}\n"
    final = draw(st.sampled_from(["\n", "\n", "", "none"]))
    mark = draw(st.sampled_from(["", "", "\ufeff"]))
    breaks = draw(st.sampled_from(["\n", "\n", "\r\n", "\r", "mixed"]))
    texts = []
    for body in (parts, clean):
        text = head + "".join(body) + tail
        text = text if final == "\n" else text[:-1] if not final else text.rstrip("\n")
        if breaks == "mixed":
            above, colon, below = text.partition("subcategories:\n" if form == "landscape" else "projects:\n")
            text = above.replace("\n", "\r\n") + colon + below
        else:
            text = text.replace("\n", breaks)
        texts.append(mark + text)
    return Layout(*texts, names, form)
