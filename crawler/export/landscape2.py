"""The folder that landscape2 keeps what it fetched in, filled from the database: it then builds a site without tokens.

Shapes: landscape2's own types `GithubData` and `CrunchbaseData`. An entry of which it does not find a field that it
must have makes it throw away the whole file, so that a repository without such a figure is left out.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from yaml.nodes import Node

from crawler import clock
from crawler.errors import UsageFault
from crawler.export.attributions import attributions
from crawler.export.job import Job
from crawler.export.json_text import to_json
from crawler.export.list_tree import items_of, repository_urls, text
from crawler.export.organization_facts import Company, Organizations
from crawler.export.output import open_output
from crawler.export.repository_facts import Repositories, RepositoryFacts, commit_url
from crawler.seeds import read_list
from crawler.seeds.names import crunchbase_permalink, repository_name
from crawler.store.runs import newest_recording

FOLDER = "landscape"
"""Where landscape2 looks inside of its `--cache-dir`."""
KEPT = timedelta(days=7)
"""What is older landscape2 asks for again, or without a token erases."""
EPOCH = "SOURCE_DATE_EPOCH"

_REPOSITORY = re.compile("https://github.com/[^/]+/[^/]+/?")
"""The addresses about which landscape2 asks GitHub; its points stand for any character, too."""

_NEWEST = "SELECT max(fetched_at) AS at FROM repositories"

Entry = dict[str, Any]


def write_folder(job: Job, directory: Path) -> list[str]:
    """Write `landscape/github.json` and `landscape/crunchbase.json` where they differ from what is there."""
    assert job.seeds is not None
    seeds, root = read_list(job.seeds)
    generated_at = _generated_at()
    urls = {url: name for url in sorted(_looked_up(root)) if (name := repository_name(url))}
    repositories = Repositories(job.connection, urls.values())
    found = {url: repositories.find(name) for url, name in urls.items()}
    lacks = {url: _lack(repository) for url, repository in found.items()}
    told = {url: one for url, one in found.items() if one is not None and not lacks[url]}
    github = {url: github_entry(repository, generated_at) for url, repository in told.items()}
    organizations = Organizations(job.connection, seeds, include_restricted=job.include_restricted)
    links = {text(item, "crunchbase") or "" for item in items_of(root)}
    companies = {
        url: company
        for url in sorted(links)
        if (permalink := crunchbase_permalink(url)) and (company := organizations.of_permalink(permalink))
    }
    crunchbase = {url: crunchbase_entry(company, generated_at) for url, company in companies.items()}
    folder = directory / FOLDER
    _make(folder)
    _write(folder / "github.json", github)
    _write(folder / "crunchbase.json", crunchbase)
    written = f"{_many(len(github), 'repository', 'repositories')}, {_many(len(crunchbase), 'organisation')}"
    return [
        f"{folder}: {written}; landscape2 takes them until {(generated_at + KEPT).date().isoformat()}",
        *_notes(job, lacks.values(), told.values(), companies.values(), generated_at),
    ]


def github_entry(repository: RepositoryFacts, generated_at: datetime) -> Entry:
    """An entry of github.json, its keys in landscape2's own order. Its stars and contributors must be known."""
    url = repository.url
    entry: Entry = {
        "contributors": {"count": repository.contributors, "url": f"{url}/graphs/contributors"},
        "description": repository.description or "",
        "generated_at": clock.to_text(generated_at),
        "latest_commit": {
            "ts": repository.latest_commit_at,
            "url": commit_url(repository, repository.latest_commit_oid),
        },
        "participation_stats": list(repository.weeks),
        "stars": repository.stars,
        "topics": list(repository.topics),
        "url": url,
        # The pages read its `ts` without looking whether there is one: without an entry they break.
        "first_commit": {"ts": repository.first_commit_at, "url": commit_url(repository, repository.first_commit_oid)},
        "languages": repository.languages,
        "latest_release": (
            {"ts": repository.latest_release_at, "url": repository.release_url} if repository.release_url else None
        ),
        "license": repository.license_name if repository.license_name != "NOASSERTION" else None,
    }
    for key in ("topics", "languages", "latest_release", "license"):
        if not entry[key]:
            del entry[key]
    return entry


