"""An import that is ended in the middle keeps what it has done, and goes on there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from pasts import Past, Repository, processed

SLOW_GIT = """\
#!/bin/sh
case "$*" in
  *cat-file*) sed -u 3q | {git} "$@"; cat > /dev/null ;;
  *) exec {git} "$@" ;;
esac
"""
"""A git that answers three questions and then thinks for ever."""


def test_an_import_that_is_cut_off_goes_on(past: Past, repository: Repository, tmp_path: Path) -> None:
    for day in range(1, 6):
        repository.commit(f"2021-03-0{day}T00:00Z", processed_landscape__yml=processed(acme__widget=day))
    folder = repository.done()
    slow = tmp_path / "slow" / "git"
    slow.parent.mkdir()
    slow.write_text(SLOW_GIT.format(git=shutil.which("git")), encoding="utf-8")
    slow.chmod(0o755)
    program = [sys.executable, "-m", "crawler", "import-history", folder, "--db", past.database]
    environment = os.environ | {"PATH": f"{slow.parent}:{os.environ['PATH']}"}
    with subprocess.Popen(program, env=environment, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + 30
        while len(past.rows("SELECT 1 FROM imported_days")) < 3:
            assert time.monotonic() < end
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate()
    assert process.returncode == 130
    assert told == "crawler: interrupted; the days up to then are kept, run it again to go on\n"
    assert [stars for _, _, stars in past.counts()] == [1, 2, 3]
    assert past.run(folder).out == (
        "2 rows of 1 repository written; 2 days read, 2021-03-04 to 2021-03-05; 3 days imported before\n"
    )
    assert [stars for _, _, stars in past.counts()] == [1, 2, 3, 4, 5]
