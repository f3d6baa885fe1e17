"""Templates: everything that comes out of them is escaped, whatever it says of itself."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from provenance.version import __version__

__all__ = ["render"]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("provenance.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["version"] = __version__
    return made


def render(template: str, **values: Any) -> str:
    """Return a page or a part of one; a value that a template names and nobody gave raises."""
    return _environment().get_template(template).render(**values)
