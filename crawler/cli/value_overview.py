"""The page of `crawler value`: a range, its parts, coverage, the largest groups, and what changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from crawler.cli.tables import Page, columns, words
from crawler.cli.value_legacy import print_legacy
from crawler.export.attributions import attributions
from crawler.figures import forms
from crawler.figures.last_time import Since
from crawler.figures.model import Total
from crawler.figures.valuation import Valuation, names
from crawler.figures.value_changes import CAUSES
from crawler.figures.value_changes import add_up as add_up_changes
from crawler.figures.value_parts import (
    BESIDE,
    GREATEST,
    HEADLINE,
    Group,
    Range,
    add_up,
    coverage,
    expired_figures,
    groups,
    parts,
    share_of_greatest,
    stale_figures,
)
from crawler.figures.value_shown import LEGACY, is_least, legacy_totals, since_of, sources_of
from crawler.store.restricted import RESTRICTED

NOT_ADDED = "No two policies can be added: they count the same money by other rules."
PARTS = {"listed": "listed companies, the part that has to do with the landscape", "private": "companies not listed"}


def overview_page(connection: sqlite3.Connection, valuation: Valuation, policies: Sequence[str]) -> str:
    """The page for people, one section for each policy."""
    page = Page()
    called = names(connection)
    for number, policy in enumerate(policies):
        if number:
            page.line()
        page.line(_headline(valuation, policy), bold=True)
        if number == 0 and explained(valuation):
            page.line(explained(valuation))
        if policy == LEGACY:
            print_legacy(page, valuation)
            continue
        found = groups(valuation, valuation.counted(policy))
        if policy == HEADLINE:
            _print_parts(page, valuation)
        _print_coverage(page, valuation, policy, found)
        _print_greatest(page, found, called)
        _print_changes(page, since_of(connection, valuation, policy), called)
    print_attributions(page, sources_of(valuation, (*policies, *BESIDE)))
    return page.text()


def explained(valuation: Valuation) -> str:
    """What a past day means, in a sentence or two; nothing for the newest day."""
    day = valuation.day
    if not valuation.is_past:
        return ""
    if valuation.origin == "sandbox":
        return f"Computed again for {day} from the recording, of which nothing is held back, and the present list."
    if valuation.known_by:
        asked = valuation.known_by[:10]
        return (
            f"As of {asked}: the list and the money figures that were known at the end of that day. Later corrections, "
            f"and figures that came later, are left out; --as-true-of {asked} takes them in."
        )
    return (
        f"True of {day} as far as is known now: the list of that day with all figures of that time, also "
        f"those that were corrected or came later; --as-of {day} leaves these out."
    )


def print_attributions(page: Page, figures: Iterable[tuple[str, bool]]) -> None:
    """The closing line, where a source asks for one."""
    if asked := attributions(figures):
        page.line()
        page.line(f"{'. '.join(asked)}.")


def _headline(valuation: Valuation, policy: str) -> str:
    total = valuation.total(policy)
    where = "" if valuation.scope == "landscape" else f"{valuation.scope}: "
    if policy == LEGACY and legacy_totals(valuation):
        return f"{where}what the CNCF landscape would have printed ({policy}, as of {valuation.day})"
    if total is None:
        return f"{where}{policy} was not computed for {valuation.day}"
    known = f"as of {valuation.day}, {total.known:,} of {total.total:,} known"
    if total.value is None:
        return f"{where}value not known yet ({policy}, {known})"
    low, central, high = amounts(total)
    text = central if low == "-" else f"{low} – {high}, central {central}"
    recorded = f", recorded {valuation.recorded_on}" if valuation.recorded_on else ""
    return f"{where}{text} ({policy}, {known}{recorded})"


def _print_parts(page: Page, valuation: Valuation) -> None:
    table = columns("part", "how to read it", "low", "central", "high", texts=2)
    for part, lines in parts(valuation, HEADLINE).items():
        table.add_row(part, PARTS[part], *_cells(add_up(lines)))
    page.table("Parts", table)
    table = columns("beside it", "policy", "low", "central", "high", "known", texts=2)
    for policy, kind in BESIDE.items():
        total = valuation.total(policy)
        if total and total.total:
            table.add_row(kind, policy, *amounts(total), f"{total.known:,} of {total.total:,}")
    page.table("Beside it, not inside", table, "Money of other kinds: none of it may be added to the value.")


def amounts(total: Total | None) -> tuple[str, str, str]:
    """Low, central and high as cells; one figure of which a part is not known is a lower bound.

    With a high end alone it is an upper bound, and so never called a lower one.
    """
    if total is None or total.value is None:
        return "-", "-", "-"
    low, central, high = (
        "-" if amount is None else forms.rough(Decimal(amount)) for amount in (total.low, total.value, total.high)
    )
    return low, f"≥ {central}" if is_least(total) else central, high


def _cells(found: Range) -> tuple[str, str, str]:
    return forms.rough(found.low), forms.rough(found.central), forms.rough(found.high)


def _print_coverage(page: Page, valuation: Valuation, policy: str, found: Sequence[Group]) -> None:
    said = coverage(valuation) if policy == HEADLINE else ""
    total = valuation.total(policy)
    page.title("Coverage")
    page.line(f"Known: {said or (f'{total.known:,} of {total.total:,}' if total else 'nothing')}.")
    stale, expired = stale_figures(valuation, policy), expired_figures(valuation, policy)
    left_out = "" if expired is None else f"; expired and left out: {len(expired):,}"
    page.line(f"Stale figures that count: {len(stale):,}{left_out}.")
    if len(found) > GREATEST:
        share, others = share_of_greatest(found)
        rest = f"the other {len(found) - GREATEST:,}: {forms.spread(others.low, others.central, others.high)}"
        page.line(f"The {GREATEST} largest groups are {100 * share:.0f}% of it; {rest}.")


def _print_greatest(page: Page, found: Sequence[Group], called: Mapping[str, str]) -> None:
    whole = add_up([line for group in found for line in group.lines])
    table = columns("organisation", "rests on", "low", "amount", "high", "share", texts=2)
    for group in found[:GREATEST]:
        name, rests_on = called.get(group.id or "", group.id or "-"), _rests_on(group)
        share = _percent(group.range.central, whole.central)
        table.add_row(words(name), words(rests_on), *_cells(group.range), share)
    page.table("Largest organisations, with all that they own", table)


def _rests_on(group: Group) -> str:
    """The figure of its greatest line, and how many more there are."""
    if not group.figures:
        return "-"
    first, *others = group.figures
    licence = first.licence_class
    if group.is_restricted and licence != RESTRICTED:
        licence += f" and {RESTRICTED}"
    more = f" and {len(others)} more" if others else ""
    return f"{first.measure} as of {first.as_of}, {first.source}, {licence}{more}"


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "-"


def _print_changes(page: Page, since: Since | None, called: Mapping[str, str]) -> None:
    if since is None:
        return
    whole = add_up_changes(since.changes)
    table = columns("cause", "what it is", "change", texts=2)
    for cause, meaning in CAUSES.items():
        table.add_row(cause, meaning, forms.signed(getattr(whole, cause)))
    table.add_row("all", f"since {since.day}", forms.signed(whole.difference))
    page.table(f"What changed since {since.day}", table)
    table = columns("organisation", *CAUSES, "all")
    for change in since.changes[:GREATEST]:
        by_cause = [forms.signed(getattr(change, cause)) for cause in CAUSES]
        name = called.get(change.organization_id or "", change.organization_id or "-")
        table.add_row(words(name), *by_cause, forms.signed(change.difference))
    page.table("Largest changes", table)
