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
_ESCAPED = {"iso2022_jp", "iso2022_kr", "hz", "utf-16", "utf-16-le", "utf-16-be"}
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
_SAMPLE_BYTES = 6_000
_TEXT_RUNS = re.compile(rb"[^<>]*[\x80-\xff][^<>]*")
# A stray byte or two in a UTF-8 page (a cut advertisement) must not turn all of it into cp1252.
_STRAY_SHARE = 0.02


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
    if not _ESCAPED.intersection(labels) and (text := _decode_utf8(data)) is not None:
        return text
    if (wide := _find_wide(data)) is not None:
        return data.decode(wide, "replace")
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
    return _SUPERSETS.get(name, name)


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
    """Tell UTF-16 without a mark by its zero bytes, which stand at every other place."""
    sample = data[:1_000]
    half = len(sample) // 2
    if half < 8:
        return None
    if sample[1::2].count(0) > 0.7 * half:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > 0.7 * half else None


def _guess(data: bytes) -> str:
    """Guess from the runs of text that are not ASCII: the mark-up would only blur it."""
    runs = bytearray()
    for match in _TEXT_RUNS.finditer(data):
        runs += match[0] + b" "
        if len(runs) > _SAMPLE_BYTES:
            break
    best = from_bytes(bytes(runs[:_SAMPLE_BYTES]), cp_isolation=_GUESSES).best()
    return best.encoding if best is not None else "cp1252"
