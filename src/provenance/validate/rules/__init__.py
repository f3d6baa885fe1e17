"""The rules, one module each; a module that is added here is registered by being here."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType

from provenance.validate.rule import Page, Rule, read_page

__all__ = ["all_rules", "page_of", "page_source"]


def all_rules() -> tuple[Rule, ...]:
    """Return every rule, by code."""
    return tuple(_modules())


def page_source(rule: Rule) -> str | None:
    """Return a rule's page as written (Markdown); None where it is none of these, or Python drops docstrings."""
    module = _modules().get(rule)
    return module.__doc__ if module else None


@cache
def page_of(rule: Rule) -> Page | None:
    """Return a rule's page, read; None where it has none."""
    source = page_source(rule)
    return read_page(source) if source else None


@cache
def _modules() -> Mapping[Rule, ModuleType]:
    names = sorted(each.name for each in pkgutil.iter_modules(__path__) if each.name[:2] == "fn")
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.RULE: module for module in modules}
