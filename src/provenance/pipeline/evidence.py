"""Every claim against every copy of what it cites -> evidence rows; only what is missing."""

from collections.abc import Iterator

from msgspec.structs import replace

from provenance.formats.language import guess_language
from provenance.link.method import LEXICAL_METHOD
from provenance.model import Evidence
from provenance.pipeline.progress import Progress
from provenance.store.evidence import (
    PendingClaim,
    PendingText,
    claims_pending,
    put_evidence,
    settle_evidence,
    texts_pending,
)
from provenance.store.write import Store

__all__ = ["find_all_evidence"]

# A page of a million characters takes a second for its first claim, and tenths for each other.
_AT_ONCE_CHARS = 5_000_000
# Languages that `guess_language` knows by their letters: there it does not err.
_TOLD_BY_SCRIPT = frozenset({"ar", "fa", "he", "ru", "uk"})


def find_all_evidence(store: Store, progress: Progress) -> int:
    """Hold each claim against each copy it was not held against by today's method; return how many pairs.

    Evidence needs no journal: it follows from the archived texts, and a rebuild finds the same.
    Each page is committed by itself, a long one claim by claim, so that a run that is cut off is taken
    up where it ended.
    """
    waiting = texts_pending(store.db, LEXICAL_METHOD)
    pairs = 0
    if not waiting:
        settle_evidence(store.db)
        return pairs
    with progress("Finding passages", len(waiting)) as stage:
        for payload in waiting:
            text, claims = claims_pending(store.db, LEXICAL_METHOD, payload)
            for found in _find(text, claims):
                put_evidence(store.db, found)
                stage.advance(by=0)  # here a run whose time is over can leave a long page
            pairs += len(claims)
            stage.advance()
    settle_evidence(store.db)
    return pairs


def _find(text: PendingText, claims: list[PendingClaim]) -> Iterator[list[tuple[int, Evidence]]]:
    """Yield what was found, of so many claims at a time as take a second or so."""
    # its import loads the stemmers of 34 languages: 0.16 s that a run without news need not pay
    from provenance.link.evidence import Asked, find_evidence, read_page

    language = _language_of(text)
    read = None if text.reason is not None else read_page(text.text, language)
    missing = text.reason or "there is no text of the source"
    at_once = max(1, _AT_ONCE_CHARS // (1 + len(text.text or "")))
    found = []
    for number, claim in enumerate(claims, 1):
        asked = Asked(
            claim.id,
            claim.text,
            claim.language.partition("-")[0] if claim.language else guess_language(claim.text),
            claim.source_id,
        )
        page = None if claim.withdrawn else read
        evidence = find_evidence(
            asked, page, claim.capture_id, missing_text=claim.withdrawn or missing
        )
        copied = replace(evidence, attachment_id=claim.attachment_id, uri_m=claim.uri_m)
        found.append((claim.key, copied))
        if number % at_once == 0:
            yield found
            found = []
    yield found


def _language_of(text: PendingText) -> str:
    """What the page declares, unless its letters say otherwise; English is what templates declare unasked."""
    guessed = guess_language(text.text)
    declared = (text.language or "en").partition("-")[0].casefold()
    if declared == "en" or guessed in _TOLD_BY_SCRIPT or declared in _TOLD_BY_SCRIPT:
        return guessed
    return declared
