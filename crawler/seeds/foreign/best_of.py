"""The `projects.yaml` of a best-of list: its projects by category, at their own lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.seeds.document import NULL, STR
from crawler.seeds.enriched import KEY, is_our_block
from crawler.seeds.findings import Findings, short
from crawler.seeds.foreign.addresses import address_of, same_place
from crawler.seeds.foreign.building import SUBCATEGORY, Entry, build, clean
from crawler.seeds.foreign.nodes import mapping, sequence
from crawler.seeds.keys import ITEM
from crawler.seeds.mappings import pairs_of
from crawler.seeds.values import host_of

CURE = "write the projects below 'projects:', each with name: and github_id: or homepage:"
OTHERS = "Others"
"""The category of what names none that is declared."""

_HOSTS = {"github": "https://github.com", "gitlab": "https://gitlab.com", "gitee": "https://gitee.com"}
_PACKAGES = {
    "pypi_id": "https://pypi.org/project/{}",
    "conda_id": "https://anaconda.org/{}",
    "npm_id": "https://www.npmjs.com/package/{}",
    "cargo_id": "https://crates.io/crates/{}",
    "dockerhub_id": "https://hub.docker.com/r/{}",
    "maven_id": "https://search.maven.org/artifact/{}",
    "go_id": "https://pkg.go.dev/{}",
    "greasy_fork_id": "https://greasyfork.org/scripts/{}",
}
_KEPT = {"description": "description", "homepage": "homepage_url", "license": "license"}
_NOT_READ = re.compile(
    r"name|category|labels|docs_url|show|group|group_id|resource|ignore|subtitle|trending|new_addition|projectrank"
    r"|projectrank_placing|monthly_downloads|\w+_(?:count|downloads|at|number)"
    r"|(?:updated_)?(?:github|gitlab|gitee|pypi|conda|npm|cargo|dockerhub|maven|go|greasy_fork|libio|apt|brew|yum"
    r"|snap|dnf|yay|gem|mkdocs)_(?:id|url)"
)
"""What is read elsewhere in this module, decides how the generator shows a project, or is a figure that it found."""


def is_best_of(root: Node | None) -> bool:
    """Whether the tree has a best-of list's `projects:`, and no categories of a landscape."""
    if not isinstance(root, MappingNode):
        return False
    top = _fields(root)
    if "projects" not in top or "landscape" in top:
        return False
    return not any("subcategories" in _fields(one) for one in _entries(top, "categories"))


def tree(root: Node, findings: Findings) -> Node | None:
    """The tree in the shape of a seeds file; values that are texts there are the list's own nodes."""
    assert isinstance(root, MappingNode)
    top = _fields(root)
    titles = {}
    for category in _entries(top, "categories"):
        fields = _fields(category)
        own_id = _text(fields, "category")
        if own_id:
            titles[own_id] = clean(_text(fields, "title") or own_id)
    entries = []
    for project in _entries(top, "projects"):
        entry = _entry(project, titles, findings)
        if entry:
            entries.append(entry)
    # The order of the categories is the list's, that of the projects within them, too.
    order = {title: number for number, title in enumerate(titles.values())}
    entries.sort(key=lambda entry: order.get(entry.category, len(order)))
    return None if findings.faults else build(entries, findings, cure=CURE)


def _entry(project: Node, titles: Mapping[str, str], findings: Findings) -> Entry | None:
    mark = project.start_mark
    if not isinstance(project, MappingNode):
        findings.not_read(project, "projects", "an entry is no mapping, it is not read", CURE)
        return None
    fields = _fields(project)
    repo_urls = list(_repositories(fields))
    name = _said(fields["name"]) if _text(fields, "name") else None
    if name is None and not repo_urls and not _text(fields, "homepage"):
        findings.not_read(project, "projects", "a project has neither a name nor an address, it is not read", CURE)
        return None
    wanted = _text(fields, "category")
    category = titles.get(wanted or "", titles.get("others", OTHERS))
    if wanted and wanted not in titles and wanted != "others":
        where = f"projects / {short(_text(fields, 'name') or '')}"
        problem = f"there is no category '{short(wanted)}', the project is put into {short(category)}"
        findings.notice(fields["category"], where, problem, findings.did_you_mean(wanted, titles, "declare it"))
    values = {key: _said(fields[own]) for own, key in _KEPT.items() if _text(fields, own)}
    values |= _unknown(fields, findings)
    extra = _extra(fields, mark.line + 1)
    if extra:
        values["extra"] = extra
    return Entry(
        line=mark.line + 1,
        column=mark.column + 1,
        name=name,
        category=category,
        subcategory=SUBCATEGORY,
        repo_urls=repo_urls,
        values=values,
    )


