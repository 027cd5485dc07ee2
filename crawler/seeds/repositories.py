"""The repositories of items: `repo_url`, `additional_repos` and the names that they had before."""

from __future__ import annotations

from yaml.nodes import Node, ScalarNode

from crawler.listed import SeedRepository
from crawler.seeds.document import NULL
from crawler.seeds.fields import Fields, read_fields
from crawler.seeds.findings import short
from crawler.seeds.foreign.nodes import mapping
from crawler.seeds.keys import REPOSITORY
from crawler.seeds.names import account_name, repository_name
from crawler.seeds.processed import left_to_account, lost_repositories
from crawler.seeds.values import host_of, web_address


class Repositories:
    """Reads the repositories of one item after the other, and notices what items have in common."""

    def __init__(self, *, is_landscape: bool = True) -> None:
        self._cure_of_shared = (
            "delete one, or add 'allow_duplicate_repo: true' if it is meant"
            if is_landscape
            else "delete one, or leave it if it is meant"
        )
        # By name in small letters: GitHub's names do not differ by case.
        self._listed: dict[str, Fields] = {}
        self._former: list[tuple[Fields, Node, str]] = []

    def of_item(self, item: Fields) -> tuple[tuple[SeedRepository, ...], tuple[str, ...]]:
        """The item's GitHub repositories, the first being the primary one, and its other repository addresses."""
        places = [item] if item.text("repo_url") else []
        listed = item.entries("additional_repos") or lost_repositories(item.node)
        if problem := left_to_account(item.node):
            item.notice("repos", problem, "list what must be read under additional_repos")
        for number, entry in enumerate(listed, 1):
            fields = read_fields(
                _mapping_of(entry, item), REPOSITORY, item.where, f"additional repository {number}", item.findings
            )
            if fields and fields.text("repo_url"):
                places.append(fields)
            elif fields:
                fields.notice("repo_url", "repo_url is missing", "add it, or delete the entry")
        repositories: dict[str, SeedRepository] = {}
        others: list[str] = []
        for fields in places:
            url = fields.text("repo_url") or ""
            name = repository_name(url)
            if name is None:
                address = web_address(url)
                _notice_other(fields, url, address)
                others.extend([address] if address and address not in others else [])
            elif name.lower() in repositories:
                fields.notice("repo_url", f"{name} is already a repository of this item", "delete one of the two")
            else:
                self._notice_form(fields, url, name, is_shared=item.flag("allow_duplicate_repo"))
                _notice_lone_reason(fields)
                repositories[name.lower()] = SeedRepository(
                    name_with_owner=name,
                    # Whatever stands before an @ may be a secret.
                    url=f"https://github.com/{name}" if "@" in url else url,
                    is_primary=not repositories,
                    branch=fields.text("branch"),
                    license=_license(fields),
                    override_reason=fields.text("override_reason"),
                    override_review_on=fields.text("override_review_on"),
                    former_names=self._former_names(fields, name),
                )
        return tuple(repositories.values()), tuple(others)

    def check_former_names(self) -> None:
        """Notice former names that another item gives as a present one; to be called after the last item."""
        for fields, node, name in self._former:
            listed = self._listed.get(name.lower())
            if listed:
                problem = f"{name} is given as a former name, and listed by {listed.where} (line {listed.line})"
                fields.findings.notice(node, fields.where, problem, "delete one: GitHub leads old names to the new one")

    def _notice_form(self, fields: Fields, url: str, name: str, *, is_shared: bool) -> None:
        if url != f"https://github.com/{name}":
            problem = f"repo_url is not the plain address of {name}"
            fields.notice("repo_url", problem, f"write https://github.com/{name}")
        first = self._listed.setdefault(name.lower(), fields)
        if first is not fields and not is_shared:
            problem = f"{name} is listed before, by {first.where} (line {first.line})"
            fields.notice("repo_url", problem, self._cure_of_shared)

    def _former_names(self, fields: Fields, present: str) -> tuple[str, ...]:
        names: dict[str, str] = {}
        for node, url in fields.texts("former_repo_urls"):
            name = repository_name(url)
            if name is None:
                problem = f"the former address names no GitHub repository ({short(url)})"
                fields.findings.notice(node, fields.where, problem, "write https://github.com/owner/name")
            elif name.lower() == present.lower():
                fields.findings.notice(node, fields.where, f"{name} is the present name too", "delete it here")
            else:
                names.setdefault(name.lower(), name)
                self._former.append((fields, node, name))
        return tuple(names.values())


def _mapping_of(entry: Node, item: Fields) -> Node:
    """An entry of `additional_repos` that is but an address in the form that it should have, with a notice."""
    if not isinstance(entry, ScalarNode) or entry.tag == NULL:
        return entry
    cure = f"write '- repo_url: {short(entry.value)}'"
    item.findings.notice(entry, item.where, "additional_repos holds text where a mapping belongs", cure)
    return mapping([("repo_url", entry)], entry.start_mark.line + 1, entry.start_mark.column + 1)


def _notice_other(fields: Fields, url: str, address: str | None) -> None:
    host = host_of(address) if address else ""
    login = account_name(address) if address else None
    if not host:
        fields.notice("repo_url", f"repo_url is no web address ({short(url)})", "write https://github.com/owner/name")
    elif host in {"github.com", "www.github.com"}:
        cure = "write https://github.com/owner/name"
        if login:
            cure += f", or 'project_org: https://github.com/{login}' if all repositories of the account belong to it"
        fields.notice("repo_url", f"repo_url names no repository ({short(url)})", cure)
    else:
        problem = f"the repository is not on GitHub but on {short(host)}"
        fields.notice("repo_url", problem, "leave it if it has no home on GitHub: it is kept, without figures")


def _notice_lone_reason(fields: Fields) -> None:
    for key in ("override_reason", "override_review_on"):
        if key in fields and not (fields.text("license") or fields.text("branch")):
            problem = f"{key} stands without a license or branch that it would be about"
            fields.notice(key, problem, "delete it, or write what the list states")


def _license(fields: Fields) -> str | None:
    text = fields.text("license")
    if text:
        # Imported where it is needed: loading the licence list takes longer than reading a small seeds file.
        from crawler.seeds.licences import is_spdx

        if not is_spdx(text):
            problem = f"the licence '{short(text)}' is no SPDX expression"
            fields.notice("license", problem, "write one such as Apache-2.0 or 'MIT OR Apache-2.0'")
    return text
