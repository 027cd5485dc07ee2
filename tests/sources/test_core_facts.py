"""The facts of every odd kind of repository arrive as GitHub holds them, asked by name and by node id."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asking import TOKEN, Asker, Clock, subject

from crawler.model import FundingLink, Outcome, Release, Repository
from crawler.sandbox import SandboxServer, World, made_up_world
from crawler.sandbox.world import License
from crawler.sandbox.world import Release as HeldRelease
from crawler.sandbox.world import Repository as Held
from crawler.sources.github import RepositoriesSource

EXPRESSIONS = {
    "Apache-2.0": ("Apache-2.0", True),
    "MIT": ("MIT", True),
    "BSD-3-Clause": ("BSD-3-Clause", True),
    "GPL-3.0": ("GPL-3.0-only", True),
    "NOASSERTION": (None, None),
    "NONE": (None, False),
}


def fetch(asker: Asker, *, by_id: bool, **known: str) -> list[Outcome]:
    source = RepositoriesSource(today=asker.server.world.today)
    return asker.fetch(source, [subject(one, by_id=by_id, **known) for one in asker.server.world])


def answer_of(asker: Asker, name: str, *, by_id: bool = False, **known: str) -> Outcome:
    source = RepositoriesSource(today=asker.server.world.today)
    (outcome,) = asker.fetch(source, [subject(asker.server.world[name], by_id=by_id, **known)])
    assert isinstance(outcome.record, Repository)
    return outcome


def figures(held: Held, world: World) -> dict[str, object]:
    """What the record of a repository must say, but for its releases and tags."""
    owner = world.owners[held.name_with_owner.partition("/")[0]]
    spdx = held.license.spdx_id if held.license else "NONE"
    expression, approved = EXPRESSIONS[str(spdx)]
    year_ago = world.today - timedelta(days=365)
    return {
        "name_with_owner": held.name_with_owner,
        "node_id": held.node_id,
        "database_id": held.database_id,
        "url": f"https://github.com/{held.name_with_owner}",
        "owner_login": owner.login,
        "owner_type": owner.type,
        "description": held.description,
        "homepage_url": held.homepage_url or None,
        "stars": held.stars,
        "forks": held.forks,
        "watchers": held.watchers,
        "open_issues": held.open_issues,
        "closed_issues": held.closed_issues,
        "open_pull_requests": held.open_pull_requests,
        "license_spdx": spdx,
        "license_expression": expression,
        "license_name": held.license and held.license.name,
        "license_osi_approved": approved,
        "primary_language": held.primary_language,
        "topics": tuple(held.topics or ()),
        "default_branch": held.default_branch,
        "created_at": held.created_at,
        "pushed_at": held.pushed_at,
        "archived_at": held.archived_at,
        "latest_commit_at": held.head.committed_at if held.head else None,
        "latest_commit_oid": held.head.oid if held.head else None,
        "commits_last_year": held.commits_between(since=year_ago),
        "releases_total": len(held.releases or ()),
        "latest_release_tag": held.latest_release.tag_name if held.latest_release else None,
        "latest_release_at": held.latest_release.published_at if held.latest_release else None,
        "is_archived": held.is_archived,
        "is_fork": held.is_fork,
        "is_mirror": False,
        "is_template": held.is_template,
        "has_security_policy": held.has_security_policy,
        "languages": held.languages,
        "funding_links": tuple(FundingLink(platform, url) for platform, url in held.funding_links or ()),
    }


@pytest.mark.parametrize("by_id", [False, True])
def test_every_made_up_repository_is_told_as_it_is(asker: Asker, by_id: bool) -> None:
    outcomes = fetch(asker, by_id=by_id)
    assert len(outcomes) == len(asker.server.world) == 40
    kinds = set()
    for outcome in outcomes:
        held = asker.server.world[outcome.subject.name]
        record = outcome.record
        assert isinstance(record, Repository)
        assert (outcome.status, outcome.error) == ("empty" if held.is_empty else "ok", None)
        expected = figures(held, asker.server.world)
        assert {name: getattr(record, name) for name in expected} == expected
        kinds |= {
            name
            for name, is_so in {
                "archived": held.is_archived,
                "empty": held.is_empty,
                "fork": held.is_fork,
                "template": held.is_template,
                "many languages": len(held.languages) > 20,
                "many releases": len(held.releases or ()) > 100,
                "no release": not held.releases and not held.is_empty,
                "draft": any(one.is_draft for one in held.releases or ()),
                "prereleases only": held.releases and not held.latest_release,
                "no licence": not held.license,
                "odd licence": held.license and held.license.pseudo,
                "another branch": held.default_branch == "trunk",
            }.items()
            if is_so
        }
    # The world holds every odd kind: without this line an easy world would prove nothing.
    assert len(kinds) == 12
    operations = {seen.operation for seen in asker.server.log}
    assert operations == {"CoreById" if by_id else "CoreByName", "MorePages"}


def test_releases_of_the_last_year_are_all_there(asker: Asker) -> None:
    year_ago = (asker.server.world.today - timedelta(days=365)).isoformat()
    for outcome in fetch(asker, by_id=False):
        record, held = outcome.record, asker.server.world[outcome.subject.name].releases or []
        assert isinstance(record, Repository)
        assert isinstance(record.releases, tuple)
        told = {release.tag_name: release for release in record.releases}
        assert len(told) == len(record.releases)
        wanted = {one.tag_name for one in held if (one.published_at or one.created_at or "") >= year_ago}
        assert wanted <= told.keys()
        for one in held:
            if one.tag_name in told:
                url = f"https://github.com/{outcome.subject.name}/releases/tag/{one.tag_name}"
                assert told[str(one.tag_name)] == Release(
                    tag_name=str(one.tag_name),
                    published_at=one.published_at,
                    is_prerelease=one.is_prerelease,
                    is_draft=one.is_draft,
                    url=url,
                )


def test_of_130_releases_no_more_pages_are_read_than_needed(asker: Asker) -> None:
    name = "acme-01/widget-11"
    held = asker.server.world[name].releases or []
    assert len(held) == 130
    record = answer_of(asker, name).record
    assert isinstance(record, Repository)
    assert isinstance(record.releases, tuple)
    year_ago = (asker.server.world.today - timedelta(days=365)).isoformat()
    wanted = sum((one.published_at or "") >= year_ago for one in held)
    pages = [seen for seen in asker.server.log if seen.operation == "MorePages"]
    assert len(pages) == -(-(wanted - 10) // 50)
    assert [release.tag_name for release in record.releases] == [one.tag_name for one in held[: 10 + 50 * len(pages)]]


def test_releases_before_the_last_year_are_not_paged_through(own_asker: Asker) -> None:
    held, today = own_asker.server.world["acme-00/widget-0"], own_asker.server.world.today
    days = [f"{today - timedelta(days=60 * number)}T00:00:00Z" for number in range(30)]
    held.releases = [HeldRelease(f"v{30 - at}", day, day, False, False) for at, day in enumerate(days)]
    record = answer_of(own_asker, held.name_with_owner).record
    assert isinstance(record, Repository)
    assert isinstance(record.releases, tuple)
    assert (len(record.releases), record.releases_total, len(own_asker.server.log)) == (10, 30, 1)


def test_releases_that_are_stored_are_not_read_again(asker: Asker) -> None:
    name = "acme-01/widget-11"
    newest = next(one.published_at for one in asker.server.world[name].releases or ())
    answer_of(asker, name, by_id=True, newest_release_at=str(newest))
    assert [seen.operation for seen in asker.server.log] == ["CoreById"]


def test_releases_since_the_newest_stored_one_are_read(asker: Asker) -> None:
    name = "acme-01/widget-11"
    held = asker.server.world[name].releases or []
    record = answer_of(asker, name, by_id=True, newest_release_at=str(held[25].published_at)).record
    assert isinstance(record, Repository)
    assert isinstance(record.releases, tuple)
    assert {one.tag_name for one in held[:26]} <= {release.tag_name for release in record.releases}
    assert len(asker.server.log) == 2


def test_the_newest_tag_stands_in_where_there_is_no_release(asker: Asker) -> None:
    seen = set()
    for outcome in fetch(asker, by_id=False):
        held, record = asker.server.world[outcome.subject.name], outcome.record
        assert isinstance(record, Repository)
        if not held.releases and held.tags:
            newest = max(held.tags, key=lambda tag: tag.commit.committed_at)
            assert (record.latest_tag, record.latest_tag_at) == (newest.name, newest.commit.committed_at)
            seen.add(newest.annotated)
    assert seen == {False}


def test_an_annotated_tag_is_dated_by_its_tagger(own_asker: Asker) -> None:
    held = own_asker.server.world["acme-00/widget-4"]
    assert held.tags is not None
    del held.tags[0]
    assert held.tags[0].annotated
    record = answer_of(own_asker, held.name_with_owner).record
    assert isinstance(record, Repository)
    assert (record.latest_tag, record.latest_tag_at) == (held.tags[0].name, held.tags[0].commit.committed_at)


def test_the_first_release_takes_the_place_of_the_tag(own_asker: Asker) -> None:
    held = own_asker.server.world["acme-00/widget-4"]
    held.release("v99", "2026-01-01T00:00:00Z")
    record = answer_of(own_asker, held.name_with_owner).record
    assert isinstance(record, Repository)
    assert (record.latest_release_tag, record.latest_tag, record.latest_tag_at) == ("v99", None, None)


def test_neither_releases_nor_tags_is_none_of_both(own_asker: Asker) -> None:
    held = own_asker.server.world["acme-00/widget-4"]
    held.tags = []
    record = answer_of(own_asker, held.name_with_owner).record
    assert isinstance(record, Repository)
    assert (record.latest_release_tag, record.latest_tag, record.latest_tag_at, record.releases) == (
        None,
        None,
        None,
        (),
    )


@pytest.mark.parametrize(
    ("license_", "told"),
    [
        (None, ("NONE", None, None, False)),
        (License("other", "Other", "NOASSERTION", pseudo=True), ("NOASSERTION", None, "Other", None)),
        (License("gpl-2.0", "GNU GPL v2", "GPL-2.0"), ("GPL-2.0", "GPL-2.0-only", "GNU GPL v2", True)),
        (License("agpl-3.0", "GNU AGPL v3", "AGPL-3.0"), ("AGPL-3.0", "AGPL-3.0-only", "GNU AGPL v3", True)),
        (License("cc0-1.0", "CC0", "CC0-1.0"), ("CC0-1.0", "CC0-1.0", "CC0", False)),
        (License("strange", "Strange", "Not-A-Licence"), ("Not-A-Licence", None, "Strange", None)),
        (License("other", "Other", None, pseudo=True), ("NOASSERTION", None, "Other", None)),
    ],
)
@pytest.mark.parametrize("anonymous", [False, True])
def test_a_licence_in_spdx_terms(
    clock: Clock, license_: License | None, told: tuple[object, ...], anonymous: bool
) -> None:
    world = made_up_world(1)
    world["acme-00/widget-0"].license = license_
    with SandboxServer(world, token=None if anonymous else TOKEN) as server:
        settings = {"token": None} if anonymous else {}
        source = RepositoriesSource(today=world.today)
        (outcome,) = Asker(server, clock).fetch(source, [subject(world["acme-00/widget-0"])], **settings)
    record = outcome.record
    assert isinstance(record, Repository)
    assert told == (
        record.license_spdx,
        record.license_expression,
        record.license_name,
        record.license_osi_approved,
    )


def test_a_release_without_a_date_or_a_tag(own_asker: Asker) -> None:
    held = own_asker.server.world["acme-00/widget-0"]
    held.releases = [
        HeldRelease("v9", None, "2020-01-01T00:00:00Z", True, False),
        HeldRelease(None, None, None, False, False),
    ]
    held.latest_release = None
    record = answer_of(own_asker, held.name_with_owner).record
    assert isinstance(record, Repository)
    assert isinstance(record.releases, tuple)
    assert [(release.tag_name, release.published_at, release.is_draft) for release in record.releases] == [
        ("v9", None, True)
    ]
    assert (record.releases_total, record.latest_release_tag) == (2, None)


def test_a_renamed_repository_answers_under_its_present_name(own_asker: Asker) -> None:
    old = subject(own_asker.server.world["acme-00/widget-0"])
    own_asker.server.world.rename("acme-00/widget-0", "acme-01/gadget")
    source = RepositoriesSource(today=own_asker.server.world.today)
    (outcome,) = own_asker.fetch(source, [old])
    assert isinstance(outcome.record, Repository)
    assert (outcome.status, outcome.record.name_with_owner) == ("ok", "acme-01/gadget")
    assert outcome.subject is old
