"""The source `wikidata`: who an organisation is, who owns it, where it is listed: two questions for 150 at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from itertools import islice

from crawler.errors import RetryLater, Skip, Stop
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.model import Outcome, Refused, Subject
from crawler.sources.money.wikidata_queries import ITEM, Key, details_query, find_query, keys_of
from crawler.sources.money.wikidata_reading import Row, item_of, read_item, read_rows
from crawler.sources.source import MONTHLY, Api, Cost, Stage, SubjectKind

HOST = Host(
    name="wikidata",
    spoken="Wikidata",
    per_minute=30,
    burst=10,
    longest_wait=600.0,
    headers={"Accept": "application/sparql-results+json"},
)
PATH = "/sparql"
BATCH = 150
"""A query may run for 60 s."""


class WikidataSource:
    """Every organisation that is known by a Crunchbase permalink, GitHub login, website or Wikidata's own id."""

    name: str = HOST.name
    max_age: timedelta | None = MONTHLY
    subject_kind: SubjectKind = "organization"
    identifier: str = "id"
    stage: Stage = 1
    api: Api = "other"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """Two requests for 150 organisations."""
        requests = 2 * -(-len(subjects) // BATCH)
        return Cost(requests=requests, seconds=10.0 * requests)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a batch at a time and one request after the other; who has no key is not asked about."""
        source = iter(subjects)
        while batch := list(islice(source, BATCH)):
            try:
                yield await _ask(batch, engine)
            except (RetryLater, Skip) as error:
                passing = isinstance(error, RetryLater)
                yield [Outcome(subject=subject, error=str(error), passing=passing) for subject in batch]


async def _ask(batch: Sequence[Subject], engine: Engine) -> list[Outcome]:
    """The outcomes of a batch. Raises RetryLater, Skip or Stop."""
    keys = {subject.name: keys_of(subject) for subject in batch}
    asked = dict.fromkeys(key for of_one in keys.values() for key in of_one)
    items_by_key = _items_by_key(await _rows(find_query(asked), engine)) if asked else {}
    found = {subject.name: _items(subject, keys[subject.name], items_by_key) for subject in batch}
    single = dict.fromkeys(items[0] for items in found.values() if len(items) == 1)
    rows_by_item: dict[str, list[Row]] = {item: [] for item in single}
    for row in await _rows(details_query(single), engine) if single else []:
        item = item_of(row.get("item"))
        if item in rows_by_item:
            rows_by_item[item].append(row)
    return [_read(subject, found[subject.name], rows_by_item) for subject in batch]


async def _rows(query: str, engine: Engine) -> list[Row]:
    answer = await engine.fetch(HOST, PATH, form={"query": query})
    if answer.status == 403:
        # Who goes on after that is shut out for a day.
        raise Stop("Wikidata refuses to answer (HTTP 403)", cure="set CRAWLER_CONTACT, and try again tomorrow")
    rows = read_rows(answer.payload) if answer.status == 200 else None
    if rows is None:
        raise Skip(f"HTTP {answer.status}: the answer holds no rows")
    return rows


def _items_by_key(rows: Iterable[Row]) -> dict[Key, set[str]]:
    """The items that go by each key, whatever its case."""
    items: dict[Key, set[str]] = {}
    for row in rows:
        if item := item_of(row.get("item")):
            items.setdefault((row.get("field", ""), row.get("key", "").casefold()), set()).add(item)
    return items


def _items(subject: Subject, keys: Sequence[Key], items_by_key: dict[Key, set[str]]) -> list[str]:
    """The items that may be the organisation, in order; one that Wikidata itself has named is known without a key."""
    if not keys:
        item = subject.identifiers.get("wikidata", "")
        return [item] if ITEM.fullmatch(item) else []
    return sorted({item for field, key in keys for item in items_by_key.get((field, key.casefold()), ())})


def _read(subject: Subject, items: Sequence[str], rows_by_item: dict[str, list[Row]]) -> Outcome:
    if len(items) > 1:
        refused = Refused("wikidata", " ".join(items)[:100], "more than one item")
        return Outcome(subject=subject, status="unknown", note="more than one item", refused_values=(refused,))
    if not items:
        return Outcome(subject=subject, status="unknown")
    return read_item(subject, items[0], rows_by_item[items[0]])
