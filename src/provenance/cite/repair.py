"""Mending an address: what stands in the note -> what the author meant.

Every change is recorded as a `Repair`, so that a person can check it. Nothing is
invented: a display cut stays cut here, and is only ever completed with proof.
"""

import re
from typing import NamedTuple

from provenance.cite.addresses import RawAddress
from provenance.cite.identifiers import resolver_of
from provenance.cite.patterns import lazy_pattern
from provenance.model import Repair

__all__ = ["MendedAddress", "mend_address", "trim_address"]

_CLOSING = {")": "(", "]": "[", "}": "{"}
_OPENING = frozenset(_CLOSING.values())
_TRAILING = frozenset(".,;:!?'’*|\\،؛`([{")
_TRAILING_TOKEN = lazy_pattern(r"(?:%20|%C2%A0|&nbsp;?|;[a-z])$", re.IGNORECASE)

ZERO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_ZERO_WIDTH = lazy_pattern(f"[{ZERO_WIDTH}]+")
_SPELLED_DOT = lazy_pattern(
    r"(?:%20|\s){1,8}dot(?:%20|\s){1,8}[.`]?"  # " dot ", also encoded
    r"|\s{1,8}(?:d[ip0]t|do[ry]|[fs]ot|dto|doot|dott)\s{1,8}"  # mistyped
    r"|\.dot\s{1,8}|\.\s{1,8}dot\s{1,8}"
    r"|\.?\s{0,8}[\[({]\s{0,8}(?:dot|\.)\s{0,8}[\])}]\s{0,8}"  # "[.]", "(dot)"
    r"|\s{1,8}dot(?=\.?\w)\.?|(?<=\w)dot\s{1,8}",  # a blank went missing
    re.IGNORECASE,
)
_HOST_END = lazy_pattern(r"[/?#]")
_SPACE = lazy_pattern(r"\s+")
_CLEAN = lazy_pattern(r"https?://[^\s\\\[({&;\u200b-\u2011\u2060\ufeff\u00ad]*")
# what Word and typesetters put for a hyphen, so that no line ends at it
_HYPHEN = lazy_pattern("[\u2010\u2011]")
# Markdown's escapes, and a slip of the keyboard: never part of a URL
_ESCAPE = lazy_pattern(r"\\(?=[#_&*~()\[\].-])")


class MendedAddress(NamedTuple):
    """The fetchable form of an address with the repairs that led to it."""

    url: str
    repairs: tuple[Repair, ...]


def trim_address(text: str, address: RawAddress) -> RawAddress:
    """Leave off what follows an address without belonging to it.

    Punctuation, a stray letter after a semicolon, a bracket that was opened
    outside; an encoded blank stays in the span, since it says something about the
    note, but not in the URL. Never further back than a display cut.
    """
    if address.is_cut:
        return address._replace(end=_trimmed_end(text, address.url_end, address.end))
    end = _trimmed_end(text, address.scheme_end, address.end)
    url_end = end
    while token := _TRAILING_TOKEN.search(text, max(address.scheme_end, url_end - 7), url_end):
        end = end if token[0].startswith("%") else token.start()
        url_end = _trimmed_end(text, address.scheme_end, token.start())
    return address._replace(url_end=url_end, end=max(end, url_end))


def _trimmed_end(text: str, start: int, end: int) -> int:
    excess: dict[str, int] = {}
    while end > start:
        last = text[end - 1]
        if last in _CLOSING:
            if last not in excess:
                opened = text.count(_CLOSING[last], start, end)
                excess[last] = text.count(last, start, end) - opened
            if excess[last] <= 0:
                break
            excess[last] -= 1
        elif last not in _TRAILING and last not in ZERO_WIDTH:
            break
        elif last in _OPENING:
            # the bracket that it opened was closed by nothing, or already left off
            excess = {}
        end -= 1
    return end


def mend_address(text: str, address: RawAddress) -> MendedAddress:
    """Return the URL that the author meant.

    >>> raw = "ttp://kremlin dot ru/events"
    >>> mend_address(raw, RawAddress(0, 6, len(raw), len(raw))).url
    'http://kremlin.ru/events'
    """
    raw = text[address.start : address.url_end]
    if _CLEAN.fullmatch(raw) and "%20dot" not in raw:
        return MendedAddress(raw, ())
    repairs: list[Repair] = []
    scheme = text[address.start : address.scheme_end]
    rest = _without_zero_width(text[address.scheme_end : address.url_end], repairs)
    repairs.extend(Repair("hyphen", hyphen, "-") for hyphen in _HYPHEN.findall(rest))
    rest = _HYPHEN.sub("-", rest)
    if named := resolver_of(scheme, rest):
        repairs.append(Repair(named[0], scheme, named[1]))
        return MendedAddress(named[1] + rest, tuple(repairs))
    scheme = _mend_scheme(scheme, repairs)
    split = _HOST_END.search(rest)
    cut = split.start() if split else len(rest)
    host = _mend_host(rest[:cut], repairs)
    return MendedAddress(scheme + host + _mend_path(rest[cut:], repairs), tuple(repairs))


def _mend_scheme(scheme: str, repairs: list[Repair]) -> str:
    # a bare host is taken for https, as browsers do since 2021; the fetch falls back to nothing
    meant = "http://" if scheme and "s" not in scheme.lower() else "https://"
    if scheme == meant:
        return meant
    kind = "refang" if "x" in scheme.lower() or "[" in scheme else "scheme"
    repairs.append(Repair(kind, scheme, meant))
    return meant


def _without_zero_width(rest: str, repairs: list[Repair]) -> str:
    repairs.extend(Repair("zero_width", run, "") for run in _ZERO_WIDTH.findall(rest))
    return _ZERO_WIDTH.sub("", rest)


def _mend_host(host: str, repairs: list[Repair]) -> str:
    repairs.extend(Repair("refang", spelled, ".") for spelled in _SPELLED_DOT.findall(host))
    host = _SPELLED_DOT.sub(".", host)
    repairs.extend(Repair("blank", blank, "") for blank in _SPACE.findall(host))
    return re.sub(r"\.{2}(?!\.)", ".", _SPACE.sub("", host)) if "..." not in host else host


def _mend_path(path: str, repairs: list[Repair]) -> str:
    repairs.extend(Repair("unwrap", blank, "") for blank in _SPACE.findall(path))
    path = _SPACE.sub("", path)
    repairs.extend(Repair("escape", "\\", "") for _ in _ESCAPE.findall(path))
    path = _ESCAPE.sub("", path)
    if "&amp;" in path:
        repairs.append(Repair("entity", "&amp;", "&"))
        path = path.replace("&amp;", "&")
    return path
