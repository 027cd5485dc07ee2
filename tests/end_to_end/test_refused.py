"""GitHub answers, but refuses what is asked for: done in part, and nothing like an outage."""

from __future__ import annotations

from crawling import Landscape

from crawler.sandbox.faults import Fault, saml

ONE = "acme-00/widget-0"


def test_a_refusal_alone_is_in_part_and_no_outage(landscape: Landscape) -> None:
    landscape.strike(Fault(saml(ONE)))
    first = landscape.refresh("--only", ONE, code=3)
    assert "SAML" in first.err
    assert "nothing could be fetched" not in first.err
    landscape.strike()
    landscape.refresh("--only", ONE)
    assert landscape.repository(ONE)["status"] == "ok"