def _unknown(fields: Mapping[str, Node], findings: Findings) -> dict[str, Node]:
    """What no generator knows: it stays, with its notice, unless it would mean something in a landscape."""
    found: dict[str, Node] = {}
    for key, node in fields.items():
        if key in _KEPT or _NOT_READ.fullmatch(key) or (key == KEY and is_our_block(node)):
            continue
        if key in ITEM:
            where = f"projects / {short(_text(fields, 'name') or '')}"
            problem = f"the key '{key}' is no key of a best-of list, it is not read"
            findings.notice(node, where, problem, "delete it, or write a landscape ('crawler init')")
        else:
            found[key] = node
    return found


def _repositories(fields: Mapping[str, Node]) -> Iterator[Node]:
    """The addresses behind `github_id`, `gitlab_id` and the like, each at its id's place; the same one but once."""
    seen = set()
    for forge, host in _HOSTS.items():
        for key in (f"{forge}_id", f"{forge}_url"):
            written = _text(fields, key)
            if not written:
                continue
            api, separator, own_id = written.rpartition("::")
            if separator:
                # `https://host/api/graphql::group/name`
                host = f"https://{host_of(api)}" if host_of(api) else host
            url = (address_of(own_id) or own_id) if "://" in own_id else f"{host}/{own_id.strip('/')}"
            if same_place(url) not in seen:
                seen.add(same_place(url))
                node = fields[key]
                yield ScalarNode(STR, url, node.start_mark, node.end_mark, style='"')


def _extra(fields: Mapping[str, Node], line: int) -> Node | None:
    """What landscape files have a place for below `extra:`: documentation, the first package, labels as tags."""
    package = next(
        (
            ScalarNode(
                STR, pattern.format(_package(key, text)), fields[key].start_mark, fields[key].end_mark, style='"'
            )
            for key, pattern in _PACKAGES.items()
            if (text := _text(fields, key))
        ),
        None,
    )
    tags = [_said(node) for node in _entries(fields, "labels") if isinstance(node, ScalarNode) and node.value.strip()]
    pairs = [
        ("documentation_url", _said(fields["docs_url"]) if _text(fields, "docs_url") else None),
        ("package_manager_url", package),
        ("tag", sequence(tags, line) if tags else None),
    ]
    return mapping(pairs, line) if any(node for _, node in pairs) else None


def _package(key: str, own_id: str) -> str:
    if key == "conda_id":
        # `channel::package` and `channel/package` are used; without a channel it is Anaconda's own.
        own_id = own_id.replace("::", "/")
        return own_id if "/" in own_id else f"anaconda/{own_id}"
    return own_id.replace(":", "/") if key == "maven_id" else re.sub(r"\s", "", own_id)


def _fields(node: Node) -> dict[str, Node]:
    return {key.value: value for key, value in pairs_of(node)} if isinstance(node, MappingNode) else {}


def _entries(fields: Mapping[str, Node], key: str) -> list[Node]:
    node = fields.get(key)
    return list(node.value) if isinstance(node, SequenceNode) else []


def _said(node: Node) -> Node:
    """A value as the text that it is written as: `2048` is a name, too."""
    assert isinstance(node, ScalarNode)
    return ScalarNode(STR, node.value, node.start_mark, node.end_mark, style=node.style)


def _text(fields: Mapping[str, Node], key: str) -> str | None:
    node = fields.get(key)
    return node.value.strip() or None if isinstance(node, ScalarNode) and node.tag != NULL else None
