"""Which of our repositories a row of the past is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from crawler.importing.told import Who
from crawler.store.imported import Known


class Matching:
    """Finds repositories of the database by GitHub's number, else by a present name, else by a former one."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._known = {one.id: one for one in known}
        self._by_number = {one.database_id: one.id for one in self._known.values() if one.database_id is not None}
        self._by_name: dict[str, int] = {}
        # Who has a name now comes before who had it, and a repository whose name another one has taken comes last.
        for one in self._known.values():
            self._by_name.update({name.lower(): one.id for name in one.former_names})
        for one in sorted(self._known.values(), key=lambda one: not one.is_replaced):
            self._by_name[one.name.lower()] = one.id
        ours = sorted((one.id, one.name, one.origin or "", one.former_names) for one in self._known.values())
        self._ours = hashlib.sha256(repr(ours).encode()).hexdigest()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, who: Who) -> int | None:
        """Our key of the repository, None where it is none of ours."""
        if who.database_id in self._by_number:
            return self._by_number[who.database_id]
        for name in who.names:
            found = self._by_name.get(name.lower())
            # Two numbers are two repositories, whatever they are called.
            if found is not None and (who.database_id is None or self._known[found].database_id is None):
                return found
        return None

    def digest(self, content: str) -> str:
        """Tells contents apart, and whom they were matched with: after a change of the list all is read again."""
        return hashlib.sha256(f"{self._ours} {content}".encode()).hexdigest()
