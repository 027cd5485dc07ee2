"""The plain records that travel between the rooms: what a list says, and what an upstream answered.

In a record from upstream `UNSET` means "not asked or not answered: keep what is stored", `None` means "the
upstream does not know". Zero is zero. Times are ISO 8601 UTC text, money is decimal text beside its currency.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

LICENCE_CLASSES = ("curated", "public", "attribution", "share-alike", "restricted")
"""How a fact may be published, the most freely first; the list's own facts are before all others."""

# --- what a seeds file says ---

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
    former_names: tuple[str, ...] = ()


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
    name: str
    groups: tuple[SeedGroup, ...]
    categories: tuple[SeedCategory, ...]
    subcategories: tuple[SeedSubcategory, ...]
    projects: tuple[SeedProject, ...]
    organizations: tuple[SeedOrganization, ...]
    notices: tuple[Finding, ...] = ()


# --- what an upstream answered ---


class Release(Struct, frozen=True, kw_only=True):
    """A release of a repository; its key is the tag name."""

    tag_name: str
    published_at: str | None = None
    is_prerelease: bool | None = None
    is_draft: bool | None = None
    url: str | None = None


class FundingLink(Struct, frozen=True):
    """One line of a repository's sponsor button; `platform` is GitHub's enum member, unknown members verbatim."""

    platform: str
    url: str


class Repository(Struct, frozen=True, kw_only=True):
    """What GitHub answered about a repository. Names follow the columns of `repositories`."""

    name_with_owner: str | UnsetType = UNSET
    node_id: str | None | UnsetType = UNSET
    database_id: int | None | UnsetType = UNSET
    url: str | None | UnsetType = UNSET
    owner_login: str | None | UnsetType = UNSET
    owner_type: str | None | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    homepage_url: str | None | UnsetType = UNSET
    stars: int | None | UnsetType = UNSET
    forks: int | None | UnsetType = UNSET
    watchers: int | None | UnsetType = UNSET
    open_issues: int | None | UnsetType = UNSET
    open_pull_requests: int | None | UnsetType = UNSET
    license_spdx: str | None | UnsetType = UNSET
    license_expression: str | None | UnsetType = UNSET
    license_name: str | None | UnsetType = UNSET
    license_osi_approved: bool | None | UnsetType = UNSET
    primary_language: str | None | UnsetType = UNSET
    topics: tuple[str, ...] | None | UnsetType = UNSET
    default_branch: str | None | UnsetType = UNSET
    created_at: str | None | UnsetType = UNSET
    pushed_at: str | None | UnsetType = UNSET
    archived_at: str | None | UnsetType = UNSET
    latest_commit_at: str | None | UnsetType = UNSET
    latest_commit_oid: str | None | UnsetType = UNSET
    first_commit_at: str | None | UnsetType = UNSET
    first_commit_oid: str | None | UnsetType = UNSET
    commits_last_year: int | None | UnsetType = UNSET
    contributors: int | None | UnsetType = UNSET
    contributors_note: str | None | UnsetType = UNSET
    """Why `contributors` is not known, in GitHub's words; None where it is."""
    releases_total: int | None | UnsetType = UNSET
    latest_release_tag: str | None | UnsetType = UNSET
    latest_release_at: str | None | UnsetType = UNSET
    latest_tag: str | None | UnsetType = UNSET
    """Newest tag of a repository without releases."""
    latest_tag_at: str | None | UnsetType = UNSET
    is_archived: bool | None | UnsetType = UNSET
    is_fork: bool | None | UnsetType = UNSET
    is_mirror: bool | None | UnsetType = UNSET
    is_template: bool | None | UnsetType = UNSET
    languages: dict[str, int] | None | UnsetType = UNSET
    """Bytes of code by language; the whole set, or UNSET."""
    releases: tuple[Release, ...] | None | UnsetType = UNSET
    """All releases of the last year and the newest older ones that came along; they are added to what is stored."""
    funding_links: tuple[FundingLink, ...] | None | UnsetType = UNSET


class Owner(Struct, frozen=True, kw_only=True):
    """What GitHub answered about the account that owns repositories: counts, no person's data."""

    login: str
    type: str | None | UnsetType = UNSET
    """`Organization` or `User`."""
    has_sponsors_listing: bool | None | UnsetType = UNSET
    sponsors: int | None | UnsetType = UNSET
    """Active sponsors, private ones counted too."""
    lowest_monthly_tier: str | None | UnsetType = UNSET
    """The least that a monthly sponsor can give: decimal text in US dollars; None: there is no such tier."""
    goal_kind: str | None | UnsetType = UNSET
    """GitHub's enum member, unknown members verbatim; None, as the other two: there is no goal."""
    goal_percent: int | None | UnsetType = UNSET
    goal_target: int | None | UnsetType = UNSET
    """US dollars a month, or sponsors."""


class Money(Struct, frozen=True, kw_only=True):
    """A number about an organisation, as a source states it; a row of `figures` comes of it.

    Amounts are decimal text in units of `currency` (ISO 4217; XXX for what is no money, such as shares).
    """

    measure: str
    amount: str
    currency: str
    as_of: str
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    source_url: str
    """A page or address without any key."""
    method: str
    licence_class: str
    low: str | None = None
    high: str | None = None
    kind: str | None = None
    """The kind of a round, by Crunchbase's names."""
    note: str | None = None


