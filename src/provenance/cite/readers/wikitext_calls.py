"""What template calls show: citations, notes, lists of notes, words; boxes show only what they cite.

No template is expanded, since none is at hand. The names that matter for notes and
citations are known; of the others a draft's reader is shown what reads as words.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.flow import Flow
from provenance.cite.readers.wikitext_cite import (
    write_archived_copy,
    write_citation,
    write_short_citation,
)
from provenance.cite.readers.wikitext_fields import is_citation_template
from provenance.cite.readers.wikitext_templates import Call
from provenance.cite.readers.wikitext_words import (
    BOX_NAMES,
    LIST_TEMPLATES,
    QUOTE_TEMPLATES,
    SHORT_CITES,
    SHOWN,
    SILENT,
)

if TYPE_CHECKING:
    from provenance.cite.readers.wikitext_walk import WikitextWalk

__all__ = ["take_call"]

Taker = Callable[["WikitextWalk", Call, Flow], None]

# Templates that make a note of their words, and the group whose list it stands in.
_NOTES = {
    "efn": "lower-alpha", "efn-la": "lower-alpha", "efn-ua": "upper-alpha", "efn-lr": "lower-roman",
    "efn-ur": "upper-roman", "efn-lg": "lower-greek", "efn-num": "decimal", "refn": "", "notetag": "note",
    "#tag": "", "sfn note": "", "note de bas de page": "", "fußnote": "",
}  # fmt: skip
# Templates that print a list of notes, and which.
_LISTS = {
    "reflist": "", "references": "", "refs": "", "reference list": "", "références": "", "listaref": "",
    "примечания": "", "reflist/примітки": "", "примітки": "", "przypisy": "", "مراجع": "", "پانویس": "",
    "notelist": "lower-alpha", "efn-list": "lower-alpha", "notelist-la": "lower-alpha", "notelist-ua": "upper-alpha",
    "notelist-lr": "lower-roman", "notelist-ur": "upper-roman", "notelist-lg": "lower-greek", "notefoot": "note",
    "listanotas": "", "noteslist": "lower-alpha", "notes": "", "reflist-talk": "",
}  # fmt: skip
_SHORT_NOTES = frozenset(("sfn", "sfnp", "sfnm", "sfnmp", "shortened footnote", "harvard footnote"))
_CITES = lazy_pattern(r"<ref[\s>/]|\{\{\s*(?:efn|refn|sfn|r\||#tag:ref|notetag)", re.IGNORECASE)
_COMMENT = lazy_pattern(r"<!--.*?-->", re.DOTALL)
# A name, a group, a number: nothing that is longer.
_MAX_SAID = 300
_REST_OF_LINE = lazy_pattern(r"[ \t\r]*(?:\n|\Z)")
_LETTERS = lazy_pattern(r"[^\W\d_]{2}")
_LENGTH = lazy_pattern(r"\{(\*|\d+)\}")
_UNITS = lazy_pattern(r"-?[\d.,]+")


def take_call(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    """Write what a template call shows."""
    taker = _taker_of(walk, call)
    taker(walk, call, flow)


def _taker_of(walk: "WikitextWalk", call: Call) -> Taker:
    if call.name == "#tag":
        tags: dict[str, Taker] = {"ref": _take_note, "references": _take_list}
        return tags.get(_said(walk, call, "1").lower(), _take_unknown)
    if is_citation_template(call.name):
        return _take_citation
    if call.name.startswith("lang-"):
        return _take_shown
    return _takers().get(call.name, _take_unknown)


@cache
def _takers() -> dict[str, Taker]:
    """What takes a template of each name that is known."""
    return {
        **dict.fromkeys(SHOWN, _take_shown),
        **dict.fromkeys(LIST_TEMPLATES, _take_items),
        **dict.fromkeys(QUOTE_TEMPLATES, _take_quote),
        **dict.fromkeys(SHORT_CITES, _take_short_citation),
        **dict.fromkeys(_LISTS, _take_list),
        **dict.fromkeys(("webarchive", "webarchiv", "wayback"), _take_archived),
        "r": _take_reused,
        **dict.fromkeys(_SHORT_NOTES, _take_short_note),
        **dict.fromkeys(_NOTES, _take_note),
    }


def _said(walk: "WikitextWalk", call: Call, name: str) -> str:
    span = call.values.get(name)
    words = _COMMENT.sub("", span.of(walk.source)[:_MAX_SAID]) if span else ""
    return " ".join(words.replace('"', "").split())


def _take_citation(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    write_citation(walk.source, call, walk.render, flow)


def _take_archived(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    write_archived_copy(walk.source, call, walk.render, flow)


def _take_short_citation(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    write_short_citation(walk.source, call, walk.render, flow, SHORT_CITES[call.name])


def _take_note(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    """A note whose words stand in a value; notes inside it are numbered first, as MediaWiki does."""
    key = "2" if call.name == "#tag" else "1"
    span = call.values.get(key) or call.values.get("reference") or call.values.get("text")
    words = walk.render(span) if span is not None and span.of(walk.source).strip() else None
    group = _said(walk, call, "group") or _NOTES[call.name]
    name = _said(walk, call, "name")
    entry = walk.book.entry(group, name)
    walk.write_marker(entry.label, entry.target, call.start, call.end, flow)
    if words is not None:
        entry.define(words, call.start, call.end)


def _take_short_note(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    """`{{sfn|Smith|2001|p=12}}`: all that say the same are one note."""
    words = Flow()
    shape = SHORT_CITES["sfnp" if call.name.endswith("p") else "sfn"]
    write_short_citation(walk.source, call, walk.render, words, shape)
    words.insert(".")
    entry = walk.book.entry(_said(walk, call, "group"), f"sfn {words.words()}")
    walk.write_marker(entry.label, entry.target, call.start, call.end, flow)
    entry.define(words, call.start, call.end)


def _take_reused(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    """`{{r|one|two}}`: markers of notes that are defined elsewhere."""
    group = _said(walk, call, "group") or _said(walk, call, "g")
    for span in call.places:
        if name := " ".join(span.of(walk.source).split()):
            entry = walk.book.entry(group, name)
            walk.write_marker(entry.label, entry.target, call.start, call.end, flow)


def _take_list(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    group = _said(walk, call, "group") or _LISTS.get(call.name, "")
    for span in call.values.values():
        walk.define_listed(span, group)
        for inner in walk.calls_in(span):
            if (
                inner.name in _NOTES
                and (name := _said(walk, inner, "name"))
                and "1" in inner.values
            ):
                entry = walk.book.entry(
                    _said(walk, inner, "group") or _NOTES[inner.name] or group, name
                )
                entry.define(walk.render(inner.values["1"]), inner.start, inner.end)
    walk.book.write_list(group, flow)


def _take_quote(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    flow.break_line(2)
    for names in (("text", "quote", "1"), ("author", "sign", "2"), ("source", "3")):
        span = next((call.values[name] for name in names if name in call.values), None)
        if span is not None and span.of(walk.source).strip():
            flow.splice(walk.render(span))
            flow.break_line(1)
    flow.break_line(2)


def _take_items(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    for index, span in enumerate(call.places):
        shown = walk.render(span)
        if index and shown.length:
            flow.insert(", ")
        flow.splice(shown)


def _take_shown(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    shape = SHOWN.get(call.name, "1")
    places = call.places
    if shape == "convert":
        _write_shape(
            walk,
            call,
            "{1} {2}" if len(places) > 1 and not _is_range(walk, call) else "{1} {2} {3} {4}",
            flow,
        )
    elif shape == "date":
        _write_date(walk, call, flow)
    elif shape == "-1":
        if places:
            walk.walk(*places[-1], flow, is_inline=True)
    elif shape.isdigit():
        if span := call.values.get(shape) or call.values.get("text"):
            walk.walk(*span, flow, is_inline=True)
    else:
        _write_shape(walk, call, shape, flow)


def _is_range(walk: "WikitextWalk", call: Call) -> bool:
    """`{{convert|5|to|9|km}}`: a word between two numbers, and the unit behind them."""
    third = _said(walk, call, "3")
    return _UNITS.fullmatch(third) is not None and _UNITS.fullmatch(_said(walk, call, "2")) is None


def _write_shape(walk: "WikitextWalk", call: Call, shape: str, flow: Flow) -> None:
    position = 0
    for slot in _LENGTH.finditer(shape):
        spans = (
            call.places
            if slot[1] == "*"
            else [call.values[slot[1]]]
            if slot[1] in call.values
            else []
        )
        if spans and shape[position : slot.start()]:
            flow.write(shape[position : slot.start()], call.start, call.end)
        for index, span in enumerate(spans):
            if index:
                flow.insert(" ")
            walk.walk(*span, flow, is_inline=True)
        position = slot.end()
    if shape[position:] and (position or call.places or "{" not in shape):
        flow.write(shape[position:], call.start, call.end)


def _write_date(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    parts = [words for span in call.places[:3] if (words := span.of(walk.source).strip()).isalnum()]
    flow.write("-".join(part.zfill(2) for part in parts), call.start, call.end)


def _take_silent(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    """A template that shows no words: only what is cited in its values is kept, a line each."""
    for name, span in call.values.items():
        if not _CITES.search(walk.source, *span):
            continue
        shown = walk.render(span)
        if any(mark.role == "marker" for mark in shown.marks):
            flow.break_line(2)
            if not name.isdigit():
                flow.insert(f"{' '.join(name.replace('_', ' ').split())}: ")
            flow.splice(shown)
            flow.break_line(2)


def _take_unknown(walk: "WikitextWalk", call: Call, flow: Flow) -> None:
    """In a line of words a template that nobody knows shows its first words, on a line of its own nothing."""
    is_silent = call.name in SILENT or call.name.startswith(("#", *BOX_NAMES))
    is_alone = flow.at_line_start and _REST_OF_LINE.match(walk.source, call.end) is not None
    if is_silent or is_alone:
        _take_silent(walk, call, flow)
        return
    if any(_CITES.search(walk.source, *span) for span in call.values.values()):
        _take_silent(walk, call, flow)
        return
    words = next((span for span in call.places if _LETTERS.search(walk.source, *span)), None)
    if words is not None:
        walk.walk(*words, flow, is_inline=True)
    elif not call.values and walk.source[call.start + 2].isupper():
        # `{{Argentinien}}`: a flag with the name of the country
        flow.write(walk.source[call.start + 2 : call.end - 2], call.start + 2, call.end - 2)
