"""The page of an organisation: its projects, its figures, its group, and the chain behind its value."""

from __future__ import annotations

from typing import Any

from crawler.export.attributions import attributions
from crawler.figures.explanation import Explanation, Identifier, explain
from crawler.figures.policies import policies
from crawler.printable import plain
from crawler.site.amounts import amount_of
from crawler.site.asked import Asked, NotThere, Page
from crawler.site.board import Organization
from crawler.site.money import Money, money_of, near
from crawler.site.pages.funding_by_year import funding_of_one
from crawler.site.pages.lists import kind_words
from crawler.site.pages.organization_figures import figures_of
from crawler.site.pages.organization_group import group_of
from crawler.site.pages.organization_lines import PolicySum, lines_by_policy, ranges_by_policy
from crawler.site.pages.organization_open import Open, open_part

MOST_PROJECTS = 60
MOST_FACTS = 60


def page(asked: Asked, organization_id: str) -> Page:
    """What there is of an organisation. NotThere, with what was perhaps meant, for one that the list does not have."""
    organizations = asked.board.organizations
    if organization_id not in organizations:
        called = asked.once("organization.names", lambda: [(one.id, one.name) for one in organizations.values()])
        found = near(organization_id, called)
        raise NotThere("organization", organization_id, [("organization", one, name) for one, name in found])
    organization, money = organizations[organization_id], money_of(asked)
    explanation = explain(asked.connection, organization_id, money.valuation_of(organization_id), money.standing)
    told = open_part(asked, money, explanation)
    figures = figures_of(asked, explanation, told.strangers)
    sums = lines_by_policy(asked, money, explanation, told)
    open_facts = [fact for fact in explanation.identifiers if not asked.hides(fact.licence_class)]
    cards = sorted(organization.cards, key=lambda card: (card.stars is None, -(card.stars or 0)))
    values: dict[str, Any] = {
        "organization": organization,
        "homepage": _said(open_facts, "homepage"),
        "login": _said(open_facts, "github"),
        "ticker": _said(open_facts, "ticker"),
        "cards": cards[:MOST_PROJECTS],
        "cards_more": max(0, len(cards) - MOST_PROJECTS),
        "stars_known": sum(card.stars is not None for card in cards),
        **_worth(asked, money, organization, told),
        **_ways(sums),
        "figures": figures,
        "anchors": {row.id for row in (*figures.standing, *figures.of_others)},
        "funding": funding_of_one(asked, money, organization_id),
        "facts": open_facts[:MOST_FACTS],
        "facts_hidden": len(explanation.identifiers) - len(open_facts),
        "sums": sums,
        "ranges": ranges_by_policy(asked, sums),
        "names": money.names,
        "kind_words": lambda kind: kind_words(asked, kind),
        **group_of(asked, money, explanation, told),
        "attributions": attributions(_sources(asked, explanation)),
    }
    return Page(
        template="organization.html",
        title=asked.texts("organization.title", name=plain(organization.name)),
        values=values,
    )


def _said(facts: list[Identifier], field: str) -> str | None:
    return next((fact.value for fact in facts if fact.field == field), None)


def _worth(asked: Asked, money: Money, organization: Organization, told: Open) -> dict[str, Any]:
    """What it counts in the ecosystem's value: its own group's amount, or that of the group in which it is inside."""
    if told.is_cut:
        # Whose it is may not be told, and so neither what it counts in.
        hidden = amount_of(None, asked.texts, is_hidden=True)
        return {"worth": hidden, "is_worth_unknown": False, "counts_within": None}
    group_id = money.group_of(organization.id)
    counting = asked.board.organizations.get(group_id, organization)
    return {
        "worth": amount_of(counting.value, asked.texts, is_hidden=counting.is_value_hidden),
        # Of an organisation that does not count nothing is known: there is no total of it.
        "is_worth_unknown": counting.value is None and not counting.is_value_hidden,
        "counts_within": group_id if group_id != organization.id else None,
    }


def _ways(sums: list[PolicySum]) -> dict[str, int]:
    """How many of the policies count something of it, or of its group; the comparison is none of them."""
    names = {policy.name for policy in policies() if not policy.is_comparison}
    return {"policies_known": sum(one.counted > 0 and one.name in names for one in sums), "policies_all": len(names)}


def _sources(asked: Asked, explanation: Explanation) -> list[tuple[str, bool]]:
    """Source of every figure that is shown, and whether a rate is shown beside it."""
    figures = (*explanation.figures, *explanation.unused)
    return [
        (figure.source, figure.id in explanation.rates) for figure in figures if not asked.hides(figure.licence_class)
    ]
