"""A database with a list, repositories with a past that others kept, and the import between them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from crawling import Done, check, command, yaml

from crawler.seeds import read_seeds
from crawler.store import open_writer, transaction
from crawler.store.seeds import sync_seeds

NOW = "2026-11-22T12:00:00Z"
GIT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}


class Past:
    """A database in a folder of its own, and the commands over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "landscape.db"

    def sync(self, *projects: Any) -> None:
        """Bring the database in line with a list."""
        seeds = self.folder / "seeds.yml"
        seeds.write_text(yaml(*projects), encoding="utf-8")
        with closing(open_writer(self.database)) as connection, transaction(connection):
            sync_seeds(connection, read_seeds(seeds), now=NOW)

    def run(self, path: Path, *arguments: object, code: int = 0) -> Done:
        """Import what is at a path; the database is whole afterwards, and nothing is told."""
        done = command("import-history", path, *arguments, "--db", self.database, CRAWLER_NOW=NOW, **GIT)
        assert done.code == code, done
        check(self.database)
        assert self.rows("SELECT * FROM changes") == []
        return done

    def refused(self, path: Path, *arguments: object) -> str:
        """The one message of an import that does nothing."""
        done = self.run(path, *arguments, code=2)
        assert done.out == ""
        assert self.counts() == []
        (line,) = done.err.splitlines()
        return line

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query brings."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query).fetchall()

    def write(self, *statements: str) -> None:
        """Change the database by hand."""
        with closing(sqlite3.connect(self.database)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def counts(self, *columns: str) -> list[tuple[Any, ...]]:
        """Name, day and these counts (else the stars) of all imported rows."""
        return self.rows(
            f"SELECT name_with_owner, day, {', '.join(f'i.{one}' for one in columns or ('stars',))}"
            " FROM imported_counts i JOIN repositories r ON r.id = repository_id ORDER BY name_with_owner, day, source"
        )


class Repository:
    """A git repository, made in one go by `git fast-import`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stream = b""
        self._commits = 0
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, given: bytes = b"") -> bytes:
        """What a git command here prints."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), **GIT}
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=environment, input=given, stdout=subprocess.PIPE, check=True
        )
        return done.stdout

    def sign(self) -> None:
        """Give the newest commit a signature, which is none."""
        head, _, rest = self.git("cat-file", "commit", "HEAD").partition(b"\n\n")
        signed = head + b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n" + rest
        name = self.git("hash-object", "-t", "commit", "-w", "--stdin", given=signed).decode().strip()
        self.git("update-ref", "refs/heads/main", name)

    def commit(
        self,
        at: str,
        *,
        to: str = "refs/heads/main",
        merges: str = "",
        moves: tuple[str, str] | None = None,
        removes: str = "",
        **files: str | bytes,
    ) -> None:
        """A commit at a time (UTC text) that writes files; `__` in a name stands for a point, `_in_` for a slash."""
        self._commits += 1
        lines = [f"commit {to}", f"mark :{self._commits}"]
        lines += [f"committer A <a@example.org> {int(datetime.fromisoformat(at).timestamp())} +0000", "data 0"]
        lines += [f"merge {merges}"] if merges else []
        lines += [f"R {moves[0]} {moves[1]}"] if moves else []
        lines += [f"D {removes}"] if removes else []
        self._stream += "\n".join(lines).encode() + b"\n"
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            path = name.replace("_in_", "/").replace("__", ".")
            self._stream += f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"

    def branch(self, name: str) -> None:
        """A branch from where the main one is."""
        self._stream += f"reset refs/heads/{name}\nfrom refs/heads/main\n\n".encode()

    def done(self) -> Path:
        """Write it all; returns the folder, with the files of the newest commit in it."""
        self.git("fast-import", "--quiet", given=self._stream)
        self.git("reset", "--quiet", "--hard")
        return self.folder


def processed(**stars: object) -> str:
    """A processed landscape: `owner__name` with the stars of each item's repository."""
    items = "".join(
        f"          - item:\n            name: {name}\n"
        f"            repo_url: https://github.com/{name.replace('__', '/')}\n"
        f"            github_data:\n              stars: {one}\n"
        for name, one in stars.items()
    )
    head = "landscape:\n  - category:\n    name: A\n    subcategories:\n"
    head += "      - subcategory:\n        name: B\n        items:\n"
    return f"# THIS FILE IS GENERATED AUTOMATICALLY!\n{head}{items}"
