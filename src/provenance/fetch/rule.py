"""What a row of the decision table is, and how signs are joined in it. PURE."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from provenance.fetch.seen import Seen
from provenance.model import Outcome

__all__ = [
    "Rule",
    "Sign",
    "all_of",
    "any_of",
    "header",
    "needs_page",
    "of_page",
    "status",
    "statuses_of",
    "two_of",
]

Sign = Callable[[Seen], str | None]


class Rule(NamedTuple):
    """A row: `applies` returns the reason where the rule applies, else None.

    `why` says why it is a rule. `reads` is what it looks at: the address and head of the
    answer alone, or the page too (such a rule cannot be asked where the page is lost).
    """

    name: str
    outcome: Outcome
    applies: Sign
    why: str
    reads: Literal["head", "page"] = "head"
    version: int = 1

    def may_apply_to(self, status: int, *, has_page: bool = True) -> bool:
        """Tell whether an answer with this status, with a page or without, can be one that it applies to."""
        statuses = statuses_of(self.applies)
        return (statuses is None or status in statuses) and (
            has_page or not needs_page(self.applies)
        )


def all_of(*wanted: Sign) -> Sign:
    """Apply where every one of the signs is seen."""

    def applies(seen: Seen) -> str | None:
        found = []
        for sign in wanted:  # the first one that is not seen spares the others
            reason = sign(seen)
            if not reason:
                return None
            found.append(reason)
        return "; ".join(found)

    joined = _only_for(_common(wanted), applies)
    return of_page(joined) if any(map(needs_page, wanted)) else joined


def two_of(*wanted: Sign) -> Sign:
    """Apply where at least two of the signs are seen."""
    without_page = tuple(sign for sign in wanted if not needs_page(sign))

    def applies(seen: Seen) -> str | None:
        signs = without_page if seen.page is None else wanted
        found = [reason for sign in signs if (reason := sign(seen))]
        return "; ".join(found) if len(found) >= 2 else None

    return of_page(applies) if len(without_page) < 2 else applies


def any_of(*wanted: Sign) -> Sign:
    """Apply where one of the signs is seen; the first is the reason."""

    def applies(seen: Seen) -> str | None:
        return next((reason for sign in wanted if (reason := sign(seen))), None)

    joined = _only_for(_joined(wanted), applies)
    return of_page(joined) if all(map(needs_page, wanted)) else joined


def status(*wanted: int) -> Sign:
    """Apply where the answer has one of these statuses."""

    def applies(seen: Seen) -> str | None:
        return f"HTTP {seen.last.status}" if seen.last.status in wanted else None

    return _only_for(frozenset(wanted), applies)


def header(name: str, *values: str) -> Sign:
    """Apply where a header is there (and has one of these values, if any are given)."""

    def applies(seen: Seen) -> str | None:
        value = (seen.last.header(name) or "").strip().lower()
        return f"{name}: {value}" if value and (not values or value in values) else None

    return applies


# -- which statuses a sign can be seen with -----------------------------------


def statuses_of(sign: Sign) -> frozenset[int] | None:
    """Return the only statuses with which a sign can be seen; None where any will do."""
    statuses: frozenset[int] | None = getattr(sign, "statuses", None)
    return statuses


def _only_for(statuses: frozenset[int] | None, sign: Sign) -> Sign:
    sign.statuses = statuses  # type: ignore[attr-defined]
    return sign


def _common(signs: tuple[Sign, ...]) -> frozenset[int] | None:
    known = [statuses for sign in signs if (statuses := statuses_of(sign)) is not None]
    return frozenset.intersection(*known) if known else None


def _joined(signs: tuple[Sign, ...]) -> frozenset[int] | None:
    known = [statuses for sign in signs if (statuses := statuses_of(sign)) is not None]
    return frozenset.union(*known) if len(known) == len(signs) else None


# -- whether a sign can be seen without a page -----------------------------------


def of_page(sign: Sign) -> Sign:
    """Mark a sign that is seen on a page alone: an answer to HEAD, or a PDF, need not be asked for it."""
    sign.needs_page = True  # type: ignore[attr-defined]
    return sign


def needs_page(sign: Sign) -> bool:
    """Tell whether a sign cannot be seen where there is no page."""
    return getattr(sign, "needs_page", False)
