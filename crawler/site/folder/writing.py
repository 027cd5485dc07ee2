"""The folder on disk: what may be written there, in which steps, and what of a former export goes."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from msgspec import Struct

from crawler.errors import UsageFault

MARKER = ".landscape-site.json"
"""Says that the folder is ours, and which files in it."""
STAGE = ".landscape-site.part"
"""Where new files wait until all of them are there."""
_NOT_OURS = frozenset((".git", "CNAME"))
"""What a folder may hold that is otherwise empty: it is then the branch of a site."""
_SHOWN = 3


class Kind(Struct, frozen=True):
    """What a folder is written for: each export goes into folders of its own kind alone."""

    what: str
    """As messages call it."""
    marker: str
    file: re.Pattern[str]
    """What one of its files can be called."""


SITE = Kind("site", MARKER, re.compile(r"\.nojekyll|[a-z0-9][a-z0-9._~-]*(/[a-z0-9][a-z0-9._~-]*)?"))


class Folder:
    """A folder that is ours to write to. New files wait beside it in `stage`; `finish` puts them in their places."""

    def __init__(self, root: Path, kind: Kind) -> None:
        self.root, self.stage, self._kind = root, root / STAGE, kind
        self.former = _read_marker(root, kind)

    def finish(self, files: Iterable[str]) -> tuple[int, int, int]:
        """Put the staged files in their places, and delete those of the former export that are not among `files`.

        Gives how many are new, changed and deleted. Cut off in the middle it leaves a site all of whose links work, of
        old and new pages, and the next one goes on. UsageFault, before anything was changed, where a file that is not
        ours stands in the way.
        """
        files = frozenset(files)
        self._check_way(files)
        staged = [file for file in sorted(files) if (self.stage / file).is_file()]
        if lost := sorted(file for file in files.difference(staged) if not (self.root / file).is_file()):
            raise UsageFault(
                f"{self.root / lost[0]} was taken away while the {self._kind.what} was written", cure="run it again"
            )
        self._mark(files | self.former)
        # What pages lead to comes first, the home page last.
        for file in sorted(staged, key=lambda file: (not file.startswith("assets/"), -file.count("/"), file)):
            (self.root / file).parent.mkdir(parents=True, exist_ok=True)
            (self.stage / file).replace(self.root / file)
        gone = self.former - files
        for file in gone:
            (self.root / file).unlink(missing_ok=True)
        for directory in sorted(_directories(gone), reverse=True):
            with suppress(OSError):  # it holds other files
                (self.root / directory).rmdir()
        self._mark(files)
        changed = len(self.former.intersection(staged))
        return len(staged) - changed, changed, len(gone)

    def _check_way(self, files: frozenset[str]) -> None:
        for directory in sorted(_directories(files | self.former)):
            path = self.root / directory
            if path.is_symlink() or (path.exists() and not path.is_dir()):
                raise self._in_the_way(path)
        for file in sorted(files - self.former):
            if os.path.lexists(self.root / file):
                raise self._in_the_way(self.root / file)
        for file in sorted(self.former):
            if (self.root / file).is_dir():
                raise self._in_the_way(self.root / file)

    def _mark(self, files: frozenset[str]) -> None:
        text = json.dumps({"made_by": "landscape-crawler", "files": sorted(files)}, indent=1) + "\n"
        path = self.root / self._kind.marker
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return
        part = self.stage / self._kind.marker
        part.write_text(text, encoding="utf-8")
        part.replace(path)

    def _in_the_way(self, path: Path) -> UsageFault:
        what = self._kind.what
        return UsageFault(
            f"{path} is in the way of the {what} and not of it", cure="move it, or name another directory"
        )


@contextmanager
def open_folder(directory: Path, kind: Kind = SITE) -> Iterator[Folder]:
    """The folder, made where it is not there. UsageFault where it holds anything but a former export of that kind.

    Nothing of it has changed until `Folder.finish`, whatever happens; one export at a time can hold it.
    """
    is_new = not directory.exists()
    if not is_new and not directory.is_dir():
        raise UsageFault(f"{directory} is no directory", cure="name a new or an empty one")
    directory.mkdir(parents=True, exist_ok=True)
    root = directory.resolve()
    holder = os.open(root, os.O_RDONLY)
    try:
        _hold(holder, directory)
        _check_ours(root, directory, kind)
        try:
            shutil.rmtree(root / STAGE, ignore_errors=True)  # of a run that was killed
            (root / STAGE).mkdir()
            yield Folder(root, kind)
        finally:
            # Only by who holds the directory: another export has its files there.
            shutil.rmtree(root / STAGE, ignore_errors=True)
    finally:
        os.close(holder)
        if is_new:
            with suppress(OSError):  # the site is in it
                root.rmdir()


def stage_file(root: Path, file: str, body: bytes) -> bool:
    """Let a file wait for `Folder.finish`; False: it stands in its place already, byte for byte."""
    place = root / file
    if place.is_file() and place.stat().st_size == len(body) and place.read_bytes() == body:
        return False
    part = root / STAGE / file
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(body)
    return True


def _hold(holder: int, directory: Path) -> None:
    """Hold the directory itself, so that no lock file lies in a site. UsageFault where another export does."""
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageFault(
            f"another export is writing to {directory}", cure="wait until it has ended, or name another directory"
        ) from None
    except OSError:
        return  # a file system without locks


def _check_ours(root: Path, directory: Path, kind: Kind) -> None:
    if (root / kind.marker).is_file():
        return
    foreign = sorted({entry.name for entry in root.iterdir()} - _NOT_OURS - {STAGE})
    if foreign:
        named = ", ".join(foreign[:_SHOWN]) + (" …" if len(foreign) > _SHOWN else "")
        raise UsageFault(
            f"{directory} holds files that are not of a {kind.what} written before ({named})",
            cure="name a new or an empty directory",
        )


def _directories(files: Iterable[str]) -> set[str]:
    """The directories in which they lie, below the folder."""
    return {str(parent) for file in files for parent in PurePosixPath(file).parents} - {"."}


def _read_marker(root: Path, kind: Kind) -> frozenset[str]:
    """The files of the former export; what could not be one of them is left out, whoever wrote it there."""
    path = root / kind.marker
    if not path.is_file():
        return frozenset()
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return frozenset(file for file in files if kind.file.fullmatch(file))
    except (ValueError, KeyError, TypeError):
        raise UsageFault(
            f"{path} does not say which files are of the {kind.what}", cure=f"empty {root}, or name another directory"
        ) from None
