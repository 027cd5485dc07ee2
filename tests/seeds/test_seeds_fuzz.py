"""Whatever a file holds, reading it ends in a list or in findings with file and line, never in another error."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from hostile import VALUES, spoilt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.errors import SeedsFault
from crawler.listed import Seeds
from crawler.seeds import check_seeds, read_seeds

ENOUGH = settings(
    deadline=None, derandomize=True, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Write = Callable[[str | bytes], Path]

VALID = """\
name: Made up
groups:
  - name: All
    categories: [Widgets]
categories:
  - name: Widgets
    subcategories:
      - name: Round
        items:
          - name: Widget
            description: A widget
            homepage_url: https://widget.example
            repo_url: https://github.com/acme/widget
            additional_repos:
              - repo_url: https://github.com/acme/more
                branch: main
            former_repo_urls: [https://github.com/acme/old]
            crunchbase: https://www.crunchbase.com/organization/acme
            organization: acme
            project: sandbox
            logo: widget.svg
            license: MIT
            second_path: [Widgets / Round]
            aliases: [Gadget]
            extra: {x: 1}
organizations:
  - id: acme
    name: Acme
    kind: company
    parent: acme-group
    homepage_url: https://acme.example
    ticker: ACME
    figures:
      - measure: funding_round
        amount: 14000000
        currency: USD
        as_of: 2020-01
        source_url: https://news.example/acme
  - id: acme-group
    name: Acme Group
"""
TREE = yaml.safe_load(VALID)
PIECES = (
    "- ",
    ": ",
    "  ",
    "\n",
    "{",
    "}",
    "[",
    "]",
    "&a",
    "*a",
    "!!int",
    "<<",
    '"',
    "'",
    "|\n",
    "#",
    "\t",
    "\x85",
    "%",
    "?",
    "\x00",
)


def read(path: Path) -> None:
    """Both ways of reading say the same; what they say names file and line, in printable words."""
    findings = check_seeds(path)
    for finding in findings:
        assert finding.path == str(path) and finding.line >= 0 and finding.problem
        told = str(finding).removeprefix(str(path))
        assert told.isprintable()
        assert re.match(r":\d+:\d+: ", told)
    faults = [finding for finding in findings if finding.severity == "fault"]
    try:
        seeds = read_seeds(path)
    except SeedsFault as fault:
        assert faults and list(fault.findings) == findings
    else:
        assert isinstance(seeds, Seeds) and not faults


def test_the_pattern_is_a_list(write: Write) -> None:
    assert [finding for finding in check_seeds(write(VALID)) if finding.severity == "fault"] == []


@ENOUGH
@given(content=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes(write: Write, content: bytes) -> None:
    read(write(content))


@ENOUGH
@given(data=st.data())
def test_a_list_with_other_text_in_it(write: Write, data: st.DataObject) -> None:
    text = VALID
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 20))
        text = text[:at] + data.draw(st.sampled_from(PIECES) | st.text(max_size=5)) + text[at + length :]
    read(write(text.encode("utf-8", "replace")))


@ENOUGH
@given(tree=spoilt(TREE) | VALUES)
def test_a_list_with_other_values_in_it(write: Write, tree: Any) -> None:
    try:
        text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)
        content = text.encode()
    except UnicodeEncodeError:
        return
    read(write(content))