class Parent(Struct, frozen=True, kw_only=True):
    """An owner as a source names it: by an identifier of its own, such as a permalink. Days as in SeedParent."""

    scheme: str
    """A field of `organization_facts` that tells organisations apart, such as `crunchbase` or `wikidata`."""
    identifier: str
    name: str
    share: str | None = None
    since: str | None = None
    until: str | None = None


class Organization(Struct, frozen=True, kw_only=True):
    """What a source answered about an organisation."""

    source_url: str
    licence_class: str
    facts: dict[str, str | None] = {}
    """By field; None: the source knows none. What it does not speak of is left out."""
    parents: tuple[Parent, ...] | UnsetType = UNSET
    """All that it names, or UNSET where it was not asked for them."""
    figures: tuple[Money, ...] = ()
    complete: frozenset[str] = frozenset()
    """Measures of which `figures` are all that the source states: what it stated before is corrected or taken back."""


class Rates(Struct, frozen=True, kw_only=True):
    """What one euro was worth, by day (`YYYY-MM-DD`) and currency (ISO 4217), as decimal text."""

    source_url: str
    by_day: dict[str, dict[str, str]]


class Manifest(Struct, frozen=True, kw_only=True):
    """What a repository's funding.json says: amounts as decimal text, and nobody's name or address."""

    url: str
    version: str | None = None
    entity_type: str | None = None
    entity_role: str | None = None
    verified: str | None = None
    """`same_path`, `well_known` or `none`; None: not looked at."""
    plans: tuple[dict[str, str], ...] = ()
    """What is asked for: `guid`, `status`, `name`, `amount`, `currency`, `frequency`, as far as they are told."""
    history: tuple[dict[str, str], ...] = ()
    """What was received and spent: `year`, `income`, `expenses`, `taxes`, `currency`, as far as they are told."""


class NoManifest(Struct, frozen=True):
    """The repository holds no funding.json."""


Status = Literal["ok", "unknown", "missing", "gone", "blocked", "private", "empty", "replaced"]
"""Definite answers about a repository (design §7); `gone` is decided by the store, from two sightings."""


class Subject(Struct, frozen=True, kw_only=True):
    """One thing that a source can be asked about: a repository, the account that owns some, or an organisation."""

    source: str
    name: str
    """`owner/name` of a repository, an owner's login, or that identifier of an organisation that the source asks by."""
    organization_ids: tuple[str, ...] = ()
    """All organisations that go by the name: two may share a ticker."""
    identifiers: dict[str, str] = {}
    """What else is known of the first of them, by field of `organization_facts`."""
    repository_id: int | None = None
    node_id: str | None = None
    database_id: int | None = None
    latest_commit_oid: str | None = None
    answered_for_oid: str | None = None
    """The head commit for which this source answered last."""
    newest_release_at: str | None = None
    """The newest release that is stored."""


class Validator(Struct, frozen=True):
    """What a conditional request needs from the answer before; `path` includes the parameters."""

    path: str
    etag: str | None = None
    last_modified: str | None = None
    identity: str = ""
    """Whose answer it came with: an ETag is of use to nobody else."""


class Refused(Struct, frozen=True):
    """A value from upstream that no figure can be; `field` is the column, `value` short printable text."""

    field: str
    value: str
    reason: str


class Observation(Struct, frozen=True):
    """Where figures at second hand come from. `observed_at`: when their source saw them, None where it does not say."""

    url: str
    observed_at: str | None
    licence_class: str


class Outcome(Struct, frozen=True, kw_only=True):
    """How one subject fared: answered (`status`, mostly with a record) or failed (`error`, nothing to store).

    With both a record and an error the answer was partial: the record is kept, and the subject is asked again.
    """

    subject: Subject
    status: Status | None = None
    record: Repository | Owner | Organization | Rates | Manifest | NoManifest | None = None
    error: str | None = None
    refused: bool = False
    """GitHub answered, but no token of ours may see the subject: a failure, and no sign of an outage."""
    passing: bool = False
    """The failure may pass: the subject is worth asking about once more in the same run."""
    unchanged: bool = False
    """The host confirmed what is stored (304)."""
    validator: Validator | None = None
    observation: Observation | None = None
    """Present where the record comes at second hand."""
    note: str | None = None
    """GitHub's reason for a status such as `blocked`."""
    refused_values: tuple[Refused, ...] = ()
    """What the answer held and the record does not: the older figure is kept."""


# --- what a run spends ---


class Counts(Struct):
    """What a source, or a whole run, has spent. `rest_counted` leaves out what GitHub does not count (304, others)."""

    requests: int = 0
    graphql_points: int = 0
    rest_counted: int = 0
    not_modified: int = 0
    conditional: int = 0
    """Requests that asked "has this changed?"; `not_modified` of them were answered "no"."""
    retries: int = 0
    waits: int = 0
    waited_seconds: int = 0
    """Waits that limits asked for; those between two tries are not among them."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))

    @property
    def spent(self) -> int:
        """Quota units: points and counted REST requests."""
        return self.graphql_points + self.rest_counted


class Quota(Struct, frozen=True):
    """Where one limit stood in the last answer. `reset` is in epoch seconds."""

    limit: int
    remaining: int
    reset: int


class Wait(Struct, frozen=True):
    """What a host has asked for: until when (UTC text) an identity must not ask; `resource` "" is all of the host."""

    identity: str
    resource: str
    until: str
    reason: str
