"""What is stored of answers that nobody should send: only figures, in a database that is whole and can be exported."""

from __future__ import annotations

import io
import json
from contextlib import closing
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import yaml as pyyaml
from crawling import yaml
from hostile import ODD, TOKEN, graphql_answers, is_harmless_address, rest_answers, spoilt
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from crawler.export.job import Job
from crawler.export.registry import FORMATS
from crawler.fetch.answers import GraphQLAnswer, RestAnswer, graphql_errors
from crawler.figures.compute import compute_totals
from crawler.model import Outcome, Subject
from crawler.sources.github.confirm import read_repository
from crawler.sources.github.contributors import read_contributors
from crawler.store import open_reader
from crawler.store.outcomes import Writing, write_outcomes
from crawler.store.totals import write_totals

ANSWERS = graphql_answers()
REST = {subject.name: payload for subject, payload in rest_answers()}
COUNTS = (
    *("stars", "forks", "watchers", "open_issues", "open_pull_requests"),
    *("contributors", "commits_last_year", "releases_total"),
)
TIMES = (
    *("created_at", "pushed_at", "archived_at", "latest_commit_at", "first_commit_at"),
    *("latest_release_at", "latest_tag_at"),
)


def test_only_figures_are_stored(store) -> None:
    store.sync(yaml(*ODD))
    refused: set[tuple[str, str]] = set()
    keys = {name: key for key, name in store.rows("SELECT id, name_with_owner FROM repositories")}

    def write(outcome: Outcome) -> None:
        """Under our key of the repository that was asked for, as long as that row is there."""
        source, key = outcome.subject.source, keys.get(outcome.subject.name)
        if source != "sponsors" and not store.value("SELECT count(*) FROM repositories WHERE id = ?", key):
            return
        outcome = structs.replace(outcome, subject=structs.replace(outcome.subject, repository_id=key))
        refused.update((source, one.field) for one in outcome.refused_values)
        writing = Writing(origin="live", now=store.now, day=store.today)
        write_outcomes(store.connection, source, [outcome], writing, timedelta(days=1))

    @settings(deadline=None, derandomize=True, max_examples=300)
    @given(data=st.data())
    def fuzz(data: st.DataObject) -> None:
        store.later(hours=7)
        number = data.draw(st.integers(0, len(ANSWERS)))
        if number == len(ANSWERS):
            asked = Subject(source="github", name=data.draw(st.sampled_from(sorted(REST.keys() & keys.keys()))))
            payload = data.draw(spoilt(REST[asked.name]))
            answer = RestAnswer(200, payload, httpx.Headers({"link": '<x?page=7>; rel="last"'}))
            write(read_repository(asked, answer))
            write(read_contributors(structs.replace(asked, source="contributors"), "/path", answer))
        else:
            question, items, payload = ANSWERS[number]
            changed = data.draw(spoilt(payload))
            if isinstance(changed, dict) and isinstance(changed.get("data"), dict):
                answer = GraphQLAnswer(changed["data"], graphql_errors(changed), 1, 0.1)
                for result in question.read(deepcopy(items), answer).results:
                    if isinstance(result, Outcome):
                        source = {
                            2: "first_commit",
                            3: "sponsors",
                            4: "funding_json",
                            6: "first_commit",
                        }.get(number, "github")
                        write(structs.replace(result, subject=structs.replace(result.subject, source=source)))
        assert_figures(store)

    fuzz()
    # Without this line a tame fuzz would prove nothing.
    assert len(refused) > 10
    figures = compute_totals(store.connection, day=store.today, origin="live")
    write_totals(store.connection, figures, day=store.today, origin="live")
    assert_exports(store)
    assert TOKEN.encode() not in b"".join(path.read_bytes() for path in store.folder.iterdir())


def assert_figures(store) -> None:
    absurd = " OR ".join(f"{column} < 0 OR {column} > 10000000000 OR typeof({column}) = 'text'" for column in COUNTS)
    assert store.rows(f"SELECT * FROM repositories WHERE {absurd}") == []
    assert store.rows(f"SELECT * FROM history WHERE {absurd}") == []
    assert store.rows("SELECT * FROM languages WHERE bytes < 0 OR bytes > 10000000000") == []
    assert store.rows("SELECT * FROM owners WHERE sponsors < 0 OR sponsors > 10000000000") == []
    assert store.rows("SELECT * FROM owners WHERE goal_percent > 100 OR goal_target <= 0") == []
    for plans, history in store.rows("SELECT plans, history FROM funding_manifests"):
        amounts = [
            entry.get(key, "0") for entry in json.loads(plans) + json.loads(history) for key in ("amount", "income")
        ]
        assert all(0 <= Decimal(amount) <= 10**9 for amount in amounts)
    latest = store.value("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+2 days')")
    late = " OR ".join(f"{column} < '1970' OR {column} > :latest" for column in TIMES)
    assert store.rows(f"SELECT * FROM repositories WHERE {late}".replace(":latest", f"'{latest}'")) == []
    assert store.rows("SELECT * FROM releases WHERE published_at < '1970' OR published_at > ?", latest) == []
    urls = store.rows(
        "SELECT url FROM repositories UNION SELECT homepage_url FROM repositories"
        " UNION SELECT url FROM releases UNION SELECT url FROM funding_links"
    )
    assert all(is_harmless_address(url) for (url,) in urls if url is not None)
    assert store.rows("PRAGMA foreign_key_check") == []


def assert_exports(store) -> None:
    readme = store.folder / "README.md"
    readme.write_text("<!-- crawler:list -->\n<!-- /crawler -->\n", encoding="utf-8")
    with closing(open_reader(store.folder / "landscape.db")) as connection:
        for name, form in FORMATS.items():
            out = io.BytesIO()
            seeds = store.folder / "seeds.yml"
            job = Job(connection=connection, database=store.folder / "landscape.db", seeds=seeds, file=readme)
            if form.write_folder:
                with TemporaryDirectory() as folder:
                    form.write_folder(job, Path(folder))
                    for file in sorted(Path(folder).rglob("*.json")):
                        out.write(file.read_bytes())
            else:
                form.write(job, out)
            text = out.getvalue().decode()
            if name == "json":
                assert len(json.loads(text)) == len(ODD)
            if name == "yaml":
                assert pyyaml.safe_load(text)["categories"]
            if name != "csv":
                assert all(character.isprintable() or character == "\n" for character in text)
