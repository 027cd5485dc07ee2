"""The source `yahoo`: what listed companies are worth, for those who opt in; its terms are for personal use.

It has no official interface: a cookie and a crumb open two, one for many symbols and one for a single one
(funding facts §5.1). Whichever of them does not answer is done without.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote as escaped

from msgspec import UNSET, Struct

from crawler.errors import RetryLater, Skip, Stop
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.fetch.redact import SHORTEST_KNOWN, short_error
from crawler.model import Outcome, Subject
from crawler.sources.github.reading import dig, entries
from crawler.sources.money.quotes import Quote, absent, by_symbol, read_quote, unasked
from crawler.sources.source import DAILY, Api, Cost, Stage, SubjectKind

HOST = Host(name="yahoo", spoken="Yahoo", per_minute=120, burst=20, longest_wait=120.0)
COOKIE_HOST = Host(name="yahoo_cookie", spoken="Yahoo's cookie host", per_minute=120, burst=20, longest_wait=0.0)
BATCH = 50
MODULES = "price,summaryDetail,defaultKeyStatistics"
"""The last one knows how many shares there are."""
LONGEST_CRUMB = 40
MOST_FAILURES = 5
"""So many symbols in a row without an answer: there is none for the others either."""


class YahooSource:
    """Listed organisations, by ticker. `today` dates what comes without a time."""

    name: str = HOST.name
    max_age: timedelta | None = DAILY
    subject_kind: SubjectKind = "organization"
    identifier: str = "ticker"
    stage: Stage = 2
    api: Api = "other"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def __init__(self, today: date) -> None:
        self.today = today

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A request for fifty, after two for the cookie and the crumb."""
        requests = 2 + -(-len(subjects) // BATCH) if subjects else 0
        return Cost(requests=requests, seconds=1.0 * requests)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a batch at a time; a symbol that Yahoo does not know is `missing`."""
        asked = by_symbol(subjects)
        if left := asked.pop("", []):
            yield [unasked(subject) for subject in left]
        if not asked:
            return
        door = await _open(engine)
        symbols, in_batches, failures = list(asked), True, 0
        for start in range(0, len(symbols), BATCH):
            batch = symbols[start : start + BATCH]
            many = await _ask_many(door, batch, engine) if in_batches else None
            in_batches, quotes = many is not None, many.quotes if many else {}
            yield [
                read_quote(subject, symbol, quote, today=self.today)
                for symbol, quote in quotes.items()
                for subject in asked[symbol]
            ]
            for symbol in (symbol for symbol in batch if symbol not in quotes):
                answer = await _ask_one(door, symbol, engine)
                outcomes = [_read_one(subject, symbol, answer, many, today=self.today) for subject in asked[symbol]]
                yield outcomes
                failures = failures + 1 if outcomes[0].error else 0
                if failures >= MOST_FAILURES:
                    raise Stop(f"Yahoo answers nothing any more ({outcomes[0].error})")


class _Door(Struct, frozen=True):
    """What lets us in; "" where Yahoo gave none."""

    cookie: str
    crumb: str


class _Many(Struct, frozen=True):
    """What the way for many symbols brought; `stranger` is a symbol in it that nobody asked for, "" for none."""

    quotes: dict[str, Quote]
    stranger: str


async def _open(engine: Engine) -> _Door:
    """The cookie and the crumb that belongs to it, as far as Yahoo gives them."""
    cookie = crumb = ""
    try:
        # Whatever the status is: the page is none, its cookie counts.
        cookie = _cookie(await engine.fetch(COOKIE_HOST, "/", expects_json=False), engine)
    except (RetryLater, Skip, Stop):
        cookie = ""
    try:
        answer = await engine.fetch(HOST, "/v1/test/getcrumb", headers=_headers(cookie), expects_json=False)
        crumb = _crumb(answer)
    except (RetryLater, Skip):
        crumb = ""
    _hide(engine, crumb, escaped(crumb, safe=""))
    return _Door(cookie, crumb)


def _cookie(answer: RestAnswer, engine: Engine) -> str:
    """What the answer asks to keep, as the header that sends it back."""
    pairs = [text.partition(";")[0].strip() for text in answer.headers.get_list("set-cookie")]
    kept = [pair for pair in pairs if "=" in pair and pair.isascii() and pair.isprintable()]
    _hide(engine, *(pair.partition("=")[2] for pair in kept))
    return "; ".join(kept)


def _hide(engine: Engine, *texts: str) -> None:
    """Keep these out of every message; what is shorter may stand anywhere by chance."""
    for text in texts:
        if len(text) >= SHORTEST_KNOWN:
            engine.hide(text)


def _crumb(answer: RestAnswer) -> str:
    """The crumb; "" for a page, an error or words in its place."""
    text = answer.body.decode("utf-8", "replace").strip()
    is_one = answer.status == 200 and 0 < len(text) <= LONGEST_CRUMB and text.isascii() and text.isprintable()
    return text if is_one and not set(text) & set(" <>{}") else ""


def _headers(cookie: str) -> dict[str, str]:
    return {"Cookie": cookie} if cookie else {}


async def _ask(door: _Door, path: str, engine: Engine) -> RestAnswer:
    key = f"&crumb={escaped(door.crumb, safe='')}" if door.crumb else ""
    return await engine.fetch(HOST, path + key, headers=_headers(door.cookie))


async def _ask_many(door: _Door, symbols: Sequence[str], engine: Engine) -> _Many | None:
    """The quotes of those symbols that are answered; None where this way is closed."""
    listed = ",".join(escaped(symbol, safe="") for symbol in symbols)
    try:
        answer = await _ask(door, f"/v7/finance/quote?symbols={listed}", engine)
    except (RetryLater, Skip):
        return None
    results = entries(answer.payload, "quoteResponse", "result") if answer.status == 200 else None
    if results is None:
        return None
    found = {one["symbol"].upper(): one for one in results if isinstance(one.get("symbol"), str)}
    quotes = {
        symbol: Quote(
            symbol=one["symbol"],
            cap=one["marketCap"],
            currency=one.get("currency", UNSET),
            price=one.get("regularMarketPrice", UNSET),
            shares=one.get("sharesOutstanding", UNSET),
            as_of=_time(one.get("regularMarketTime", UNSET)),
            source_url=_page(symbol),
        )
        for symbol in symbols
        if "marketCap" in (one := found.get(symbol.upper(), {}))
    }
    return _Many(quotes, next(iter(found.keys() - {symbol.upper() for symbol in symbols}), ""))


async def _ask_one(door: _Door, symbol: str, engine: Engine) -> RestAnswer | str:
    """The answer about one symbol, or why there is none."""
    path = f"/v10/finance/quoteSummary/{escaped(symbol, safe='')}?modules={escaped(MODULES, safe=',')}"
    try:
        return await _ask(door, path, engine)
    except (RetryLater, Skip) as failure:
        return str(failure)


def _read_one(subject: Subject, symbol: str, answer: RestAnswer | str, many: _Many | None, *, today: date) -> Outcome:
    """What the answer about one symbol comes to, after `many` did not know it."""
    unknown = absent(subject, many.stranger if many else "")
    if isinstance(answer, str):
        return Outcome(subject=subject, error=answer, refused_values=unknown.refused_values)
    summary = dig(answer.payload, "quoteSummary")
    results = entries(summary, "result")
    # A 404 that is not in Yahoo's words may come of an address at which there is no Yahoo.
    is_missing = dig(summary, "error", "code") == "Not Found" or (answer.status == 404 and many is not None)
    if is_missing or (answer.status == 200 and results == []):
        return unknown
    if answer.status != 200 or not results:
        told = dig(summary, "error", "description") or dig(answer.payload, "finance", "error", "description")
        error = short_error(f"HTTP {answer.status} {told or 'without a quote'}")
        return Outcome(subject=subject, error=error, refused_values=unknown.refused_values)
    price, detail, statistics = (_part(results[0], name) for name in MODULES.split(","))
    quote = Quote(
        symbol=price.get("symbol", UNSET),
        cap=_first(_raw(price, "marketCap"), _raw(detail, "marketCap")),
        currency=_first(price.get("currency", UNSET), detail.get("currency", UNSET)),
        price=_raw(price, "regularMarketPrice"),
        shares=_raw(statistics, "sharesOutstanding"),
        as_of=_time(_raw(price, "regularMarketTime")),
        source_url=_page(symbol),
    )
    return read_quote(subject, symbol, quote, today=today)


def _part(result: dict[str, Any], name: str) -> dict[str, Any]:
    part = result.get(name)
    return part if isinstance(part, dict) else {}


def _raw(part: dict[str, Any], key: str) -> Any:
    """A number, which mostly stands beside its spelling for people; an empty object means that there is none."""
    value = part.get(key, UNSET)
    return value.get("raw", UNSET) if isinstance(value, dict) else value


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not UNSET and value is not None), UNSET)


def _time(value: Any) -> Any:
    """Epoch seconds as ISO 8601 text; anything else as it is."""
    try:
        is_epoch = isinstance(value, int) and not isinstance(value, bool)
        return datetime.fromtimestamp(value, UTC).isoformat() if is_epoch else value
    except (ValueError, OverflowError, OSError):
        return value


def _page(symbol: str) -> str:
    return f"https://finance.yahoo.com/quote/{escaped(symbol, safe='')}"
