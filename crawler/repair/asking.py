"""Asks GitHub about the repositories that are to be added to a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from msgspec import Struct

from crawler.errors import Stop
from crawler.fetch.engine import Endpoint, Engine
from crawler.fetch.request import Memory, Terms
from crawler.fetch.together import together
from crawler.model import Repository, Subject
from crawler.settings import Settings
from crawler.sources.github.confirm import confirm
from crawler.sources.github.owned import Owned, owned_by

WORTH_TELLING = 25
"""After so many answers it is told how far it is."""
_STATES = {
    "missing": "GitHub knows no such repository, or shows it to nobody",
    "blocked": "GitHub has blocked it",
    "private": "it is private",
}


class Answer(Struct, frozen=True):
    """What GitHub says of a name: a repository, or why there is none."""

    asked: str
    repository: Repository | None
    problem: str = ""


class Asked(Struct, frozen=True):
    """The answers about names in their order, and about an account where one was asked about."""

    answers: tuple[Answer, ...]
    owned: Owned | None = None


async def ask(
    names: Sequence[str],
    org: str | None,
    settings: Settings,
    *,
    sandbox: bool,
    memory: Memory,
    say: Callable[[str], None],
) -> Asked:
    """The answers about the repositories `names` and the account `org`; what is not answered is a problem of its own.

    With `sandbox` the recorded figures answer.
    """
    with ExitStack() as stack:

        def endpoint() -> Endpoint:
            if not sandbox:
                return Endpoint(settings.github_api_url, settings.github_graphql_url)
            # Imported here: only a sandbox needs a server.
            from crawler.sandbox import SandboxServer, recorded_world

            server = stack.enter_context(SandboxServer(recorded_world()))
            return Endpoint(server.api_url, server.graphql_url)

        terms = Terms(reserve=settings.reserve, is_paced=not sandbox)
        engine = Engine(
            endpoint=endpoint,
            tokens=settings.tokens,
            app_key=settings.app,
            contact=settings.contact,
            terms=terms,
            memory=memory,
            say=say,
        )
        async with engine:
            return Asked(await _answers(names, engine, say), await _owned(org, engine))


async def _answers(names: Sequence[str], engine: Engine, say: Callable[[str], None]) -> tuple[Answer, ...]:
    """The answers in the order of the names; once GitHub as a whole is not to be asked, the rest is not asked."""
    found: dict[str, Answer] = {}
    told = 0
    try:
        async for answers in together(names, lambda name: _answer(name, engine)):
            found |= {answer.asked: answer for answer in answers}
            if len(found) - told >= WORTH_TELLING and len(found) < len(names):
                told = len(found)
                say(f"crawler: GitHub has answered about {told:,} of {len(names):,} repositories")
    except Stop as stop:
        found = {name: Answer(name, None, str(stop)) for name in names} | found
    return tuple(found[name] for name in names)


async def _answer(name: str, engine: Engine) -> Answer:
    """Raises Stop."""
    outcome = await confirm(Subject(source="github", name=name), engine)
    if isinstance(outcome.record, Repository):
        return Answer(name, outcome.record)
    return Answer(name, None, outcome.error or _STATES.get(outcome.status or "", "no answer"))


async def _owned(org: str | None, engine: Engine) -> Owned | None:
    try:
        return await owned_by(org, engine) if org else None
    except Stop as stop:
        return Owned(error=str(stop))
