"""Ids of what has none of its own: slugs of names, made longer only where names are shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from crawler.seeds.names import slug


class Ids:
    """The ids of one kind that are taken."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._numbers: dict[str, int] = {}

    def __contains__(self, own_id: str) -> bool:
        return own_id in self._taken

    def take(self, wanted: str) -> str:
        """The wanted id, with `-2`, `-3` … behind it where it is taken already."""
        own_id = wanted
        while own_id in self._taken:
            number = self._numbers[wanted] = self._numbers.get(wanted, 1) + 1
            own_id = f"{wanted}-{number}"
        self._taken.add(own_id)
        return own_id


def project_ids(items: Sequence[tuple[str | None, str, str]]) -> list[str]:
    """One id for each item, given as its own `id:` (or None), its name and the id of its subcategory.

    The slug of the name, where no other item has it; else with the subcategory's slug before it, else with the
    category's too; what is still equal is numbered in the file's order.
    """
    found = [own_id for own_id, _, _ in items]
    candidates = [_candidates(name, subcategory_id) for _, name, subcategory_id in items]
    taken = {own_id for own_id in found if own_id}
    pending = [index for index, own_id in enumerate(found) if own_id is None]
    # The shortest form counts the items with an id of their own too, so that adding one moves no other item's id.
    counted: Iterable[int] = range(len(items))
    for length in range(3):
        number = Counter(candidates[index][length] for index in counted)
        for index in pending:
            wanted = candidates[index][length]
            if number[wanted] == 1 and wanted not in taken:
                found[index] = wanted
        taken.update(own_id for own_id in found if own_id)
        counted = pending = [index for index in pending if found[index] is None]
    ids = Ids(taken)
    return [own_id or ids.take(candidates[index][2]) for index, own_id in enumerate(found)]


def _candidates(name: str, subcategory_id: str) -> tuple[str, str, str]:
    own = slug(name)
    return own, f"{subcategory_id.rpartition('--')[2]}--{own}", f"{subcategory_id}--{own}"
