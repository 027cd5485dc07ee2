"""A seeds file into `Seeds`, with everything that is to be said about it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from yaml.nodes import MappingNode, Node

from crawler.errors import SeedsFault
from crawler.listed import Finding, Seeds
from crawler.seeds.affiliations import Affiliations
from crawler.seeds.fields import Fields, read_fields, shape
from crawler.seeds.findings import Findings
from crawler.seeds.foreign.reading import Form, read_source
from crawler.seeds.garbage import garbage_collector_paused
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


def check_seeds(path: Path) -> list[Finding]:
    """Every fault and notice of a file, by line."""
    return load_seeds(path)[1]


def load_seeds(path: Path) -> tuple[Seeds | None, list[Finding]]:
    """The list in a file (`-`: standard input), None if there is a fault, and every finding by line."""
    findings = Findings(spoken_path(path))
    text = read_text(path, findings)
    seeds = None
    if text is not None:
        with garbage_collector_paused():
            form, root = read_source(text, str(path), findings)
            if root is not None:
                seeds = _seeds(root, path, form, findings)
            elif not findings.faults:
                findings.fault_at(0, 0, "the file holds no list", _BEGIN)
    ordered = findings.in_order()
    if seeds is None or findings.faults:
        return None, ordered
    return msgspec.structs.replace(seeds, notices=tuple(ordered)), ordered


def _seeds(root: Node, path: Path, form: Form, findings: Findings) -> Seeds | None:
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
