"""A payload in, its readable text out; runs inside the cage. The only importer of trafilatura.

The text is kept as extracted: every passage's offsets refer to it. Nothing here
opens a connection: trees are handed on, never addresses (htmldate downloads a
string that looks like one).

HTML costs the most, so the tree is parsed once and handed on, and trafilatura's
fall-backs (readability, justext: a third of its time) run only where they could
win; `benchmarks/extract.py` checks on real pages that the text stays the same.
"""

import logging
import re
from collections.abc import Callable
from typing import Any

import msgspec
import trafilatura
from htmldate import find_date
from msgspec import Struct
from trafilatura import metadata as trafilatura_metadata
from trafilatura.xpaths import AUTHOR_XPATHS

from provenance.errors import UnreadableDocument
from provenance.formats.ids import sha256_hex
from provenance.formats.pdf import PDF_READER, read_pdf
from provenance.formats.strangers import storable
from provenance.link.blocks import set_blocks_apart
from provenance.link.byline import choose_title, split_authors
from provenance.link.charset import decode_payload
from provenance.link.markup import strip_markup
from provenance.link.media import find_media
from provenance.link.word import read_word
from provenance.model import Extract

__all__ = ["ExtractJob", "extract_job", "extract_payload", "make_extract"]

# Raised whenever the same bytes would give another text: offsets refer to the text.
_VERSION = "provenance 2"
_HTML_READER = f"trafilatura {trafilatura.__version__} / {_VERSION}"
_PDF_READER = f"{PDF_READER} / {_VERSION}"

# See ExtractSettings: trafilatura is superlinear, 1 MB of HTML takes 2.7 s and 4.5 MB 28 s.
_MAX_FULL_HTML_BYTES = 2_000_000
# trafilatura's MIN_EXTRACTED_SIZE: below it, every fall-back is tried.
_MIN_SURE_CHARACTERS = 250
# trafilatura.external.SANITIZED_XPATH: what makes it ask justext.
_UNCLEAN = frozenset(
    "aside audio button fencedframe fieldset figure footer iframe input label link nav noindex "
    "noscript object option select source svg time".split()
)
_AUTHOR_MARK = re.compile("author", re.IGNORECASE)
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)


class ExtractJob(Struct, frozen=True):
    """What goes into the cage, as MessagePack; an `Extract` comes out. Fields as in `extract_payload`."""

    data: bytes
    media_type: str
    url: str
    max_full_html_bytes: int = _MAX_FULL_HTML_BYTES


def extract_job(frame: bytes) -> bytes:
    """Run one `ExtractJob` in a child process: MessagePack in, MessagePack of an `Extract` out."""
    job = msgspec.msgpack.decode(frame, type=ExtractJob)
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # what is wrong with a page is in the answer
    try:
        extract = extract_payload(job.data, job.media_type, job.url, job.max_full_html_bytes)
    finally:
        logging.disable(before)
    return msgspec.msgpack.encode(extract)


def extract_payload(
    data: bytes,
    media_type: str,
    url: str,
    max_full_html_bytes: int = _MAX_FULL_HTML_BYTES,
) -> Extract:
    """Return the readable text of a payload and what it says about itself.

    `data` has its content-encoding removed, `media_type` is the Content-Type as
    sent (with parameters, may be empty or wrong), `url` is where it was found: a
    date in it is taken for the page's. Larger HTML than `max_full_html_bytes` is
    read in the cheap way: all of its text, menus included.

    What cannot be read gives an empty text and the reason; nothing is raised for it.
    """
    if not data.strip(b" \t\r\n\0"):
        return make_extract(reason="empty body")
    media = find_media(data, media_type)
    if media.kind == "unsupported":
        return make_extract(reason=f"unsupported type {media.type}")
    if media.kind == "pdf":
        return _extract_pdf(data)
    if media.kind == "word":
        return _extract_word(data)
    text = decode_payload(data, media.charset)
    if media.kind == "html":
        return _extract_html(text, url, is_large=len(data) > max_full_html_bytes)
    return make_extract(strip_markup(text) if media.kind == "markup" else text)


def make_extract(
    text: str = "", extractor: str = _VERSION, reason: str | None = None, **said: Any
) -> Extract:
    """Return an `Extract` whose strings can be stored: without NUL and lone surrogates."""
    text = _make_storable(text)
    if not text.strip():
        text, reason = "", reason or "no text"
    title = said.get("title")
    return Extract(
        text=text,
        text_sha256=sha256_hex(text.encode()),
        extractor=extractor,
        title=_make_storable(title) if title else None,
        authors=tuple(map(_make_storable, said.get("authors", ()))),
        date=said.get("date"),
        language=said.get("language"),
        reason=reason,
    )


def _make_storable(text: str) -> str:
    """Scripts' JSON may spell half a surrogate pair, which no encoder accepts."""
    return storable(text).replace("\0", "")


def _extract_pdf(data: bytes) -> Extract:
    try:
        pdf = read_pdf(data)
    except UnreadableDocument as error:
        return make_extract(extractor=_PDF_READER, reason=error.message)
    return make_extract(
        "\n\n".join(page for page in pdf.pages if page),
        _PDF_READER,
        title=pdf.title,
        authors=pdf.authors,
        date=pdf.created,
        language=pdf.language,
    )


