"""The landscape as Markdown: the headline, a table for each category, and what the sources ask to be said."""

from __future__ import annotations

from typing import BinaryIO

from crawler.export.job import Job
from crawler.export.markdown_parts import notes, table
from crawler.export.shown import read_shown
from crawler.news.markdown_text import escaped


def write(job: Job, out: BinaryIO) -> list[str]:
    """Write the page, UTF-8; categories without projects are left out. UsageFault where there are no figures yet."""
    shown = read_shown(job.connection, include_restricted=job.include_restricted)
    lines = ["# Landscape", "", escaped(shown.headline), "", f"Figures as of {shown.day}."]
    for category_id, name in shown.categories:
        projects = [one for one in shown.projects if one.category_id == category_id]
        if projects:
            lines += ["", f"## {escaped(name)}", "", *table(projects)]
    if shown.attributions:
        lines += ["", "## Sources", "", *notes(shown.attributions)]
    out.write("".join(f"{line}\n" for line in lines).encode())
    return []
