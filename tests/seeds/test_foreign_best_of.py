"""A best-of list's projects.yaml: its projects by category, with every address, at their own lines and columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from crawler.seeds import check_seeds, read_seeds

Write = Callable[[str | bytes], Path]

LIST = """\
configuration:
  min_stars: 100
categories:
  - category: web
    title: "Web & more"
    subtitle: Things of the web
  - category: db
    title: Databases
    ignore: true
labels:
  - label: fast
projects:
  - name: Foo
    github_id: acme/foo
    category: db
    labels: [fast]
    pypi_id: foo
    star_count: 5
  - name: Bar
    gitlab_id: https://git.example.org/api/graphql::grp/bar
    github_id: acme/bar
    homepage: https://bar.example
    description: Bar it
    license: MIT
    category: web
    docs_url: https://docs.bar.example
  - name: foo
    github_id: acme/foo
    category: db
  - name: Guide
    resource: true
    homepage: https://guide.example
    category: wab
  - github_id: acme/nameless
  - name: 2048
    gitlab_id: games/2048
    show: false
  - {}
"""


def test_projects_in_their_categories(write: Write) -> None:
    seeds = read_seeds(write(LIST))
    assert seeds.form == "best-of"
    assert [one.name for one in seeds.categories] == ["Web & more", "Databases", "Others"]
    assert [
        (
            one.line,
            one.subcategory_id,
            one.name,
            [repository.name_with_owner for repository in one.repositories],
            one.other_repository_urls,
            one.homepage_url,
        )
        for one in seeds.projects
    ] == [
        (19, "web-more--all", "Bar", ["acme/bar"], ("https://git.example.org/grp/bar",), "https://bar.example"),
        (13, "databases--all", "Foo", ["acme/foo"], (), None),
        (30, "others--all", "Guide", [], (), "https://guide.example"),
        (34, "others--all", "nameless", ["acme/nameless"], (), None),
        (35, "others--all", "2048", [], ("https://gitlab.com/games/2048",), None),
    ]
    assert (seeds.projects[0].description, seeds.projects[0].repositories[0].license) == ("Bar it", "MIT")


def test_notices_stand_at_the_lists_own_places(write: Write) -> None:
    told = [(one.line, one.column, one.problem) for one in read_seeds(write(LIST)).notices]
    assert told == [
        (20, 16, "the repository is not on GitHub but on git.example.org"),
        (27, 11, "foo stands here twice (first on line 13) and is read as one"),
        (33, 15, "there is no category 'wab', the project is put into Others"),
        (36, 16, "the repository is not on GitHub but on gitlab.com"),
        (38, 5, "a project has neither a name nor an address, it is not read"),
    ]


def test_our_own_block_is_no_key_to_be_told_of(write: Write) -> None:
    text = "projects:\n  - name: Foo\n    github_id: acme/foo\n    enriched:\n      repositories:\n"
    ours = text + "        - {name: acme/foo, stars: 1, source: 'https://github.com/acme/foo'}\n"
    assert check_seeds(write(ours)) == []
    (notice,) = check_seeds(write(text.replace("enriched:\n      repositories:\n", "enriched: true\n")))
    assert "the key 'enriched' is no key of a best-of list" in str(notice)


def test_a_list_without_projects_is_one_fault(write: Write) -> None:
    for text in ("projects: []\n", "projects:\n", "projects: [a]\n"):
        (fault,) = [one for one in check_seeds(write(text)) if one.severity == "fault"]
        assert "the list holds no entry that can be read; write the projects below 'projects:'" in str(fault)


def test_a_landscape_with_such_a_key_stays_one(write: Write) -> None:
    text = "projects: []\ncategories: [{name: A, subcategories: [{name: B, items: [{name: C}]}]}]\n"
    assert read_seeds(write(text)).form == "landscape"
