"""A seeds file into `Seeds`, with everything that is to be said about it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from yaml.nodes import MappingNode, Node, ScalarNode

from crawler.errors import SeedsFault
from crawler.listed import Finding, Seeds
from crawler.seeds.affiliations import Affiliations
from crawler.seeds.fields import Fields, read_fields, shape
from crawler.seeds.findings import Findings
from crawler.seeds.foreign.reading import Form, read_source
from crawler.seeds.keys import TOP
from crawler.seeds.organizations import read_organizations
from crawler.seeds.projects import read_projects
from crawler.seeds.text import read_text, spoken_path
from crawler.seeds.tree import read_groups, read_tree
from crawler.settings import STANDARD_INPUT

_BEGIN = "write 'categories:' and a list of categories below it ('crawler init' writes an example)"


def read_seeds(path: Path) -> Seeds:
    """The list in a file, its notices with it. SeedsFault with every finding if it is ambiguous or unreadable."""
    seeds, findings = load_seeds(path)
    if seeds is None:
        raise SeedsFault(findings)
    return seeds


def read_list(path: Path) -> tuple[Seeds, Node]:
    """The list in a file, and the root of the tree that it was read from, for who needs its exact texts."""
    seeds, findings, root = _load(path)
    if seeds is None or root is None:
        raise SeedsFault(findings)
    return seeds, root


def check_seeds(path: Path) -> list[Finding]:
    """Every fault and notice of a file, by line."""
    return load_seeds(path)[1]


def load_seeds(path: Path) -> tuple[Seeds | None, list[Finding]]:
    """The list in a file (`-`: standard input), None if there is a fault, and every finding by line."""
    return _load(path)[:2]


def _load(path: Path) -> tuple[Seeds | None, list[Finding], Node | None]:
    findings = Findings(spoken_path(path))
    text = read_text(path, findings)
    seeds = root = None
    if text is not None:
        with garbage_collector_paused():
            form, root = read_root(text, path, findings)
            if root is not None:
                seeds = seeds_of(root, path, form, findings)
    ordered = findings.in_order()
    if seeds is None or findings.faults:
        return None, ordered, None
    return msgspec.structs.replace(seeds, notices=tuple(ordered)), ordered, root


def read_root(text: str, path: Path, findings: Findings) -> tuple[Form, Node | None]:
    """The form of a list and the root of its tree, in the shape of seeds.yml; a fault where there is no list."""
    form, root = read_source(text, str(path), findings)
    if root is None and not findings.faults:
        findings.fault_at(0, 0, "the file holds no list", _BEGIN)
    return form, root


@contextmanager
def garbage_collector_paused() -> Iterator[None]:
    """Nothing here is garbage, and walking the growing tree again and again would double the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def seeds_of(root: Node, path: Path, form: Form, findings: Findings) -> Seeds | None:
    """The list of a tree, whatever its faults; None, and a fault, where it is no mapping."""
    top = read_fields(root, TOP, "", "", findings) if isinstance(root, MappingNode) else None
    if top is None:
        findings.fault(root, "", f"the file holds {shape(root)} where 'categories:' belongs", _BEGIN)
        return None
    organizations = read_organizations(top.entries("organizations"), findings)
    tree = read_tree(_categories(top), findings)
    groups, group_of = read_groups(top, tree.categories)
    affiliations = Affiliations(organizations, has_block="organizations" in top)
    # Lists of other formats have no place for what these notices ask for.
    is_landscape = form == "landscape"
    projects = read_projects(tree, affiliations, is_landscape=is_landscape)
    if is_landscape:
        affiliations.notice_missing_block(findings)
    return Seeds(
        path=spoken_path(path),
        form=form,
        name=top.text("name") or ("Landscape" if path == STANDARD_INPUT else path.stem),
        groups=groups,
        categories=tuple(msgspec.structs.replace(one, group_id=group_of.get(one.id)) for one in tree.categories),
        subcategories=tuple(tree.subcategories),
        projects=projects,
        organizations=affiliations.organizations(),
        figures_at=top.text("updated_at") if isinstance(top.value("updated_at"), ScalarNode) else None,
    )


def _categories(top: Fields) -> list[Node]:
    """The entries of `categories:`, or of the older `landscape:`."""
    entries = top.entries("categories")
    older = top.entries("landscape")
    if entries and older:
        top.fault("landscape", "categories and landscape stand side by side", "keep one of the two lists")
    elif not entries and not older:
        key = "categories" if "categories" in top else "landscape"
        top.fault(key, "the file lists no categories", _BEGIN)
    return entries or older
