"""How often each source is asked: its own age, or what CRAWLER_SCHEDULE says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from apscheduler.triggers.cron import CronTrigger
from msgspec import Struct

from crawler import clock
from crawler.errors import UsageFault
from crawler.scheduling.crontab import next_time, read_crontab
from crawler.sources.catalogue import IN_PARTS
from crawler.sources.source import Source

DAY = timedelta(days=1)
SHORTEST = timedelta(minutes=10)
PUNCTUAL = timedelta(hours=1)
"""A run that begins so soon after its time keeps the beat; a later one begins a new one."""
FRESH_SHARE = 11 / 12
"""Of a cadence shorter than a source's own age, how old an answer has to be: as 22 hours are to a day."""
DEFAULT, OFF = "default", "off"


class Cadence(Struct, frozen=True, kw_only=True):
    """A time between two runs (`age`), or the times of cron text (`triggers`), and what was written for it."""

    text: str
    age: timedelta | None = None
    triggers: tuple[CronTrigger, ...] = ()

    def after(self, moment: datetime) -> datetime:
        """The first time after `moment`, were that a time of a run."""
        if self.age is not None:
            return moment + self.age
        found = next_time(self.triggers, moment)
        if found is None:  # the calendar ends
            return moment + 1000 * DAY
        return found

    def following(self, due: datetime, began: datetime) -> datetime:
        """When to run after a run that was due at `due` and began at `began`, however many times passed between."""
        if self.age is not None and began - due <= min(PUNCTUAL, self.age / 2):
            return due + self.age
        return self.after(began)

    def span(self, moment: datetime) -> timedelta:
        """The time between the next two runs."""
        first = self.after(moment)
        return self.after(first) - first

    def freshness(self, source: Source, moment: datetime) -> timedelta | None:
        """How old an answer has to be to be asked for again, where the cadence is shorter than the source's own age.

        Where a source goes on with what it left, the cadence says how often, and its own age what is asked for again.
        """
        if source.name in IN_PARTS:
            return None
        wanted = self.span(moment) * FRESH_SHARE
        return wanted if source.max_age is not None and wanted < source.max_age else None


def read_cadence(text: str) -> Cadence:
    """The cadence of an AGE or of cron text. ValueError says what is wrong."""
    text = " ".join(text.split())
    if " " in text:
        triggers = read_crontab(text)
        if next_time(triggers, clock.now()) is None:
            raise ValueError(f"{text!r} never comes")
        return Cadence(text=text, triggers=triggers)
    age = clock.parse_age(text)
    if age < SHORTEST:
        raise ValueError(f"{text!r} is too often: write at least {SHORTEST.seconds // 60}m")
    return Cadence(text=text, age=age)


def own_cadence(source: Source) -> Cadence:
    """A source's own: its age in whole days.

    Daily where answers stay for ever, since then only news is asked for, and where a part is left to the next run.
    """
    days = 1 if source.max_age is None or source.name in IN_PARTS else -(-source.max_age // DAY)
    return read_cadence(f"{days}d")


def read_schedule(
    text: str, sources: Iterable[Source], off: Mapping[str, str], known: Iterable[str]
) -> dict[str, Cadence]:
    """The cadence of each of the `sources` that runs, by name, in their order.

    `text` is CRAWLER_SCHEDULE: `NAME=CADENCE; …`. `off` says of sources that settings switch off what switches them on,
    `known` are the names of all. UsageFault names the faulty part.
    """
    told = _parts(text, {*known, DEFAULT})
    for name, cadence in told.items():
        if name in off and cadence is not None:
            raise UsageFault(f"CRAWLER_SCHEDULE names {name}, which is switched off", cure=off[name])
    cadences = {}
    for source in sources:
        cadence = told.get(source.name, told.get(DEFAULT, own_cadence(source)))
        if cadence is not None:
            cadences[source.name] = cadence
    if not cadences:
        raise UsageFault("CRAWLER_SCHEDULE leaves nothing to run", cure="give at least one source a cadence: github=1d")
    return cadences


def _parts(text: str, names: set[str]) -> dict[str, Cadence | None]:
    """What each part says; None: off."""
    told: dict[str, Cadence | None] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if name not in names or not equals:
            raise UsageFault(
                f"CRAWLER_SCHEDULE: {part[:60]!r} names no source",
                cure=f"write NAME=CADENCE with one of {_list(names)}",
            )
        if name in told:
            raise UsageFault(f"CRAWLER_SCHEDULE names {name} twice", cure="leave one of them out")
        try:
            told[name] = None if value == OFF else read_cadence(value)
        except ValueError as error:
            raise UsageFault(
                f"CRAWLER_SCHEDULE: {part[:60]!r}: {error}",
                cure="write an age (12h, 7d), cron text in UTC (17 5 * * *) or off",
            ) from None
    return told


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))
