"""The GraphQL that is sent to GitHub. Names and ids always travel as variables, never inside the text.

Points are counted by GitHub's published rule: connections with `first` or `last`, divided by 100, rounded, at least
one. The core query has three of those per repository and five that only count.
"""

from __future__ import annotations

from functools import lru_cache

RATE_LIMIT = "rateLimit { cost nodeCount limit remaining used resetAt }"

RELEASES_PER_PAGE = 10
LANGUAGES_PER_PAGE = 20
OLDER_RELEASES_PER_PAGE = 100
OWNED_PER_PAGE = 100

WATCHERS = "  watchers { totalCount }\n"
_HISTORY = "recent: history(since: $since) { totalCount }"
_CLOSED = "  issuesClosed: issues(states: CLOSED) { totalCount }\n"

_CORE = """fragment Core on Repository {
  id
  databaseId
  nameWithOwner
  url
  owner { __typename login }
  isPrivate
  isArchived
  archivedAt
  isDisabled
  isEmpty
  isFork
  isMirror
  isTemplate
  description
  homepageUrl
  createdAt
  pushedAt
  stargazerCount
  forkCount
%(watchers)s  licenseInfo { key spdxId name pseudoLicense }
  primaryLanguage { name }
  languages(first: %(languages)d, orderBy: {field: SIZE, direction: DESC}) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { size node { name } }
  }
  repositoryTopics(first: 20) { nodes { topic { name } } }
  issuesOpen: issues(states: OPEN) { totalCount }
%(closed)s  pullRequestsOpen: pullRequests(states: OPEN) { totalCount }
  latestRelease { tagName publishedAt }
  releases(first: %(releases)d, orderBy: {field: CREATED_AT, direction: DESC}) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { tagName publishedAt isDraft isPrerelease url }
  }
  fundingLinks { platform url }
  isSecurityPolicyEnabled
  defaultBranchRef { name target { ... on Commit { oid committedDate %(history)s } } }
}"""

CORE_PAGED_CONNECTIONS = 3
CORE_COUNTED_CONNECTIONS = 5
MORE_PAGES_CONNECTIONS = 3
SPONSORS_PAGED_CONNECTIONS = 1
SPONSORS_COUNTED_CONNECTIONS = 1


@lru_cache(maxsize=128)
def core_by_name(count: int, *, with_history: bool) -> str:
    """Core facts of `count` repositories by name; variables `o0, n0, o1 …` and `since` (with history)."""
    names = [f"$o{i}: String!, $n{i}: String!" for i in range(count)]
    aliases = "\n".join(
        f"  r{i}: repository(owner: $o{i}, name: $n{i}, followRenames: true) {{ ...Core }}" for i in range(count)
    )
    variables = ", ".join([*_since(with_history=with_history), *names])
    return f"query CoreByName({variables}) {{\n{aliases}\n  {RATE_LIMIT}\n}}\n{_core(with_history=with_history)}"


@lru_cache(maxsize=4)
def core_by_id(*, with_history: bool) -> str:
    """Core facts of repositories by node id; variables `ids` and `since` (with history)."""
    variables = ", ".join([*_since(with_history=with_history), "$ids: [ID!]!"])
    return (
        f"query CoreById({variables}) {{\n"
        f"  nodes(ids: $ids) {{ __typename id ...Core }}\n  {RATE_LIMIT}\n}}\n{_core(with_history=with_history)}"
    )


@lru_cache(maxsize=128)
def without_watchers(query: str) -> str:
    """A core query without the count of watchers, for the day on which GitHub closes it as it closed their list."""
    return query.replace(WATCHERS, "")


@lru_cache(maxsize=128)
def more_pages(count: int) -> str:
    """The next page of languages and releases, and the newest tag, of `count` repositories.

    Variables for each: owner `o0` and name `n0`, the cursors `languages0` and `releases0`, the switches
    `moreLanguages0`, `moreReleases0` and `tag0`.
    """
    variables = ", ".join(
        f"$o{i}: String!, $n{i}: String!, $languages{i}: String, $releases{i}: String, "
        f"$moreLanguages{i}: Boolean!, $moreReleases{i}: Boolean!, $tag{i}: Boolean!"
        for i in range(count)
    )
    aliases = "\n".join(
        f"""  r{i}: repository(owner: $o{i}, name: $n{i}) {{
    languages(first: 100, after: $languages{i}, orderBy: {{field: SIZE, direction: DESC}})
      @include(if: $moreLanguages{i}) {{
      pageInfo {{ hasNextPage endCursor }}
      edges {{ size node {{ name }} }}
    }}
    releases(first: 50, after: $releases{i}, orderBy: {{field: CREATED_AT, direction: DESC}})
      @include(if: $moreReleases{i}) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ tagName publishedAt isDraft isPrerelease url }}
    }}
    tags: refs(refPrefix: "refs/tags/", first: 1, orderBy: {{field: TAG_COMMIT_DATE, direction: DESC}})
      @include(if: $tag{i}) {{
      nodes {{ name target {{
        ... on Commit {{ committedDate }}
        ... on Tag {{ tagger {{ date }} target {{ ... on Commit {{ committedDate }} }} }}
      }} }}
    }}
  }}"""
        for i in range(count)
    )
    return f"query MorePages({variables}) {{\n{aliases}\n  {RATE_LIMIT}\n}}"


