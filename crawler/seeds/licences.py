"""Whether a licence statement is an SPDX expression."""

from __future__ import annotations

from functools import lru_cache

from license_expression import ExpressionError, ParseError, get_spdx_licensing

_MAX_LENGTH = 500


@lru_cache(maxsize=1_000)
def is_spdx(text: str) -> bool:
    """Whether the text is an expression of SPDX licence ids and `LicenseRef-` names."""
    # The parser recurses; no real expression is longer.
    if len(text) > _MAX_LENGTH:
        return False
    licensing = get_spdx_licensing()
    try:
        unknown = licensing.unknown_license_keys(text)
    except (ExpressionError, ParseError):
        return False
    return all(key.startswith("LicenseRef-") for key in unknown)
