"""`crawler suggest`: what the list should learn from what GitHub says, and its edits in place."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click
from msgspec import structs

from crawler import clock
from crawler.cli.options import database_option, existing_database, json_option, seeds_argument, seeds_path
from crawler.errors import UsageFault
from crawler.export.json_text import to_json
from crawler.figures.snapshot import read_snapshot
from crawler.printable import plain
from crawler.repair.editing import Change, edited
from crawler.repair.known import Known
from crawler.repair.places import ListedItem, listed_items
from crawler.repair.suggestions import Suggestion, suggestions
from crawler.repair.writing import replace_text
from crawler.seeds import read_seeds
from crawler.seeds.findings import Findings
from crawler.seeds.foreign.reading import read_source
from crawler.seeds.text import read_text, spoken_path
from crawler.settings import STANDARD_INPUT
from crawler.sources.source import DAILY
from crawler.store import open_reader

WRITABLE = "landscape"
"""The form of list that is edited; others are told of only."""


@click.command("suggest")
@seeds_argument
@click.option("--write", is_flag=True, help="Make the changes in SEEDS itself, in one step.")
@json_option
@database_option
def command(seeds: Path | None, *, write: bool, as_json: bool, database: Path) -> None:
    """List what the list should learn from what GitHub says.

    A line for each: repositories that moved, are archived or gone, stand there twice, have another licence than the
    list states, or a homepage that it lacks. Nothing is asked: all rests on what the last refresh has stored, and each
    line says of which day that is.

    --write edits the YAML where the change is certain: comments, quotes, order and all other bytes stay. Whatever needs
    judgement is told only, and so are lists in Markdown, tables, plain lines and best-of form.

    Exit codes: 0 done, whatever was found; 2 wrong input, nothing was written.

    \b
    Example:
      crawler suggest
      crawler suggest landscape.yml --write
      crawler suggest --json | jq -r '.[] | select(.kind == "moved") | .change'
    """
    path = seeds_path(seeds)
    if write and path == STANDARD_INPUT:
        raise UsageFault("standard input cannot be written to", cure="name the file of the list, or leave out --write")
    listed = read_seeds(path)
    if write and listed.form != WRITABLE:
        raise UsageFault(
            f"{path} is a list in the form '{listed.form}', which is not edited; nothing was written",
            cure="leave out --write and make the changes by hand, or make a seeds file of it with 'crawler import'",
        )
    findings = Findings(spoken_path(path))
    text = read_text(path, findings)
    root = None if text is None else read_source(text, str(path), findings)[1]
    if text is None or root is None:
        raise UsageFault(f"{path} has changed while it was read", cure="run the command again")
    with closing(open_reader(existing_database(database))) as connection:
        connection.execute("BEGIN")
        snapshot = read_snapshot(connection)
        known = Known(connection)
        items = list(listed_items(root, listed))
        found = suggestions(root, items, known, snapshot.day)
        notes = _notes(items, known, found, snapshot.recorded_on)
    if listed.form != WRITABLE:
        found = [structs.replace(one, changes=()) for one in found]
    written = _written(text, path, found) if write else [False] * len(found)
    for note in notes:
        click.echo(f"crawler: {note}", err=True)
    _print(found, written, spoken_path(path), snapshot.recorded_on, as_json=as_json, write=write)


def _written(text: str, path: Path, found: Sequence[Suggestion]) -> list[bool]:
    """Write all changes that have a safe place, in one step; for each suggestion whether it was."""
    changes: dict[tuple[str | int, ...], Change] = {}
    for one in found:
        changes |= {change.path: change for change in one.changes}
    result = edited(text, str(path), list(changes.values()))
    if result.text != text:
        replace_text(path, text, result.text)
    made = dict(zip(changes, result.made, strict=True))
    return [bool(one.changes) and all(made[change.path] for change in one.changes) for one in found]


def _print(
    found: Sequence[Suggestion],
    written: Sequence[bool],
    path: str,
    recorded_on: str | None,
    *,
    as_json: bool,
    write: bool,
) -> None:
    if as_json:
        rows = [_row(one, path, recorded_on, is_written=done) for one, done in zip(found, written, strict=True)]
        click.echo(to_json(rows, indent=2))
    else:
        for one, done in zip(found, written, strict=True):
            click.echo(_line(one, path, recorded_on, is_written=done, write=write))
    click.echo(_summary(found, written, path, write=write), err=True)


def _row(one: Suggestion, path: str, recorded_on: str | None, *, is_written: bool) -> dict[str, object]:
    row = structs.asdict(one) | {"path": path, "can_be_written": bool(one.changes), "is_written": is_written}
    row["recorded_on"] = recorded_on if one.origin == "sandbox" else None
    if one.origin == "sandbox":
        row["as_of"] = None
    del row["changes"], row["origin"]
    return row


def _line(one: Suggestion, path: str, recorded_on: str | None, *, is_written: bool, write: bool) -> str:
    dates = [f"since {one.since}"] if one.since else []
    if one.origin == "sandbox":
        dates.append(f"recorded on {recorded_on}")
    elif one.as_of:
        dates.append(f"as of {one.as_of}")
    basis = ", ".join([*dates, *([one.source_url] if one.source_url else [])])
    parts = [one.says + (f" ({basis})" if basis else "")]
    if one.change:
        verb = "written" if is_written else "to write"
        parts.append(f"{verb}: {one.change}")
        if write and not is_written:
            parts.append("its form has no safe place for that, write it by hand")
    parts += [one.advice] if one.advice else []
    return plain(f"{path}:{one.line}:{one.column}: {one.where}: {'; '.join(parts)}")


def _summary(found: Sequence[Suggestion], written: Sequence[bool], path: str, *, write: bool) -> str:
    if not found:
        return f"{path}: nothing to learn"
    able = sum(bool(one.changes) for one in found)
    number = f"{path}: 1 finding" if len(found) == 1 else f"{path}: {len(found):,} findings"
    if write:
        return f"{number}, {sum(written):,} written"
    return f"{number}, {able:,} can be written with --write"


def _notes(
    items: Sequence[ListedItem],
    known: Known,
    found: Sequence[Suggestion],
    recorded_on: str | None,
) -> list[str]:
    """What a reader has to know of the figures behind the findings."""
    notes = []
    unknown = sum(known.find(place.name, item.project_id) is None for item in items for place in item.places)
    if unknown:
        what = "1 repository of the list is" if unknown == 1 else f"{unknown:,} repositories of the list are"
        notes.append(f"{what} not known yet: run 'crawler refresh'")
    if recorded_on:
        notes.append(f"the figures are recorded ones of {recorded_on}, not what GitHub says today")
    oldest = min((one.as_of for one in found if one.as_of and one.origin == "live"), default=None)
    if oldest and oldest < clock.day_of(clock.now() - 2 * DAILY).isoformat():
        notes.append(f"findings rest on answers of {oldest} and later: 'crawler refresh' asks again")
    return notes
