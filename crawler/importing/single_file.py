"""A landscape file with figures that no git repository keeps: one day of history, which it tells itself."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from crawler.importing import processed
from crawler.importing.told import MAX_BYTES, History, Snapshot, Tally, Told, Unreadable, nothing_there

ENDINGS = (".yml", ".yaml", ".json")
_CURE = "name the file in its git repository, whose commits have days; docs/history-import.md describes what is read"


def history(path: str, data: bytes) -> History:
    """The figures of a file, on the day that it tells. UsageFault where it tells none, or is no such file."""
    if len(data) > MAX_BYTES:
        raise nothing_there(Path(path), f"is larger than {MAX_BYTES >> 20} MiB", "check that it is a landscape")
    try:
        day = processed.day_told(data)
    except Unreadable as reason:
        raise nothing_there(Path(path), f"cannot be read ({reason})", _CURE) from None
    if day is None:
        told = "neither 'updated_at' (landscapeapp) nor 'generated_at' (landscape2)"
        raise nothing_there(Path(path), f"does not say of which day its figures are: it has {told}", _CURE)

    def read(tally: Tally) -> Told | None:
        try:
            told = processed.read(data, tally)
        except Unreadable as reason:
            tally.unreadable[path] = str(reason)
            return None
        # What landscape2 tells without a day could be of any.
        has_days = any(row.day for row in told.rows)
        return msgspec.structs.replace(told, rows=[row for row in told.rows if row.day]) if has_days else told

    # As git names such a content: whether it comes from there or from here, it is the same.
    digest = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    return History(source=processed.SOURCE, snapshots=[Snapshot(day=day, read=read, digest=digest)])
