"""The value policies, one module each: a new module here that has a `POLICY` is a new policy."""

from __future__ import annotations

import importlib
import pkgutil

from crawler.figures.policy import Policy


def policies() -> tuple[Policy, ...]:
    """Every policy, in the order of the names."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}").POLICY for name in modules)
