"""Names are asked about a handful at a time, and no more once nobody may ask."""

from __future__ import annotations

import asyncio

import pytest

from crawler.errors import Stop
from crawler.fetch.engine import Engine
from crawler.fetch.request import Forgetful
from crawler.model import Outcome, Subject
from crawler.repair import asking
from crawler.repair.asking import Asked, ask
from crawler.settings import SANDBOX

NAMES = [f"a/{number}" for number in range(60)]


def answers(lines: list[str]) -> Asked:
    return asyncio.run(ask(NAMES, None, SANDBOX, sandbox=False, memory=Forgetful(), say=lines.append))


def test_eight_are_under_way_at_once_and_long_ones_say_how_far_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    all_here = asyncio.Event()
    waiting: list[str] = []

    async def confirm(subject: Subject, engine: Engine) -> Outcome:
        waiting.append(subject.name)
        if len(waiting) == 8:
            all_here.set()
        async with asyncio.timeout(10):
            await all_here.wait()
        return Outcome(subject=subject, status="private")

    monkeypatch.setattr(asking, "confirm", confirm)
    lines: list[str] = []
    found = answers(lines).answers
    assert [one.asked for one in found] == NAMES and {one.problem for one in found} == {"it is private"}
    assert lines and all(" of 60 repositories" in line for line in lines)


def test_nobody_is_asked_after_a_stop_and_what_was_answered_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def confirm(subject: Subject, engine: Engine) -> Outcome:
        asked.append(subject.name)
        if len(asked) > 1:
            raise Stop("GitHub fails at every request")
        return Outcome(subject=subject, status="private")

    monkeypatch.setattr(asking, "confirm", confirm)
    found = answers([]).answers
    assert len(asked) <= 16
    assert [one.problem for one in found] == ["it is private", *["GitHub fails at every request"] * 59]
