"""`crawler export site DIR`: the pages that are served, as files."""

from __future__ import annotations

import re
import signal
import sqlite3
import time
from datetime import date
from pathlib import Path

import click

from crawler.cli.outputs import check_output
from crawler.cli.past import explained, notes
from crawler.cli.progress import watching
from crawler.errors import UsageFault
from crawler.figures.asked_past import show_past
from crawler.figures.forms import counted
from crawler.figures.looking_back import Wanted
from crawler.printable import plain
from crawler.site.needed import check_installed
from crawler.store.past import WITHOUT_HISTORY

MEBIBYTE = 2**20
SUMMARY = "the site as files in the directory DIR, for any web server and without one"
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]|\.(?=[A-Za-z0-9]))*(?::[0-9]{1,5})?")
_PATH = re.compile(r"(?:[A-Za-z0-9._~%-]+/)*[A-Za-z0-9._~%-]*")
_NO_ADDRESS = (
    "no sitemap.xml, robots.txt and 404.html, which need the site's address: name it with --url https://…/ to have them"
)


def write_site(
    directory: Path,
    database: Path,
    *,
    as_of: date | None,
    as_true_of: date | None,
    include_restricted: bool,
    url: str | None,
) -> None:
    """Write the site, and say on standard error what was written and what to know of it."""
    check_output(directory, database)
    check_installed()
    from crawler.site.folder.export import export_site

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    told: list[str] = []

    def show(connection: sqlite3.Connection) -> date | None:
        past = show_past(connection, as_of, as_true_of, Wanted())
        if past is None:
            return None
        told[:] = [explained(past), *notes(connection, past, WITHOUT_HISTORY)]
        return past.day

    address = _address(url)
    with watching(quiet=False, verbose=False, log_json=False) as watch:
        written = export_site(
            directory, database, watch=watch, show=show, with_restricted=include_restricted, url=address
        )
    for note in [*told, *([] if address else [_NO_ADDRESS])]:
        click.echo(f"crawler: {note}", err=True)
    click.echo(
        f"{directory}: {counted(written.pages, 'page')}, {counted(written.files, 'file')},"
        f" {written.size / MEBIBYTE:.1f} MiB;"
        f" {written.new:,} new, {written.changed:,} changed, {written.deleted:,} deleted,"
        f" in {time.monotonic() - began:.1f} s",
        err=True,
    )


def _address(url: str | None) -> str:
    """The address with a slash at the end, empty where it is not known; UsageFault where it is none."""
    if not url:
        return ""
    if fault := _fault(url):
        raise UsageFault(
            f"--url {plain(url)} is not the address of a site: {fault}",
            cure="write it as https://user.github.io/landscape/",
        )
    return url if url.endswith("/") else f"{url}/"


def _fault(url: str) -> str:
    """What is wrong with an address; empty where nothing is."""
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    if scheme not in {"http", "https"} or not rest:
        return "it has to begin with http:// or https://"
    if set("?#") & set(rest):
        return "it cannot have a query (?) or a fragment (#)"
    if not _HOST.fullmatch(host):
        return "it has to name a host, in ASCII, without a user"
    if not _PATH.fullmatch(path):
        return "its path can have letters, digits and . _ ~ % - only, in parts that are not empty"
    return ""
