"""Templates: everything that comes out of them is escaped, whatever it says of itself."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.types import ASGIApp, Receive, Scope, Send

from provenance.version import __version__
from provenance.web import wording
from provenance.web.visitor import visitor_now

__all__ = ["DeskNow", "render", "seen_by_templates"]

_WITHOUT_STORE = (("validate", "Validate"), ("rules", "Rules"))
_WITH_STORE = (
    ("documents", "Documents"),
    ("search", "Search"),
    ("sources", "Sources"),
    ("nights", "Night"),
    *_WITHOUT_STORE,
)


class DeskNow(NamedTuple):
    """What the frame of every page shows: whether there is a store, whether one signs in."""

    has_store: bool = False
    is_guarded: bool = False

    @property
    def pages(self) -> tuple[tuple[str, str], ...]:
        """Path and name of the pages that can be used."""
        return _WITH_STORE if self.has_store else _WITHOUT_STORE


_DESK: ContextVar[DeskNow] = ContextVar("desk", default=DeskNow())  # noqa: B039 - it is frozen


def seen_by_templates(app: ASGIApp, look: Callable[[], DeskNow]) -> ASGIApp:
    """Return `app`, whose templates see what `look` says at the beginning of each request."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        _DESK.set(look())
        await app(scope, receive, send)

    return answer


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
    made.globals["desk_now"] = _DESK.get
    for filled in wording.__all__:
        made.filters[filled] = getattr(wording, filled)
    made.globals["visitor_now"] = visitor_now
    return made


def render(template: str, **values: Any) -> str:
    """Return a page or a part of one; a value that a template names and nobody gave raises."""
    return _environment().get_template(template).render(**values)
