"""`crawler serve`: Datasette over landscape.db, set up for it."""

from __future__ import annotations

import errno
import gc
import socket
import sys
import threading
import webbrowser
from contextlib import closing
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import click

from crawler.cli.options import database_option, existing_database
from crawler.errors import UsageFault
from crawler.site.needed import check_installed
from crawler.store import open_reader

TURN_SECONDS = 0.0005
"""How long a thread may go on while others wait."""
MOST_YOUNG = 20_000
"""So many new objects are there before garbage among them is looked for."""


@click.command()
@database_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for everybody.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port; 0 takes any free one."
)
@click.option(
    "--include-restricted",
    is_flag=True,
    help="Also figures that may not be published, for private use; without it they stay closed.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the site in a browser.")
def command(database: Path, host: str, port: int, *, include_restricted: bool, open_browser: bool) -> None:
    """Open the landscape in a browser: the map, every project and organisation, what changed, and what it is worth.

    Below /landscape stands the database itself in Datasette: browse, filter, search and query it, and take the answers
    along as CSV or JSON. It only reads, so a refresh may run at the same time. Ctrl-C ends it.

    With figures of the licence class restricted in the database it answers your own machine alone, its pages leave
    them out, and the tables that tell them are closed, as is SQL that reads these; all else stays open.
    --include-restricted opens all of it, for private use.

    \b
    Example:
      crawler serve --open
      crawler serve --db landscape.db --port 8080
    """
    existing_database(database)
    if not include_restricted and not _is_own(host):
        _refuse_restricted(database, host)
    check_installed()
    with _listen(host, port) as listener:
        _serve(database, listener, host, include_restricted=include_restricted, open_browser=open_browser)


def _is_own(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_restricted(database: Path, host: str) -> None:
    """UsageFault where others would see figures that their sources do not allow to be shown."""
    if sources := _restricted_sources(database):
        raise UsageFault(
            f"others would see at {host} what {', '.join(sources)} only told you (licence class restricted)",
            cure="serve a copy without it ('crawler db publishable OUT'), or say --include-restricted if you may",
        )


def _restricted_sources(database: Path) -> list[str]:
    """The sources of what may not be published, by name."""
    with closing(open_reader(database)) as connection:
        return [
            row["source"]
            for row in connection.execute(
                "SELECT source FROM figures WHERE licence_class = 'restricted'"
                " UNION SELECT source FROM organization_facts WHERE licence_class = 'restricted'"
                " UNION SELECT source FROM ownerships WHERE licence_class = 'restricted' ORDER BY source"
            )
        ]


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. UsageFault if the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
        # Connections inherit it. Without it the end of an answer waits 40 ms for the reader to confirm its beginning.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageFault(
                f"port {port} of {host} is in use", cure="end the other program, or choose another with --port"
            ) from error
        raise UsageFault(
            f"cannot listen on port {port} of {host} ({error.strerror})", cure="choose others with --host and --port"
        ) from error


def _be_fair() -> None:
    """Let Python's threads wait less for each other: pages are made of many short questions to the database."""
    # After each of them a thread waits until another one, if it is at work, has used up its turn of 5 ms.
    sys.setswitchinterval(TURN_SECONDS)
    # A whole landscape is looked through for garbage meanwhile, and hardly any of it becomes garbage in that way.
    gc.set_threshold(MOST_YOUNG, *gc.get_threshold()[1:])


def _serve(database: Path, listener: socket.socket, host: str, *, include_restricted: bool, open_browser: bool) -> None:
    """Answer requests until SIGINT."""
    # Datasette and its server are an extra, and slow to import: only this command pays for them.
    import uvicorn

    from crawler.site.app import make_site
    from crawler.site.reopening import Reopening

    _be_fair()
    app = Reopening(database, partial(make_site, with_restricted=include_restricted))
    url = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
    click.echo(f"{database} at {url} (Ctrl-C ends it)", err=True)
    if not include_restricted and _restricted_sources(database):
        click.echo(
            "crawler: figures of the licence class restricted are left out; tables that tell them are closed, as is SQL"
            " that reads these; --include-restricted opens them for private use",
            err=True,
        )
    if open_browser:
        # The socket listens already, so the browser waits for the server; some browsers keep the caller waiting too.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        # uvicorn has closed everything and passes the signal on; Ctrl-C is how this command ends.
        click.echo("stopped", err=True)
