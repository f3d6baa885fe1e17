"""A passage as words, numbers and note marks, for comparing it with another. PURE."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from provenance.link.normal import normalise
from provenance.text import Span

__all__ = ["Token", "names_furniture", "read_tokens", "set_apart"]

# What a page puts between its own words. A block of these words only, one of the first row among them.
_FURNITURE_FIRST = frozenset(
    (
        "advertisement advertisements advertising adverts advert ad ads sponsored anzeige werbung "
        "publicité publicidad pubblicità publicidade реклама reklam reklama reklame "
        "إعلان اعلان إعلانات آگهی פרסומת annonce 广告 advertorial"
    ).split()
)
_FURNITURE = _FURNITURE_FIRST | frozenset(
    (
        "continue reading scroll down to the main content story continues below after this "
        "skip close article read more"
    ).split()
)
_FURNITURE_ALONE = frozenset(
    (
        "story continues below",
        "article continues below",
        "continue reading",
        "read more",
        "read also",
    )
)
# Words of an advertisement that stands on lines of its own within a sentence.
_LONGEST_SET_APART = 60
_ENDS_SENTENCE = re.compile(r"[.!?。؟۔:;…]")

_TOKEN = re.compile(
    r"(?P<mark>\[ ?(?:\d{1,3}|[a-z]|note \d{1,3}|citation needed|edit) ?\])(?! ?\d)"
    r"|(?P<number>(?:(?<![\w.)\]])-)?(?<![\w.])(?:\d{1,3}(?:(?P<group>[.,' ])\d{3})(?:(?P=group)\d{3})*(?!\d)|\d+)(?:[.,]\d+)*)"
    r"|(?P<sign>[%$€£¥₽₴])"
    r"|(?P<word>[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
    r"|[^\W_\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+(?:'[^\W_]+)*)"
)
_LIST_NUMBER = re.compile(
    r"\s*(?:[(\[]?\d{1,3}(?:\.\d{1,3}){0,4}\\?[.)\]]+\s|\d{1,2}(?:\.\d{1,3}){1,4}\s+(?=[^\W\d_])"
    r"|[(]?(?:[a-z]|[ivx]{1,5})[)]\s|#{1,6}\s|[*•–-]\s)+",
    re.IGNORECASE,
)
# `gate¹²` has the mark of a note, `km²` an exponent.
_SUPERSCRIPTS = re.compile(r"(?<=[^\W\d_])(?<!\b[kcdm]m)(?<!\bm)(?<!\bft)(?<!\bmi)[⁰¹²³⁴-⁹]+$")
_SCALES = {
    "thousand": 3, "million": 6, "mln": 6, "millionen": 6, "millions": 6, "billion": 9, "bn": 9, "trillion": 12,
    "milliard": 9, "milliards": 9, "milliarden": 9, "mrd": 9, "millones": 6, "тыс": 3, "млн": 6, "млрд": 9,
    "ألف": 3, "مليون": 6, "مليار": 9,
}  # fmt: skip
_NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    word: str(10 * value)
    for value, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)
}
_PERCENT = {"%": "%", "percent": "%", "prozent": "%", "procent": "%"}
# Words that begin a sentence or a title with a capital and name nothing.
_NO_NAMES = frozenset(
    (
        "a an the this that these those it its he she they we you i his her their our your my in on at of for "
        "from to by with without and or but if when while as after before because since although though however "
        "there here then thus so such some any all each every both either neither no not nor is are was were be "
        "been has have had do does did will would can could may might must shall should what which who whose "
        "where why how one more most many much few other another under over into about between during per via "
        "le la les un une des du de et ou mais dans en sur pour par avec sans ce cette ces il elle ils elles "
        "nous vous je on qui que quand der die das ein eine einer eines dem den und oder aber im in an auf für "
        "von mit ohne zu zum zur wir sie er es ich wenn als nach vor bei el los las una unos y o pero con sin "
        "por para como cuando il lo gli e ma di da che não o os as um uma и в на с по для не из за от до к о об "
        "это этот эта эти он она они мы вы я но или а если когда как что"
    ).split()
)


class Token(NamedTuple):
    """One word, number, sign or note mark: its normal form, and where it stands in the text.

    `value` is what a number says ("1,500", "1500" and "1.5 thousand" say the same).
    """

    kind: Literal["word", "number", "mark", "sign"]
    key: str
    start: int
    end: int
    is_name: bool = False
    value: str = ""


def read_tokens(text: str) -> list[Token]:
    """Return the tokens of a text in order, without the list numbers in front of its lines.

    >>> [token.key for token in read_tokens("3. Ann pays 1,000 at the ford[2]")]
    ['ann', 'pays', '1000', 'at', 'the', 'ford', '[2]']
    """
    listed = _list_numbers(text)
    normal = normalise(text)
    tokens = []
    for match in _TOKEN.finditer(normal.text):
        span = normal.to_source(Span(*match.span()))
        if not any(span.start in each for each in listed):
            tokens += _tokens_of(match, text, span)
    return _join_numbers(tokens)


def _list_numbers(text: str) -> list[Span]:
    at = [0, *(match.end() for match in re.finditer(r"[\n\r]+", text))]
    found = (_LIST_NUMBER.match(text, start) for start in at)
    return [Span(*match.span()) for match in found if match]


def _tokens_of(match: re.Match[str], text: str, span: Span) -> list[Token]:
    key = match[0]
    if match["mark"]:
        return [Token("mark", key.replace(" ", ""), span.start, span.end)]
    if match["number"]:
        value = _value_of(key)
        return [Token("number", value, span.start, span.end, value=value)]
    if match["sign"]:
        return [Token("sign", key, span.start, span.end)]
    raised = _SUPERSCRIPTS.search(span.of(text))
    if raised:
        at = span.start + raised.start()
        word = Token("word", normalise(text[span.start : at]).text, span.start, at)
        return [word, Token("mark", "[" + key[len(word.key) :] + "]", at, span.end)]
    if key in _NUMBER_WORDS and key != "one":
        return [Token("number", _NUMBER_WORDS[key], span.start, span.end, value=_NUMBER_WORDS[key])]
    first = text[span.start]
    is_name = first.isupper() and key not in _NO_NAMES and len(key) > 1
    return [
        Token("word", key, span.start, span.end, is_name and not _opens(text, span, key.upper()))
    ]


def _opens(text: str, span: Span, upper: str) -> bool:
    """Tell whether a word has its capital because a sentence or line begins with it."""
    if span.of(text) == upper:
        return False  # an acronym
    before = text[max(0, span.start - 8) : span.start].rstrip(" \u00a0\"'“‘«(*_#")
    begins = not before or before[-1] in ".!?…:\n\r•"
    after = text[span.end : span.end + 3].lstrip(" \u00a0")
    return begins and not after[:1].isupper()


def _value_of(written: str) -> str:
    """A number in figures, written one way: no thousands' signs, full stop, no zeros behind it."""
    sign, figures = ("-", written[1:]) if written.startswith("-") else ("", written)
    figures = "".join(str(_digit(c)) if c.isdigit() else c for c in figures)
    if re.fullmatch(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*(?:[.,]\d+)?", figures):
        mark = next(c for c in figures if not c.isdigit())
        figures = figures.replace(mark, "")
    figures = figures.replace(",", ".")
    if figures.count(".") == 1:
        figures = figures.rstrip("0").rstrip(".")
    return sign + figures


@cache
def _digit(sign: str) -> int:
    import unicodedata

    return int(unicodedata.digit(sign, 0))


def _join_numbers(tokens: list[Token]) -> list[Token]:
    """Give numbers their scale, per cent and currency as part of what they say."""
    joined: list[Token] = []
    for token in tokens:
        last = joined[-1] if joined else None
        if last is None or last.kind not in ("number", "sign"):
            joined.append(token)
        elif last.kind == "number" and token.key in _SCALES:
            value = _scaled(last.value, _SCALES[token.key])
            joined[-1] = last._replace(key=value, value=value, end=token.end)
        elif last.kind == "number" and (token.key in _PERCENT or token.kind == "sign"):
            value = last.value + _PERCENT.get(token.key, token.key)
            joined[-1] = last._replace(key=value, value=value, end=token.end)
        elif last.kind == "sign" and token.kind == "number":
            value = token.value + last.key
            joined[-1] = token._replace(key=value, value=value, start=last.start)
        else:
            joined.append(token)
    return joined


def _scaled(value: str, zeros: int) -> str:
    """`1.5` with six zeros is `1500000`; a number that cannot be read so keeps its scale as a word."""
    sign, figures = ("-", value[1:]) if value.startswith("-") else ("", value)
    whole, _, rest = figures.partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(rest) > zeros or "." in rest:
        return f"{value}e{zeros}"
    return sign + (whole + rest.ljust(zeros, "0")).lstrip("0")


def names_furniture(block: Sequence[Token]) -> bool:
    """Tell whether some tokens are only note marks, or only say "Advertisement" and the like."""
    words = [token.key for token in block if token.kind != "mark"]
    if not words:
        return bool(block)
    return " ".join(words) in _FURNITURE_ALONE or (
        words[0] in _FURNITURE_FIRST and all(word in _FURNITURE for word in words)
    )


def set_apart(text: str, tokens: Sequence[Token], start: int, end: int) -> bool:
    """Tell whether `tokens[start:end]` are an advertisement on lines of its own within a sentence.

    It must say so with its first word: lines of a table that came in between look the same else.
    """
    if not 0 < start < end < len(tokens) or end - start > _LONGEST_SET_APART:
        return False
    if tokens[start].key not in _FURNITURE_FIRST:
        return False
    before = text[tokens[start - 1].end : tokens[start].start]
    after = text[tokens[end - 1].end : tokens[end].start]
    is_in_sentence = not _ENDS_SENTENCE.search(before)
    return is_in_sentence and "\n" in before and "\n" in after
