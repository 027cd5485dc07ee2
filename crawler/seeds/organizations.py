"""The `organizations:` block: organisations and what is said about each."""

from __future__ import annotations

import re
from collections.abc import Iterable

from yaml.nodes import Node

from crawler.listed import SeedOrganization
from crawler.seeds.attribution import read_attribution, read_attribution_class
from crawler.seeds.fields import Fields, read_fields
from crawler.seeds.figures import read_figures
from crawler.seeds.findings import Findings, short
from crawler.seeds.keys import ORGANIZATION
from crawler.seeds.names import crunchbase_permalink, slug
from crawler.seeds.parents import Owner, check_owners, read_owners

BLOCK = "organizations"
KINDS = ("company", "public company", "foundation", "community", "subsidiary", "university", "government", "person")
TOKEN_RELATIONS = ("native", "related")

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}")


def read_organizations(entries: list[Node], findings: Findings) -> tuple[SeedOrganization, ...]:
    """The organisations that the block declares, in its order; of those with the same id the first."""
    read: dict[str, tuple[Fields, SeedOrganization]] = {}
    owners_of: dict[str, tuple[Owner, ...]] = {}
    for number, entry in enumerate(entries, 1):
        fields = read_fields(entry, ORGANIZATION, BLOCK, f"organisation {number}", findings)
        if fields is None:
            continue
        owners = read_owners(fields)
        organization = _organization(fields, owners)
        owners_of.setdefault(organization.id, owners)
        first, _ = read.setdefault(organization.id, (fields, organization))
        if first is not fields and organization.name:
            problem = f"the id {short(organization.id)} is already that of {_told(first)}"
            fields.fault("id" if "id" in fields else "name", problem, "give each organisation an id of its own")
    _check_shared(read.values())
    check_owners(owners_of)
    return tuple(organization for _, organization in read.values())


def _check_shared(read: Iterable[tuple[Fields, SeedOrganization]]) -> None:
    names: dict[str, Fields] = {}
    permalinks: dict[str, Fields] = {}
    for fields, organization in read:
        first = names.setdefault(organization.name.casefold(), fields)
        if first is not fields and organization.name:
            cure = "delete one, or name them differently: items that give this name mean the first"
            fields.notice("name", f"the name is also that of {_told(first)}", cure)
        permalink = organization.crunchbase_permalink
        first = permalinks.setdefault(permalink.casefold(), fields) if permalink else fields
        if first is not fields:
            problem = f"the Crunchbase permalink is also that of {_told(first)}"
            fields.fault("crunchbase_permalink", problem, "keep it in one of the two")


def _organization(fields: Fields, owners: Iterable[Owner]) -> SeedOrganization:
    name = fields.name()
    kind, relation = fields.text("kind"), fields.text("token_relation")
    if kind and kind not in KINDS:
        cure = fields.findings.did_you_mean(kind, KINDS, f"usual are {', '.join(KINDS)}")
        fields.notice("kind", f"the kind '{short(kind)}' is unusual", cure)
    if relation and relation not in TOKEN_RELATIONS:
        problem = f"token_relation is neither native nor related ({short(relation)})"
        fields.fault("token_relation", problem, "write native for the organisation's own network, else related")
    if relation and not fields.text("token_id"):
        fields.notice("token_relation", "token_relation stands without a token_id", "add the token's CoinGecko id")
    return SeedOrganization(
        id=fields.slug("id") or slug(name),
        name=name,
        kind=kind,
        parents=tuple(owner.parent for owner in owners),
        homepage_url=fields.url("homepage_url"),
        github_login=_login(fields),
        ticker=fields.text("ticker"),
        exchange=fields.text("exchange"),
        token_id=fields.text("token_id"),
        token_relation=relation,
        opencollective_slug=fields.text("opencollective_slug"),
        crunchbase_permalink=_permalink(fields),
        attribution=read_attribution(fields),
        attribution_class=read_attribution_class(fields),
        figures=read_figures(fields),
    )


def _login(fields: Fields) -> str | None:
    login = fields.text("github_login")
    if login and not _LOGIN.fullmatch(login):
        fields.notice(
            "github_login", f"github_login is no account name ({short(login)})", "write it as in RedHatOfficial"
        )
        return None
    return login


def _permalink(fields: Fields) -> str | None:
    text = fields.text("crunchbase_permalink")
    if text is None:
        return None
    permalink = crunchbase_permalink(text) or text
    if "/" in permalink or permalink != text:
        cure = "write only what stands behind /organization/ in the address"
        fields.notice("crunchbase_permalink", f"crunchbase_permalink is no permalink ({short(text)})", cure)
    return None if "/" in permalink else permalink


def _told(fields: Fields) -> str:
    """An earlier organisation, as a message names it."""
    return f"{fields.where.removeprefix(f'{BLOCK} / ')} (line {fields.line})"
