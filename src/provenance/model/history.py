"""All that the state of one source depends on."""

from datetime import datetime
from typing import Self

from msgspec import Struct

from provenance.model.fetching import CheckFacts
from provenance.model.watching import Opinion, Override

__all__ = ["History"]


class History(Struct, frozen=True):
    """What was seen of a source, what others say of it, and what a person said: in any order.

    `overrides` are all that were ever given; the latest counts.
    """

    checks: tuple[CheckFacts, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    overrides: tuple[Override, ...] = ()

    def before(self, moment: datetime) -> Self:
        """Return what was known before a moment."""
        return type(self)(
            tuple(each for each in self.checks if each.at < moment),
            tuple(each for each in self.opinions if each.at < moment),
            tuple(each for each in self.overrides if each.at < moment),
        )
