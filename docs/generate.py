"""Writes the pages that follow from the code: classes of answers, the command reference, the database dictionary.

`make docs` (or `python -m docs.generate`) writes them; a test compares them with what would be written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
from click.testing import CliRunner

from crawler.cli import COMMANDS, cli
from crawler.fetch.verdicts import ACTIONS, TABLE
from crawler.store import open_writer
from crawler.store.dictionary import Description, load_dictionary

DOCS = Path(__file__).parent
WIDTH = 100
"""Columns of the help texts, whatever the terminal is."""

ANSWERS_INTRODUCTION = """\
Every answer of every host falls into one class, and the class decides what is done. The class stands in the log
(`crawler refresh -v`, `kind=…`). Nothing that happens here changes a figure: a request that failed leaves what is
stored as it is. An answer that asks to wait is obeyed whatever else it is, by all that use the same credentials, in
later runs, too; at the end of the wait one request goes out alone. A run sits out waits of up to an hour of GitHub's,
without a token of up to a minute, and of two minutes of others; past that it ends there, and later runs go on.
"""

COMMANDS_INTRODUCTION = """\
Data goes to standard output, everything else to standard error. The exit codes stand in the
[README](../README.md#exit-codes), the environment variables in [settings.md](settings.md).
"""

DATABASE_INTRODUCTION = """\
`landscape.db` is one SQLite file. `NULL` is "not known"; zero is zero. Times are ISO 8601 text in UTC, days are
`YYYY-MM-DD`, money is decimal text beside its currency, lists are JSON. The version of the schema stands in
`PRAGMA user_version`.
"""


def pages() -> dict[str, str]:
    """The text of every generated page, by file name."""
    return {"answers.md": answers_page(), "commands.md": commands_page(), "database.md": database_page()}


def answers_page() -> str:
    """What is done about each class of answer, from the one table that decides it."""
    actions = [f"| `{action}` | {meaning} |" for action, meaning in ACTIONS.items()]
    rows = [f"| {kind} | {row.signs} | `{row.action}` |" for kind, row in TABLE.items()]
    return "\n".join(
        [
            "# Answers\n",
            _generated("the table in crawler/fetch/verdicts.py"),
            ANSWERS_INTRODUCTION,
            "| action | what is done |",
            "|---|---|",
            *actions,
            "\n## Classes of answers\n",
            "| class | told by | action |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def commands_page() -> str:
    """The command reference: `--help` of the program and of every command, as it is printed."""
    parts = [
        "# Commands\n",
        _generated("the help texts of the commands"),
        COMMANDS_INTRODUCTION,
    ]
    for words in (["crawler"], *(["crawler", name] for name in COMMANDS)):
        parts += _command_section(words)
    return "\n".join(parts)


def database_page() -> str:
    """The database dictionary: every view, table and column in words, with types, keys and references."""
    words = load_dictionary()
    with closing(open_writer(":memory:")) as connection:
        return "\n".join(
            [
                "# The database\n",
                _generated("crawler/store/schema.sql and dictionary.yml"),
                DATABASE_INTRODUCTION,
                "## Views\n",
                *(_view_section(name, text) for name, text in words.views.items()),
                "## Tables\n",
                *(_table_section(connection, name, text) for name, text in words.tables.items()),
            ]
        )


def _generated(source: str) -> str:
    return f"<!-- Written by `make docs` from {source}: change those, not this page. -->\n"


def _command_section(words: list[str]) -> Iterator[str]:
    """The help of a command and, if it is a group, of the commands in it."""
    yield f"## {' '.join(words)}\n"
    yield f"```text\n{_help(words[1:])}\n```\n"
    command = _find(words[1:])
    if len(words) > 1 and isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            yield from _command_section([*words, name])


def _help(arguments: list[str]) -> str:
    result = CliRunner().invoke(cli, [*arguments, "--help"], prog_name="crawler", terminal_width=WIDTH)
    if result.exception:
        raise result.exception
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())


def _find(names: list[str]) -> click.Command:
    command: click.Command = cli
    for name in names:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    return command


def _view_section(name: str, words: Description) -> str:
    """A view: its heading, its description, and a row for each column."""
    # No types: what SQLite says about the columns of a view differs from version to version.
    lines = [*_heading(name, words), "| column | meaning |", "|---|---|"]
    lines += [f"| `{column}` | {meaning} |" for column, meaning in words.columns.items()]
    return "\n".join(lines) + "\n"


def _table_section(connection: sqlite3.Connection, name: str, words: Description) -> str:
    """A table: as a view, with types, keys and references."""
    references = {
        row["from"]: f"[{row['table']}.{row['to']}](#{row['table']})"
        for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')
    }
    lines = [*_heading(name, words), "| column | type | meaning |", "|---|---|---|"]
    for column in connection.execute(f'PRAGMA table_info("{name}")'):
        kind = [column["type"].lower() or "any"]
        kind += ["key"] if column["pk"] else []
        kind += ["never NULL"] if column["notnull"] and not column["pk"] else []
        kind += [f"→ {references[column['name']]}"] if column["name"] in references else []
        lines.append(f"| `{column['name']}` | {', '.join(kind)} | {words.columns[column['name']]} |")
    return "\n".join(lines) + "\n"


def _heading(name: str, words: Description) -> tuple[str, str]:
    return f"### {name}\n", f"**{words.title}.** {words.description}\n"


def main() -> None:
    """Write every generated page."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
