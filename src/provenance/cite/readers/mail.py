"""Mails and saved web pages (MHTML): the part that holds the document is read as what it is.

A mail is an envelope around an HTML page or a text, mostly in quoted-printable or
base64. Offsets, lines and columns are those of the *decoded* part: the lines of the
envelope are wrapped by a mail program and nobody ever sees them. Of several forms
of one text the HTML one is read, since it has the whole addresses; attachments are
not. Subject, sender and date of a mail and the address that a page was saved from
become metadata.
"""

import codecs
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime

from msgspec.structs import replace

from provenance.cite.decode import Decoded, decode_document, looks_binary
from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.html import read_html
from provenance.cite.readers.plain import read_plain_text
from provenance.cite.rules import find_fault
from provenance.cite.sniff import sniff_binary_format
from provenance.errors import UnreadableDocument
from provenance.model import Document, Metadata

__all__ = ["read_mail"]

# More than any mail has: each boundary is looked for in every line of what it encloses.
_MAX_BOUNDARIES = 200
_MAX_PARTS = 2000
_MAX_DEPTH = 30
_BOUNDARY = re.compile(rb"boundary\s*\*?\d*\*?\s*=", re.IGNORECASE)
# Python's own codecs that are no character sets of mails; one of them takes the square of its input.
# Characters of one header that are read; a line has 998 at most (RFC 5322, 2.1.1), and may be folded.
_MAX_HEADER = 8000
_NO_CHARSETS = frozenset(
    {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7"}
)
_SUBJECT_PREFIX = lazy_pattern(r"(?:(?:re|fwd?|aw|wg|tr|rv|отв|на)\s*:\s*)+", re.IGNORECASE)
_WEB_ADDRESS = lazy_pattern(r"https?://\S+$", re.IGNORECASE)
_HTML_WORDS = lazy_pattern(r">[^<]*\w")


def read_mail(data: bytes, sha256: str) -> Document:
    """Return the document that a mail or a saved page holds.

    Raises:
        UnreadableDocument: no part of it is a text, or it is nested beyond all measure.
    """
    if len(_BOUNDARY.findall(data)) > _MAX_BOUNDARIES:
        raise UnreadableDocument(
            f"a mail with more than {_MAX_BOUNDARIES} parts made of parts: this is no mail",
            hint="save the message itself anew",
        )
    try:
        mail = BytesParser(policy=compat32).parsebytes(data)
        parts = list(_parts_of(mail))
    except (RecursionError, ValueError, LookupError) as error:
        raise UnreadableDocument("the mail cannot be taken apart", hint=str(error)) from error
    chosen = _choose_part(mail, parts)
    if chosen is None:
        raise UnreadableDocument(
            "no part of the mail is a text or an HTML page",
            hint="save the document that is attached to it as a file of its own",
        )
    document = _read_part(chosen, sha256)
    found = sniff_binary_format(data)
    as_page = found == "mhtml"
    return replace(
        document,
        format=found or "eml",
        metadata=_metadata_of(mail, chosen, document.metadata, is_page=as_page),
    )


def _parts_of(mail: Message) -> Iterator[Message]:
    """The parts that hold no further parts, in order; attached mails are opened too."""
    stack = [(mail, 0)]
    count = 0
    while stack and count < _MAX_PARTS:
        part, depth = stack.pop()
        count += 1
        inner = part.get_payload()
        if isinstance(inner, list) and depth < _MAX_DEPTH:
            stack += [(one, depth + 1) for one in reversed(inner) if isinstance(one, Message)]
        elif not isinstance(inner, list):
            yield part


def _choose_part(mail: Message, parts: list[Message]) -> Message | None:
    """The root of a saved page, else the first HTML part with words in it, else the first text."""
    # a "multipart" whose boundary is lost was not taken apart: what is there is a text
    texts = [part for part in parts if part.get_content_maintype() in {"text", "multipart"}]
    shown = [part for part in texts if part.get_content_disposition() != "attachment"] or texts
    pages = [part for part in shown if _is_page(part)]
    root = str(mail.get_param("start") or "").strip()
    named = [part for part in pages if root and str(part.get("Content-ID") or "").strip() == root]
    for part in [*named, *pages]:
        if _HTML_WORDS.search(_decode_part(part).text):
            return part
    plain = [part for part in shown if part.get_content_type() == "text/plain"]
    plain += [part for part in shown if part.get_content_maintype() == "multipart"]
    return next((part for part in [*plain, *pages] if _decode_part(part).text.strip()), None)


def _is_page(part: Message) -> bool:
    return part.get_content_subtype() in {"html", "xhtml+xml", "x-html"}


def _read_part(part: Message, sha256: str) -> Document:
    decoded = _decode_part(part)
    findings = decoded.findings
    if part.defects:
        names = ", ".join(sorted({type(defect).__name__ for defect in part.defects}))
        findings = (*findings, find_fault("FN091", f"the mail is damaged ({names}); read as it is"))
    read = read_html if _is_page(part) else read_plain_text
    return read(decoded.text, sha256, findings)


def _decode_part(part: Message) -> Decoded:
    """The characters of a part: in the character set of its header where that fits the bytes."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    if looks_binary(data):
        return Decoded("", "binary", ())
    try:
        charset = codecs.lookup(str(part.get_content_charset() or "utf-8")).name.replace("-", "_")
        if charset not in _NO_CHARSETS and charset != "ascii":
            return Decoded(data.decode(charset), charset, ())
    except (LookupError, ValueError):
        pass
    return decode_document(data)


def _metadata_of(mail: Message, part: Message, said: Metadata, *, is_page: bool) -> Metadata:
    subject = _header(mail, "Subject")
    origin = _saved_from(mail, part) or said.origin_url
    if is_page:
        # the date of a saved page is the day of its saving, its sender the browser
        return replace(said, title=said.title or subject, origin_url=origin)
    name = _name_of(_header(mail, "From") or "")
    return replace(
        said,
        title=_SUBJECT_PREFIX.sub("", subject or "", count=1).strip() or said.title,
        authors=said.authors or ((name,) if name else ()),
        published=said.published or _day_of(_header(mail, "Date")),
        origin_url=origin,
    )


def _name_of(sender: str) -> str:
    try:
        name, address = parseaddr(sender)
    except RecursionError:  # a comment in a comment in a comment …
        return ""
    return name or address.partition("@")[0]


def _saved_from(mail: Message, part: Message) -> str | None:
    found = (
        _header(mail, "Snapshot-Content-Location"),
        _header(part, "Content-Location"),
        _header(mail, "Content-Location"),
    )
    return next((one for one in found if one and _WEB_ADDRESS.match(one)), None)


def _header(part: Message, name: str) -> str | None:
    """A header in plain characters, its encoded words read; folds and runs of blanks made one."""
    said = part.get(name)
    if said is None:
        return None
    try:
        pieces = decode_header(str(said)[:_MAX_HEADER])
    except (HeaderParseError, ValueError, LookupError):
        pieces = [(str(said)[:_MAX_HEADER], None)]
    words = "".join(_decode_words(piece, charset) for piece, charset in pieces)
    return " ".join(words.split()) or None


def _decode_words(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    try:
        return piece.decode(charset or "utf-8")
    except (LookupError, ValueError):
        return decode_document(piece).text


def _day_of(said: str | None) -> str | None:
    try:
        return parsedate_to_datetime(said).date().isoformat() if said else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