def _extract_word(data: bytes) -> Extract:
    try:
        word = read_word(data)
    except UnreadableDocument as error:
        return make_extract(reason=error.message)
    return make_extract(
        word.text,
        title=word.title,
        authors=word.authors,
        date=word.created,
        language=word.language,
    )


def _extract_html(source: str, url: str, *, is_large: bool) -> Extract:
    tree = _survive(trafilatura.load_html, source)
    if tree is None:  # a fragment, or nothing that a parser makes sense of
        return make_extract(strip_markup(source), _HTML_READER)
    if is_large:
        text = _survive(trafilatura.html2txt, tree)
    else:
        text = _survive(_read_main_text, tree, url)
    declared = _survive(_read_declared, tree)
    return make_extract(
        # libxml2 stops at 256 levels: what it found nothing in may yet have words
        text or strip_markup(source),
        _HTML_READER,
        title=_survive(_read_title, tree, declared),
        authors=_survive(_read_authors, tree, declared, source) or (),
        date=_survive(_read_date, tree, url),
        language=_survive(_read_language, tree),
    )


def _survive(read: Callable[..., Any], *arguments: Any) -> Any:
    """Return what `read` returns, None where a page broke it: one fault must not cost the rest."""
    try:
        return read(*arguments)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - bugs of the parsers on hostile pages are facts about the page
        return None


def _read_main_text(tree: Any, url: str) -> str:
    """Return what `bare_extraction` returns by default, for less where that is certain.

    Readers' comments are no part of it. Tables are: figures stand in them. The words are the
    same; where its last resort runs blocks together, a line break parts them.
    """
    quick = _extract_body(tree, url, fast=True)
    if quick is not None and not _is_sure(quick, tree):
        quick = _extract_body(tree, url, fast=False) or quick
    if quick is None:
        return ""
    return set_blocks_apart(quick.text, tree) if _is_last_resort(quick.body) else quick.text or ""


def _extract_body(tree: Any, url: str, *, fast: bool) -> Any:
    return trafilatura.bare_extraction(tree, url=url or None, fast=fast)


def _is_last_resort(body: Any) -> bool:
    """Tell whether a body has bare paragraphs only, as trafilatura's baseline makes them."""
    return all(part.tag == "p" and not len(part) for part in body)


def _is_sure(quick: Any, tree: Any) -> bool:
    """Tell whether no fall-back of trafilatura could replace this text.

    Readability replaces a text when its own is more than twice as long, which it
    cannot be where the text is half of the page; or when the text has no paragraphs
    or more tables than paragraphs. justext is asked about short or unclean texts,
    the retry about texts under a fifth of the page (trafilatura 2.3: external.py,
    core.py).
    """
    body, size = quick.body, len(quick.text or "")
    if size < _MIN_SURE_CHARACTERS or 2 * size < _count_visible(tree):
        return False
    paragraphs = body.findall(".//p")
    if not any(paragraph.text or len(paragraph) for paragraph in paragraphs):
        return False
    if len(body.findall(".//table")) > len(paragraphs):
        return False
    return next(body.iter(*_UNCLEAN), None) is None


def _count_visible(tree: Any) -> int:
    """Count the characters of a page that readability could return: all but scripts and styles."""
    silent = sum(_count(node.text_content()) for node in tree.iter("script", "style"))
    return _count(tree.text_content()) - silent


def _count(text: str) -> int:
    return len(" ".join(text.split()))


def _read_title(tree: Any, declared: Any) -> str | None:
    _, _, site = trafilatura_metadata.examine_title_element(tree)
    heading = trafilatura_metadata.extract_title(tree)
    return choose_title(declared.title if declared else None, heading, site)


def _read_declared(tree: Any) -> Any:
    """Return what meta elements and JSON-LD declare."""
    declared = trafilatura_metadata.examine_meta(tree)
    if declared.author and " " not in declared.author:
        declared.author = None  # an account, not a name
    return trafilatura_metadata.extract_meta_json(tree, declared)


def _read_authors(tree: Any, declared: Any, source: str) -> tuple[str, ...]:
    """Return the authors as declared, else from an element marked as the author's name."""
    if declared and declared.author:
        return split_authors(declared.author)
    # every such mark has the word in it; to look for them all takes a millisecond or two
    if not _AUTHOR_MARK.search(source):
        return ()
    if not trafilatura_metadata.extract_metainfo(tree, AUTHOR_XPATHS[:1], len_limit=120):
        return ()
    return split_authors(trafilatura_metadata.extract_author(tree))


def _read_date(tree: Any, url: str) -> str | None:
    """Return the day of first publication as the page states it, never a guess from its text.

    htmldate's extensive search takes the year of a copyright notice for the first
    of January, and any date in the text; it is off. So is its reading of words such
    as "today", which would date the page to the day of extraction.
    """
    found = find_date(
        tree, extensive_search=False, original_date=True, url=url or None, outputformat="%Y-%m-%d"
    )
    return str(found) if found else None


def _read_language(tree: Any) -> str | None:
    """Return the BCP 47 tag that the page declares; the `lang` attribute first."""
    offered = [tree.get("lang"), tree.get("xml:lang")]
    for meta in tree.iterfind(".//meta[@content]"):
        said_as = meta.get("http-equiv") or meta.get("property") or ""
        if said_as.lower() in {"content-language", "og:locale"}:
            offered.append(meta.get("content"))
    for tag in offered:
        if tag and _LANGUAGE_TAG.fullmatch(tag.strip()):
            return str(tag).strip().replace("_", "-")
    return None
