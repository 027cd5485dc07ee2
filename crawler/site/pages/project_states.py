"""What state a project is in: off the list, archived, gone, renamed, never asked about, or without a repository."""

from __future__ import annotations

import sqlite3

from markupsafe import Markup
from msgspec import Struct

from crawler.export import rows
from crawler.site.asked import Asked
from crawler.site.reading.projects import Listed
from crawler.site.rendering import name

KINDS = {"is_fork": "fork", "is_mirror": "mirror", "is_template": "template"}
FORMER_SHOWN = 5


class State(Struct, frozen=True, kw_only=True):
    """A state in a word or two, and in a sentence; `is_bad`: figures of it say little about today."""

    word: str
    sentence: str | Markup
    is_bad: bool = False


def states_of(asked: Asked, listed: Listed, row: sqlite3.Row | None) -> list[State]:
    """Everything unusual about a project, what weighs most first; nothing where it is like most."""
    found = []
    if listed.removed_at:
        found.append(_state(asked, "removed", is_bad=True, day=listed.removed_at[:10]))
    if row is None:
        return [*found, _state(asked, "no_repository")]
    if row["status"] not in {None, "ok"}:
        is_bad = row["status"] not in {"empty", "unknown"}
        found.append(_state(asked, row["status"], is_bad=is_bad, day=row["missing_since"] or "", note=_note(row)))
    elif row["status"] is None:
        is_told = row["figures_source"] is not None
        found.append(_state(asked, "not_asked_second_hand" if is_told else "not_asked"))
    if row["is_archived"]:
        found.append(
            _state(asked, "archived_on" if row["archived_at"] else "archived", day=(row["archived_at"] or "")[:10])
        )
    former = _former(asked, row)
    if former:
        sentence = Markup("{} {}").format(
            asked.texts("project.state.renamed.text"), Markup(", ").join(map(name, former))
        )
        found.append(State(word=asked.texts("project.state.renamed"), sentence=sentence))
    found += [_state(asked, word) for column, word in KINDS.items() if row[column]]
    return found


def _state(asked: Asked, what: str, *, is_bad: bool = False, day: str = "", note: str = "") -> State:
    sentence = asked.texts(f"project.state.{what}.text", day=day)
    if note:
        return State(
            word=asked.texts(f"project.state.{what}"),
            sentence=Markup("{} {}").format(sentence, name(note)),
            is_bad=is_bad,
        )
    return State(word=asked.texts(f"project.state.{what}"), sentence=sentence, is_bad=is_bad)


def _note(row: sqlite3.Row) -> str:
    return f"({row['status_note']})" if row["status_note"] else ""


def _former(asked: Asked, row: sqlite3.Row) -> list[str]:
    """Names that the repository had, and the one under which the list still has it."""
    known = rows.former_names(asked.connection, row["id"])
    names = dict.fromkeys(known if row["seeded_name"] in known else [*known, row["seeded_name"]])
    now = row["name_with_owner"].casefold()
    return [one for one in names if one.casefold() != now][:FORMER_SHOWN]
