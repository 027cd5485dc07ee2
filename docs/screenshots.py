"""Makes the pictures of the site in docs/screenshots: `make screenshots`, with Debian's chromium.

They show `crawler serve` over the bundled recorded figures, so that the same program makes the same pictures.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

from msgspec import Struct
from playwright.sync_api import sync_playwright

from benchmarks.site.serving import serving

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FOLDER = Path(__file__).with_name("screenshots")
PHONE = 390


class Picture(Struct, frozen=True, kw_only=True):
    """A page as it is shown: its path, the window in CSS pixels, and the theme."""

    path: str
    width: int = 1280
    height: int = 860
    is_dark: bool = False


PICTURES = {
    "map": Picture(path=""),
    "map-dark": Picture(path="?color=health", is_dark=True),
    "map-phone": Picture(path="", width=PHONE, height=844),
    "treemap": Picture(path="treemap"),
    "project": Picture(path="projects/wasmtime"),
    "project-phone": Picture(path="projects/wasmtime", width=PHONE, height=844, is_dark=True),
    "organization": Picture(path="organizations/bytecode-alliance"),
    "category": Picture(path="categories/runtimes"),
    "compare": Picture(path="compare?project=wasmtime&project=wasmer&project=wasmedge"),
    "value": Picture(path="value"),
    "value-dark": Picture(path="value", is_dark=True),
    "changes": Picture(path="changes"),
    "freshness": Picture(path="freshness"),
    "search": Picture(path="search?q=runtime"),
}


def main() -> None:
    """Fill a database with the recorded figures, serve it, and take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "landscape.db"
        subprocess.run(
            [sys.executable, "-m", "crawler", "refresh", "--sandbox", "--quiet", "--db", str(database)], check=True
        )
        with serving(database) as server, sync_playwright() as playwright:
            flags = [
                "--disable-gpu",
                "--disable-background-networking",
                *(["--no-sandbox"] if not os.geteuid() else []),
            ]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            for name, picture in PICTURES.items():
                page = browser.new_page(
                    viewport={"width": picture.width, "height": picture.height},
                    color_scheme="dark" if picture.is_dark else "light",
                    reduced_motion="reduce",
                )
                answer = page.goto(f"{server.address}{picture.path}")
                assert answer is not None
                assert answer.status == 200, picture.path
                file = FOLDER / f"{name}.png"
                file.write_bytes(_squeezed(page.screenshot()))
                print(f"{file.stat().st_size / 1000:6.1f} kB  {file.name}")
                page.close()
            browser.close()


def _squeezed(png: bytes) -> bytes:
    """The same picture, its pixels compressed as well as zlib can: Chromium is in a hurry."""
    head, at, pixels, rest = png[:8], 8, b"", []
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == b"IDAT":
            pixels += data
        else:
            rest.append((kind, data))
        at += 12 + length
    rest.insert(-1, (b"IDAT", zlib.compress(zlib.decompress(pixels), 9)))
    return head + b"".join(
        len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4) for kind, data in rest
    )


if __name__ == "__main__":
    main()
