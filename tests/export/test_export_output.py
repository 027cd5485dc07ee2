"""An export replaces a file in one step, or not at all."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from crawler.errors import UsageFault
from crawler.export.output import open_output


def test_a_file_appears_whole_with_the_usual_mode(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    mask = os.umask(0o027)
    try:
        with open_output(path) as stream:
            stream.write(b"a\r\nb")
            assert not path.exists()
    finally:
        os.umask(mask)
    assert path.read_bytes() == b"a\r\nb"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_bytes(b"good")
    with pytest.raises(KeyboardInterrupt), open_output(path) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"good"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told_with_the_path(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_bytes(b"good")
    message = r"out\.json cannot be written \(No space left on device\)"
    with pytest.raises(UsageFault, match=message), open_output(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert path.read_bytes() == b"good"


def test_mode_and_link_of_a_replaced_file_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "real.yml", tmp_path / "link.yml"
    path.write_bytes(b"old")
    path.chmod(0o600)
    link.symlink_to(path)
    with open_output(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_pipe_is_written_to_directly(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with open_output(pipe) as stream:
        stream.write(b"through")
    reader.join()
    assert read == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("name", ["", "missing/out.json"])
def test_a_place_that_cannot_be_is_a_usage_fault(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageFault, match="cannot be written"), open_output(tmp_path / name) as stream:
        stream.write(b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_shows_what_a_file_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile, shown = b"a\tb\n\x1b]0;title\x07\xc2\x9b2J\n", b"a\tb\n\xef\xbf\xbd]0;title\xef\xbf\xbd\xef\xbf\xbd2J\n"
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as terminal, monkeypatch.context() as patch:
        patch.setattr("sys.stdout", terminal)
        with open_output(None) as stream:
            stream.write(hostile)
        assert os.read(ours, 1000).replace(b"\r\n", b"\n").expandtabs(1).replace(b" ", b"\t") == shown
    os.close(ours)
    read, write = os.pipe()
    with os.fdopen(write, "w") as pipe, monkeypatch.context() as patch:
        patch.setattr("sys.stdout", pipe)
        with open_output(None) as stream:
            stream.write(hostile)
        assert os.read(read, 1000) == hostile
    os.close(read)
