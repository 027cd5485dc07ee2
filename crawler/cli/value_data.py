"""What `crawler value --json` prints: the page as data, within what may be published."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from crawler.cli.value_legacy import legacy_data
from crawler.export.attributions import attributions
from crawler.figures.last_time import Since
from crawler.figures.model import plain
from crawler.figures.valuation import Valuation, names
from crawler.figures.value_changes import CAUSES, Change
from crawler.figures.value_changes import add_up as add_up_changes
from crawler.figures.value_parts import (
    BESIDE,
    GREATEST,
    Group,
    add_up,
    share_of_greatest,
)
from crawler.figures.value_shown import LEGACY, sources_of, total_shown, value_shown
from crawler.store.restricted import RESTRICTED


def overview_data(
    connection: sqlite3.Connection, valuation: Valuation, policies: Sequence[str], *, with_restricted: bool
) -> dict[str, Any]:
    """The same as data; without `with_restricted` no amount that tells a restricted figure."""
    with_value = [policy for policy in policies if policy != LEGACY]
    return {
        **day_data(valuation),
        "scope": valuation.scope,
        "ecosystem_value": [
            value_data(valuation, policy, with_restricted=with_restricted)
            for policy in dict.fromkeys((*with_value, *BESIDE))
        ],
        "policies": [
            _policy_data(connection, valuation, policy, with_restricted=with_restricted) for policy in with_value
        ],
        "totals": legacy_data(valuation, with_restricted=with_restricted) if LEGACY in policies else [],
        "attributions": attributions(sources_of(valuation, (*policies, *BESIDE))),
    }


def day_data(valuation: Valuation) -> dict[str, Any]:
    """Which day it is, and whose."""
    return {
        "day": valuation.day,
        "origin": valuation.origin,
        "recorded_on": valuation.recorded_on,
        "known_by": valuation.known_by,
    }


def value_data(valuation: Valuation, policy: str, *, with_restricted: bool) -> dict[str, Any]:
    """A policy's row as in the view `ecosystem_value`."""
    total = valuation.total(policy)
    shown = total_shown(valuation, policy, with_restricted=with_restricted)
    return {
        "policy": policy,
        "day": valuation.day,
        "low": shown.low if shown else None,
        "central": shown.value if shown else None,
        "high": shown.high if shown else None,
        "currency": total.currency if total else None,
        "known": total.known if total else None,
        "total": total.total if total else None,
    }


def _policy_data(
    connection: sqlite3.Connection, valuation: Valuation, policy: str, *, with_restricted: bool
) -> dict[str, Any]:
    shown = value_shown(connection, valuation, policy, with_restricted=with_restricted)
    share, others = share_of_greatest(shown.groups)
    called = names(connection)
    show_greatest = not shown.is_greatest_hidden
    return {
        "policy": policy,
        "parts": {part: _range_data(of_part, show=not shown.are_parts_hidden) for part, of_part in shown.parts.items()},
        "stale": len(shown.stale),
        "expired": None if shown.expired is None else len(shown.expired),
        "share_of_ten_largest": f"{share:.4f}" if shown.groups and show_greatest else None,
        "without_ten_largest": _range_data(shown.groups[GREATEST:], show=show_greatest) if others.central else None,
        "organizations": [
            _group_data(group, called, show=group.id not in shown.hidden_groups) for group in shown.groups
        ],
        "changes": _since_data(shown.since, with_restricted=with_restricted) if shown.since else None,
    }


def _range_data(found: Sequence[Group], *, show: bool) -> dict[str, Any]:
    whole = add_up([line for group in found for line in group.lines])
    return {
        "low": plain(whole.low) if show else None,
        "central": plain(whole.central) if show else None,
        "high": plain(whole.high) if show else None,
        "currency": "USD",
    }


def _group_data(group: Group, called: dict[str, str], *, show: bool) -> dict[str, Any]:
    return {
        "organization_id": group.id,
        "organization": called.get(group.id or ""),
        **_range_data([group], show=show),
        "licence_class": sorted(
            {figure.licence_class for figure in group.figures}.union([RESTRICTED] if group.is_restricted else [])
        ),
        "figures": [
            {
                "id": figure.id,
                "organization_id": figure.organization_id,
                "measure": figure.measure,
                "as_of": figure.as_of,
                "source": figure.source,
                "source_url": figure.source_url,
                "licence_class": figure.licence_class,
            }
            for figure in group.figures
        ],
    }


def _since_data(since: Since, *, with_restricted: bool) -> dict[str, Any]:
    whole = add_up_changes(since.changes)
    show = with_restricted or since.may_be_published
    show_causes = with_restricted or since.causes_may_be_published
    changes = [one for one in since.changes if with_restricted or one.organization_id not in since.restricted]
    return {
        "since": since.day,
        "before": since.before.value if show else None,
        **(_causes(whole) if show_causes else dict.fromkeys(CAUSES)),
        "difference": plain(whole.difference) if show else None,
        "organizations": [
            {"organization_id": one.organization_id, **_causes(one), "difference": plain(one.difference)}
            for one in changes
        ],
    }


def _causes(change: Change) -> dict[str, str]:
    return {cause: plain(getattr(change, cause)) for cause in CAUSES}
