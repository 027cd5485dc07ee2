"""How the world answers each GraphQL field, and the executable schema that is made of it.

Every figure that the world does not hold (None) becomes null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, build_schema

from crawler.sandbox.accounts import Owner
from crawler.sandbox.commits import HistoryCommit, authored, history, tag_target
from crawler.sandbox.paging import counted, failure, page
from crawler.sandbox.sponsoring import ACCOUNT_FIELDS
from crawler.sandbox.world import Blob, Release, Repository, Tag, World, commit_id

if TYPE_CHECKING:
    Info = GraphQLResolveInfo[Any]

Resolver = Callable[..., Any]
MAX_TEXT = 512_000
"""Longer texts are cut."""


@cache
def executable_schema() -> GraphQLSchema:
    """The sandbox's schema with its resolvers; the context of an execution is `(World, rate limit fields)`."""
    schema = build_schema((files("crawler.sandbox") / "schema.graphql").read_text("utf-8"))
    for type_name, fields in _RESOLVERS.items():
        object_type = schema.type_map[type_name]
        if isinstance(object_type, GraphQLObjectType):
            for name, resolver in fields.items():
                object_type.fields[name].resolve = resolver
    return schema


def type_of(value: Any, _info: Info, _type: Any) -> str | None:
    """The object type behind an interface."""
    if isinstance(value, Owner):
        return value.type
    return {Repository: "Repository", HistoryCommit: "Commit", Tag: "Tag", Blob: "Blob"}.get(type(value))


def visible(repository: Repository | None) -> Repository | None:
    """The repository, if whoever asks may see it."""
    return repository if repository and not (repository.hidden or repository.blocked) else None


# --- roots ---


def _repository(_root: Any, info: Info, **arguments: Any) -> Repository | None:
    world: World = info.context[0]
    name = f"{arguments['owner']}/{arguments['name']}"
    found = visible(world.find(name, follow_renames=arguments["followRenames"]))
    if found is None and not world.recorded:
        raise failure(f"Could not resolve to a Repository with the name '{name}'.", "NOT_FOUND")
    return found


def _node(_root: Any, info: Info, **arguments: Any) -> Repository | None:
    found = _by_id(info.context[0], arguments["id"])
    if isinstance(found, GraphQLError):
        raise found
    return found


def _nodes(_root: Any, info: Info, *, ids: list[str]) -> list[Any]:
    return [_by_id(info.context[0], one) for one in ids]


def _by_id(world: World, node_id: str) -> Repository | GraphQLError | None:
    found = visible(world.by_node_id(node_id))
    if found is None and not world.recorded:
        return failure(f"Could not resolve to a node with the global id of '{node_id}'.", "NOT_FOUND")
    return found


def _owner(_root: Any, info: Info, *, login: str) -> Owner | None:
    world: World = info.context[0]
    return world.owners.get(login.casefold())


# --- a repository ---


def _owner_of(repository: Repository, info: Info) -> Owner | None:
    """Null in a recording: it does not say what kind of account the owner is."""
    world: World = info.context[0]
    login = repository.name_with_owner.partition("/")[0]
    return world.owners.get(login.casefold()) or (None if world.recorded else Owner(login))


def _visibility(repository: Repository, _info: Info) -> str | None:
    return None if repository.is_private is None else "PRIVATE" if repository.is_private else "PUBLIC"


def _license(repository: Repository, _info: Info) -> Any:
    found = repository.license
    return found and {
        "key": found.key,
        "name": found.name,
        "spdxId": found.spdx_id,
        "pseudoLicense": found.pseudo,
    }


def _languages(repository: Repository, _info: Info, **arguments: Any) -> dict[str, Any]:
    names = list(repository.languages)
    order = arguments.get("orderBy")
    if order:
        names.sort(key=repository.languages.__getitem__, reverse=order["direction"] == "DESC")
    connection = page([{"name": name, "color": None} for name in names], arguments)
    for edge in connection["edges"]:
        edge["size"] = repository.languages[edge["node"]["name"]]
    return connection | {"totalSize": sum(repository.languages.values())}


