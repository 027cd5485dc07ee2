"""What may not be published now is published of no day, though it was public before its class was put right."""

from __future__ import annotations

import json
from datetime import date

from crawling import command as run

from crawler.figures.compute import compute_totals
from crawler.news.reading import read_after
from crawler.seeds import read_seeds
from crawler.store import transaction
from crawler.store.former import keeping_list
from crawler.store.seeds import sync_seeds
from crawler.store.totals import write_totals
from crawler.store.webhooks import begin_webhook, webhooks

LIST = """
organizations:
  - id: small
    name: Small
    figures:
      - {{measure: funding_round, amount: 5000000, currency: USD, as_of: 2025-05-02, source_url: "https://s.example/1"}}
      - measure: funding_round
        amount: {amount}
        currency: USD
        as_of: 2026-02-20
        licence_class: {class_}
        source_url: https://s.example/2
categories:
  - name: C
    subcategories:
      - name: S
        items:
          - {{name: P, organization: small, repo_url: https://github.com/o/a}}
"""


def refresh(store, amount: int, class_: str) -> date:
    """What a live refresh makes of a list, and its day."""
    path = store.folder / "seeds.yml"
    path.write_text(LIST.format(amount=amount, class_=class_), encoding="utf-8")
    seeds = read_seeds(path)
    with transaction(store.connection):
        with keeping_list(store.connection, store.today):
            sync_seeds(store.connection, seeds, now=store.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
        figures = compute_totals(store.connection, day=store.today, origin="live")
        write_totals(store.connection, figures, day=store.today, origin="live")
    store.tell()
    day = store.today
    store.later(days=1)
    return day


def test_what_was_public_before_its_class_was_put_right_is_published_no_more(store) -> None:
    refresh(store, 4_000_000, "curated")
    day = refresh(store, 7_777_000, "curated")
    store.connection.execute(
        "INSERT INTO changes (at, observed_at, kind, scope, before, after, figure_id) SELECT 'x', observed_at,"
        " 'value_moved', 'landscape', '1', '7777000', NULL FROM figures WHERE amount = '7777000'"
    )
    store.connection.execute(
        "INSERT INTO changes (at, observed_at, kind, organization_id, after, source, figure_id)"
        " SELECT 'x', observed_at, 'funding_round', 'small', amount, source, id FROM figures WHERE as_of > '2025-04'"
    )
    begin_webhook(store.connection, "here", None, takes_restricted=False)
    store.connection.execute("UPDATE webhooks SET change_id = 0")
    told = read_after(store.connection, 0)
    amounts = {event.after for event in told if event.kind in {"value_moved", "funding_round"}}
    assert {"7777000", "5000000"} <= amounts and not any(event.is_restricted for event in told)
    assert webhooks(store.connection, present="here", now=store.now)[0]["waiting"] == len(told)
    later = [refresh(store, 7_777_000, "restricted") for _ in range(3)]
    public = [event for event in read_after(store.connection, 0) if not event.is_restricted]
    assert "7777000" not in {event.after for event in public} and "5000000" in {event.after for event in public}
    assert webhooks(store.connection, present="here", now=store.now)[0]["waiting"] == len(public)

    path, output = store.folder / "landscape.db", store.folder / "out"
    as_of = ("--as-of", day, "--db", path)
    for command in (("value", "--json"), ("value", "explain", "small", "--json"), ("stats", "--json")):
        told_all = run(*command, *as_of, "--include-restricted").out
        assert "7777000" in told_all or "12777000" in told_all, command
        done = run(*command, *as_of)
        assert done.code == 0 and json.loads(done.out)
        assert "7777000" not in done.out and "12777000" not in done.out, command
    for options, is_there in (((), False), (("--include-restricted",), True)):
        run("export", "yaml", store.folder / "seeds.yml", "-o", output, *as_of, *options)
        assert ("7777000" in output.read_text(encoding="utf-8").partition("enriched:")[2]) is is_there
    public_copy = store.folder / "public.db"
    run("db", "publishable", public_copy, "--db", path)
    kept = run("changes", "--since", "2000-01-01", "--json", "--db", public_copy).out
    assert "7777000" not in kept and '"5000000"' in kept
    for day in later:
        (policy,) = json.loads(run("value", "--json", "--as-of", day, "--db", public_copy).out)["policies"]
        assert policy["changes"] is None, "the lines of the day before are gone"
        (policy,) = json.loads(run("value", "--json", "--as-of", day, "--db", path).out)["policies"]
        assert policy["changes"] is not None
