"""One refresh from its settings to its report, for the command line and for the scheduler alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from crawler import clock
from crawler.ahead import notice_of
from crawler.due import Selection
from crawler.errors import UsageFault
from crawler.fetch.app import sign
from crawler.fetch.engine import Endpoint, Engine
from crawler.fetch.events import Event
from crawler.fetch.request import Terms
from crawler.importing.at_refresh import take_figures
from crawler.listed import Seeds
from crawler.pipeline import Run, Watcher, refresh
from crawler.report import Report
from crawler.rules import Rules
from crawler.sandbox import RECORDED_ON
from crawler.settings import Settings
from crawler.sources.catalogue import NOT_RECORDED, all_sources, switched_off
from crawler.sources.source import Source
from crawler.store.database import open_writer
from crawler.store.former import newest_day
from crawler.store.memory import StoreMemory
from crawler.store.runs import check_origin
from crawler.webhook import tell_of_run

ANONYMOUS = "no GITHUB_TOKEN: GitHub answers 60 requests an hour and no GraphQL; the rest comes at second hand"


class Order(Struct, frozen=True, kw_only=True):
    """What a refresh is told: where to store, what to ask, and what it may spend (quota units, time)."""

    database: Path
    selection: Selection
    budget: int | None = None
    deadline: timedelta | None = None
    rules: Rules = Rules()

    @property
    def is_sandbox(self) -> bool:
        """Whether recorded figures are read."""
        return self.selection.origin == "sandbox"


class Listener(Watcher, Protocol):
    """A watcher that hears what the engine says, too."""

    def watch(self, engine: Engine) -> None:
        """Show this engine's state."""

    def say(self, line: str) -> None:
        """A line worth knowing while waiting."""

    def log(self, event: Event) -> None:
        """An event."""


def chosen_sources(chosen: Selection, settings: Settings, *, today: date) -> list[Source]:
    """The sources that the settings switch on; UsageFault where one is named that they do not.

    A sandbox has all that are recorded.
    """
    off = NOT_RECORDED if chosen.origin == "sandbox" else switched_off(settings)
    for name in sorted(chosen.sources & off.keys()):
        raise UsageFault(f"the source {name} is switched off", cure=off[name])
    known = all_sources(today=today, star_history=settings.star_history)
    return [source for source in known if source.name not in off]


def day_to_ask(order: Order) -> date:
    """The day up to which sources are asked: today by the clock, or that of the recording.

    What is stored has no say in it: a newest day that a wrong clock left would spoil what is asked under a right one.
    """
    return RECORDED_ON if order.is_sandbox else clock.day_of(clock.now())


@contextmanager
def prepared(order: Order, settings: Settings, listener: Listener) -> Iterator[Run]:
    """A run with its database open, for a caller that holds the lock. UsageFault where it cannot begin."""
    if settings.app:
        sign(settings.app, clock.now())  # a key that is none is told of before anything is done
    with ExitStack() as stack:
        connection = stack.enter_context(closing(open_writer(order.database)))
        check_origin(connection, order.selection.origin)

        def endpoint() -> Endpoint:
            if not order.is_sandbox:
                return Endpoint(settings.github_api_url, settings.github_graphql_url)
            # Imported here: only a sandbox with something to ask needs a server and a GraphQL engine.
            from crawler.sandbox import Elsewhere, SandboxServer, recorded_world
            from crawler.sandbox.money.recorded import recorded_books

            world = recorded_world()
            server = stack.enter_context(SandboxServer(world))
            elsewhere = stack.enter_context(Elsewhere(world, recorded_books()))
            return Endpoint(server.api_url, server.graphql_url, elsewhere.hosts)

        engine = Engine(
            endpoint=endpoint,
            tokens=settings.tokens,
            app_key=settings.app,
            others={} if order.is_sandbox else dict(settings.others),
            keys=dict(settings.keys),
            contact=settings.contact,
            terms=Terms(
                budget=order.budget,
                deadline=None if order.deadline is None else order.deadline.total_seconds(),
                reserve=settings.reserve,
                is_paced=not order.is_sandbox,
            ),
            memory=StoreMemory(connection),
            say=listener.say,
            log=listener.log,
        )
        listener.watch(engine)
        today = clock.day_of(clock.now())
        # A clock that went back must not rewrite the past.
        day = RECORDED_ON if order.is_sandbox else max(today, newest_day(connection) or today)
        if not order.is_sandbox and day > today:
            listener.say(
                f"{notice_of(day, today)}; what comes now counts as of {day}, so that the past stays as it was"
            )
        yield Run(
            connection=connection,
            engine=engine,
            selection=order.selection,
            mode="sandbox" if order.is_sandbox else "live",
            day=day,
            recorded_on=RECORDED_ON.isoformat() if order.is_sandbox else None,
            watcher=listener,
            rules=order.rules,
        )


async def carry_out(
    run: Run, seeds: Seeds, sources: Sequence[Source], settings: Settings, say: Callable[[str], None]
) -> Report:
    """The report of a prepared run, whose engine is closed however it ends; its events are sent to the webhook.

    Figures that the list itself has become history. `say` tells of trouble with either, which changes nothing about
    the run.
    """
    async with run.engine:
        report = await refresh(run, seeds, sources)
    if taken := take_figures(run, seeds, say):
        report.notices = [*report.notices, taken]
    await tell_of_run(run.connection, settings, report.run_id, say)
    return report
