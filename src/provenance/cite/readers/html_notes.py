"""Which elements of a page are notes: those that in-page links with a number for a text lead to.

Seen in pages of wikis, blogs and static site generators: `<a href="#cite_note-1">[1]</a>`
leads to `<li id="cite_note-1">`, or to an element inside the item. The numbers in
front of the items are drawn by the browser and stand nowhere in the text.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote

from provenance.formats.html import HtmlTag, words_of

__all__ = ["PageNotes", "find_page_notes", "label_of"]

_LABEL = re.compile(
    r"[\[(]?\s*(?:note\s+|nb\s+|fn\s+)?(\d{1,4}|[a-z]{1,4}|[*†‡]{1,3})\s*[\])]?", re.IGNORECASE
)
_NOTES_HINT = re.compile(r"foot|note|cite|fn", re.IGNORECASE)
_BLOCKS = frozenset({"p", "div", "dd", "aside", "section"})


class PageNotes(NamedTuple):
    """By identity of the element: the note elements with their labels, and the markers' targets."""

    notes: dict[int, tuple[str, str]]
    markers: dict[int, tuple[str, str]]


def label_of(words: str) -> str | None:
    """Return the label that an anchor's words show: `[12]`, `12`, `[a]`; None for any other words.

    >>> [label_of(words) for words in ("[12]", "Chapter 1", "[note 3]")]
    ['12', None, '3']
    """
    match = _LABEL.fullmatch(words.strip())
    return match[1] if match else None


def find_page_notes(soup: HtmlTag) -> PageNotes:
    """Return the elements that numbered in-page links lead to, and those links."""
    found = PageNotes({}, {})
    anchors = [tag for tag in soup.find_all("a") if str(tag.get("href") or "").startswith("#")]
    if not anchors:
        return found
    targets = {
        str(name): tag
        for tag in soup.find_all(True)
        for name in (tag.get("id"), tag.get("name"))
        if name
    }
    for anchor in anchors:
        label = label_of(words_of(anchor))
        target = targets.get(unquote(str(anchor["href"])[1:]))
        note = _note_around(target) if target is not None else None
        if label is None or note is None or any(parent is note for parent in anchor.parents):
            continue
        key = str(id(note))
        found.notes.setdefault(id(note), (label, key))
        found.markers[id(anchor)] = (found.notes[id(note)][0], key)
    return found


def _note_around(target: HtmlTag) -> HtmlTag | None:
    """The list item or block that a link's target is, or stands at the head of."""
    item = target if target.name == "li" else target.find_parent("li")
    if isinstance(item, HtmlTag) and item.find_parent("ol") is not None:
        return item if words_of(item) else None
    named = f"{target.get('id') or ''} {target.get('class') or ''}"
    if target.name not in _BLOCKS or _NOTES_HINT.search(named) is None:
        return None
    words = words_of(target)
    return target if words and label_of(words) is None else None
