"""`crawler add`: append repositories to a list, in its own manner."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from contextlib import closing
from difflib import unified_diff
from pathlib import Path

import click
from msgspec import Struct, field
from yaml.nodes import Node

from crawler.cli.doctor import KnownWaits
from crawler.cli.options import database_option, seeds_path
from crawler.errors import UsageFault
from crawler.model import Repository
from crawler.printable import plain
from crawler.repair.adding import Entry, Listed, Writer, logos, target
from crawler.repair.asking import Asked, ask
from crawler.repair.editing import Change, edited, find
from crawler.repair.known import Known
from crawler.repair.places import ListedItem, Subcategory, listed_items
from crawler.repair.writing import ChangedMeanwhile, replace_text
from crawler.report import IN_PART
from crawler.seeds import read_seeds
from crawler.seeds.document import compose_text
from crawler.seeds.findings import Findings, short
from crawler.seeds.names import account_name, repository_name
from crawler.seeds.text import read_text
from crawler.settings import SANDBOX, STANDARD_INPUT, read_settings
from crawler.store import open_reader

_SHORT_NAME = re.compile(r"[^/\s:]+/[^/\s:]+")
_LISTS = {".yml", ".yaml", ".json"}
_MOST_TRIES = 5
"""So often the entries are put into a list that somebody else edits at the same time."""


class _List(Struct, frozen=True):
    """A list as it was read."""

    text: str
    root: Node
    items: tuple[ListedItem, ...]


class Result(Struct):
    """What becomes of the repositories that were asked for, in words."""

    added: list[Entry] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@click.command("add")
@click.argument("words", nargs=-1, metavar="[OWNER/REPO...] [SEEDS]")
@click.option("--org", metavar="NAME", help="Add the public repositories of this account, without forks and archived.")
@click.option(
    "--max", "most", type=click.IntRange(1, 1000), help="With --org: so many, most starred first.  [default: 100]"
)
@click.option("--to", "place", metavar="PLACE", help="The 'Category / Subcategory' to add to.  [default: the only one]")
@click.option("--dry-run", is_flag=True, help="Print what would change, and write nothing.")
@click.option("--sandbox", is_flag=True, help="Ask the bundled recorded figures: no network, no token.")
@database_option
def command(
    *,
    words: tuple[str, ...],
    org: str | None,
    most: int | None,
    place: str | None,
    dry_run: bool,
    sandbox: bool,
    database: Path,
) -> None:
    """Append repositories to a list, in its own indentation, quotes and manner.

    GitHub is asked about each: one that was renamed is added under its present name, one that is archived is added and
    told. What the list has already is refused, with the item that has it, and where there is a database under former
    names, too. Comments and all other bytes stay. The logo of an entry is only a name: put the file beside the others.

    SEEDS is a file that is there, else CRAWLER_SEEDS, else ./seeds.yml. Exit codes: 0 done, 2 wrong input, nothing was
    written, 3 something could not be added.

    \b
    Example:
      crawler add bytecodealliance/wasmtime
      crawler add spinframework/spin --to 'Application Frameworks / Serverless' landscape.yml --dry-run
      crawler add --org bytecodealliance --max 20 --to 'Runtimes / Engines'
    """
    names, file, repeated = _read(words)
    if names and org:
        raise click.UsageError("name repositories, or an account with --org, and the other in a call of its own")
    if not names and not org:
        raise click.UsageError("name repositories (crawler add owner/repo), or an account with --org NAME")
    if most and not org:
        raise click.UsageError("--max is for --org: leave it out")
    if org and sandbox:
        raise click.UsageError("no account is recorded as a whole: leave out --sandbox, or name repositories")
    login = _login(org) if org else None
    path = seeds_path(file)
    if path == STANDARD_INPUT:
        raise UsageFault("standard input cannot be written to", cure="name the file of the list")
    seeds = _read_list(path)
    target(seeds.root, place)
    known = _known(database)
    settings = SANDBOX if sandbox else read_settings()
    asked = asyncio.run(
        ask(names, login, settings, sandbox=sandbox, memory=KnownWaits(database), say=lambda line: _tell(line))
    )
    for left in reversed(range(_MOST_TRIES)):
        where, result = target(seeds.root, place), Result(told=[f"{word} is named twice" for word in repeated])
        _choose(asked, login, most or 100, Listed(seeds.items, known), Writer(seeds.root, where), result)
        try:
            _write(seeds.text, path, where, result, dry_run=dry_run)
            break
        except ChangedMeanwhile:
            if not left:
                raise
            seeds = _read_list(path)
    _report(result)


def _read_list(path: Path) -> _List:
    """UsageFault where it is none that is edited."""
    listed = read_seeds(path)
    text = read_text(path, Findings(str(path)))
    root = compose_text(text, str(path)) if text and listed.form == "landscape" else None
    if text is None or root is None:
        raise UsageFault(
            f"{path} is a list in the form '{listed.form}', which is not edited; nothing was written",
            cure="make a seeds file of it with 'crawler import', and add to that",
        )
    return _List(text, root, tuple(listed_items(root, listed)))


def _write(text: str, path: Path, where: Subcategory, result: Result, *, dry_run: bool) -> None:
    """Write what is added, or print what would change. ChangedMeanwhile, else UsageFault."""
    if result.added:
        change = Change((*where.path, "items"), [dict(one.fields) for one in result.added])
        made = edited(text, str(path), [change])
        if not all(made.made):
            raise UsageFault(
                f"{path}:{where.node.start_mark.line + 1}: the list of {where.name} is written in a form that has no"
                " safe place for an entry; nothing was written",
                cure="write its items as plain block mappings, one key a line",
            )
        if dry_run:
            _print_difference(text, made.text, str(path))
        else:
            replace_text(path, text, made.text)
            _print_added(made.text, path, where, result.added)


def _report(result: Result) -> None:
    for line in result.told:
        _tell(f"crawler: {line}")
    for line in result.failed:
        _tell(f"crawler: not added: {line}")
    if files := logos(result.added):
        shown = ", ".join(files[:5]) + (", …" if len(files) > 5 else "")
        _tell(f"crawler: the list names logos: put {shown} beside the other ones")
    if result.failed:
        sys.exit(IN_PART)


def _read(words: Sequence[str]) -> tuple[list[str], Path | None, list[str]]:
    """The repositories and the list that the words name, and the words that name one again. UsageFault."""
    names: dict[str, str] = {}
    repeated: list[str] = []
    files: list[Path] = []
    for word in words:
        is_address = "://" in word or word.startswith("git@")
        if not is_address and (word == "-" or Path(word).suffix.lower() in _LISTS or Path(word).is_file()):
            files.append(Path(word))
            continue
        name = repository_name(f"https://github.com/{word}" if _SHORT_NAME.fullmatch(word) else word)
        if name is None:
            raise UsageFault(
                f"'{short(word)}' is neither a repository nor a file", cure="write owner/name, or its address on GitHub"
            )
        if name.lower() in names:
            repeated.append(word)
        names.setdefault(name.lower(), name)
    if len(files) > 1:
        raise UsageFault("several lists are named", cure="name one at a time")
    return list(names.values()), files[0] if files else None, repeated


def _login(org: str) -> str:
    login = account_name(org if "/" in org else f"https://github.com/{org}")
    if login is None:
        raise UsageFault(f"'{short(org)}' is no name of an account on GitHub", cure="write it as in github.com/NAME")
    return login


def _known(database: Path) -> Known | None:
    """What the database knows, where there is one: it is of use here, and not needed."""
    if not database.is_file():
        return None
    with closing(open_reader(database)) as connection:
        return Known(connection)


def _choose(asked: Asked, login: str | None, most: int, listed: Listed, writer: Writer, result: Result) -> None:
    for answer in asked.answers:
        if answer.repository is None:
            result.failed.append(f"{answer.asked}: {answer.problem}")
        elif (
            place := listed.place_of(answer.asked) or listed.place_of(str(answer.repository.name_with_owner))
        ) is not None:
            result.failed.append(f"{answer.asked} is in the list already: {place}")
        else:
            _add(answer.repository, answer.asked, writer, result)
    if login and asked.owned:
        _choose_owned(asked, login, most, listed, writer, result)


def _choose_owned(asked: Asked, login: str, most: int, listed: Listed, writer: Writer, result: Result) -> None:
    owned = asked.owned
    assert owned is not None
    if owned.error:
        result.failed.append(f"{login}: {owned.error}")
        return
    fit = [one for one in owned.repositories if one.is_fork is not True and one.is_archived is not True]
    new = [one for one in fit if listed.place_of(str(one.name_with_owner)) is None]
    counts = (len(owned.repositories) - len(fit), "forks or archived"), (len(fit) - len(new), "in the list already")
    parts = [f"{count:,} {what}" for count, what in counts if count]
    parts += [f"{len(new) - most:,} beyond --max {most}"] if len(new) > most else []
    if owned.pages_left:
        parts.append(f"{owned.pages_left} pages of a hundred that are not looked at")
    if parts:
        result.told.append(f"{login} has {len(owned.repositories):,} public repositories; left out: {', '.join(parts)}")
    elif not new:
        result.told.append(f"{login} has no public repository")
    for repository in new[:most]:
        _add(repository, str(repository.name_with_owner), writer, result)


def _add(repository: Repository, asked: str, writer: Writer, result: Result) -> None:
    name = str(repository.name_with_owner)
    if name.lower() in {one.repository.lower() for one in result.added}:
        result.failed.append(f"{asked} is {name}, which was named before")
        return
    entry = writer.entry(repository)
    if entry is None:
        result.failed.append(f"{asked}: the subcategory has items of its names already")
        return
    result.added.append(entry)
    if name.casefold() != asked.casefold():
        result.told.append(f"{asked} is called {name} now, and added under that name")
    if repository.is_archived is True:
        result.told.append(f"{name} is archived")


def _print_added(text: str, path: Path, where: Subcategory, added: Sequence[Entry]) -> None:
    items = find(compose_text(text, str(path)), (*where.path, "items"))
    nodes = items.value[-len(added) :] if items is not None else []
    for node, entry in zip(nodes, added, strict=True):
        line = f"{path}:{node.start_mark.line + 1}: added {entry.name} ({entry.repository}) to {where.name}"
        click.echo(plain(line))


def _print_difference(before: str, after: str, path: str) -> None:
    lines = unified_diff(_lines(before), _lines(after), path, path, lineterm="")
    for line in lines:
        click.echo(plain(line))


def _lines(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def _tell(line: str) -> None:
    click.echo(plain(line), err=True)
