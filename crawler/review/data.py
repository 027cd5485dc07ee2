"""A review as data."""

from __future__ import annotations

from typing import Any

import msgspec

from crawler.listed import Finding, SeedProject
from crawler.review.comparing import Entry
from crawler.review.judging import Judged
from crawler.review.model import Review


def as_data(review: Review) -> dict[str, Any]:
    """What `--json` prints; facts are under the names of the columns of `repositories`."""
    compared = review.comparison
    return {
        "path": review.path,
        "exit_code": review.exit_code,
        "faults": [_finding(one) for one in review.faults],
        "notices": [_finding(one) for one in review.notices],
        "new": [_judged(one) for one in review.judged if one.change is None],
        "changed": [_judged(one) for one in review.judged if one.change is not None],
        "removed": [_entry(one) for one in compared.removed] if compared else [],
        "moved": compared.moved if compared else None,
        "unchanged": compared.unchanged if compared else None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {field: getattr(finding, field) for field in finding.__struct_fields__}


def _entry(entry: Entry) -> dict[str, Any]:
    return _project(entry.project) | {"place": entry.place}


def _project(project: SeedProject) -> dict[str, Any]:
    return {
        "project_id": project.id,
        "name": project.name,
        "line": project.line,
        "homepage_url": project.homepage_url,
        "repositories": [one.name_with_owner for one in project.repositories],
        "other_repository_urls": list(project.other_repository_urls),
    }


def _judged(one: Judged) -> dict[str, Any]:
    told = {
        "facts": {
            repository.name_with_owner: msgspec.structs.asdict(facts) if facts else None
            for repository, facts in zip(one.repositories, one.facts, strict=True)
        },
        "remarks": [{"severity": remark.severity, "text": remark.text} for remark in one.remarks],
    }
    if one.change:
        told["before"] = _project(one.change.before)
    return _entry(one.entry) | told
