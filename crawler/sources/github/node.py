"""Reads a repository's GraphQL node into a record."""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import UNSET, UnsetType

from crawler.model import FundingLink, Release, Repository
from crawler.sources.checked import MOST_ID, Checked
from crawler.sources.github.licenses import read_license
from crawler.sources.github.reading import LOGIN, flag

T = TypeVar("T")
Text = str | None | UnsetType


def read_node(node: dict[str, Any], checked: Checked) -> Repository:
    """The record; null fields are unknown, but for the licence, where null means none."""
    license_ = read_license(node, "licenseInfo", checked)
    branch = ("defaultBranchRef", "target")
    release_tag = checked.name("latest_release_tag", node, "latestRelease", "tagName")
    release_at = checked.moment("latest_release_at", node, "latestRelease", "publishedAt")
    latest_release_tag, latest_release_at = together(release_tag, release_at)
    return Repository(
        name_with_owner=str(node["nameWithOwner"]),
        node_id=checked.opaque("node_id", node, "id"),
        database_id=checked.count("database_id", node, "databaseId", most=MOST_ID),
        url=checked.address("url", node, "url"),
        owner_login=checked.name("owner_login", node, "owner", "login", pattern=LOGIN),
        owner_type=checked.name("owner_type", node, "owner", "__typename"),
        description=checked.text("description", node, "description"),
        homepage_url=checked.address("homepage_url", node, "homepageUrl"),
        stars=checked.count("stars", node, "stargazerCount"),
        forks=checked.count("forks", node, "forkCount"),
        watchers=checked.count("watchers", node, "watchers", "totalCount"),
        open_issues=checked.count("open_issues", node, "issuesOpen", "totalCount"),
        closed_issues=checked.count("closed_issues", node, "issuesClosed", "totalCount"),
        open_pull_requests=checked.count("open_pull_requests", node, "pullRequestsOpen", "totalCount"),
        license_spdx=license_.spdx,
        license_expression=license_.expression,
        license_name=license_.name,
        license_osi_approved=license_.is_osi_approved,
        primary_language=checked.name("primary_language", node, "primaryLanguage", "name"),
        topics=_topics(node, checked),
        default_branch=checked.name("default_branch", node, "defaultBranchRef", "name"),
        created_at=checked.moment("created_at", node, "createdAt"),
        pushed_at=checked.moment("pushed_at", node, "pushedAt"),
        archived_at=checked.moment("archived_at", node, "archivedAt"),
        latest_commit_at=checked.moment("latest_commit_at", node, *branch, "committedDate"),
        latest_commit_oid=checked.opaque("latest_commit_oid", node, *branch, "oid"),
        commits_last_year=0
        if flag(node.get("isEmpty"))
        else checked.count("commits_last_year", node, *branch, "recent", "totalCount"),
        releases_total=checked.count("releases_total", node, "releases", "totalCount"),
        latest_release_tag=latest_release_tag,
        latest_release_at=latest_release_at,
        is_archived=checked.flag("is_archived", node, "isArchived"),
        is_fork=checked.flag("is_fork", node, "isFork"),
        is_mirror=checked.flag("is_mirror", node, "isMirror"),
        is_template=checked.flag("is_template", node, "isTemplate"),
        has_security_policy=checked.flag("has_security_policy", node, "isSecurityPolicyEnabled"),
        languages=read_languages(node, checked),
        releases=read_releases(node, checked),
        funding_links=_funding_links(node, checked),
    )


def together(name: Text, at: Text) -> tuple[Text, Text]:
    """A name and its date, neither where the other did not come: a new name beside an older date would be wrong."""
    return (UNSET, UNSET) if name is UNSET or at is UNSET else (name, at)


def read_languages(node: dict[str, Any], checked: Checked) -> dict[str, int] | None | UnsetType:
    """Bytes by language of the connection `languages`; what no figure can be is left out of it."""
    edges = checked.entries("languages", node, "languages", "edges")
    if not isinstance(edges, list):
        return edges
    sizes = {}
    for edge in edges:
        name, size = checked.name("languages", edge, "node", "name"), checked.count("languages", edge, "size")
        if isinstance(name, str) and isinstance(size, int):
            sizes[name] = size
    return sizes


def read_releases(node: dict[str, Any], checked: Checked) -> tuple[Release, ...] | None | UnsetType:
    """The releases of the connection `releases`; one that holds what no figure can be is left out."""
    nodes = checked.entries("releases", node, "releases", "nodes")
    if not isinstance(nodes, list):
        return nodes
    releases = []
    for entry in nodes:
        refusals = checked.refusals
        tag = checked.name("releases", entry, "tagName")
        release = Release(
            tag_name=tag or "",
            published_at=_or_none(checked.moment("releases", entry, "publishedAt")),
            is_prerelease=_or_none(checked.flag("releases", entry, "isPrerelease")),
            is_draft=_or_none(checked.flag("releases", entry, "isDraft")),
            url=_or_none(checked.address("releases", entry, "url")),
        )
        if tag and checked.refusals == refusals:
            releases.append(release)
    return tuple(releases)


def _or_none(value: T | UnsetType) -> T | None:
    return None if isinstance(value, UnsetType) else value


def _topics(node: dict[str, Any], checked: Checked) -> tuple[str, ...] | None | UnsetType:
    nodes = checked.entries("topics", node, "repositoryTopics", "nodes")
    if not isinstance(nodes, list):
        return nodes
    return tuple(name for entry in nodes if (name := checked.name("topics", entry, "topic", "name")))


def _funding_links(node: dict[str, Any], checked: Checked) -> tuple[FundingLink, ...] | None | UnsetType:
    links = checked.entries("funding_links", node, "fundingLinks")
    if not isinstance(links, list):
        return links
    pairs = [
        (checked.name("funding_links", link, "platform"), checked.address("funding_links", link, "url"))
        for link in links
    ]
    return tuple(dict.fromkeys(FundingLink(platform, url) for platform, url in pairs if platform and url))
