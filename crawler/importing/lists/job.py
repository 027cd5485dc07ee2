"""One import: lists are read, made one, written, read back and compared; nothing goes missing unsaid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct
from yaml.nodes import Node

from crawler.errors import SeedsFault, UsageFault
from crawler.importing.lists.account import take_account
from crawler.importing.lists.editing import edited
from crawler.importing.lists.generated import cut_generated, left_to_accounts
from crawler.importing.lists.homepages import put_homepage
from crawler.importing.lists.mending import mend
from crawler.importing.lists.merging import Merger, merge_top
from crawler.importing.lists.pairs import Place
from crawler.importing.lists.report import Layout, Read, Report
from crawler.importing.lists.unread import unread
from crawler.importing.lists.walking import copied, count, items, text
from crawler.importing.lists.written import written_anew
from crawler.listed import Seeds
from crawler.printable import plain
from crawler.seeds.document import compose
from crawler.seeds.findings import Findings
from crawler.seeds.foreign.reading import Form
from crawler.seeds.loader import garbage_collector_paused, read_root, seeds_of
from crawler.seeds.text import decode

_SEEDS = "the written list"
_GENERATED = re.compile(
    rb'\s*\{(?=.*"(?:github_data|generated_at)"\s*:)(?!.*"(?:landscape|subcategories)"\s*:)', re.DOTALL
)
"""landscape2's full.json, or one of its cache files."""


class Given(Struct, frozen=True):
    """A file as it was given: its name in messages, and its bytes."""

    path: str
    content: bytes


class Imported(NamedTuple):
    """The text of a seeds file, and the account of it."""

    text: str
    report: Report


class _Source(NamedTuple):
    place: Place
    form: Form
    text: str
    before: Node
    after: Node
    """A changed copy."""


def import_lists(given: Sequence[Given]) -> Imported:
    """One seeds file of all lists. SeedsFault for a list that is ambiguous in its very form, or is none.

    UsageFault where the result would not say what was read, which is a bug.
    """
    report = Report()
    with garbage_collector_paused():
        sources = [_read(one, report) for one in given]
        root = _made_one(sources, report)
        expected = _seeds(root, sources[0].form)
        written, report.layout = _written(sources, root, report)
        _check(written, expected, report)
    return Imported(written, report)


def _read(given: Given, report: Report) -> _Source:
    if _GENERATED.match(given.content):
        raise UsageFault(
            f"{plain(given.path)} is what landscape2 generates, and no list",
            cure=f"import the data.yml; 'crawler import-history {plain(given.path)}' takes the figures",
        )
    findings = Findings(given.path)
    source = decode(given.content, findings)
    form: Form = "landscape"
    root = None
    if source is not None:
        form, root = read_root(source, Path(given.path), findings)
    if root is None or source is None or findings.faults:
        raise SeedsFault(findings.in_order())
    place = Place(given.path, form)
    after = copied(root)
    outside = take_account(findings, place, report)
    report.read.append(
        Read(path=given.path, form=form, count=count(after).plus(outside), figures_at=text(after, "updated_at") or None)
    )
    report.notices += left_to_accounts(after, place)
    for key, number in cut_generated(after).items():
        report.generated[key] = report.generated.get(key, 0) + number
    return _Source(place, form, source, root, after)


def _made_one(sources: Sequence[_Source], report: Report) -> Node:
    """Each tree without what is doubled in it and what cannot be read, then all in the first one."""
    for source in sources:
        merger = Merger(report)
        merger.take(source.after, source.place)
        merger.close(source.after)
        mend(source.after, source.form, source.place, report)
        report.unread += unread(source.after, source.place)
    root = sources[0].after
    foreign = {id(item) for source in sources if source.form != "landscape" for item in items(source.after)}
    if len(sources) > 1:
        merger = Merger(report)
        for source in sources:
            merger.take(source.after, source.place)
        merger.close(root)
        for source in sources[1:]:
            merge_top(root, source.after, source.place, report)
    report.homepages = sum(put_homepage(item) for item in items(root) if id(item) in foreign)
    return root


def _written(sources: Sequence[_Source], root: Node, report: Report) -> tuple[str, Layout]:
    source = sources[0]
    if len(sources) == 1 and source.form == "landscape":
        found = edited(source.text, source.before, root)
        if found is not None:
            return found, "unchanged" if found == source.text else "edited"
    return written_anew(root, report.read, has_homepages=report.homepages > 0), "new"


def _check(written: str, expected: Seeds, report: Report) -> None:
    """Read back what was written, count it, and compare it with what was read."""
    findings = Findings(_SEEDS)
    root = compose(written, findings)
    if root is None or findings.faults:
        raise _bug("it is no YAML")
    found = _seeds(root, "landscape")
    report.written = count(copied(root))
    names = {one.name_with_owner.lower() for project in found.projects for one in project.repositories}
    report.repositories = len(names)
    if _said(found) != _said(expected):
        raise _bug("it reads otherwise than what was read")
    if not report.adds_up():
        raise _bug(f"of {report.total().items:,} items and {report.total().addresses:,} addresses some are lost")


def _seeds(root: Node, form: Form) -> Seeds:
    findings = Findings(_SEEDS)
    seeds = seeds_of(root, Path(_SEEDS), form, findings)
    if seeds is None or findings.faults:
        faults = [one for one in findings.in_order() if one.severity == "fault"]
        raise _bug(f"it has faults, such as {faults[0].where}: {faults[0].problem}")
    return seeds


def _said(seeds: Seeds) -> Seeds:
    """A list without what tells of the text alone."""
    projects = tuple(msgspec.structs.replace(one, line=0) for one in seeds.projects)
    return msgspec.structs.replace(seeds, projects=projects, form="", notices=())


def _bug(problem: str) -> UsageFault:
    return UsageFault(
        f"the lists cannot be made one seeds file: {problem}; nothing was written",
        cure="this is a bug of 'crawler import': please report it with the files",
    )
