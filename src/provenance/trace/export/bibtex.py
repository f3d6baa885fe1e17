r"""BibTeX in the dialect of biblatex, read by biber, pandoc, Zotero and JabRef. PURE.

Every value stands in braces that balance: TeX's specials are written as commands without braces of
their own in odd numbers (`\textbraceleft{}`), since BibTeX counts braces even behind a backslash.
Titles stand in a second pair, so that no style changes their capitals.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from provenance.trace.export.records import CslType, Name, Places, Reference
from provenance.trace.export.texts import as_uri

__all__ = ["escape_tex", "write_bibtex"]

_ENTRY: dict[CslType, str] = {
    "article": "misc",
    "book": "book",
    "dataset": "dataset",
    "document": "misc",
    "interview": "misc",
    "personal_communication": "misc",
    "post": "online",
    "webpage": "online",
}
_SPECIALS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
# Two of these in a row are one sign to TeX: `--` a dash, `''` a closing quote.
_LIGATURE = re.compile(r"-(?=-)|'(?=')|`(?=`)")
# Combining accents as TeX's commands (the TeXbook, chapter 9, and LaTeX's T1 encoding).
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u ",
    "\u0307": ".", "\u0308": '"', "\u030a": "r ", "\u030b": "H ", "\u030c": "v ", "\u0327": "c ",
    "\u0328": "k ",
}  # fmt: skip
_SIGNS = {
    "‘": "`", "’": "'", "“": "``", "”": "''", "–": "--", "—": "---", "…": r"\ldots{}",
    "«": r"\guillemotleft{}", "»": r"\guillemotright{}", "ß": r"\ss{}", "æ": r"\ae{}",
    "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ø": r"\o{}", "Ø": r"\O{}", "ł": r"\l{}",
    "Ł": r"\L{}", "ı": r"\i{}", "đ": r"\dj{}", "Đ": r"\DJ{}", "þ": r"\th{}", "Þ": r"\TH{}",
    "ð": r"\dh{}", "Ð": r"\DH{}", "€": r"\texteuro{}", "£": r"\pounds{}", "§": r"\S{}",
}  # fmt: skip


def write_bibtex(
    references: Iterable[Reference], places: Places, *, is_ascii: bool = False
) -> Iterator[str]:
    r"""Yield one entry a reference. With `is_ascii` accents and signs become TeX's commands.

    Letters that TeX has no command for (Cyrillic, Arabic) become `\char"0411`, which XeTeX and
    LuaTeX print; `year` and `month` then stand beside `date` for BibTeX itself.
    """
    for reference in references:
        fields = {
            name: value
            for name, value in _fields(reference, places, is_ascii=is_ascii).items()
            if value
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
        yield f"@{_ENTRY[reference.type]}{{{reference.key},\n" + ",\n".join(lines) + "\n}\n\n"


def escape_tex(text: str, *, is_ascii: bool = False) -> str:
    r"""Return a text for a value in braces.

    >>> print(escape_tex("50% of {tolls} & é"), escape_tex("é “б”", is_ascii=True))
    50\% of \textbraceleft{}tolls\textbraceright{} \& é \'{e} ``{\char"0431}''
    """
    written = "".join(_SPECIALS.get(char, char) for char in text)
    written = _LIGATURE.sub(r"\g<0>{}", written)
    if not is_ascii:
        return written
    return "".join(char if char.isascii() else _in_ascii(char) for char in written)


def _in_ascii(char: str) -> str:
    if char in _SIGNS:
        return _SIGNS[char]
    letter, marks = (parts := unicodedata.normalize("NFD", char))[0], parts[1:]
    if letter.isascii() and marks in _ACCENTS:
        return f"\\{_ACCENTS[marks].strip()}{{{letter}}}"
    return f'{{\\char"{ord(char):04X}}}'


def _fields(reference: Reference, places: Places, *, is_ascii: bool) -> dict[str, str]:
    def said(text: str) -> str:
        return escape_tex(text, is_ascii=is_ascii)

    issued, fields = reference.issued, {}
    if is_ascii and issued:
        fields = {"year": f"{issued.year:04}", "month": str(issued.month or "")}
    return {
        "author": " and ".join(_name(name, said) for name in reference.authors),
        "title": f"{{{said(reference.title)}}}",
        "date": str(issued or ""),
        **fields,
        "publisher" if reference.type == "book" else "organization": said(
            reference.publisher or reference.container
        ),
        "url": _verbatim(reference.url),
        "urldate": str(reference.accessed or "") if reference.url else "",
        "isbn": said(reference.isbn),
        "note": said(f"address cut in the note: {reference.cut}") if reference.cut else "",
        # not `pages`: those are where it is cited; what stands here is printed by no style
        "annotation": said(f"cited: pp. {reference.pages}") if reference.pages else "",
        "addendum": _archived(reference, places),
        "keywords": f"provenance:{reference.source_id}",
    }


def _name(name: Name, said: Callable[[str], str]) -> str:
    if name.family:
        return f"{said(name.family)}, {said(name.given)}"
    return f"{{{said(name.literal)}}}"


def _verbatim(url: str | None) -> str:
    """An address as biblatex takes it word by word: only braces and backslashes would end it."""
    if not url:
        return ""
    return as_uri(url).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _archived(reference: Reference, places: Places) -> str:
    if reference.elsewhere is not None:
        return f"archived at \\url{{{_verbatim(reference.elsewhere.uri_m)}}}"
    if reference.kept is None:
        return ""
    if not places.base:
        return f"archived as {reference.kept.id}"
    return f"archived at \\url{{{places.of('captures', reference.kept.id)}}}"