def crunchbase_entry(company: Company, generated_at: datetime) -> Entry:
    """An entry of crunchbase.json, its keys in landscape2's own order; what is not known is left out."""
    acquisitions = [
        _known(
            {
                "acquiree_cb_permalink": one.permalink,
                "acquiree_name": one.name,
                "announced_on": one.day,
                "price": one.usd,
            }
        )
        for one in company.acquisitions
    ]
    rounds = [_known({"amount": one.usd, "announced_on": one.day, "kind": one.kind}) for one in company.rounds]
    return _known(
        {
            "generated_at": clock.to_text(generated_at),
            "acquisitions": acquisitions or None,
            "funding": company.usd_raised,
            "funding_rounds": rounds or None,
            "homepage_url": company.homepage_url,
            "kind": None if company.usd_raised is None else "funding",
            "name": company.name,
            "stock_exchange": company.exchange,
            "ticker": company.ticker,
        }
    )


def _looked_up(root: Node) -> Iterator[str]:
    for item in items_of(root):
        yield from (url for url in repository_urls(item) if _REPOSITORY.fullmatch(url) and "@" not in url)


def _lack(repository: RepositoryFacts | None) -> str:
    """What keeps a repository out; empty for one that is told."""
    if repository is None or (repository.is_shown and repository.stars is None):
        return "whose stars are not known: run 'crawler refresh'; 'crawler status' tells what went wrong"
    if not repository.is_shown:
        return "that GitHub no longer shows under that name: 'crawler status' lists them; correct the list"
    if repository.contributors is None:
        return (
            "whose contributors are not known, and landscape2 would take any number for one: run"
            " 'crawler refresh --source contributors'; some are too large for GitHub to count"
        )
    return ""


def _notes(
    job: Job,
    lacks: Iterable[str],
    told: Iterable[RepositoryFacts],
    companies: Iterable[Company],
    generated_at: datetime,
) -> Iterator[str]:
    told = list(told)
    for lack, count in sorted(Counter(filter(None, lacks)).items()):
        yield f"left out {_many(count, 'repository', 'repositories')} {lack}"
    if silent := sum(not repository.weeks for repository in told):
        yield (
            f"{_many(silent, 'repository has', 'repositories have')} no whole year of commits by week: landscape2 says"
            " 'No activity in the last year' of them, and draws the sum of all too low: run"
            " 'crawler refresh --source commit_weeks'"
        )
    if recorded_on := newest_recording(job.connection):
        yield f"these are the figures of a recording of {recorded_on}, which landscape2 shows as new ones"
    elif (newest := job.connection.execute(_NEWEST).fetchone()["at"]) and clock.from_text(newest) + KEPT < generated_at:
        yield f"the newest of these figures are of {newest[:10]}, and landscape2 shows them as new ones: refresh first"
    if generated_at + KEPT <= clock.now():
        yield f"{EPOCH} is more than {KEPT.days} days ago: landscape2 takes none of it"
    sources = [(source, False) for repository in told if (source := repository.figures_source)]
    yield from attributions([*sources, *(source for company in companies for source in company.sources)])


def _generated_at() -> datetime:
    """The day of the export, the beginning of it: what is exported twice on a day is the same. UsageFault for no time.

    SOURCE_DATE_EPOCH, in seconds since 1970, takes its place.
    """
    seconds = os.environ.get(EPOCH, "").strip()
    if not seconds:
        return datetime.combine(clock.day_of(clock.now()), datetime.min.time(), UTC)
    try:
        moment = datetime.fromtimestamp(int(seconds), UTC) if seconds.isascii() and seconds.isdigit() else None
    except (ValueError, OverflowError, OSError):
        moment = None
    if moment is None or moment.year >= clock.END_YEAR:
        raise UsageFault(f"{EPOCH} is no time ({seconds[:40]})", cure="write it as seconds since 1970, or unset it")
    return moment


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageFault(
            f"{folder} cannot be made ({error.strerror or error})", cure="name another directory with --output"
        ) from error


def _write(path: Path, content: Entry) -> None:
    data = to_json(content, indent=2).encode()
    if not (path.is_file() and path.read_bytes() == data):
        with open_output(path) as stream:
            stream.write(data)


def _known(entry: Entry) -> Entry:
    return {key: value for key, value in entry.items() if value is not None}


def _many(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
