"""The plain records of what a list says: its tree, its projects, and the organisations behind them.

Money is decimal text beside its currency.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["fault", "notice"]


class Finding(Struct, frozen=True):
    """One thing to say about a seeds file. `line` and `column` count from 1; 0 means the whole file."""

    path: str
    line: int
    column: int
    where: str
    problem: str
    cure: str
    severity: Severity

    def __str__(self) -> str:
        """`file:line:column: where: what is wrong; what to write instead`."""
        where = f"{self.where}: " if self.where else ""
        cure = f"; {self.cure}" if self.cure else ""
        return f"{self.path}:{self.line}:{self.column}: {where}{self.problem}{cure}"


class SeedFigure(Struct, frozen=True, kw_only=True):
    """A money fact that somebody read on a public page and wrote into the list."""

    measure: str
    amount: str
    """Decimal text, in units of `currency`."""
    currency: str
    """ISO 4217 code."""
    as_of: str
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`: no more than the source shows."""
    source_url: str
    licence_class: str = "curated"
    note: str = ""
    kind: str | None = None
    """Of a round: what kind of money it is, such as `series_a`, `debt_financing` or `grant`; None: not said."""


class SeedParent(Struct, frozen=True, kw_only=True):
    """Who owns an organisation, and when. Days may stop at the year or month; None: not known, or still so."""

    parent_id: str
    share: str | None = None
    """Decimal text from 0 to 1; None: not known."""
    since: str | None = None
    """The day from which on."""
    until: str | None = None
    """The first day on which it no longer does."""
    source_url: str | None = None


class Attribution(Struct, frozen=True, kw_only=True):
    """Which part of an organisation's worth has to do with the landscape: decimal texts from 0 to 1."""

    share: str
    low: str | None = None
    high: str | None = None
    rule: str | None = None
    """How the share was found: `segment_revenue`, `subsidiary`, `employees` or `class`."""
    source_url: str | None = None
    as_of: str | None = None


class SeedOrganization(Struct, frozen=True, kw_only=True):
    """An organisation: declared in `organizations:`, or only met as an item's `crunchbase:` URL (`declared` false)."""

    id: str
    name: str
    declared: bool = True
    kind: str | None = None
    parents: tuple[SeedParent, ...] = ()
    """Owners in the course of time, in the list's order."""
    homepage_url: str | None = None
    github_login: str | None = None
    ticker: str | None = None
    has_no_ticker: bool = False
    """The list says so: no source's ticker is to be believed."""
    exchange: str | None = None
    token_id: str | None = None
    """CoinGecko's id."""
    token_relation: str | None = None
    """`native`: the organisation's own network; `related`: a network that it serves."""
    opencollective_slug: str | None = None
    crunchbase_permalink: str | None = None
    attribution: Attribution | None = None
    attribution_class: str | None = None
    """`pure_play`, `mixed_software`, `conglomerate` or `end_user`: the usual share where `attribution` is None."""
    figures: tuple[SeedFigure, ...] = ()

    @property
    def present_parent(self) -> SeedParent | None:
        """The last one that still owns it."""
        return next((parent for parent in reversed(self.parents) if parent.until is None), None)

    @property
    def present_parent_id(self) -> str | None:
        """Its id."""
        return self.present_parent.parent_id if self.present_parent else None


class SeedRepository(Struct, frozen=True, kw_only=True):
    """A GitHub repository as an item names it."""

    name_with_owner: str
    url: str
    is_primary: bool = True
    branch: str | None = None
    license: str | None = None
    """The list's own licence statement, an SPDX expression; it never changes what GitHub answered."""
    override_reason: str | None = None
    """Why the list states a branch or licence of its own."""
    override_review_on: str | None = None
    """The day from which on that is to be looked at again."""
    former_names: tuple[str, ...] = ()


class SeedProjectOrg(Struct, frozen=True, kw_only=True):
    """A GitHub account all of whose repositories belong to an item (`project_org:`), and which of them count."""

    login: str
    include: tuple[str, ...] = ()
    """Globs over repository names, in any case; none: all."""
    exclude: tuple[str, ...] = ()
    most: int = 100
    """So many count, the most starred first."""


class SeedProject(Struct, frozen=True, kw_only=True):
    """An item of the list."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    """Other names under which people look for it."""
    subcategory_id: str
    other_subcategory_ids: tuple[str, ...] = ()
    """From `second_path`."""
    homepage_url: str | None = None
    description: str | None = None
    organization_id: str | None = None
    maturity: str | None = None
    """The item's `project:`, such as `sandbox`, `incubating` or `graduated`."""
    logo: str | None = None
    repositories: tuple[SeedRepository, ...] = ()
    other_repository_urls: tuple[str, ...] = ()
    """Repository URLs that are not a GitHub repository: other hosts, organisation pages."""
    may_share_repositories: bool = False
    """The item says so: that another one lists the same repository is meant."""
    project_org: SeedProjectOrg | None = None
    crunchbase_url: str | None = None
    """As the item has it."""
    line: int = 0


class SeedSubcategory(Struct, frozen=True, kw_only=True):
    """`id` is `<category id>--<slug of the name>`."""

    id: str
    name: str
    category_id: str


class SeedCategory(Struct, frozen=True, kw_only=True):
    """A category and the first group that names it."""

    id: str
    name: str
    group_id: str | None = None


class SeedGroup(Struct, frozen=True, kw_only=True):
    """A set of categories that a landscape shows together."""

    id: str
    name: str


class Seeds(Struct, frozen=True, kw_only=True):
    """A whole list, in the file's order; ids are slugs and unique in their kind."""

    path: str
    form: str = "landscape"
    """The format of the file: `landscape` (seeds.yml, too), or that of another tool, by its name in `seeds.foreign`."""
    name: str
    groups: tuple[SeedGroup, ...]
    categories: tuple[SeedCategory, ...]
    subcategories: tuple[SeedSubcategory, ...]
    projects: tuple[SeedProject, ...]
    organizations: tuple[SeedOrganization, ...]
    figures_at: str | None = None
    """Of a processed landscape: of when the figures in it are, as its `updated_at` says."""
    notices: tuple[Finding, ...] = ()