def _topics(repository: Repository, _info: Info, **arguments: Any) -> dict[str, Any] | None:
    topics = repository.topics
    return None if topics is None else page([{"topic": {"name": name}} for name in topics], arguments)


def _sum(states: Iterable[str] | None, by_state: dict[str, int | None]) -> dict[str, int] | None:
    counts = [by_state[state] for state in states or by_state]
    return None if None in counts else counted(sum(count or 0 for count in counts))


def _issues(repository: Repository, _info: Info, **arguments: Any) -> dict[str, int] | None:
    """With labels: the open good first issues, the only ones that have any."""
    if arguments.get("labels"):
        return counted(repository.good_first_issues)
    return _sum(arguments.get("states"), {"OPEN": repository.open_issues, "CLOSED": repository.closed_issues})


def _pull_requests(repository: Repository, _info: Info, **arguments: Any) -> dict[str, int] | None:
    by_state = {
        "OPEN": repository.open_pull_requests,
        "CLOSED": repository.closed_pull_requests,
        "MERGED": repository.merged_pull_requests,
    }
    return _sum(arguments.get("states"), by_state)


def _release(repository: Repository, release: Release) -> dict[str, Any]:
    return {
        "tagName": release.tag_name,
        "name": release.tag_name,
        "publishedAt": release.published_at,
        "createdAt": release.created_at,
        "isDraft": release.is_draft,
        "isPrerelease": release.is_prerelease,
        "isLatest": release is repository.latest_release if repository.releases is not None else None,
        "url": release.tag_name and f"{repository.url}/releases/tag/{release.tag_name}",
    }


def _latest_release(repository: Repository, _info: Info) -> dict[str, Any] | None:
    return _release(repository, repository.latest_release) if repository.latest_release else None


def _releases(repository: Repository, _info: Info, **arguments: Any) -> dict[str, Any] | None:
    if repository.releases is None:
        return None
    field = {"CREATED_AT": "created_at", "NAME": "tag_name"}
    order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "DESC"}
    key = field[order["field"]]
    sorted_ = sorted(repository.releases, key=lambda one: getattr(one, key) or "", reverse=order["direction"] == "DESC")
    return page([_release(repository, one) for one in sorted_], arguments)


def _refs(repository: Repository, _info: Info, **arguments: Any) -> dict[str, Any] | None:
    """Tags under `refs/tags/`, the default branch under `refs/heads/`; both may come without the last slash."""
    prefix = f"{arguments['refPrefix'].rstrip('/')}/"
    if prefix == "refs/heads/":
        branch = _default_branch(repository, _info)
        return page([branch] if branch else [], arguments)
    if prefix != "refs/tags/" or repository.tags is None:
        return None if repository.tags is None else page([], arguments)
    order = arguments.get("orderBy") or {"field": "ALPHABETICAL", "direction": "ASC"}
    key = attrgetter("commit.committed_at" if order["field"] == "TAG_COMMIT_DATE" else "name")
    sorted_ = sorted(repository.tags, key=key, reverse=order["direction"] == "DESC")
    targets = [(tag, tag if tag.annotated else HistoryCommit(repository, tag.commit)) for tag in sorted_]
    return page([{"name": tag.name, "target": target} for tag, target in targets], arguments)


def _object(repository: Repository, _info: Info, *, expression: str = "", **_arguments: Any) -> Blob | None:
    """A file of the default branch, `HEAD:path`."""
    content = repository.files.get(expression.removeprefix("HEAD:"))
    return None if content is None or repository.head is None else Blob(content)


def _funding_links(repository: Repository, _info: Info) -> list[dict[str, str]] | None:
    links = repository.funding_links
    return None if links is None else [{"platform": platform, "url": url} for platform, url in links]


def _default_branch(repository: Repository, _info: Info) -> dict[str, Any] | None:
    if repository.head is None:
        return None
    return {"name": repository.default_branch, "target": HistoryCommit(repository, repository.head)}


