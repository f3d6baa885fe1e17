"""What a Word file says about itself, and what is to be said about it.

The dates of the core properties are none of publication: `created` is often that of a
template, `modified` that of the last look. They are left to the words of the text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.docx_numbers import Counting
from provenance.cite.readers.docx_story import Story
from provenance.cite.readers.docx_writing import PlacedNote, Writing
from provenance.cite.rules import find_fault
from provenance.formats.docx import WordPackage, children_of
from provenance.formats.language import guess_language
from provenance.model import Finding, Metadata

__all__ = ["find_parts_faults", "read_about"]

# What Word and converters write where nobody chose a title or an author.
_NO_TITLE = lazy_pattern(
    r"(?:microsoft word\s*-.*|(?:document|dokument|documento)\s*\d*|untitled.*|word document|normal|.*\.(?:docx?|dotx?|rtf))",
    re.IGNORECASE,
)
_NO_AUTHOR = lazy_pattern(
    r"(?:microsoft office.*|python-docx|(?:un-?named|default|windows)?\s*user|admin(?:istrator)?|author|owner|pc|hp|lenovo"
    r"|dell|acer|asus|un-?known|apache poi|openxml.*)",
    re.IGNORECASE,
)
# How far down a page its title may stand.
_TOP_CHARS = 3_000
_LANGUAGE = lazy_pattern(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def read_about(package: WordPackage, body: Story, stories: Sequence[Story], text: str) -> Metadata:
    """Return title, authors and language; the title is that of the page where one has its style.

    A title of the properties that the page does not show is often that of the file it was
    made from: a heading on top of the page is believed before it.
    """
    said = _read_core(package)
    shown = next(
        (title for one in body.paragraphs if one.is_title and (title := _words_of(one.pieces))),
        None,
    )
    named = said.get("dc:title")
    if named and (_NO_TITLE.fullmatch(named) or not _is_shown(named, text)):
        named = _heading_on_top(body) or (None if _NO_TITLE.fullmatch(named) else named)
    names = (" ".join(name.split()) for name in re.split(r"[;\n]", said.get("dc:creator") or ""))
    return Metadata(
        title=shown or named,
        authors=tuple(name for name in names if name and not _NO_AUTHOR.fullmatch(name)),
        language=_read_language(stories, text),
    )


def _is_shown(title: str, text: str) -> bool:
    words = re.escape(" ".join(title.split()))
    top = " ".join(text[:_TOP_CHARS].split())
    return re.search(rf"(?<!\w){words}(?!\w)", top, re.IGNORECASE) is not None


def _heading_on_top(body: Story) -> str | None:
    """The first words of the page, where they are a heading of the first level."""
    first = next((one for one in body.paragraphs if _words_of(one.pieces)), None)
    return _words_of(first.pieces) if first and first.level == 1 else None


def _words_of(pieces: Sequence[object]) -> str:
    return " ".join("".join(getattr(piece, "text", "") for piece in pieces).split())


def _read_core(package: WordPackage) -> dict[str, str]:
    """The core properties by name; none where they are missing."""
    name = package.find_related("", "core-properties")
    if name is None or name not in package:
        return {}
    root = package.read_part(name)
    found = {}
    for key in ("dc:title", "dc:creator"):
        element = next(children_of(root, key), None)
        if element is not None and (value := " ".join((element.text or "").split())):
            found[key] = value
    return found


def _read_language(stories: Sequence[Story], text: str) -> str | None:
    """The language that most characters are marked with, unless the text is clearly in another.

    Word marks Arabic typed into an English template as English; what the reader
    of the text itself finds is then better, and None leaves it to that.
    """
    counted: Counter[str] = Counter()
    for story in stories:
        counted.update(story.languages)
    if not counted:
        return None
    language = counted.most_common(1)[0][0]
    if not _LANGUAGE.fullmatch(language):
        return None
    guessed = guess_language(text)
    agrees = guessed in {"en", language.partition("-")[0].lower()}
    return language if agrees else None


def find_parts_faults(
    body: Story, countings: Sequence[Counting], notes: Sequence[PlacedNote], writing: Writing
) -> Iterator[Finding]:
    """Return what is to be said of numbers that only a layout knows, and of what was left out."""
    if any(one.restart == "eachPage" for one in countings):
        message = "notes are numbered anew on each page: the numbers are those of the last layout kept in the file"
        yield find_fault("FN011", message)
    for unknown in sorted({one.number_format for one in countings if not one.is_known}):
        yield find_fault("FN011", f"notes are numbered as “{unknown}”, shown here as 1, 2, 3")
    kept = {(note.kind, note.note_id) for note in notes}
    for kind, note_id in sorted(body.dropped):
        if (kind, note_id) not in kept and (kind, note_id) not in writing.numbers:
            message = f"the {kind} with the id {note_id} has its marker in deleted or hidden text"
            yield find_fault("FN012", f"{message} and is left out")
    if body.embeds:
        yield find_fault("FN013", "another file is embedded whole and is not read")
