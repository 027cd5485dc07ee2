"""`crawler init`: a small commented seeds file to start from."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from crawler.errors import UsageFault
from crawler.settings import DEFAULT_SEEDS


@click.command()
@click.argument("path", default=DEFAULT_SEEDS, envvar="CRAWLER_SEEDS", type=click.Path(path_type=Path))
def command(path: Path) -> None:
    """Write a small commented seeds file to start from.

    PATH is the file to write, else CRAWLER_SEEDS, else ./seeds.yml. A file that is there is never overwritten.

    \b
    Example:
      crawler init
      crawler init my-landscape.yml
    """
    text = resources.files("crawler.seeds").joinpath("starter.yml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageFault(
            f"{path} is there already", cure="name another file, such as 'crawler init my-landscape.yml', or remove it"
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageFault(f"{path} cannot be written ({reason})", cure="name a file in a directory of yours") from error
    seeds = "" if path == Path(DEFAULT_SEEDS) else f" {path}"
    click.echo(
        f"{path} is written. Put your projects into it, then run\n"
        f"  crawler validate{seeds}    to check it\n"
        f"  crawler refresh{seeds}     to ask GitHub about them (needs GITHUB_TOKEN)",
        err=True,
    )
