"""Which collective at Open Collective is an organisation's, by the sponsor buttons of its repositories."""

from __future__ import annotations

import re
import sqlite3

_LINKS = """
SELECT f.url, p.organization_id
FROM funding_links f
JOIN repositories r ON r.id = f.repository_id AND r.status = 'ok' AND r.origin = ?
JOIN project_repositories pr ON pr.repository_id = f.repository_id
JOIN projects p ON p.id = pr.project_id AND p.removed_at IS NULL
LEFT JOIN organizations o ON o.id = p.organization_id
WHERE f.platform = 'OPEN_COLLECTIVE' AND o.removed_at IS NULL
"""
_PAGE = re.compile(r"https://opencollective\.com/([a-z0-9][a-z0-9_-]*)/?", re.IGNORECASE)


def collectives(connection: sqlite3.Connection, origin: str) -> dict[str, str]:
    """The slug of each organisation of the list that has just one, which is nobody else's.

    A button counts for an organisation if every project with such a button is its own: money that several ask for
    belongs to none of them alone. What the list gives to one is no other's. Where the buttons of its repositories
    name several collectives, none of them is the organisation's.
    """
    listed = (
        "SELECT opencollective_slug FROM organizations WHERE opencollective_slug IS NOT NULL AND removed_at IS NULL"
    )
    taken = {str(slug).lower() for (slug,) in connection.execute(listed)}
    owners: dict[str, set[str | None]] = {}
    for url, organization_id in connection.execute(_LINKS, [origin]):
        if page := _PAGE.fullmatch(url):
            owners.setdefault(page[1].lower(), set()).add(organization_id)
    slugs: dict[str, list[str]] = {}
    for slug, organizations in owners.items():
        (first, *others) = organizations
        if first is not None and not others and slug not in taken:
            slugs.setdefault(first, []).append(slug)
    return {organization_id: found[0] for organization_id, found in slugs.items() if len(found) == 1}
