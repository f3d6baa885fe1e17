"""Bytes of a page in, its characters out, whatever the page says about itself.

The order of trust: a byte order mark; UTF-8 where the bytes are UTF-8 (other text
hardly ever is by chance, and pages that declare something else while they are
UTF-8 are common); what the transport declared; what the page declares; a guess.
"""

import codecs
import re

from charset_normalizer import from_bytes

__all__ = ["decode_payload"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The encodings of the web (WHATWG Encoding, section 4) by Python's names, and no other:
# Python also "decodes" hex, zlib (a bomb) and UTF-7 (half a surrogate pair).
_KNOWN = frozenset(
    [
        *"ascii utf-8 utf-16 utf-16-le utf-16-be cp866 cp874 tis-620 koi8-r koi8-u".split(),
        *"mac-roman mac-cyrillic gbk gb2312 gb18030 big5 big5hkscs euc_jp iso2022_jp".split(),
        *"shift_jis cp932 euc_kr cp949".split(),
        *(f"iso8859-{part}" for part in range(1, 17)),
        *(f"cp{page}" for page in range(1250, 1259)),
    ]
)
# Labels that browsers take for a superset (WHATWG Encoding, "names and labels").
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Encodings in which text can look like ASCII, so that being valid UTF-8 proves nothing.
_ESCAPED = {"iso2022_jp", "utf-16", "utf-16-le", "utf-16-be"}
_DECLARED = re.compile(
    rb"""<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w.:+-]{2,40})|<\?xml[^>]{1,100}?encoding\s*=\s*["']([\w.:+-]{2,40})""",
    re.IGNORECASE,
)
# Where browsers look for it (HTML, "prescan": 1,024 bytes), and a little further.
_DECLARED_WITHIN = 2_048
# What a guess may answer: the code pages of the web before UTF-8.
_GUESSES = [
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r",
    "cp932", "euc_jp", "gb18030", "big5", "cp949",
]  # fmt: skip
# Latin alphabets that western text passes for: a guesser takes "frontière" for "frontičre".
_LIKE_WESTERN = {"cp1250", "cp1254"}
_OTHER_LATIN = {b"pl", b"cs", b"sk", b"hu", b"hr", b"sl", b"bs", b"sr", b"ro", b"sq", b"tr", b"az"}
_LANGUAGE = re.compile(rb"""<html[^>]{0,200}?\slang\s*=\s*["']?([a-z]{2})""", re.IGNORECASE)
_SIGN_IN_WORD = re.compile(r"[^\W\d_][¹³²¿¼¾½£¥¯¡¦§ºª\ufffd]|[¹³¿¼¾£¥¯][^\W\d_]")
_SAMPLE_BYTES = 6_000
_TEXT_RUNS = re.compile(rb"[^<>]*[\x80-\xff][^<>]*")
# A stray byte or two in a UTF-8 page (a cut advertisement) must not turn all of it into cp1252.
_STRAY_SHARE = 0.02
# Every sixth character or so of a text is a space: a twelfth of the bytes of UTF-16.
_WIDE_SHARE = 0.05


def decode_payload(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data`; `declared` is the transport's charset parameter, if any.

    A byte order mark is dropped; bytes that fit nothing become U+FFFD. A character
    cut in half by a capped body is dropped.

    >>> decode_payload("Взрыв в Москве".encode("cp1251"), "windows-1251")
    'Взрыв в Москве'
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    labels = [label for label in map(_look_up, (declared, _find_declared(data))) if label]
    if (wide := _find_wide(data)) is not None:
        return data.decode(wide, "replace")
    if not _ESCAPED.intersection(labels) and (text := _decode_utf8(data)) is not None:
        return text
    for label in labels:
        try:
            return data.decode(label)
        except UnicodeError:
            continue
    return data.decode(_guess(data), "replace")


def _look_up(label: str | None) -> str | None:
    """Return Python's name for the encoding that browsers use under this label."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(name, name) if name in _KNOWN else None


def _find_declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:_DECLARED_WITHIN])
    if match is None:
        return None
    label = (match[1] or match[2]).decode("ascii", "replace")
    # a declaration that can be read as ASCII disproves UTF-16: browsers take UTF-8 then
    return "utf-8" if label.lower().startswith("utf-16") else label


def _decode_utf8(data: bytes) -> str | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(data)  # not final: a capped body may end inside a character
    except UnicodeDecodeError:
        pass
    else:
        # "caf\xe9" is no cut UTF-8: nothing before the cut says that it is any
        return None if decoder.getstate()[0] and text.isascii() else text
    text = data.decode("utf-8", "replace")
    strays = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text if strays <= _STRAY_SHARE * beyond_ascii else None


def _find_wide(data: bytes) -> str | None:
    """Tell UTF-16 without a mark: in every script its spaces and tags have a zero byte each.

    They all stand at odd places (little-endian) or all at even ones; stray zero
    bytes in other text stand anywhere.
    """
    sample = data[:_DECLARED_WITHIN]
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if max(odd, even) < 4 or max(odd, even) < _WIDE_SHARE * len(sample):
        return None
    if min(odd, even) > max(odd, even) / 20:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _guess(data: bytes) -> str:
    """Guess from the runs of text that are not ASCII: the mark-up would only blur it."""
    runs = bytearray()
    for match in _TEXT_RUNS.finditer(data):
        runs += match[0] + b" "
        if len(runs) > _SAMPLE_BYTES:
            break
    sample = bytes(runs[:_SAMPLE_BYTES])
    best = from_bytes(sample, cp_isolation=_GUESSES).best()
    if best is None or (best.encoding in _LIKE_WESTERN and _is_western(data, sample)):
        return "cp1252"
    return best.encoding


def _is_western(data: bytes, sample: bytes) -> bool:
    """Tell French from Polish, which fit each other's code page: by the page's `lang`, else by signs.

    Read as cp1252, Polish and Turkish have signs such as ³ and ¿ in mid-word.
    """
    if language := _LANGUAGE.search(data[:_DECLARED_WITHIN]):
        return language[1].lower() not in _OTHER_LATIN
    return _SIGN_IN_WORD.search(sample.decode("cp1252", "replace")) is None
