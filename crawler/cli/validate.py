"""`crawler validate`: every fault and notice of a seeds file, with its line and the cure."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from crawler.cli.options import json_option, seeds_argument, seeds_path
from crawler.listed import Finding, Seeds


@click.command()
@seeds_argument
@json_option
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the format, for editors, and check nothing.")
def command(seeds: Path | None, *, as_json: bool, schema: bool) -> None:
    """Check a seeds file: every fault and notice with its line and the cure.

    SEEDS is the file (- for standard input), else CRAWLER_SEEDS, else ./seeds.yml: a landscape.yml, a best-of
    projects.yaml, a Markdown list, a table or plain lines. Ends with 0, or with 2 if there is a fault; notices do not
    count.

    \b
    Example:
      crawler validate
      crawler validate landscape.yml --json
      curl -s https://example.org/README.md | crawler validate -
      crawler validate --schema > seeds.schema.json
    """
    if schema:
        from importlib import resources

        click.echo(resources.files("crawler.seeds").joinpath("schema.json").read_text(encoding="utf-8"), nl=False)
        return
    # Imported where it is needed: checking a list is to take little more time than starting Python.
    from crawler.seeds import load_seeds
    from crawler.seeds.text import spoken_path

    path = seeds_path(seeds)
    loaded, findings = load_seeds(path)
    click.echo(_as_json(findings) if as_json else _as_lines(findings), nl=False)
    click.echo(_summary(spoken_path(path), loaded, findings), err=True)
    if loaded is None:
        click.get_current_context().exit(2)


def _as_lines(findings: list[Finding]) -> str:
    """One line each, faults first."""
    ordered = sorted(findings, key=lambda finding: finding.severity != "fault")
    return "".join(f"{_line(finding)}\n" for finding in ordered)


def _line(finding: Finding) -> str:
    """The finding as it prints itself; a notice is marked as one behind its position, where editors expect that."""
    if finding.severity == "fault":
        return str(finding)
    position = f"{finding.path}:{finding.line}:{finding.column}: "
    return f"{position}notice: {str(finding).removeprefix(position)}"


def _as_json(findings: list[Finding]) -> str:
    rows = [{field: getattr(finding, field) for field in finding.__struct_fields__} for finding in findings]
    return f"{json.dumps(rows, indent=2, ensure_ascii=False)}\n"


def _summary(path: str, seeds: Seeds | None, findings: list[Finding]) -> str:
    number = Counter(finding.severity for finding in findings)
    verdict = f"{_count(number['fault'], 'fault')}, {_count(number['notice'], 'notice')}"
    if seeds is None:
        return f"{path}: {verdict}"
    repositories = {one.name_with_owner.lower() for project in seeds.projects for one in project.repositories}
    categories = "1 category" if len(seeds.categories) == 1 else f"{len(seeds.categories):,} categories"
    return (
        f"{path}: {_count(len(seeds.projects), 'project')} in {categories}, "
        f"{len(repositories):,} {'repository' if len(repositories) == 1 else 'repositories'}, "
        f"{_count(len(seeds.organizations), 'organisation')}; {verdict}"
    )


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}" if number else f"no {thing}s"
