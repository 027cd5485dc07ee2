"""A real Chromium, what it opens, and a note of all that goes wrong on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from crawler.site.links import PATHS

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CURE = "install Debian's with 'sudo apt-get install chromium', or name another one with CHROMIUM=/path/to/it"
WIDE, PHONE = 1280, 360
KEYS = {"project": "wasmtime", "organization": "bytecode-alliance", "category": "runtimes"}
OURS = {name: PATHS[name].format(key=KEYS.get(name, "")) for name in PATHS if name != "feed"}
"""By name of a page an address of it."""
HOSTILE = {name: f"projects/hostile-{name}" for name in ("script", "endless", "right-to-left", "nothing")}
FURTHER = {
    "narrowed map": "?activity=active",
    "recoloured map": "?color=stars",
    "words that are found": "search?q=runtime",
    "words that are not found": "search?q=qwertyuiop",
    "two compared": "compare?project=wasmtime&project=wasmer",
    "licences that changed": "changes?kind=license_changed",
}
"""Pages with something chosen."""

# WCAG 2.2 AA and good practice.
_ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_LOOKS = {
    "type": "rule",
    "values": ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"],
}
"""Those of the rules that tell a page from the same page in other colours and at another width."""
# Without preload: it would ask for the style sheets again, which no page from the disk may.
_AXE = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"], preload: false}).then(
  found => found.violations.flatMap(one => one.nodes.slice(0, 3).map(node =>
    `${one.id}: ${node.html.slice(0, 200)} (${[...node.any, ...node.all, ...node.none].map(why => why.message)})`)))
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; it reaches this machine alone. HEADED=1 shows it, slowly."""
    if not Path(CHROMIUM).exists():
        pytest.exit(f"the browser tests need a Chromium, and there is none at {CHROMIUM}: {CURE}", returncode=2)
    flags = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        # Nothing is looked up: what the page asks of others fails, and is noted.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    is_headed = bool(os.environ.get("HEADED"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=flags, headless=not is_headed, slow_mo=400 if is_headed else 0
        )
        yield browser
        browser.close()


class Visit:
    """Opens pages of one site, each with a mind of its own; `faults` is what they complained of."""

    def __init__(self, browser: Browser, home: str) -> None:
        self._browser, self.home = browser, home
        self.faults: list[str] = []
        self._contexts: list[BrowserContext] = []

    def open(
        self, path: str = "", *, width: int = WIDE, is_dark: bool = False, has_scripts: bool = True, status: int = 200
    ) -> Page:
        """The page at a path below the site's root, which must have that status."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if is_dark else "light",
            java_script_enabled=has_scripts,
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        context.set_default_timeout(5_000)
        page = context.new_page()
        self._watch(page, status)
        answer = page.goto(self.home + path)
        if not self.home.startswith("file:"):
            assert answer is not None and answer.status == status, (path, answer and answer.status)
        return page

    def _watch(self, page: Page, status: int) -> None:
        def note(text: str) -> None:
            # That the page itself is not there is what was asked for.
            if not (status != 200 and text.startswith("console: Failed to load resource")):
                self.faults.append(f"{page.url}: {text}")

        page.on("console", lambda message: note(f"console: {message.text}"))
        page.on("pageerror", lambda error: note(f"error: {error}"))
        page.on(
            "request",
            lambda request: None if request.url.startswith(self._origin) else note(f"asked elsewhere: {request.url}"),
        )
        page.on("requestfailed", lambda request: note(f"failed: {request.url} {request.failure}"))
        page.on(
            "response",
            lambda got: (
                note(f"{got.status}: {got.url}")
                if got.status >= 400 and not got.request.is_navigation_request()
                else None
            ),
        )

    @property
    def _origin(self) -> str:
        return self.home if self.home.startswith("http") else "file://"

    def close(self) -> None:
        """Close all that was opened."""
        for context in self._contexts:
            context.close()


def see(page: Page, *, width: int = WIDE, is_dark: bool = False, is_printed: bool = False) -> None:
    """Look at an open page in another way."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if is_dark else "light", media="print" if is_printed else "screen")


def find_barriers(page: Page, *, only_looks: bool = False) -> list[str]:
    """What axe-core complains of on the page as it is seen now; `only_looks`: the rest was asked before."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(_AXE, _LOOKS if only_looks else _ALL)
    return found


def overflow(page: Page) -> list[str]:
    """What makes the page scroll to the side: the elements that reach over its edge, none where it does not scroll."""
    found: list[str] = page.evaluate(
        """() => {
          const root = document.scrollingElement, width = root.clientWidth;
          if (root.scrollWidth <= width) return [];
          const isClipped = one => { for (let at = one.parentElement; at && at !== root; at = at.parentElement)
            if (getComputedStyle(at).overflowX !== "visible") return true; return false; };
          return [`${root.scrollWidth} > ${width}`, ...[...document.body.querySelectorAll("*")]
            .filter(one => one.getBoundingClientRect().right > width + 1 && !isClipped(one)).slice(0, 5)
            .map(one => one.outerHTML.slice(0, 160))];
        }"""
    )
    return found


def style(page: Page, selector: str, name: str) -> Any:
    """A computed style of the first element."""
    return page.locator(selector).first.evaluate("(one, name) => getComputedStyle(one)[name]", name)
