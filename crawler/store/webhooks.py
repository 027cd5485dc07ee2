"""How far the webhook's receivers have got with the events; the store knows them by a hash of their address."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from crawler.clock import to_text
from crawler.store.restricted import RESTRICTED_CHANGE

_STANDING = f"""
SELECT endpoint, delivered_at, (
  SELECT count(*) FROM changes c WHERE c.id > w.change_id AND (w.takes_restricted OR NOT {RESTRICTED_CHANGE})
) AS waiting, failing_since, error
FROM webhooks w
WHERE endpoint = :present OR max(coalesce(delivered_at, ''), coalesce(failing_since, '')) >= min(:cut, (
  SELECT max(max(coalesce(delivered_at, ''), coalesce(failing_since, ''))) FROM webhooks
))
ORDER BY endpoint
"""
STANDS = timedelta(days=30)
"""So long after its last sign of life a receiver that is no longer the present one is shown."""


class Standing(Struct, frozen=True):
    """The newest event that a receiver has taken, and why it failed last; None: it did not."""

    change_id: int
    error: str | None


def find_webhook(connection: sqlite3.Connection, endpoint: str) -> Standing:
    """Where a receiver stands that was begun with."""
    row = connection.execute("SELECT change_id, error FROM webhooks WHERE endpoint = ?", [endpoint]).fetchone()
    return Standing(row["change_id"], row["error"])


def begin_webhook(connection: sqlite3.Connection, endpoint: str, run_id: int | None, *, takes_restricted: bool) -> None:
    """Note what the receiver takes. One that is new begins with the events of this run, None: with those after now."""
    connection.execute(
        """
        INSERT INTO webhooks (endpoint, change_id, takes_restricted)
        SELECT ?, coalesce(max(id), 0), ? FROM changes
        WHERE observed_at < coalesce((SELECT started_at FROM runs WHERE id = ?), '9999')
        ON CONFLICT DO UPDATE SET takes_restricted = excluded.takes_restricted
        """,
        [endpoint, takes_restricted, run_id],
    )


def webhook_took(connection: sqlite3.Connection, endpoint: str, change_id: int, *, now: str) -> None:
    """It has taken all events up to this one."""
    connection.execute(
        "UPDATE webhooks SET change_id = ?, delivered_at = ?, failing_since = NULL, error = NULL WHERE endpoint = ?",
        [change_id, now, endpoint],
    )


def webhook_failed(connection: sqlite3.Connection, endpoint: str, error: str, *, now: str) -> None:
    """It has not taken the next events, for this reason, which holds no secret."""
    connection.execute(
        "UPDATE webhooks SET failing_since = coalesce(failing_since, ?), error = ? WHERE endpoint = ?",
        [now, error, endpoint],
    )


def webhooks(connection: sqlite3.Connection, *, present: str | None, now: datetime) -> list[dict[str, Any]]:
    """The receivers that count: when each took events last, how many wait for it, and since when and why it fails.

    These are the `present` one (None: not known), the newest one, and those that were told of events, or began to
    refuse them, in the last 30 days. Addresses that were tried once and given up are not among them for ever.
    """
    return [dict(row) for row in connection.execute(_STANDING, {"present": present, "cut": to_text(now - STANDS)})]
