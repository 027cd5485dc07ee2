"""The plain records of what upstreams answered.

In a record from upstream `UNSET` means "not asked or not answered: keep what is stored", `None` means "the
upstream does not know". Zero is zero. Times are ISO 8601 UTC text, money is decimal text beside its currency.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

LICENCE_CLASSES = ("curated", "public", "attribution", "share-alike", "restricted")
"""How a fact may be published, the most freely first; the list's own facts are before all others."""


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
    closed_issues: int | None | UnsetType = UNSET
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
    has_security_policy: bool | None | UnsetType = UNSET
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


class OwnedRepository(Struct, frozen=True):
    """A public repository of an account, as far as the choice among them goes by it."""

    name_with_owner: str
    stars: int = 0
    is_fork: bool = False
    is_archived: bool = False


class OwnerRepositories(Struct, frozen=True):
    """The public repositories of an account, the most starred first: all, or as many as are looked at."""

    login: str
    repositories: tuple[OwnedRepository, ...]


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


class StarWeek(Struct, frozen=True):
    """Stars gained in a week that begins on the day `week`, by day."""

    week: str
    days: tuple[int, ...]


class StarHistory(Struct, frozen=True):
    """Consecutive weeks, the newest first: the newest there are, or those just before the oldest that is stored."""

    weeks: tuple[StarWeek, ...]


class CommitWeeks(Struct, frozen=True):
    """Commits of the default branch by week, under the day on which each begins."""

    weeks: dict[str, int]


class OlderReleases(Struct, frozen=True):
    """Releases of the past, whole or in part: late news, and no event."""

    releases: tuple[Release, ...]


class Scorecard(Struct, frozen=True, kw_only=True):
    """The OpenSSF Scorecard of a repository: scores from 0 to 10, -1 for a check that is inconclusive."""

    score: str | None
    """Decimal text."""
    scored_on: str
    checks: dict[str, int]
    source_url: str


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
    releases_total: int | None = None
    """Releases that GitHub counts; those that are stored may be fewer."""
    releases_stored: int = 0
    created_at: str | None = None
    oldest_star_week: str | None = None
    """The day on which the oldest week of star history begins that is stored; None: none is."""
    newest_star_week: str | None = None
    repositories_listed: int | None = None
    """Repositories of an account when it was listed last; None: it never was."""


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


Record = (
    Repository
    | Owner
    | OwnerRepositories
    | Organization
    | Rates
    | Manifest
    | NoManifest
    | StarHistory
    | OlderReleases
    | Scorecard
    | CommitWeeks
)
"""What an answer may bring."""


class Outcome(Struct, frozen=True, kw_only=True):
    """How one subject fared: answered (`status`, mostly with a record) or failed (`error`, nothing to store).

    With both a record and an error the answer was partial: the record is kept, and the subject is asked again.
    """

    subject: Subject
    status: Status | None = None
    record: Record | None = None
    error: str | None = None
    refused: bool = False
    """GitHub answered, but no token of ours may see the subject: a failure, and no sign of an outage."""
    passing: bool = False
    """The failure may pass: the subject is worth asking about once more in the same run."""
    unfinished: bool = False
    """There is more to ask than this run may: the subject is due again in the next one. Not a failure.

    Without a status: the run has asked nothing about it, and leaves it as it is.
    """
    unchanged: bool = False
    """The host confirmed what is stored (304)."""
    validator: Validator | None = None
    observation: Observation | None = None
    """Present where the record comes at second hand."""
    note: str | None = None
    """GitHub's reason for a status such as `blocked`."""
    refused_values: tuple[Refused, ...] = ()
    """What the answer held and the record does not: the older figure is kept."""
