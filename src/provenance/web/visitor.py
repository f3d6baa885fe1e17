"""Who asks, as a request carries it from the door to the page and to its template."""

from contextvars import ContextVar

from msgspec import Struct

from provenance.web.tokens import Person

__all__ = ["NOW", "Visitor", "visitor_now"]


class Visitor(Struct, frozen=True):
    """Who asks. `person` is None for strangers (at /login, for static files).

    `bound_to` is what forms are bound to and `seal` what they carry in the field `csrf`;
    `session` is the session's digest, "" without one (a program with its token, an open door).
    """

    person: Person | None
    address: str
    bound_to: str
    seal: str
    session: str = ""
    by_token: bool = False

    @property
    def may_write(self) -> bool:
        """Whether the pages offer what changes something."""
        return self.person is not None and self.person.may_write


NOW: ContextVar[Visitor | None] = ContextVar("visitor", default=None)


def visitor_now() -> Visitor | None:
    """Return who asks for the page that is being made: for the templates."""
    return NOW.get()