def _attribute(name: str) -> Resolver:
    """A field that reads one attribute, or one below another (`commit.oid`)."""
    read = attrgetter(name)
    return lambda source, _info: read(source)


def _count(name: str) -> Resolver:
    """A connection of which only the number is held."""
    read = attrgetter(name)
    return lambda source, _info, **_arguments: counted(read(source))


_RESOLVERS: dict[str, dict[str, Resolver]] = {
    "Query": {
        "node": _node,
        "nodes": _nodes,
        "repository": _repository,
        "repositoryOwner": _owner,
        "rateLimit": lambda _root, info, **_arguments: info.context[1],
    },
    "Repository": {
        "archivedAt": _attribute("archived_at"),
        "codeOfConduct": lambda _repository, _info: None,
        "createdAt": _attribute("created_at"),
        "databaseId": _attribute("database_id"),
        "defaultBranchRef": _default_branch,
        "description": _attribute("description"),
        "discussions": _count("discussions"),
        "diskUsage": _attribute("disk_usage"),
        "forkCount": _attribute("forks"),
        "fundingLinks": _funding_links,
        "hasDiscussionsEnabled": _attribute("has_discussions"),
        "hasIssuesEnabled": _attribute("has_issues"),
        "hasSponsorshipsEnabled": _attribute("has_sponsorships"),
        "homepageUrl": _attribute("homepage_url"),
        "id": _attribute("node_id"),
        "isArchived": _attribute("is_archived"),
        "isDisabled": _attribute("is_disabled"),
        "isEmpty": _attribute("is_empty"),
        "isFork": _attribute("is_fork"),
        "isLocked": _attribute("is_locked"),
        "isMirror": _attribute("is_mirror"),
        "isPrivate": _attribute("is_private"),
        "isSecurityPolicyEnabled": _attribute("has_security_policy"),
        "isTemplate": _attribute("is_template"),
        "issues": _issues,
        "languages": _languages,
        "latestRelease": _latest_release,
        "licenseInfo": _license,
        "lockReason": lambda _repository, _info: None,
        "mirrorUrl": _attribute("mirror_url"),
        "name": lambda repository, _info: repository.name_with_owner.partition("/")[2],
        "nameWithOwner": _attribute("name_with_owner"),
        "object": _object,
        "owner": _owner_of,
        "parent": _attribute("parent"),
        "primaryLanguage": lambda repository, _info: (
            repository.primary_language and {"name": repository.primary_language, "color": None}
        ),
        "pullRequests": _pull_requests,
        "pushedAt": _attribute("pushed_at"),
        "refs": _refs,
        "releases": _releases,
        "repositoryTopics": _topics,
        "securityPolicyUrl": lambda _repository, _info: None,
        "stargazerCount": _attribute("stars"),
        "templateRepository": lambda _repository, _info: None,
        "updatedAt": _attribute("updated_at"),
        "url": _attribute("url"),
        "visibility": _visibility,
        "watchers": _count("watchers"),
    },
    "Blob": {
        "byteSize": _attribute("size"),
        "isBinary": lambda blob, _info: isinstance(blob.content, bytes),
        "isTruncated": lambda blob, _info: blob.size > MAX_TEXT,
        "oid": lambda blob, _info: commit_id(repr(blob.content), 0),
        "text": lambda blob, _info: blob.content[:MAX_TEXT] if isinstance(blob.content, str) else None,
    },
    "Commit": {
        "authoredDate": authored,
        "committedDate": _attribute("commit.committed_at"),
        "history": history,
        "oid": _attribute("commit.oid"),
        "url": lambda commit, _info: f"{commit.repository.url}/commit/{commit.commit.oid}",
    },
    "Tag": {
        "name": _attribute("name"),
        "oid": lambda tag, _info: tag.commit.oid[::-1],
        "tagger": lambda tag, _info: {"date": tag.commit.committed_at},
        "target": tag_target,
    },
    "Organization": ACCOUNT_FIELDS,
    "User": ACCOUNT_FIELDS,
}
