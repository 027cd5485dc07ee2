"""The versions of a landscape file in a git repository, one for each UTC day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from crawler.fetch.redact import short_error
from crawler.importing import processed
from crawler.importing.git import Git, NoRepository, Version
from crawler.importing.told import FEW, History, Snapshot, Tally, Told, Unreadable, nothing_there
from crawler.seeds.names import repository_name

FILES = ("processed_landscape.yml", "data/full.json")
"""What is looked for where only the repository is named."""

_SHORT = 12
"""So many digits of a commit's name GitHub finds it by."""


class Tracked(Struct, frozen=True):
    """A file that git keeps, or kept, seen from a folder of its repository."""

    git: Git
    file: str


def find(path: Path) -> Tracked | None:
    """The file at a path, or the one landscape file of a repository; None where git knows none.

    The file need not be there any more: most landscapes have left theirs behind.
    """
    folder = next(one for one in (path, *path.parents) if one.is_dir())
    git = Git(folder)
    if not _is_repository(git):
        return None
    if path == folder:
        return _find_landscape(git)
    return Tracked(git, str(path.relative_to(folder)))


def is_kept(tracked: Tracked) -> bool:
    """Whether a commit of the repository has the file."""
    return bool(tracked.git.says("log", "-1", "--format=%H", "HEAD", "--", tracked.file))


@contextmanager
def open_history(tracked: Tracked) -> Iterator[History]:
    """The last version of each UTC day. UsageFault where there is none."""
    git = tracked.git
    versions = git.versions(tracked.file)
    if not versions:
        cure = "name a file that git keeps, or one that it kept"
        raise nothing_there(git.folder / tracked.file, "is in no commit of its repository", cure)
    by_day = {version.moment.date(): version for version in reversed(versions)}
    notices = []
    if git.says("rev-parse", "--is-shallow-repository") == "true":
        notices.append("the repository is a shallow clone; 'git fetch --unshallow' in it brings the older history")
    web = repository_name(git.says("config", "--get", "remote.origin.url"))
    with git.blobs() as blobs:
        snapshots = [
            Snapshot(
                day=day,
                read=_reader(blobs, version),
                digest=version.blob,
                source_url=_address(web, version) if web else None,
            )
            for day, version in sorted(by_day.items())
        ]
        yield History(source=processed.SOURCE, snapshots=snapshots, notices=notices)


def _reader(blobs: Callable[[str], bytes], version: Version) -> Callable[[Tally], Told | None]:
    def read(tally: Tally) -> Told | None:
        try:
            return processed.read(blobs(version.blob), tally)
        except Unreadable as reason:
            tally.unreadable[f"{version.moment.date()} (commit {version.commit[:_SHORT]})"] = str(reason)
            return None

    return read


def _address(web: str, version: Version) -> str:
    commit = version.commit[:_SHORT]
    if version.path is None:
        return f"https://github.com/{web}/commit/{commit}"
    return f"https://github.com/{web}/blob/{commit}/{quote(version.path)}"


def _find_landscape(git: Git) -> Tracked | None:
    """The landscape file in the repository's newest commit; else the one that was deleted before."""
    top = Git(Path(git.says("rev-parse", "--show-toplevel") or git.folder))
    below = git.says("rev-parse", "--show-prefix")
    if not top.says("rev-parse", "--verify", "--quiet", "HEAD"):
        return None
    names = top.ask("ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0")
    found = _landscapes(names, below)
    if not found:
        how = ("--first-parent", "-m", "--name-only", "--diff-filter=D", "--no-ext-diff", "--format=", "HEAD")
        found = _landscapes(top.ask("log", *how).split("\n"), below)
    if len(found) > 1:
        shown = ", ".join(short_error(name) for name in found[:FEW])
        raise nothing_there(git.folder, f"holds {len(found)} landscape files ({shown})", "name the one that you mean")
    return Tracked(top, found[0]) if found else None


def _landscapes(names: Iterable[str], below: str) -> list[str]:
    known = tuple(f"/{file}" for file in FILES)
    return list(dict.fromkeys(name for name in names if name.startswith(below) and f"/{name}".endswith(known)))


def _is_repository(git: Git) -> bool:
    try:
        git.ask("rev-parse", "--git-dir")
    except NoRepository:
        return False
    return True
