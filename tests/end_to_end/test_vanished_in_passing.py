"""Null without any error, where GitHub has an answer: no proof of anything, so it is asked about once more."""

from __future__ import annotations

import pytest
from crawling import Landscape

from crawler.sandbox.faults import Fault, vanished

ONE = "acme-00/widget-0"


@pytest.mark.parametrize("operation", ["at the count", "at the commit"])
def test_a_first_commit_that_vanished_once_is_known_at_the_end(landscape: Landscape, operation: str) -> None:
    landscape.refresh("--source", "github")
    landscape.strike(Fault(vanished(ONE), after=0 if operation == "at the count" else 1, times=1))
    landscape.refresh("--source", "first_commit")
    first = landscape.world[ONE].first
    assert first and landscape.repository(ONE)["first_commit_oid"] == first.oid


def test_a_first_commit_that_stays_away_is_told_and_asked_again_in_the_next_run(landscape: Landscape) -> None:
    landscape.refresh("--source", "github")
    landscape.strike(Fault(vanished(ONE)))
    done = landscape.refresh("--source", "first_commit", code=None)
    landscape.strike()
    landscape.later(hours=1)
    landscape.refresh("--source", "first_commit")
    assert landscape.repository(ONE)["first_commit_oid"] is not None
    assert done.code == 3
