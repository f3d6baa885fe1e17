"""The pages of rules, for reports that explain what they say. PURE."""

import importlib
import importlib.util
from functools import cache

from provenance.validate import rules
from provenance.validate.rule import Page, Rule, read_page

__all__ = ["page_of", "page_source"]


@cache
def page_source(code: str, name: str) -> str | None:
    """Return the page of a rule as written (Markdown); None where its module has none."""
    module = f"{rules.__name__}.{code}_{name}".lower().replace("-", "_")
    if importlib.util.find_spec(module) is None:
        return None
    return importlib.import_module(module).__doc__


def page_of(rule: Rule) -> Page | None:
    """Return the page of a rule; None where it has none."""
    source = page_source(rule.code, rule.name)
    return read_page(source) if source else None
