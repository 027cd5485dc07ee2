"""Items of the tree into projects: ids, other places, repositories, organisation."""

from __future__ import annotations

from crawler.listed import SeedProject
from crawler.seeds.affiliations import Affiliations
from crawler.seeds.enriched import KEY, is_our_block
from crawler.seeds.fields import Fields, read_fields
from crawler.seeds.findings import short
from crawler.seeds.ids import project_ids
from crawler.seeds.keys import EXTRA
from crawler.seeds.project_org import read_project_org
from crawler.seeds.repositories import Repositories
from crawler.seeds.tree import Item, Tree, place_key


def read_projects(tree: Tree, affiliations: Affiliations, *, is_landscape: bool = True) -> tuple[SeedProject, ...]:
    """The projects in the file's order; of another format than a landscape file's no homepage is asked for."""
    repositories = Repositories(is_landscape=is_landscape)
    own_ids = _own_ids(tree.items)
    ids = project_ids(
        [(own_id, item.name, item.subcategory.id) for own_id, item in zip(own_ids, tree.items, strict=True)]
    )
    projects = tuple(
        _project(own_id, item, tree, affiliations, repositories) for own_id, item in zip(ids, tree.items, strict=True)
    )
    if is_landscape:
        for item, project in zip(tree.items, projects, strict=True):
            _notice_missing_homepage(item.fields, project)
    repositories.check_former_names()
    return projects


def _own_ids(items: list[Item]) -> list[str | None]:
    seen: dict[str, Fields] = {}
    own_ids: list[str | None] = []
    for item in items:
        own_id = item.fields.slug("id")
        first = seen.setdefault(own_id, item.fields) if own_id else item.fields
        if first is not item.fields:
            problem = f"the id {own_id} is already that of {first.where} (line {first.line})"
            item.fields.fault("id", problem, "give each item an id of its own, or none")
            own_id = None
        own_ids.append(own_id)
    return own_ids


def _project(
    own_id: str, item: Item, tree: Tree, affiliations: Affiliations, repositories: Repositories
) -> SeedProject:
    fields = item.fields
    own, others = repositories.of_item(fields)
    homepage_url = fields.url("homepage_url")
    extra = fields.value("extra")
    if extra is not None:
        read_fields(extra, EXTRA, f"{fields.where} / extra", "", fields.findings, is_kept_only=True)
    enriched = fields.value(KEY)
    if enriched is not None and not is_our_block(enriched):
        problem = f"{KEY} is no block that 'crawler export yaml' wrote; it is kept, and the item gets none"
        fields.notice(KEY, problem, "rename the key, or delete it")
    return SeedProject(
        id=own_id,
        name=item.name,
        aliases=tuple(dict.fromkeys(text for _, text in fields.texts("aliases"))),
        subcategory_id=item.subcategory.id,
        other_subcategory_ids=_other_places(item, tree),
        homepage_url=homepage_url,
        description=fields.text("description"),
        organization_id=affiliations.of_item(fields),
        maturity=fields.text("project"),
        logo=fields.text("logo"),
        repositories=own,
        other_repository_urls=others,
        may_share_repositories=fields.flag("allow_duplicate_repo"),
        project_org=read_project_org(fields),
        crunchbase_url=fields.text("crunchbase"),
        line=fields.line,
    )


def _notice_missing_homepage(fields: Fields, project: SeedProject) -> None:
    if fields.text("homepage_url") is None:
        has_repository = project.repositories or project.other_repository_urls
        known = "a repository, but no homepage_url" if has_repository else "neither homepage_url nor repository"
        fields.notice("homepage_url", f"the item has {known}", "add 'homepage_url: https://…'")


def _other_places(item: Item, tree: Tree) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node, text in item.fields.texts("second_path"):
        subcategory_id = tree.places.get(place_key(text))
        if subcategory_id is None:
            otherwise = "write it as 'Category / Subcategory', by their names here"
            cure = item.fields.findings.did_you_mean(text, tree.place_names, otherwise)
            problem = f"second_path leads to no subcategory ({short(text)})"
            item.fields.findings.notice(node, item.fields.where, problem, cure)
        elif subcategory_id != item.subcategory.id:
            found[subcategory_id] = None
    return tuple(found)
