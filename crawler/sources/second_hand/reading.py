"""What another host's answer about a repository comes to."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from crawler.model import Observation, Outcome, Repository, Subject
from crawler.sources.checked import Checked
from crawler.sources.github.licenses import NOASSERTION, known_license


def read_figures(
    subject: Subject, payload: dict[str, Any], observation: Observation, checked: Checked, keys: dict[str, str]
) -> Outcome:
    """Stars, forks, licence and description; without a count of stars the host does not know the repository.

    `keys` say under which key each stands, and by which word a licence goes that nobody recognised.
    """
    stars, forks = (checked.count(field, payload, keys[field]) for field in ("stars", "forks"))
    told = checked.name("license_spdx", payload, "license")
    if stars is None or stars is UNSET:
        return Outcome(subject=subject, status="unknown", refused_values=checked.refused)
    license_ = known_license(NOASSERTION if told == keys["unrecognised"] else told) if isinstance(told, str) else None
    record = Repository(
        stars=stars,
        forks=forks,
        license_spdx=license_.spdx if license_ else UNSET,
        license_expression=license_.expression if license_ else UNSET,
        license_name=license_.name if license_ else UNSET,
        license_osi_approved=license_.is_osi_approved if license_ else UNSET,
        description=checked.text("description", payload, "description"),
    )
    return Outcome(subject=subject, status="ok", record=record, observation=observation, refused_values=checked.refused)
