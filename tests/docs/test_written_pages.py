"""What people wrote by hand names only what there is, and all of what it should."""

from __future__ import annotations

import re
import shlex
import tomllib
from contextlib import closing
from pathlib import Path

import click
import pytest
import yaml
from msgspec import structs

from crawler import errors
from crawler.cli import COMMANDS, cli
from crawler.errors import CrawlerError
from crawler.rules import EventRules
from crawler.seeds import check_seeds
from crawler.store import open_writer

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "crawler").rglob("*.py")))
NAMES = r"(?:GITHUB|CRAWLER)_[A-Z][A-Z_]+|[A-Z]+_API_KEY|OPENCOLLECTIVE_TOKEN"
VARIABLE = re.compile(rf"\b(?:{NAMES})\b")


def code_blocks(text: str) -> str:
    return "\n".join(re.findall(r"^```(?:sh|crontab)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE))


def command_lines() -> list[str]:
    """Every line of a shell block that calls the program, without what precedes and follows the call."""
    lines = code_blocks("\n".join(page.read_text(encoding="utf-8") for page in PAGES)).replace("\\\n", " ").splitlines()
    return sorted({match[0].strip() for line in lines if (match := re.search(r"\bcrawler [a-z][^|>#&]*", line))})


@pytest.mark.parametrize("line", command_lines())
def test_every_command_line_of_the_pages_is_one_that_the_program_takes(line: str) -> None:
    words = shlex.split(line)[1:]
    assert words[0] in COMMANDS
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None
    # Parsing alone: nothing is run.
    parent = click.Context(cli, **cli.context_settings)
    command.make_context(words[0], words[1:], parent=parent, resilient_parsing=False)


def test_every_option_that_the_pages_name_is_one_of_ours() -> None:
    commands = [cli, *(cli.get_command(click.Context(cli), name) for name in COMMANDS)]
    options = {option for command in commands if command for parameter in command.params for option in parameter.opts}
    named = {
        option
        for page in PAGES
        for inline in re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))
        for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", inline)
    }
    assert named - options - {"--help"} == set()


def test_the_sql_of_the_pages_runs() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    statements = ";".join(re.findall(r"^```sql\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)).split(";")
    assert len(statements) > 1
    with closing(open_writer(":memory:")) as connection:
        for statement in statements:
            connection.execute(statement)


def test_the_organisations_of_the_pages_make_a_sound_list(tmp_path: Path) -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    blocks = re.findall(r"^```yaml\n(organizations:\n.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    assert blocks
    for block in blocks:
        path = tmp_path / "seeds.yml"
        path.write_text(f"{block}categories: [{{name: A, subcategories: [{{name: B}}]}}]\n", encoding="utf-8")
        assert check_seeds(path) == []


def test_the_readme_shows_every_command() -> None:
    assert [name for name in COMMANDS if f"crawler {name}" not in README] == []


def test_the_readme_explains_every_exit_code() -> None:
    codes = {
        fault.exit_code
        for fault in vars(errors).values()
        if isinstance(fault, type) and issubclass(fault, CrawlerError)
    }
    table = README.split("## Exit codes")[1].split("\n## ")[0]
    # 1 is the root's own and never reaches a person; 4 and 130 are no error classes.
    assert set(map(int, re.findall(r"^\| (\d+) \|", table, flags=re.MULTILINE))) == (codes - {1}) | {0, 4, 130}


def test_settings_page_lists_the_variables_that_the_program_reads_and_no_other() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    read = set(re.findall(rf"""["']({NAMES})["']""", SOURCE))
    # The name alone is also a constant: the default address.
    assert set(VARIABLE.findall(page)) == read


def test_changes_page_lists_the_thresholds_with_their_defaults() -> None:
    page = (ROOT / "docs" / "changes.md").read_text(encoding="utf-8").split("## Thresholds")[1].split("\n## ")[0]
    listed = {
        name: [int(number) for number in numbers.split(", ")]
        for name, numbers in re.findall(r"^\| `(\w+)` \| ([\d, ]+) \|", page, flags=re.MULTILINE)
    }
    defaults = structs.asdict(EventRules())
    assert listed == {name: [*value] if isinstance(value, tuple) else [value] for name, value in defaults.items()}
    (example,) = re.findall(r"^```yaml\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    assert yaml.safe_load(example).keys() == {"events"}
    assert yaml.safe_load(example)["events"].keys() <= defaults.keys()


def test_dependencies_page_has_a_line_for_every_dependency_and_no_other() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[([^\]]+)\]", page, flags=re.MULTILINE)
    names = {re.split(r"[\[<>=~! ]", name)[0] for name in required} - {project["name"]}
    assert sorted(listed) == sorted(names)


def test_architecture_page_describes_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.name for path in (ROOT / "crawler").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert [room for room in sorted(rooms) if f"`{room}/`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
