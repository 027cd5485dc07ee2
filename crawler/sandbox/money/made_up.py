"""Books for made-up worlds: each owner of repositories is somebody who clearly does not exist.

Kinds recur at fixed distances, so that a test can count on them: owners 0, 3, 6 … are listed companies, owners 1, 4, 7
… have a token and raised money, owners 2, 5, 8 … have a collective. Every fifth but the first belongs to owner 0.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from crawler.sandbox.money.books import Account, Books, Entry
from crawler.sandbox.money.recorded import recent_rates
from crawler.sandbox.world import World

EVERY_PARENT = 5


def made_up_books(world: World) -> Books:
    """An account for each owner of the world, by its login; the same for the same world and day."""
    logins = sorted({repository.name_with_owner.partition("/")[0] for repository in world})
    accounts = {login: _account(number, login, world.today) for number, login in enumerate(logins)}
    for number, login in enumerate(logins):
        if number and number % EVERY_PARENT == 0:
            accounts[login].parent, accounts[login].parent_share = logins[0], Decimal("0.6")
            accounts[login].parent_since = "2021-03-01"
    return Books(today=world.today, accounts=accounts, rates=recent_rates(world.today))


def _account(number: int, login: str, today: date) -> Account:
    account = Account(
        id=login,
        name=f"Made-up {login}",
        crunchbase=login,
        github=login,
        homepage=f"https://{login}.example/",
        wikidata=f"Q{9_000_000_000 + number}",
    )
    yesterday, page = (today - timedelta(days=1)).isoformat(), f"https://{login}.example/figures"
    millions = Decimal(1_000_000) * (number + 1)
    if number % 3 == 0:
        account.ticker, account.exchange = f"MADE{number}", "NASDAQ"
        account.entries = [_entry("market_cap", 250 * millions, yesterday, page)]
    elif number % 3 == 1:
        account.token = f"made-up-{login}"
        account.entries = [
            _entry("token_market_cap", 40 * millions, yesterday, page),
            _entry("funding_round", 2 * millions, "2020-05-04", page, "seed"),
            _entry("funding_round", 9 * millions, "2022-11-30", page, "series_a"),
            _entry("funding_total", 11 * millions, "2022-11-30", page),
        ]
    else:
        account.opencollective = login
        account.entries = [
            Entry(measure="collective_balance", amount=millions / 80, currency="EUR", as_of=yesterday, source_url=page),
            Entry(
                measure="collective_income_12m", amount=millions / 16, currency="EUR", as_of=yesterday, source_url=page
            ),
        ]
    return account


def _entry(measure: str, amount: Decimal, as_of: str, page: str, kind: str | None = None) -> Entry:
    return Entry(measure=measure, amount=amount, currency="USD", as_of=as_of, source_url=page, kind=kind)
