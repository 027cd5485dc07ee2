"""`python -m crawler`, and the command `crawler` itself: an interruption while modules load is no traceback either."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command line."""
    try:
        from crawler.cli import main
    except KeyboardInterrupt:
        sys.exit(130)
    main()


if __name__ == "__main__":
    run()
