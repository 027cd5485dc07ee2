"""GraphQL texts for these tests, generated as a crawler would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

CORE = """
fragment Core on Repository {
  id databaseId nameWithOwner url owner { __typename login }
  isPrivate visibility isArchived archivedAt isDisabled isEmpty isFork isMirror isTemplate isLocked lockReason
  mirrorUrl parent { id nameWithOwner } templateRepository { id } description homepageUrl
  createdAt pushedAt updatedAt diskUsage stargazerCount forkCount watchers { totalCount }
  licenseInfo { key spdxId name pseudoLicense } primaryLanguage { name color }
  languages(first: 20, orderBy: {field: SIZE, direction: DESC}) {
    totalCount totalSize pageInfo { hasNextPage endCursor } edges { size node { name } }
  }
  repositoryTopics(first: 20) { nodes { topic { name } } }
  hasIssuesEnabled hasDiscussionsEnabled hasSponsorshipsEnabled
  open: issues(states: OPEN) { totalCount }
  closed: issues(states: CLOSED) { totalCount }
  easy: issues(states: OPEN, labels: ["good first issue"]) { totalCount }
  prs: pullRequests(states: OPEN) { totalCount }
  merged: pullRequests(states: MERGED) { totalCount }
  discussions { totalCount }
  latestRelease { tagName name publishedAt createdAt isPrerelease url }
  releases(first: 5, orderBy: {field: CREATED_AT, direction: DESC}) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { tagName publishedAt createdAt isDraft isPrerelease isLatest url }
  }
  tags: refs(refPrefix: "refs/tags/", first: 1, orderBy: {field: TAG_COMMIT_DATE, direction: DESC}) {
    totalCount
    nodes { name target { __typename oid
      ... on Commit { committedDate }
      ... on Tag { tagger { date } target { __typename oid ... on Commit { committedDate } } } } }
  }
  codeOfConduct { key name url } isSecurityPolicyEnabled securityPolicyUrl fundingLinks { platform url }
  defaultBranchRef { name target { ... on Commit {
    oid committedDate authoredDate url all: history { totalCount } year: history(since: $since) { totalCount } } } }
}
"""
SINCE = "2022-09-25T00:00:00Z"
RATE_LIMIT = "rateLimit { cost nodeCount limit remaining used resetAt }"


def by_name(names: Sequence[str], fragment: str = CORE) -> dict[str, Any]:
    """A batch of `owner/name`s: aliases r0, r1 …"""
    numbers = range(len(names))
    declared = "".join(f", $o{i}: String!, $n{i}: String!" for i in numbers)
    aliases = " ".join(f"r{i}: repository(owner: $o{i}, name: $n{i}) {{ ...Core }}" for i in numbers)
    variables: dict[str, Any] = {"since": SINCE}
    for i, name in enumerate(names):
        variables[f"o{i}"], variables[f"n{i}"] = name.split("/")
    query = f"query Repositories($since: GitTimestamp!{declared}) {{ {aliases} {RATE_LIMIT} }}"
    return {"query": query + fragment, "variables": variables}


def by_id(ids: Sequence[str], fragment: str = CORE) -> dict[str, Any]:
    """A batch of node ids."""
    query = "query ById($ids: [ID!]!, $since: GitTimestamp!) { nodes(ids: $ids) { __typename id ...Core } "
    return {"query": query + RATE_LIMIT + "}" + fragment, "variables": {"ids": list(ids), "since": SINCE}}
