"""The tables of the list as they were at the end of a day."""

from __future__ import annotations

import json
import re
import sqlite3

from crawler.store.former import LIST_KEYS, ORDER

_REFERENCE = re.compile(r"REFERENCES\s+\S+\(\w+\)(\s+DEFERRABLE INITIALLY DEFERRED)?")


def make_shadow(connection: sqlite3.Connection, table: str) -> None:
    """An empty temporary table of the same name and shape.

    It has no foreign keys: they would lead to temporary tables, too.
    """
    made = connection.execute("SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?", [table])
    shape = _REFERENCE.sub("", made.fetchone()["sql"])
    connection.execute(re.sub(r"\ACREATE TABLE", "CREATE TEMP TABLE", shape))


def shadow_list(connection: sqlite3.Connection, day: str) -> None:
    """Stand before each table of the list that has changed since `day` what it was then."""
    changed = connection.execute("SELECT DISTINCT table_name FROM main.former_rows WHERE day > ?", [day]).fetchall()
    for (table,) in changed:
        if table in LIST_KEYS:
            _shadow(connection, table, day)


def _shadow(connection: sqlite3.Connection, table: str, day: str) -> None:
    make_shadow(connection, table)
    connection.execute(f'INSERT INTO temp."{table}" SELECT * FROM main."{table}"')
    keys = LIST_KEYS[table]
    condition = " AND ".join(f"{key} = ?" for key in keys)
    order: list[str] = []
    for key, text in former_rows(connection, table, day):
        if key == ORDER:
            order = json.loads(text)
            continue
        parts = [key] if len(keys) == 1 else json.loads(key)
        connection.execute(f'DELETE FROM temp."{table}" WHERE {condition}', parts)
        if text is not None:
            insert_image(connection, table, json.loads(text))
    if order:
        connection.executemany(f'UPDATE temp."{table}" SET position = ? WHERE id = ?', list(enumerate(order)))


def former_rows(connection: sqlite3.Connection, table: str, day: str) -> list[tuple[str, str]]:
    """Key and image of each row of a table that has changed since `day`, as it was then."""
    rows = connection.execute(
        "SELECT key, row, min(day) FROM main.former_rows WHERE table_name = ? AND day > ? GROUP BY key", [table, day]
    )
    return [(row["key"], row["row"]) for row in rows]


def insert_image(connection: sqlite3.Connection, table: str, image: dict[str, object]) -> None:
    """Insert a kept row into the temporary table; its place on the list is that of the order, which is kept apart."""
    known = {row["name"] for row in connection.execute(f'PRAGMA temp.table_info("{table}")')}
    values = {"position": 0} | image if "position" in known else image
    # A column that the schema has lost since has no place any more.
    values = {name: value for name, value in values.items() if name in known}
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(f'INSERT INTO temp."{table}" ({names}) VALUES ({marks})', values)
