"""What mending would change, as a unified patch. PURE."""

from collections.abc import Iterator
from difflib import unified_diff

from provenance.model import Document
from provenance.validate.fix.outcome import Looked

__all__ = ["make_patch"]


def make_patch(before: Looked, after: Looked) -> str:
    """Return the patch from one state of a draft to the other; empty where nothing is changed.

    Of formats that are text it is a patch of the file (as UTF-8); of a Word file one of its
    words as they are read, which the first line says, with the targets of links that change.
    """
    if before.data == after.data:
        return ""
    old, new = before.draft.parsed.document, after.draft.parsed.document
    lines = _patch_lines(_lines_of(old), _lines_of(new), before.path.lstrip("/"))
    if old.format != "docx":
        return "".join(lines)
    said = f"# {before.path} is a Word file: this is a patch of its words as they are read\n"
    return "".join((said, *lines, *_changed_targets(old, new)))


def _lines_of(document: Document) -> list[str]:
    # not `splitlines`: a form feed or U+2028 ends no line of a patch
    text = document.text if document.source is None else document.source
    lines = text.split("\n")
    return (
        [*(f"{line}\n" for line in lines[:-1]), *lines[-1:]]
        if lines[-1]
        else [f"{line}\n" for line in lines[:-1]]
    )


def _patch_lines(old: list[str], new: list[str], name: str) -> Iterator[str]:
    for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _changed_targets(old: Document, new: Document) -> Iterator[str]:
    """Targets are no words: each that changes has a line of its own."""
    if len(old.links) != len(new.links):
        return
    for link, other in zip(old.links, new.links, strict=True):
        if link.href != other.href:
            yield f"# link: {link.href} -> {other.href}\n"
