"""What `seeds.yml` promises: a whole landscape in 12 categories, nothing twice, every reference and figure in order."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

SEEDS = Path(__file__).resolve().parent.parent / "seeds.yml"
REPOSITORY_URL = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+")
AS_OF = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@pytest.fixture(scope="module")
def seeds() -> dict[str, Any]:
    """The shipped file as any YAML reader sees it."""
    loaded: dict[str, Any] = yaml.load(SEEDS.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return loaded


@pytest.fixture(scope="module")
def items(seeds: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for category in seeds["categories"] for sub in category["subcategories"] for item in sub["items"]]


@pytest.fixture(scope="module")
def organizations(seeds: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {organization["id"]: organization for organization in seeds["organizations"]}


def repeated(names: list[str]) -> list[str]:
    """The names that occur more than once, whatever their case."""
    return [name for name, count in Counter(name.casefold() for name in names).items() if count > 1]


def repository_urls(item: dict[str, Any]) -> list[str]:
    """The repositories of an item under their present names."""
    first = [item["repo_url"]] if "repo_url" in item else []
    return first + [more["repo_url"] for more in item.get("additional_repos", [])]


def present_parent(organization: dict[str, Any]) -> str | None:
    """The id of the organisation that owns it today."""
    owners = [owner["organization"] for owner in organization.get("parents", []) if "until" not in owner]
    return organization.get("parent") or next(iter(owners), None)


def test_first_line_names_the_schema_for_editors() -> None:
    first_line = SEEDS.read_text("utf-8").splitlines()[0]
    assert first_line == "# yaml-language-server: $schema=crawler/seeds/schema.json"


def test_twelve_categories_stand_in_dev_and_ops(seeds: dict[str, Any]) -> None:
    in_groups = {group["name"]: group["categories"] for group in seeds["groups"]}
    assert {name: len(categories) for name, categories in in_groups.items()} == {"Dev": 7, "Ops": 5}
    assert in_groups["Dev"] + in_groups["Ops"] == [category["name"] for category in seeds["categories"]]


def test_the_landscape_is_whole(items: list[dict[str, Any]]) -> None:
    repositories = {url for item in items for url in repository_urls(item)}
    assert len(items) >= 157
    assert len(repositories) >= 145
    assert any("repo_url" not in item for item in items), "projects without a public repository belong to it too"


def test_no_project_and_no_other_name_stands_twice(items: list[dict[str, Any]]) -> None:
    assert repeated([name for item in items for name in (item["name"], *item.get("aliases", []))]) == []


def test_every_project_has_a_homepage_and_a_declared_organization(
    items: list[dict[str, Any]], organizations: dict[str, dict[str, Any]]
) -> None:
    assert [item["name"] for item in items if not re.match(r"https?://", item.get("homepage_url", ""))] == []
    assert [item["name"] for item in items if item.get("organization") not in organizations] == []


def test_second_paths_lead_to_a_subcategory(seeds: dict[str, Any], items: list[dict[str, Any]]) -> None:
    paths = {
        f"{category['name']} / {sub['name']}" for category in seeds["categories"] for sub in category["subcategories"]
    }
    seconds = [path for item in items for path in item.get("second_path", [])]
    assert seconds
    assert [path for path in seconds if path not in paths] == []


def test_repositories_are_written_as_plain_github_urls(items: list[dict[str, Any]]) -> None:
    urls = [url for item in items for url in (*repository_urls(item), *item.get("former_repo_urls", []))]
    assert [url for url in urls if not REPOSITORY_URL.fullmatch(url)] == []


def test_a_former_name_leads_to_one_repository_and_is_no_present_name(items: list[dict[str, Any]]) -> None:
    former = [url for item in items for url in item.get("former_repo_urls", [])]
    present = {url.casefold() for item in items for url in repository_urls(item)}
    assert len(former) == 14
    assert repeated(former) == []
    assert [url for url in former if url.casefold() in present] == []


def test_organizations_are_unique_and_their_parents_lead_upwards(
    seeds: dict[str, Any], organizations: dict[str, dict[str, Any]]
) -> None:
    assert repeated([organization["id"] for organization in seeds["organizations"]]) == []
    assert len(organizations) >= 63
    for identifier in organizations:
        seen = [identifier]
        while parent := present_parent(organizations[seen[-1]]):
            assert parent in organizations, f"{seen[-1]}: no organisation {parent}"
            assert parent not in seen, f"{identifier}: its parents go round in a circle"
            seen.append(parent)


def test_who_was_bought_says_since_when(organizations: dict[str, dict[str, Any]]) -> None:
    since = {
        (identifier, owner["organization"]): owner["since"]
        for identifier, organization in organizations.items()
        for owner in organization.get("parents", [])
    }
    assert since["red-hat", "ibm"].startswith("2019-07")
    assert since["vmware", "broadcom"].startswith("2023-11")
    bought = {
        identifier
        for identifier, organization in organizations.items()
        if any(figure["measure"] == "acquisition_price" for figure in organization.get("figures", []))
    }
    assert bought == {"nginx", "red-hat", "vmware"}
    assert bought <= {identifier for identifier, _ in since}


def test_shares_of_a_group_have_a_rule_and_a_source(organizations: dict[str, dict[str, Any]]) -> None:
    shares = [one["attribution_share"] for one in organizations.values() if "attribution_share" in one]
    assert shares
    for share in shares:
        assert 0 < share["low"] <= share["share"] <= share["high"] < 1
        assert share["rule"] != "class"
        assert share["source_url"].startswith("https://")
        assert share["as_of"]


def test_every_figure_says_how_much_when_and_where(organizations: dict[str, dict[str, Any]]) -> None:
    figures = [(name, figure) for name, body in organizations.items() for figure in body.get("figures", [])]
    assert len(figures) >= 82
    for name, figure in figures:
        assert isinstance(figure["amount"], int), (name, figure)
        assert figure["amount"] > 0, (name, figure)
        assert re.fullmatch(r"[A-Z]{3}", figure["currency"]), (name, figure)
        assert AS_OF.fullmatch(figure["as_of"]), (name, figure)
        assert re.match(r"https?://", figure["source_url"]), (name, figure)


def test_no_figure_stands_twice(organizations: dict[str, dict[str, Any]]) -> None:
    keys = [
        (name, figure["measure"], figure["as_of"], figure["amount"], figure["currency"])
        for name, body in organizations.items()
        for figure in body.get("figures", [])
    ]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
