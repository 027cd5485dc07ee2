"""git as a program of its own, over a repository that is somebody else's.

Nothing that the repository's configuration names may run (pagers, hooks, filters, monitors, signature checkers,
transports), and nothing is fetched. Objects are read as they are stored.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from msgspec import Struct

from crawler.errors import UsageFault
from crawler.fetch.redact import short_error
from crawler.importing.told import MAX_BYTES, Unreadable

_HARMLESS = (
    *("--no-pager", "--literal-pathspecs", "--no-replace-objects"),
    *(
        part
        for setting in (
            "core.fsmonitor=false",
            "core.hooksPath=/dev/null",
            "core.quotePath=true",
            "log.showSignature=false",
            "log.showRoot=true",
            "log.follow=false",
            "protocol.allow=never",
        )
        for part in ("-c", setting)
    ),
)
_COMMIT = re.compile(r"commit ([0-9a-f]{40,64}) (-?[0-9]+)")
_CHANGE = re.compile(r":[0-7]{6} (100644|100755) [0-9a-f]+ ([0-9a-f]{40,64}) ([A-Z])[0-9]*\t(.*)", re.DOTALL)
_CHUNK = 1 << 20


class NoRepository(UsageFault):
    """Raised where git finds no repository."""


class NoGit(UsageFault):
    """Raised where there is no git."""


class Version(Struct, frozen=True):
    """The file as a commit left it. `path` is from the repository's root, None where it is written oddly."""

    moment: datetime
    commit: str
    blob: str
    path: str | None


class Git:
    """A git repository, seen from a folder in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask(self, *arguments: str) -> str:
        """What a git command prints. UsageFault with git's own words where it fails."""
        try:
            done = subprocess.run(self._command(arguments), capture_output=True, env=_environment(), check=False)
        except OSError as error:
            raise _no_git(error) from None
        if done.returncode:
            raise _fault(self.folder, done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode("utf-8", "surrogateescape")

    def says(self, *arguments: str) -> str:
        """As `ask`, but nothing where it fails."""
        try:
            return self.ask(*arguments).strip()
        except UsageFault:
            return ""

    def versions(self, file: str) -> list[Version]:
        """Every version on the first parents' line, the newest first, under the names that it had before, too."""
        how = ("--first-parent", "-m", "--follow", "--raw", "--no-abbrev", "--no-ext-diff", "--no-textconv")
        text = self.ask("log", *how, "--format=commit %H %ct", "HEAD", "--", file)
        versions: list[Version] = []
        commit = None
        for line in text.split("\n"):
            if match := _COMMIT.fullmatch(line):
                commit = match
            elif commit and (match := _CHANGE.fullmatch(line)):
                path = match[4].rpartition("\t")[2]
                plain = None if path.startswith('"') else path
                moment = _moment(int(commit[2]))
                if moment is not None:
                    versions.append(Version(moment, commit[1], match[2], plain))
        return versions

    @contextmanager
    def blobs(self) -> Iterator[Callable[[str], bytes]]:
        """Reads blobs by name. Unreadable for one that is lacking or too large."""
        try:
            process = subprocess.Popen(
                self._command(("cat-file", "--batch")),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        except OSError as error:
            raise _no_git(error) from None
        asking, answers = process.stdin, process.stdout
        assert asking is not None and answers is not None

        def read(blob: str) -> bytes:
            try:
                asking.write(f"{blob}\n".encode())
                asking.flush()
                return _answer(answers)
            except BrokenPipeError:
                raise Unreadable("git ended") from None

        try:
            yield read
        finally:
            # Also in the middle of an answer that nobody wants any more.
            process.kill()
            process.wait()
            asking.close()
            answers.close()

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return ["git", *_HARMLESS, "-C", str(self.folder), *arguments]


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _answer(answers: IO[bytes]) -> bytes:
    """One answer of `git cat-file --batch`: a line with name, type and size, then the bytes and a line end."""
    head = answers.readline().split()
    if len(head) != 3 or head[1] != b"blob":
        raise Unreadable("the repository lacks it" if head[1:] == [b"missing"] else "git cannot read it")
    left = size = int(head[2])
    parts = []
    while left:
        part = answers.read(min(left, _CHUNK))
        if not part:
            raise Unreadable("git ended in the middle of it")
        left -= len(part)
        if size <= MAX_BYTES:
            parts.append(part)
    answers.read(1)
    if size > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MiB")
    return b"".join(parts)


def _no_git(error: OSError) -> UsageFault:
    if isinstance(error, FileNotFoundError):
        return NoGit("git is not installed", cure="install it: the history of a file in a repository needs it")
    return UsageFault(f"git cannot be run ({error.strerror or error})", cure="check its installation")


def _fault(folder: Path, told: str) -> UsageFault:
    place = short_error(str(folder))
    words = short_error(told) or "no reason given"
    if "not a git repository" in told:
        return NoRepository(f"{place} is in no git repository")
    if "dubious ownership" in told:
        return UsageFault(
            f"git refuses the repository at {place}, because it belongs to another user",
            cure=f"trust it with 'git config --global --add safe.directory {place}', or clone it anew",
        )
    if "does not have any commits" in told or "ambiguous argument 'HEAD'" in told or "bad revision 'HEAD'" in told:
        return UsageFault(f"the repository at {place} has no commit", cure="check the path, or its branch")
    return UsageFault(f"git cannot read the repository at {place} ({words})", cure="'git fsck' in it tells more")


def _environment() -> dict[str, str]:
    """What git needs of ours: neither tokens, nor variables that lead it elsewhere."""
    kept = {
        name: text
        for name, text in os.environ.items()
        if name in {"PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR"} or name.startswith("GIT_CONFIG")
    }
    return kept | {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "",
    }