@lru_cache(maxsize=128)
def older_releases(count: int) -> str:
    """A page of the releases of `count` repositories; variables owner `o0`, name `n0` and cursor `after0` of each."""
    variables = ", ".join(f"$o{i}: String!, $n{i}: String!, $after{i}: String" for i in range(count))
    aliases = "\n".join(
        f"""  r{i}: repository(owner: $o{i}, name: $n{i}) {{
    databaseId
    releases(first: {OLDER_RELEASES_PER_PAGE}, after: $after{i}, orderBy: {{field: CREATED_AT, direction: DESC}}) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ tagName publishedAt isDraft isPrerelease url }}
    }}
  }}"""
        for i in range(count)
    )
    return f"query OlderReleases({variables}) {{\n{aliases}\n  {RATE_LIMIT}\n}}"


@lru_cache(maxsize=4)
def commit_counts() -> str:
    """The head commit and the number of commits of repositories by node id; variable `ids`."""
    return f"""query CommitCounts($ids: [ID!]!) {{
  nodes(ids: $ids) {{ __typename id ... on Repository {{
    defaultBranchRef {{ target {{ ... on Commit {{ oid committedDate all: history {{ totalCount }} }} }} }}
  }} }}
  {RATE_LIMIT}
}}"""


@lru_cache(maxsize=128)
def first_commits(count: int) -> str:
    """The oldest commit of `count` repositories; variables `o0`, `n0` and `cursor0` (`<head oid> <count - 2>`) of each.

    The cursor form is not documented, but several tools build on it.
    """
    variables = ", ".join(f"$o{i}: String!, $n{i}: String!, $cursor{i}: String!" for i in range(count))
    aliases = "\n".join(
        f"""  r{i}: repository(owner: $o{i}, name: $n{i}) {{
    defaultBranchRef {{ target {{ ... on Commit {{
      history(first: 1, after: $cursor{i}) {{ pageInfo {{ hasNextPage }} nodes {{ oid committedDate }} }}
    }} }} }}
  }}"""
        for i in range(count)
    )
    return f"query FirstCommits({variables}) {{\n{aliases}\n  {RATE_LIMIT}\n}}"


@lru_cache(maxsize=4)
def funding_files() -> str:
    """The funding.json at the root of the default branch of repositories by node id; variable `ids`."""
    return f"""query FundingFiles($ids: [ID!]!) {{
  nodes(ids: $ids) {{ __typename id ... on Repository {{
    object(expression: "HEAD:funding.json") {{ __typename ... on Blob {{ byteSize isTruncated isBinary text }} }}
  }} }}
  {RATE_LIMIT}
}}"""


@lru_cache(maxsize=128)
def sponsors(count: int) -> str:
    """The sponsors of `count` accounts, their published tiers (at most 20 each) and goal; variables `l0, l1 …`.

    Never what GitHub estimates as income: to all but the account itself it says 0.
    """
    variables = ", ".join(f"$l{i}: String!" for i in range(count))
    aliases = "\n".join(
        f"""  r{i}: repositoryOwner(login: $l{i}) {{ __typename login ... on Sponsorable {{
    hasSponsorsListing
    sponsorshipsAsMaintainer(includePrivate: true, activeOnly: true) {{ totalCount }}
    sponsorsListing {{
      isPublic
      activeGoal {{ kind percentComplete targetValue }}
      tiers(first: 20) {{ nodes {{ monthlyPriceInCents isOneTime }} }}
    }}
  }} }}"""
        for i in range(count)
    )
    return f"query Sponsors({variables}) {{\n{aliases}\n  {RATE_LIMIT}\n}}"


@lru_cache(maxsize=128)
def owned_repositories(count: int) -> str:
    """A page of the public repositories of `count` accounts; variables login `l0` and cursor `after0` of each."""
    variables = ", ".join(f"$l{i}: String!, $after{i}: String" for i in range(count))
    aliases = "\n".join(
        f"""  r{i}: repositoryOwner(login: $l{i}) {{ login
    repositories(first: {OWNED_PER_PAGE}, after: $after{i}, privacy: PUBLIC, ownerAffiliations: [OWNER],
      orderBy: {{field: STARGAZERS, direction: DESC}}) {{
      totalCount
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ nameWithOwner stargazerCount isFork isArchived }}
    }}
  }}"""
        for i in range(count)
    )
    return f"query OwnedRepositories({variables}) {{\n{aliases}\n  {RATE_LIMIT}\n}}"


def _since(*, with_history: bool) -> list[str]:
    return ["$since: GitTimestamp!"] if with_history else []


def _core(*, with_history: bool) -> str:
    return _CORE % {
        "languages": LANGUAGES_PER_PAGE,
        "releases": RELEASES_PER_PAGE,
        "watchers": WATCHERS,
        "history": _HISTORY if with_history else "",
        "closed": _CLOSED if with_history else "",
    }
