"""reStructuredText: the words as a page made of it shows them, notes where they are defined.

Own reader: docutils keeps lines for blocks and no places inside them, and takes a quarter of a second
to import. Labels are those that docutils prints; `rst_names` gives them, `rst_blocks` walks the
lines, `rst_inline` the words. Line and column of every span lead into the file.
"""

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.flow import Flow
from provenance.cite.readers.rst_blocks import BlockReader
from provenance.cite.readers.rst_inline import InlineReader
from provenance.cite.readers.rst_lines import read_lines
from provenance.cite.readers.rst_names import read_names
from provenance.formats.dates import find_dates
from provenance.model import Document, Finding, Metadata
from provenance.text import Span

__all__ = ["read_rst"]

# The header of a proposal, `Title: …` from the first line on, or docutils' own fields, `:Title: …`.
_HEADER_LINE = lazy_pattern(r":?(?P<name>[A-Z][A-Za-z-]{1,30}):(?:[ \t]+(?P<value>[^\n]*))?\r?\Z")
_LEADING_BLANK = lazy_pattern(r"\s*")
_MIN_FIELDS = 2
_ADDRESS_OF_PERSON = lazy_pattern(r"\s*<[^<>]*>|\s*\([^()]*@[^()]*\)")
_SEPARATOR = lazy_pattern(r"\s*(?:,|;|\band\b)\s*")
_DAY = lazy_pattern(r"(\d{1,2})-([A-Z][a-z]{2,8})-(\d{4})")


def read_rst(source: str, sha256: str, findings: tuple[Finding, ...] = ()) -> Document:
    """Return the document that a reStructuredText describes."""
    header, position = _read_header(source)
    names = read_names(source)
    flow = Flow()
    blocks = BlockReader(source, InlineReader(source, names), names.definitions)
    blocks.read(read_lines(source, Span(position, len(source))), flow)
    return flow.make_document("rst", source, sha256, _metadata_of(header, flow), findings)


def _read_header(source: str) -> tuple[dict[str, str], int]:
    """The fields at the head of the source by lower-case names, and where the text begins behind them."""
    start = _LEADING_BLANK.match(source)
    position = start.end() if start else 0
    fields: dict[str, str] = {}
    name = ""
    while position < len(source):
        found = source.find("\n", position)
        line_end = len(source) if found < 0 else found
        line = source[position:line_end]
        field = _HEADER_LINE.match(line)
        if field:
            name = field["name"].lower()
            fields[name] = (field["value"] or "").strip()
        elif name and line[:1] in {" ", "\t"} and line.strip():
            fields[name] += f" {line.strip()}"
        else:
            break
        position = min(line_end + 1, len(source))
    is_header = len(fields) >= _MIN_FIELDS and not source[position : position + 1].strip()
    return (fields, position) if is_header else ({}, 0)


def _metadata_of(header: dict[str, str], flow: Flow) -> Metadata:
    """What the header says; without one the only heading of the first level is the title."""
    top = [heading for heading in flow.headings if heading.level == 1]
    title = header.get("title") or (top[0].title if len(top) == 1 else None)
    names = _ADDRESS_OF_PERSON.sub("", header.get("author") or header.get("authors") or "")
    said = header.get("created") or header.get("date") or header.get("published") or ""
    dates = find_dates(_DAY.sub(r"\1 \2 \3", said))
    return Metadata(
        title=title or None,
        authors=tuple(name for name in _SEPARATOR.split(names) if name),
        published=dates[0].iso if dates else None,
        language=header.get("language") or None,
    )
