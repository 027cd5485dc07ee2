"""The registry: a module in `policies` is a policy, under its own name."""

from __future__ import annotations

from pathlib import Path

from crawler.figures import policies as package
from crawler.figures.policies import policies


def test_every_module_is_a_policy_of_its_name():
    modules = {path.stem for path in Path(package.__path__[0]).glob("*.py")} - {"__init__"}
    assert {policy.name for policy in policies()} == modules
    assert {"group_cap_v1", "legacy_landscape_v1"} <= modules


def test_every_total_and_line_names_its_policy(landscape):
    landscape.category("run")
    landscape.organization("x", ticker="X", token_id="x")
    landscape.figure("x", "market_cap", "1")
    landscape.figure("x", "acquisition_price", "1")
    landscape.project("p", "run--all", organization="x", repositories=(landscape.repository("o/a"),))
    figures = landscape.compute()
    names = {policy.name for policy in policies()}
    assert {line.policy for line in figures.lines} == names
    assert {total.policy for total in figures.totals} == {"", *names}
