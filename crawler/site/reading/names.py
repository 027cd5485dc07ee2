"""Names of organisations that only a source tells whose word is not for publication, and what stands for them."""

from __future__ import annotations

import sqlite3
from urllib.parse import urlsplit

from crawler.store.restricted import RESTRICTED_SOURCES

_NAMED = """
SELECT o.id, f.field, f.value FROM organizations o
LEFT JOIN organization_facts f ON f.organization_id = o.id AND f.field IN ('name', 'homepage')
  AND f.value IS NOT NULL AND f.licence_class <> 'restricted'
WHERE o.found_by IN ({sources})
ORDER BY o.id, f.field, f.id
"""


def names_in_place(connection: sqlite3.Connection) -> dict[str, str]:
    """By id of an organisation that such a source found the name that another one tells, else its homepage's host,
    else its id.
    """
    found: dict[str, str] = {}
    # Names come after homepages, and the newest last.
    for organization_id, field, value in connection.execute(_NAMED.format(sources=RESTRICTED_SOURCES)):
        name = value if field == "name" else urlsplit(value).netloc if field else ""
        found[organization_id] = name or found.get(organization_id) or organization_id
    return found
