"""What to say where the database knows of a day that the clock has not reached, and how to cure it."""

from __future__ import annotations

from datetime import date, timedelta

SLIP = timedelta(days=2)
"""So far ahead a clock may be by a time zone or a short slip, which heals by itself."""


def notice_of(newest: date | None, today: date) -> str | None:
    """What to tell whoever asks or refreshes today; None where no day lies ahead."""
    if newest is None or newest <= today:
        return None
    said = f"the clock says {today}, but the database already knows of {newest}"
    if newest - today <= SLIP:
        return f"{said}; check the clock of this machine"
    return (
        f"{said}; check the clock of this machine, and if it is right now take away what a wrong one has dated later:"
        f" 'crawler db prune --after {today} --dry-run' says what that is"
    )
