"""SQL of strangers reads what is open and nothing else: SQLite itself judges the very statement that then answers."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qsl

from datasette import Forbidden
from datasette.database import Database, QueryInterrupted
from msgspec import Struct, field

from crawler.site.protection import App, Receive, Scope, Send
from crawler.store.closed import Gate, all_relations, closed_relations

_WORD = re.compile(r"\w+")
PARAMETERS = frozenset({"sql", "_where"})
"""Those of an address with SQL; SQL that is sent comes by another method than GET."""


class Request(Struct):
    """What a request to Datasette brings."""

    brings_sql: bool
    sql: tuple[str, ...] = ()
    """As it stands in the address."""
    is_known: bool = True
    """Whether the address has all of it."""
    refused: set[str] = field(default_factory=set)
    """What it was not allowed to read, by name."""
    is_guarded: bool = False
    """Whether anything of it has come through a guard."""


class Refused(sqlite3.DatabaseError):
    """Raised where a statement would read what is closed."""


_REQUEST: ContextVar[Request | None] = ContextVar("landscape_request", default=None)
current_request: Callable[[], Request | None] = _REQUEST.get
"""The request that is being answered."""


@contextmanager
def answering(request: Request) -> Iterator[None]:
    """Inside, `request` is answered."""
    token = _REQUEST.set(request)
    try:
        yield
    finally:
        _REQUEST.reset(token)


def noting_sql(app: App, public: Callable[[], Collection[str]]) -> App:
    """The application, knowing of each request the SQL that it brings; `public` is SQL that anybody may ask."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        with answering(_read(scope, public())):
            await app(scope, receive, send)

    return answer


def _read(scope: Scope, public: Collection[str]) -> Request:
    pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    sql = tuple(value.strip() for name, value in pairs if name in PARAMETERS and value.strip())
    is_known = scope["method"] in {"GET", "HEAD"}
    return Request(brings_sql=not is_known or any(one not in public for one in sql), sql=sql, is_known=is_known)


class Guard:
    """Stands before a database of Datasette: what a request with SQL asks there, reads nothing that is closed.

    What is closed is looked up in the same state of the database in which the statement then reads, so that no figure
    can come in between.
    """

    def __init__(self, database: Database) -> None:
        # 1.0 has another method below the one that 0.65 has, and goes around that.
        name = "_execute_fn" if hasattr(database, "_execute_fn") else "execute_fn"
        self._run: Callable[[Callable[[sqlite3.Connection], Any]], Awaitable[Any]] = getattr(database, name)
        self._execute = database.execute
        # By connection: SQLite's data_version means nothing on another one.
        self._seen: dict[sqlite3.Connection, tuple[int, frozenset[str], frozenset[str]]] = {}
        setattr(database, name, self.run)
        database.execute = self.execute

    async def run(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """What Datasette's own method gives, where nothing closed had to be read; Refused otherwise."""
        request = current_request()
        if request is None or not request.brings_sql:
            return await self._run(work)
        request.is_guarded = True
        return await self._run(lambda connection: self._work(connection, work, request))

    async def execute(self, sql: str, *arguments: Any, **options: Any) -> Any:
        """The same for a statement. Forbidden where it is a stranger's; what Datasette adds of its own is left out."""
        request = current_request()
        if request is None or not request.brings_sql:
            return await self._execute(sql, *arguments, **options)
        try:
            # Datasette would print what strangers mistype.
            results = await self._execute(sql, *arguments, **{**options, "log_sql_errors": False})
        except Refused as error:
            if request.is_known and not any(one in sql for one in request.sql):
                # Datasette goes on without what takes too long, such as the counts of tables.
                raise QueryInterrupted(error, sql, None) from error
            raise Forbidden("execute-sql") from error
        if not request.is_guarded:
            raise Forbidden("execute-sql")
        return results

    def _work(self, connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], Any], request: Request) -> Any:
        connection.execute("BEGIN")
        try:
            relations, closed = self._look(connection)
            if not closed:
                return work(connection)
            gate = Gate(relations, closed, " ".join(request.sql) if request.is_known else None)
            # It also makes SQLite prepare anew, and so judge, what Python keeps prepared.
            connection.set_authorizer(gate)
            try:
                return work(connection)
            except sqlite3.DatabaseError as error:
                if not gate.refused:
                    raise
                words = set(_WORD.findall(" ".join(request.sql).lower()))
                # SQLite ends at the first one, which may be a table below the view that was named.
                request.refused |= closed & words or gate.refused
                raise Refused(str(error)) from error
            finally:
                connection.set_authorizer(None)
        finally:
            connection.rollback()

    def _look(self, connection: sqlite3.Connection) -> tuple[frozenset[str], frozenset[str]]:
        version: int = connection.execute("PRAGMA data_version").fetchone()[0]
        seen = self._seen.get(connection)
        if seen is None or seen[0] != version:
            seen = (version, all_relations(connection), closed_relations(connection))
            self._seen[connection] = seen
        return seen[1:]
