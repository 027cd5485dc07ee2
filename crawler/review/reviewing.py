"""Two files into a review: read, compared, asked about, judged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from crawler.figures.forms import counted
from crawler.listed import Finding, Seeds
from crawler.review.asking import ask
from crawler.review.comparing import compare
from crawler.review.judging import judge
from crawler.review.model import Review, new_notices
from crawler.seeds import load_seeds


async def review_lists(
    base: Path, head: Path, *, database: Path | None, sandbox: bool, say: Callable[[str], None]
) -> Review:
    """The review of `head` as a change of `base`; `say` hears what is worth knowing meanwhile."""
    after, findings = load_seeds(head)
    if after is None:
        return Review(path=str(head), faults=tuple(one for one in findings if one.severity == "fault"))
    before, former = _before(base, say)
    comparison = compare(before, after)
    asked = comparison.asked
    if asked:
        say(f"asking about {counted(len(asked), 'repository', 'repositories')}")
    facts = await ask(after, asked, database=database, sandbox=sandbox, say=say)
    return Review(
        path=str(head),
        notices=new_notices(former, findings),
        comparison=comparison,
        judged=judge(comparison, after, facts),
    )


def _before(base: Path, say: Callable[[str], None]) -> tuple[Seeds | None, list[Finding]]:
    if not base.is_file() or not base.read_bytes().strip():
        say(f"{base} holds no list: every entry counts as new")
        return None, []
    seeds, findings = load_seeds(base)
    if seeds is None:
        say(f"{base} has faults and cannot be compared with: every entry counts as new")
    return seeds, findings
