"""The rules, one module each; a module that is added here is registered by being here."""

import importlib
import pkgutil
from functools import cache

from provenance.validate.rule import Rule

__all__ = ["all_rules"]


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, by code."""
    names = sorted(each.name for each in pkgutil.iter_modules(__path__) if each.name[:2] == "fn")
    return tuple(importlib.import_module(f"{__name__}.{name}").RULE for name in names)
