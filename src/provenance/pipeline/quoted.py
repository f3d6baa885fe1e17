"""Where in a text the words stand that a person quotes: exactly one place, or why not."""

from provenance.errors import UsageError
from provenance.link.anchor import find_passage
from provenance.link.near import SearchText
from provenance.link.normal import normalise
from provenance.link.passages import CONTEXT_CHARS, select_passage
from provenance.model import Passage
from provenance.text import Span

__all__ = ["find_places", "nearest_to", "only_place"]

# More places than anybody would read through; the words are too few then.
_MOST_SHOWN = 8
_SHOWN_CHARS = 160


def find_places(words: str, text: SearchText) -> list[Span]:
    """Return where words stand in a text, but for case, quotation marks, dashes and blanks.

    Places where they stand as words of their own count before those inside of longer ones.
    """
    wanted = normalise(words).text.strip()
    if not wanted:
        return []
    normal, at, found = text.normal.text, 0, []
    while (at := normal.find(wanted, at)) >= 0:
        found.append(Span(at, at + len(wanted)))
        at += len(wanted)
    free = [span for span in found if _stands_free(normal, span)]
    return [text.normal.to_source(span) for span in free or found]


def _stands_free(normal: str, span: Span) -> bool:
    before, after = normal[: span.start][-1:], normal[span.end :][:1]
    goes_on_before = normal[span.start].isalnum() and before.isalnum()
    return not goes_on_before and not (normal[span.end - 1].isalnum() and after.isalnum())


def only_place(text: str, places: list[Span], start: int | None, where: str) -> Passage:
    """Return the one place that is meant as a passage; `start` says which of several.

    Raises:
        UsageError: there are several, which the message shows, or none begins at `start`.
    """
    chosen = places if start is None else [span for span in places if span.start == start]
    if len(chosen) == 1:
        return select_passage(text, chosen[0])
    listed = "; ".join(
        f"--start {span.start}: {_around(text, span)}" for span in places[:_MOST_SHOWN]
    )
    more = f"; and {len(places) - _MOST_SHOWN} more" if len(places) > _MOST_SHOWN else ""
    if start is None:
        said = f"these words stand in {len(places)} places of {where}"
    else:
        said = f"these words do not begin at {start} in {where}"
    raise UsageError(f"{said}: {listed}{more}", hint="quote more of the passage, or say --start")


def _around(text: str, span: Span) -> str:
    before = text[max(0, span.start - CONTEXT_CHARS) : span.start]
    after = text[span.end : span.end + CONTEXT_CHARS]
    return " ".join(f"…{before}[{span.of(text)[:_SHOWN_CHARS]}]{after}…".split())


def nearest_to(words: str, text: SearchText) -> str:
    """Return the stretch of a text that is most like these words; empty where nothing is like them."""
    found = find_passage(Passage(words, "", "", 0, len(words)), text)
    return " ".join(found.span.of(text.text).split()) if found.span else ""
