"""Which receivers of the webhook count: the present one, and those that showed a sign of life lately."""

from __future__ import annotations

from datetime import datetime

from conftest import Store

from crawler.store.webhooks import webhooks

NOW = datetime.fromisoformat("2026-03-01T06:00:00+00:00")


def shown(store: Store, present: str | None) -> list[str]:
    return [row["endpoint"] for row in webhooks(store.connection, present=present, now=NOW)]


def test_addresses_that_were_given_up_are_not_shown_for_ever(store: Store) -> None:
    store.connection.execute("INSERT INTO webhooks (endpoint, change_id, takes_restricted) VALUES ('never', 0, 0)")
    assert shown(store, None) == ["never"]
    store.connection.execute(
        """
        INSERT INTO webhooks (endpoint, change_id, takes_restricted, delivered_at, failing_since) VALUES
          ('old', 0, 0, '2025-12-01T00:00:00Z', NULL), ('older', 0, 0, NULL, '2025-11-01T00:00:00Z')
        """
    )
    # Nothing newer is known than the one of December.
    assert shown(store, None) == ["old"]
    assert shown(store, "older") == ["old", "older"]
    store.connection.execute("UPDATE webhooks SET failing_since = '2026-02-01T00:00:00Z' WHERE endpoint = 'never'")
    assert shown(store, None) == ["never"]
    store.connection.execute("UPDATE webhooks SET failing_since = '2026-02-01T00:00:00Z' WHERE endpoint = 'old'")
    assert shown(store, "none of them") == ["never", "old"]
