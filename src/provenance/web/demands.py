"""What a page may demand of who asks: a role, a form of our own; and what it writes down of it."""

from starlette.requests import Request

from provenance.web.audit import AuditFault, AuditLog, Entry
from provenance.web.csrf import FIELD, HEADER, Seals
from provenance.web.problems import Problem
from provenance.web.tokens import Person
from provenance.web.visitor import Visitor

__all__ = ["audit_read", "audit_write", "need_editor", "need_seal", "visitor_of"]


def visitor_of(request: Request) -> Visitor:
    """Return who sent a request."""
    visitor: Visitor = request.state.visitor
    return visitor


def need_editor(request: Request, doing: str) -> Person:
    """Return who asks, if they may write.

    Raises:
        Problem: 403, they may read only; it is written down.
    """
    visitor = visitor_of(request)
    if visitor.person is None or not visitor.person.may_write:
        audit_read(request, doing, "refused: readers do not write", request.url.path)
        raise Problem(
            403,
            "Your token lets you read, not write",
            hint="ask whoever runs the server for an editor's token",
        )
    return visitor.person


def need_seal(request: Request, form_value: str, doing: str) -> None:
    """Let a form pass that came from a page of ours, for this session.

    A program that shows its token with the request needs none: no browser adds that header unasked.

    Raises:
        Problem: 403, it did not; it is written down.
    """
    visitor = visitor_of(request)
    if visitor.by_token:
        return
    seals: Seals = request.app.state.seals
    shown = form_value or request.headers.get(HEADER, "")
    if not seals.is_sealed(shown, visitor.bound_to):
        audit_read(request, doing, "refused: not sent from a page of ours", request.url.path)
        raise Problem(
            403,
            "This form is out of date",
            hint=f"open the page again and send it from there (its field `{FIELD}` is of another session)",
        )


def audit_read(
    request: Request, event: str, outcome: str, what: str = "", *, person: Person | None = None
) -> None:
    """Write down what only reads, or was refused; a log that cannot be written does not stop it."""
    _audit(request).note(_entry(request, event, outcome, what, person))


def audit_write(
    request: Request, event: str, outcome: str, what: str = "", *, person: Person | None = None
) -> None:
    """Write down what is about to be written. `person` is who asks, where the request does not say it yet.

    Raises:
        Problem: 503, the log cannot be written: it must not be done.
    """
    try:
        _audit(request).write(_entry(request, event, outcome, what, person))
    except AuditFault as fault:
        raise Problem(
            503,
            "Nothing was written: the audit log cannot be kept",
            hint="whoever runs the server finds why in its messages (serve.audit_log)",
        ) from fault


def _audit(request: Request) -> AuditLog:
    audit: AuditLog = request.app.state.audit
    return audit


def _entry(request: Request, event: str, outcome: str, what: str, person: Person | None) -> Entry:
    visitor = visitor_of(request)
    return Entry(event, outcome, person or visitor.person, visitor.address, what)
