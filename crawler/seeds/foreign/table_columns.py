"""What the columns of a table hold, by their names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from crawler.seeds.findings import Findings, short
from crawler.seeds.foreign.addresses import address_of, is_repository
from crawler.seeds.foreign.nodes import text

REPOSITORY = "repository"
URL = "url"
OWNER = "owner"
KEYS = {
    REPOSITORY: (
        "repository repo repository_url repo_url repository_link repo_link repo_name repository_name name_with_owner"
        " full_name github github_url github_repo github_repository github_link gitlab gitlab_url git git_url"
        " source source_url source_code source_code_url code"
    ),
    URL: "url link address html_url web_url",
    "name": "name item title tool software library product",
    "homepage_url": "homepage homepage_url website website_url site web home_page",
    "description": "description desc summary about",
    "category": "category section topic",
    "subcategory": "subcategory sub_category subsection",
    "license": "license licence spdx",
    "branch": "branch",
    "logo": "logo",
    "crunchbase": "crunchbase crunchbase_url",
    "organization": "organization organisation company",
    "project": "maturity",
    "twitter": "twitter",
    OWNER: "owner repo_owner repository_owner github_owner owner_login login user username account org github_org",
}
_KEY_OF = {word: key for key, words in KEYS.items() for word in words.split()}


_SLUG = re.compile(r"[A-Za-z0-9._-]{1,100}")


def is_header(cells: Sequence[str]) -> bool:
    """Whether the cells of a row are names of columns."""
    return any(_key(cell) for cell in cells) and not any(map(leads_somewhere, cells))


def columns_of(rows: Sequence[Sequence[str]], line: int, findings: Findings, cure: str) -> list[str | None]:
    """The key of each column, by the first rows, whose first one stands at that line; None: it is not read."""
    first = rows[0]
    if not is_header(first):
        found = Counter(at for row in rows for at, cell in enumerate(row) if leads_somewhere(cell))
        best = found.most_common(1)[0][0] if found else 0
        if max(map(len, rows)) > 1:
            problem = f"the table has no header: only the addresses in column {best + 1} are read"
            findings.notice(text("", line), "", problem, cure)
        return [None] * best + [REPOSITORY]
    columns = [_key(cell) for cell in first]
    if OWNER in columns:
        columns = _with_owner(columns, rows[1:])
    own = "project" if "name" in columns else "name"
    if own not in columns:
        # Beside a name it says how mature the item is.
        columns = [own if cell.lower() == "project" else key for cell, key in zip(first, columns, strict=True)]
    unread = [cell for cell, key in zip(first, columns, strict=True) if key is None and cell]
    if unread:
        problem = f"no column of this name is read: {short(', '.join(unread), 200)}"
        findings.notice(text("", line), "", problem, f"known are {', '.join(key for key in KEYS)}")
    return columns


def in_full(owner: str, repository: str) -> str:
    """`owner/name` where an owner stands in a column of its own, else the repository as it is."""
    return f"{owner}/{repository}" if _SLUG.fullmatch(owner) and _SLUG.fullmatch(repository) else repository


def _with_owner(columns: list[str | None], rows: Sequence[Sequence[str]]) -> list[str | None]:
    """The columns with that of the owner only if the repositories beside it need one."""
    if REPOSITORY not in columns and URL not in columns:
        # `owner,name`, as GitHub's API has it.
        columns = [REPOSITORY if key == "name" else key for key in columns]
    if REPOSITORY in columns:
        owner, repository = columns.index(OWNER), columns.index(REPOSITORY)
        cells = [(row[owner], row[repository]) for row in rows if len(row) > max(owner, repository)]
        if any(in_full(*pair) != pair[1] for pair in cells):
            return columns
    return [None if key == OWNER else key for key in columns]


def _key(cell: str) -> str | None:
    return _KEY_OF.get(re.sub(r"[^a-z]+", "_", cell.strip().lower()).strip("_"))


def leads_somewhere(cell: str) -> bool:
    """Whether a cell holds an address; short forms count."""
    url = address_of(cell)
    return url is not None and ("://" in cell or is_repository(url))
