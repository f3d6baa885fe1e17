"""What there is to judge: the look, and what is known beside it. PURE."""

import re
from typing import NamedTuple

import msgspec
from msgspec import Struct

from provenance.formats.page import PageFacts
from provenance.formats.sites import HostTrait, SiteTable, our_sites
from provenance.formats.url import Address, parse_address
from provenance.model import Exchange, Visit

__all__ = ["FEW_WORDS", "BodyFacts", "Known", "Seen", "Sibling", "read_seen", "words_of"]

# Below this many words a page is a form, a notice or a teaser.
FEW_WORDS = 200
_WORD = re.compile(r"\w{3,}")


class Sibling(Struct, frozen=True):
    """What a random path beside the cited one answered (one probe a host and day)."""

    url: str
    status: int
    page: PageFacts | None = None


class Known(Struct, frozen=True):
    """What is known beside the look itself, when it is judged.

    `title` and `words` (three letters or more, small) are those of the copy that claims
    lean on (`store.rot`); `shows` is what the page must hold (`Asked.shows`).
    """

    sites: SiteTable = msgspec.field(default_factory=our_sites)
    title: str | None = None
    words: frozenset[str] = frozenset()
    shows: str = ""
    sibling: Sibling | None = None


class BodyFacts(NamedTuple):
    """What the signs need of the last body: its size as stored, and whether it is all blank."""

    size_bytes: int
    is_blank: bool


class Seen(NamedTuple):
    """A look that ended with an answer; `page` is None where that is no HTML."""

    visit: Visit
    last: Exchange
    first: Address
    final: Address
    page: PageFacts | None
    known: Known
    body: BodyFacts

    @property
    def was_redirected(self) -> bool:
        """Tell whether the look ended at another URL than it began at."""
        return self.visit.hops[0].url != self.last.url

    @property
    def words(self) -> int | None:
        """How many words the page shows; None where it is no HTML."""
        return None if self.page is None else self.page.word_count

    def has_trait(self, host: str, trait: HostTrait) -> bool:
        """Tell whether the site table gives a host this trait."""
        return self.known.sites.has_trait(host, trait)


def read_seen(
    visit: Visit,
    page: PageFacts | None,
    known: Known | None = None,
    body: BodyFacts | None = None,
) -> Seen | None:
    """Return what there is to judge; None where the look ended without an answer.

    `body` stands in for the last body where that is not at hand.
    """
    last = visit.last
    first = parse_address(visit.url)
    final = parse_address(visit.final_url)
    if last is None or first is None or final is None:
        return None
    if body is None:
        body = BodyFacts(len(last.body), not last.body.strip())
    return Seen(visit, last, first, final, page, known or Known(), body)


def words_of(text: str) -> frozenset[str]:
    """Return the words of three letters or more of a text, in small letters."""
    return frozenset(_WORD.findall(text.lower()))
