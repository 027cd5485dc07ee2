"""What `import crawler` offers: the steps of the command line as coroutines, with plain records in and out.

They do what the commands of the same names do, and raise what the commands print (`crawler.errors`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import closing
from datetime import date, timedelta
from os import PathLike
from pathlib import Path

import msgspec
from msgspec import Struct

from crawler import clock
from crawler.due import PlanLine, Selection
from crawler.errors import UsageFault
from crawler.export.rows import landscape_rows
from crawler.fetch.engine import Engine
from crawler.fetch.events import Event
from crawler.figures.asked_past import show_past
from crawler.figures.headline import LANDSCAPE, VALUE_POLICY, headline
from crawler.figures.looking_back import Wanted
from crawler.figures.model import Total
from crawler.figures.publishing import restricted_totals
from crawler.figures.snapshot import Key, read_snapshot
from crawler.listed import Seeds
from crawler.planning import check_patterns, make_plan
from crawler.report import Report
from crawler.rules_file import find_rules
from crawler.running import Listener, Order, carry_out, chosen_sources, day_to_ask, prepared
from crawler.seeds import read_seeds
from crawler.settings import DEFAULT_DATABASE, SANDBOX, Settings, read_settings
from crawler.sources.catalogue import SOURCE_NAMES
from crawler.store import open_reader
from crawler.store.lock import hold_lock

AnyPath = str | PathLike[str]


class Project(Struct, frozen=True, kw_only=True):
    """A project as the view `landscape` shows it, under the view's names; None is "not known".

    The figures are those of its primary repository; docs/database.md says what each is.
    """

    project_id: str
    project: str
    group: str | None
    category: str
    subcategory: str
    organization: str | None
    maturity: str | None
    repository: str | None
    """`owner/name`."""
    stars: int | None
    forks: int | None
    contributors: int | None
    commits_last_year: int | None
    latest_release_tag: str | None
    latest_release_at: str | None
    latest_commit_at: str | None
    first_commit_at: str | None
    license_spdx: str | None
    license_osi_approved: bool | None
    primary_language: str | None
    open_issues: int | None
    open_pull_requests: int | None
    watchers: int | None
    is_archived: bool | None
    status: str | None
    repositories: int
    description: str | None
    homepage_url: str | None
    repository_url: str | None
    fetched_at: str | None = None
    """Not known of past days."""
    origin: str | None
    """`live`, or `sandbox` for recorded figures."""
    figures_source: str | None
    figures_observed_at: str | None = None
    health: int | None = None


class Landscape(Struct, frozen=True, kw_only=True):
    """What a database says of one day."""

    headline: str
    """As `crawler stats` prints it."""
    day: str
    """Of the totals: `YYYY-MM-DD`, in UTC."""
    projects: tuple[Project, ...]
    """In the order of the list."""
    totals: dict[Key, Total]
    """By scope, measure and policy, such as `("landscape", "stars", "")`."""
    hidden: frozenset[Key]
    """Those whose value is left out, as it would tell a figure that may not be published."""

    def total(self, measure: str, *, scope: str = LANDSCAPE, policy: str = "") -> Total | None:
        """The total of that name, None where it was not computed."""
        return self.totals.get((scope, measure, policy))


class Silent:
    """Hears how a refresh goes on, and says nothing; override what you want to know of."""

    def begin(self, source: str, subjects: int) -> None:
        """A source begins to ask about so many subjects."""

    def advance(self, source: str, subjects: int) -> None:
        """So many subjects of the source are done."""

    def watch(self, engine: Engine) -> None:
        """Asking begins, with this engine."""

    def say(self, line: str) -> None:
        """A line worth knowing while waiting."""

    def log(self, event: Event) -> None:
        """An event, as `crawler refresh -v` shows it."""


async def load(path: AnyPath) -> Seeds:
    """The list in a file of any format that `crawler refresh` reads; its notices are `Seeds.notices`.

    SeedsFault with every finding where the list is ambiguous or unreadable.
    """
    return await asyncio.to_thread(read_seeds, Path(path))


async def plan(
    seeds: Seeds,
    database: AnyPath = DEFAULT_DATABASE,
    *,
    sandbox: bool = False,
    sources: Iterable[str] = (),
    only: Iterable[str] = (),
    max_age: timedelta | None = None,
    force: bool = False,
    settings: Settings | None = None,
) -> list[PlanLine]:
    """What `refresh` with the same arguments would ask now, and what it would cost; nothing is sent or written.

    The arguments are those of `refresh`.
    """
    chosen = _selection(sandbox=sandbox, sources=sources, only=only, max_age=max_age, force=force)
    known = settings or _settings(sandbox=sandbox)
    today = clock.day_of(clock.now())
    return await asyncio.to_thread(make_plan, seeds, Path(database), chosen, known, today=today)


async def refresh(
    seeds: Seeds,
    database: AnyPath = DEFAULT_DATABASE,
    *,
    sandbox: bool = False,
    sources: Iterable[str] = (),
    only: Iterable[str] = (),
    max_age: timedelta | None = None,
    force: bool = False,
    budget: int | None = None,
    deadline: timedelta | None = None,
    settings: Settings | None = None,
    listener: Listener | None = None,
) -> Report:
    """Ask for what is stale, store the answers in `database`, and report; `exit_code` is that of the command.

    `sandbox`: recorded figures, no network, no token. `sources`: those alone; `only`: project ids or owner/name, with *
    for any characters; a single text stands for itself. `max_age`, `force`: ask for more than what is stale. `budget`
    (GraphQL points and counted REST requests) and `deadline` end it early. `settings`: None for those of the
    environment. However it ends, what was answered is kept; cancel the task to interrupt it. UsageFault for wrong
    arguments, LockHeld while another refresh is at work, StoreFailed where the database cannot be written.
    """
    chosen = _selection(sandbox=sandbox, sources=sources, only=only, max_age=max_age, force=force)
    if budget is not None and budget < 1:
        raise UsageFault(f"a budget of {budget} pays for nothing", cure="give 1 or more, or None for no limit")
    _check_span("deadline", deadline)
    known = settings or _settings(sandbox=sandbox)
    path = Path(database)
    check_patterns(seeds, path, chosen.only)
    order = Order(database=path, selection=chosen, budget=budget, deadline=deadline, rules=find_rules())
    heard = listener or Silent()
    with hold_lock(path), prepared(order, known, heard) as run:
        return await carry_out(run, seeds, chosen_sources(chosen, known, today=day_to_ask(order)), known, heard.say)


async def read(
    database: AnyPath = DEFAULT_DATABASE, *, as_of: date | None = None, include_restricted: bool = False
) -> Landscape:
    """What the database says now, or what was known on the day `as_of`. It is only read.

    Figures that may not be published are left out unless `include_restricted`. UsageFault where there is no database,
    no refresh has computed figures yet, or nothing is known of that day.
    """
    return await asyncio.to_thread(_read, Path(database), as_of, include_restricted=include_restricted)


def _read(database: Path, as_of: date | None, *, include_restricted: bool) -> Landscape:
    if not database.is_file():
        raise UsageFault(f"there is no database {database}", cure="make one with crawler.refresh")
    with closing(open_reader(database)) as connection:
        connection.execute("BEGIN")
        show_past(connection, as_of, None, Wanted())
        snapshot = read_snapshot(connection)
        hidden = set() if include_restricted else restricted_totals(connection, snapshot.day)
        totals = {
            key: msgspec.structs.replace(total, value=None, low=None, high=None) if key in hidden else total
            for key, total in snapshot.totals.items()
        }
        with_value = (LANDSCAPE, "value", VALUE_POLICY) not in hidden
        return Landscape(
            headline=headline(connection, with_value=with_value, snapshot=snapshot, as_of=as_of),
            day=snapshot.day,
            projects=tuple(msgspec.convert(row, Project) for row in landscape_rows(connection)),
            totals=totals,
            hidden=frozenset(hidden),
        )


def _selection(
    *, sandbox: bool, sources: Iterable[str], only: Iterable[str], max_age: timedelta | None, force: bool
) -> Selection:
    if force and max_age is not None:
        raise UsageFault("force asks for all of any age", cure="leave out max_age, or force")
    _check_span("max_age", max_age)
    names = frozenset(_several(sources))
    if unknown := sorted(names - set(SOURCE_NAMES)):
        raise UsageFault(f"there is no source {unknown[0]}", cure=f"the sources are {', '.join(SOURCE_NAMES)}")
    origin = "sandbox" if sandbox else "live"
    return Selection(origin=origin, sources=names, only=_several(only), max_age=max_age, force=force)


def _several(words: Iterable[str]) -> tuple[str, ...]:
    """A text on its own is one word, not its letters."""
    return (words,) if isinstance(words, str) else tuple(words)


def _check_span(name: str, span: timedelta | None) -> None:
    if span is not None and span < timedelta():
        raise UsageFault(f"{name} is {span}, which is before the beginning", cure="give a time that is not negative")


def _settings(*, sandbox: bool) -> Settings:
    return SANDBOX if sandbox else read_settings()
