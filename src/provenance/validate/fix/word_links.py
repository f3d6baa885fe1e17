"""Where a link of a Word file leads, and how to let it lead elsewhere. PURE.

The target stands in a relationship that several links may share, in the instruction of a field, or
in an attribute of a simple field.
"""

import re
from collections.abc import Sequence
from html import unescape
from xml.sax.saxutils import escape

from provenance.cite.patterns import lazy_pattern
from provenance.errors import UnreadableDocument
from provenance.formats.zip_members import ZipMembers
from provenance.validate.fix.changes import Change, Refused
from provenance.validate.fix.word_scan import Piece, ScannedPart, Target, TextElement
from provenance.validate.records import Edit

__all__ = ["find_link_changes"]

_RELATIONSHIP = lazy_pattern(r"<(?:[\w.-]+:)?Relationship\b[^<>]*>")
_ATTRIBUTE = r"""\b{}\s*=\s*(["'])(?P<value>.*?)\1"""
_RELATION_ID = lazy_pattern(
    r"""<[\w.-]+:hyperlink\b[^<>]*?[\w.-]+:id\s*=\s*(["'])(?P<value>.*?)\1"""
)
_INSTRUCTION = lazy_pattern(
    r"""<[\w.-]+:fldSimple\b[^<>]*?[\w.-]+:instr\s*=\s*(["'])(?P<value>.*?)\1"""
)
_ARGUMENT = lazy_pattern(r'\s*HYPERLINK\s+["“”„](?P<quoted>(?:[^"“”\\]|\\.)*)["“”]', re.IGNORECASE)
_PART_OF_ADDRESS = lazy_pattern(r"\\l\b", re.IGNORECASE)
_NO_LINK = Refused("there is no link at this place")
_BY_HAND = Refused("the link's target is said in pieces: change it in Word")


def find_link_changes(
    name: str, part: ScannedPart, texts: Sequence[TextElement], members: ZipMembers, edit: Edit
) -> tuple[Change, ...] | Refused:
    """Return the changes that let the link of these words lead to the edit's target."""
    targets = [text.target for text in texts]
    found = [target for target in targets if target is not None]
    if not found or len(found) != len(targets):
        return _NO_LINK
    different = list({id(target): target for target in found}.values())
    if any(target.is_split for target in different):
        return _BY_HAND
    if different[0].kind != "hyperlink":
        return _in_instructions(name, part, different, edit.replacement)
    if len({target.relation for target in different}) != 1 or not different[0].relation:
        return _BY_HAND
    return _in_relationship(name, part, different, members, edit)


def _in_relationship(
    name: str, part: ScannedPart, targets: Sequence[Target], members: ZipMembers, edit: Edit
) -> tuple[Change, ...] | Refused:
    folder, _, file = name.rpartition("/")
    rels = f"{folder}/_rels/{file}.rels".lstrip("/")
    try:
        source = members.read(rels).decode("utf-8")
    except (UnreadableDocument, UnicodeDecodeError):
        return _BY_HAND
    key = targets[0].relation
    tags = [tag for tag in _RELATIONSHIP.finditer(source) if _value(tag[0], "Id") == key]
    if len(tags) != 1 or _value(tags[0][0], "TargetMode") != "External":
        return _BY_HAND
    written = _attribute(edit.replacement)
    place = re.search(_ATTRIBUTE.format("Target"), tags[0][0], re.DOTALL)
    if place is None:
        return _BY_HAND
    start = tags[0].start()
    if sum(one.relation == key for one in part.links) == len(targets):
        return (Change(rels, start + place.start("value"), start + place.end("value"), written),)
    fresh = _fresh_key(source, edit.start)
    kind = escape(_value(tags[0][0], "Type") or "", {'"': "&quot;"})
    line = f'<Relationship Id="{fresh}" Type="{kind}" Target="{written}" TargetMode="External"/>'
    end = source.rfind("</")
    prefix = re.match(r"<([\w.-]+:)", tags[0][0])
    line = line.replace("<", f"<{prefix[1]}", 1) if prefix else line
    changes = [Change(rels, end, end, line)]
    for target in targets:
        found = _RELATION_ID.match(part.source, target.tag)
        if found is None or unescape(found["value"]) != key:
            return _BY_HAND
        changes.append(Change(name, *found.span("value"), fresh))
    return tuple(changes)


def _value(tag: str, attribute: str) -> str | None:
    found = re.search(_ATTRIBUTE.format(attribute), tag, re.DOTALL)
    return unescape(found["value"]) if found else None


def _attribute(url: str) -> str:
    return escape(url, {'"': "&quot;", "'": "&apos;"})


def _fresh_key(source: str, number: int) -> str:
    """An id that no relationship of the part has; two new links of one draft have two numbers."""
    while f"rIdLink{number}" in source:
        number += 1_000_000
    return f"rIdLink{number}"


def _in_instructions(
    name: str, part: ScannedPart, targets: Sequence[Target], url: str
) -> tuple[Change, ...] | Refused:
    changes: list[Change] = []
    quoted = url.replace("\\", "\\\\").replace('"', '\\"')
    if "“" in quoted or "”" in quoted:
        return _BY_HAND
    for target in targets:
        pieces = target.pieces if target.kind == "field" else _attribute_pieces(part, target)
        said = "".join(piece.text for piece in pieces)
        argument = _ARGUMENT.match(said)
        if argument is None or _PART_OF_ADDRESS.search(said, argument.end()):
            return _BY_HAND
        written = _attribute(quoted) if target.kind == "simple" else escape(quoted)
        changes += _over_pieces(name, pieces, *argument.span("quoted"), written)
    return tuple(changes)


def _attribute_pieces(part: ScannedPart, target: Target) -> list[Piece]:
    """The instruction of a simple field, character by character or reference by reference."""
    found = _INSTRUCTION.match(part.source, target.tag)
    if found is None:
        return []
    start = found.start("value")
    return [
        Piece(unescape(one[0]), start + one.start(), start + one.end())
        for one in re.finditer(r"&[^;]*;|.", found["value"], re.DOTALL)
    ]


def _over_pieces(
    name: str, pieces: Sequence[Piece], start: int, end: int, words: str
) -> list[Change]:
    """Replace characters of an instruction that may stand in several elements: all in the first of them."""
    changes: list[Change] = []
    offset = 0
    for piece in pieces:
        first, last = max(start - offset, 0), min(end - offset, len(piece.text))
        offset += len(piece.text)
        if first >= last:
            continue
        is_verbatim = len(piece.text) == piece.end - piece.start
        begin = piece.start + first if is_verbatim else piece.start
        finish = piece.start + last if is_verbatim else piece.end
        touching = changes and changes[-1].end == begin
        if touching:
            changes[-1] = changes[-1]._replace(end=finish)
        else:
            changes.append(Change(name, begin, finish, "" if changes else words))
    return changes
