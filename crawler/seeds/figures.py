"""The `figures:` of an organisation: money facts that somebody read on a public page."""

from __future__ import annotations

import re

from crawler import clock
from crawler.currencies import CURRENCIES, NO_CURRENCY
from crawler.listed import SeedFigure
from crawler.model import LICENCE_CLASSES
from crawler.seeds.fields import Fields, read_fields
from crawler.seeds.findings import short
from crawler.seeds.keys import FIGURE
from crawler.seeds.values import HOLDS_KEY, holds_key, is_before, is_url

MEASURES = (
    "market_cap",
    "token_market_cap",
    "funding_round",
    "funding_total",
    "ico_raise",
    "acquisition_price",
    "annual_revenue",
    "equity_funding_total",
    "post_money_valuation",
    "shares_outstanding",
    "public_float",
    "grant",
    "collective_income_12m",
    "reported_income",
)
"""The usual measures; any other in snake_case is kept too."""
KINDS = (
    "pre_seed",
    "seed",
    "angel",
    *(f"series_{letter}" for letter in "abcdefghij"),
    "series_unknown",
    "private_equity",
    "corporate_round",
    "debt_financing",
    "convertible_note",
    "grant",
    "non_equity_assistance",
    "secondary_market",
    "post_ipo_equity",
    "post_ipo_debt",
    "post_ipo_secondary",
    "equity_crowdfunding",
    "product_crowdfunding",
    "initial_coin_offering",
    "undisclosed",
)
"""What sort of money a round or grant brought, by Crunchbase's names of investment types."""
WITH_KIND = ("funding_round", "grant")
"""Measures of which there are kinds."""

_MEASURE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def read_figures(organization: Fields) -> tuple[SeedFigure, ...]:
    """The figures of an organisation in their order; one with a fault is left out."""
    figures = []
    for number, entry in enumerate(organization.entries("figures"), 1):
        fields = read_fields(entry, FIGURE, organization.where, f"figure {number}", organization.findings)
        figure = _figure(fields) if fields else None
        if figure:
            figures.append(figure)
    return tuple(figures)


def _figure(fields: Fields) -> SeedFigure | None:
    measure = fields.required("measure", "funding_total")
    fields.required("amount", "2500000")
    amount = fields.decimal("amount")
    currency = fields.required("currency", "USD")
    as_of = fields.required("as_of", "2023-09-30")
    source_url = fields.required("source_url", "https://example.org/press-release")
    licence_class = fields.text("licence_class") or LICENCE_CLASSES[0]
    sound = True
    if measure and not _MEASURE.fullmatch(measure):
        fields.fault("measure", f"the measure '{short(measure)}' is not in snake_case", "write it as in market_cap")
        sound = False
    elif measure and measure not in MEASURES:
        cure = fields.findings.did_you_mean(measure, MEASURES, f"usual are {', '.join(MEASURES)}")
        fields.notice("measure", f"the measure '{short(measure)}' is unusual, it is kept but counted nowhere", cure)
    kind = _kind(fields, measure)
    if measure == "shares_outstanding" and currency != NO_CURRENCY:
        problem, cure = "shares are counted, not paid in a currency", f"write 'currency: {NO_CURRENCY}'"
        fields.fault("currency", problem, cure)
        sound = False
    elif currency and currency not in CURRENCIES and measure != "shares_outstanding":
        guess = currency.upper() if currency.upper() in CURRENCIES else None
        cure = f"write {guess}" if guess else "write a three-letter code such as USD, EUR or CNY"
        fields.fault("currency", f"'{short(currency)}' is no ISO 4217 currency code", cure)
        sound = False
    if as_of and is_before(clock.day_of(clock.now()).isoformat(), as_of):
        fields.notice("as_of", f"as_of lies in the future ({as_of})", "write the day for which the source states it")
    if source_url and not is_url(source_url):
        fields.fault("source_url", f"source_url is no web address ({short(source_url)})", "write the page's address")
        sound = False
    elif source_url and holds_key(source_url):
        fields.fault("source_url", *HOLDS_KEY)
        sound = False
    if licence_class not in LICENCE_CLASSES:
        # A misspelt `restricted` must not end up in a public export.
        problem, cure = f"unknown licence_class '{short(licence_class)}'", f"write one of {', '.join(LICENCE_CLASSES)}"
        fields.fault("licence_class", problem, cure)
        sound = False
    if not (sound and measure and amount and currency and as_of and source_url):
        return None
    return SeedFigure(
        measure=measure,
        amount=amount,
        currency=currency,
        as_of=as_of,
        source_url=source_url,
        licence_class=licence_class,
        note=fields.text("note") or "",
        kind=kind,
    )


def _kind(fields: Fields, measure: str | None) -> str | None:
    kind = fields.text("kind")
    if kind and kind not in KINDS:
        # A misspelt debt_financing must not count as equity.
        cure = fields.findings.did_you_mean(kind, KINDS, f"write one of {', '.join(KINDS)}, or leave it out")
        fields.fault("kind", f"there is no kind '{short(kind)}'", cure)
    elif kind and measure and measure not in WITH_KIND:
        fields.notice("kind", f"{measure} has no kinds", f"delete it: only {' and '.join(WITH_KIND)} have them")
    return kind
