"""What a person sees on a terminal of a given width."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

_STYLES = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(*arguments: str, columns: int = 80) -> str:
    """The page that the program prints on such a terminal, without its styles; the program must end well."""
    main, side = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen([sys.executable, "-m", "crawler", *arguments], stdout=side, env=environment) as process:
        os.close(side)
        page = b""
        while True:
            try:
                part = os.read(main, 65536)
            except OSError:  # Linux says EIO when the other side is closed.
                break
            if not part:
                break
            page += part
    os.close(main)
    assert process.returncode == 0
    text = page.decode().replace("\r\n", "\n")
    assert "\x1b" in text
    return _STYLES.sub("", text)
