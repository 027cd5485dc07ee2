"""An item's `project_org:`, a GitHub account whose repositories belong to it, and the choice among them."""

from __future__ import annotations

import re

from crawler.listed import SeedProjectOrg
from crawler.seeds.fields import Fields, read_fields
from crawler.seeds.findings import short
from crawler.seeds.keys import PROJECT_ORG
from crawler.seeds.names import account_name

MOST = 1_000
"""So many repositories of one account are looked at, at most."""


def read_project_org(item: Fields) -> SeedProjectOrg | None:
    """The account and the choice among its repositories; None where the item names none, with a notice if it is odd."""
    url = item.text("project_org")
    choice = item.value("project_org_repositories")
    if url is None:
        if choice is not None:
            problem = "project_org_repositories stands without a project_org"
            item.notice("project_org_repositories", problem, "add 'project_org: https://github.com/owner'")
        return None
    login = account_name(url)
    if login is None:
        problem = f"project_org is no account of GitHub's ({short(url)}), it is not read"
        item.notice("project_org", problem, "write https://github.com/owner")
        return None
    if choice is None:
        return SeedProjectOrg(login=login)
    fields = read_fields(choice, PROJECT_ORG, f"{item.where} / project_org_repositories", "", item.findings)
    assert fields is not None
    return SeedProjectOrg(
        login=login,
        include=tuple(text for _, text in fields.texts("include")),
        exclude=tuple(text for _, text in fields.texts("exclude")),
        most=_most(fields),
    )


def _most(fields: Fields) -> int:
    text = fields.text("max")
    if text is None:
        return SeedProjectOrg(login="").most
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= MOST:
        fields.fault("max", f"max is no number from 1 to {MOST:,} ({short(text)})", "write one such as 100")
        return MOST
    return int(text)
