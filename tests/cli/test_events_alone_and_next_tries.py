"""`--log-json` says nothing but events; `crawler status` says since when a subject fails, and when it is tried next."""

from __future__ import annotations

import json

import pytest
from crawling import Landscape

from crawler.sandbox.faults import Fault, saml
from crawler.sandbox.replies import bad_credentials

ONE = "acme-00/widget-0"


@pytest.mark.parametrize("trouble", ["none", "a failure", "no answer at all"])
def test_every_line_is_an_object_whatever_befalls(landscape: Landscape, trouble: str) -> None:
    code = {"none": 0, "a failure": 3, "no answer at all": 4}[trouble]
    if code:
        landscape.strike(Fault(saml(ONE) if code == 3 else bad_credentials()))
    done = landscape.refresh("--log-json", code=code)
    lines = done.err.splitlines()
    assert lines
    for line in lines:
        event = json.loads(line)
        assert event["at"] and event["event"]


def test_status_says_since_when_and_until_when(landscape: Landscape) -> None:
    landscape.refresh()
    landscape.strike(Fault(saml(ONE)))
    since = landscape.later(days=1)
    for _ in range(4):
        landscape.refresh(code=3)
        landscape.later(minutes=10)
    (row,) = landscape.rows("SELECT failing_since, next_try_at FROM fetches WHERE status = 'failed'")
    assert row[0] == since.strftime("%Y-%m-%dT%H:%M:%SZ") and row[1]
    (failure,) = json.loads(landscape.run("status", "--json").out)["failures"]
    assert (failure["failing_since"], failure["next_try_at"]) == row
    table = landscape.run("status").out
    assert all(moment[:16].replace("T", " ") in table for moment in row)
