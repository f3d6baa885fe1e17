"""Drafts of an invented river for benchmarks: so many claims and notes, in four formats.

As an editor meets them: sentences with names, numbers, dates and quotations, headings, notes that
are addresses, described works, books, posts and short forms. One note in twenty has a fault (a
defanged address, a tracking parameter, two addresses glued together, a blank in one, a bare
http), so that findings are made, placed and printed too. The same `seed` gives the same draft.
"""

import html
import io
import random
import zipfile
from collections.abc import Callable
from typing import NamedTuple

_PLACES = ("Lower Ford", "Marrow Weir", "Upper Quay", "Salt Reach", "Old Chain", "Heron Lock")
_PEOPLE = ("Ilse Marrow", "Aldous Fenwick", "Petra Holm", "Jonas Wick", "Sergei Chainov")
_THINGS = ("barges", "rafts", "timber floats", "salt boats", "ferries")
_SENTENCES = (
    "The guard at {place} stopped {number} {things} on March {day} and sent two of them back",
    "{person} told reporters that “no raft will pass {place} unpaid while the chain is up”",
    "Tolls rose by {number} percent between the winter and March {day}, the Tolls Board said",
    "{person} said that the crossing at {place}, closed since 2023, will open again in {day} weeks",
    "Masters of {number} {things} refused to pay at {place}, and {person} called for a new chain",
    "The board of {place} likely intends to move {number} {things} downstream before the thaw",
)
_NOTES = (
    "https://www.tolls.example/2024/03/{day}/{slug}-{n}",
    "{person}, “The Chain at {place} {n},” The Ferry Post, March {day}, 2024, https://ferrypost.example/news/{n}",
    "https://www.river.example/{slug}/{n}; https://t.me/fordwatch/{n}",
    "{person}, Tolls and Chains (Salt Reach: Marrow Press, 2019), {day}.",
    "Tolls Board, “Report {n} on {things},” March {day}, 2024, https://tolls.example/reports/{n}.pdf",
    "https://x.com/fordwatch/status/17000{n}",
    "https://www.gazette.example/{slug}/{n} ; https://weir.example/log/{n} ; https://t.me/weirlog/{n}",
    "“Ferries Wait at {place} for Day {n},” Gazette of the Fords, March {day}, 2024, https://gazette.example/{n}",
    "https://harbour.example/{slug}/{n}/",
)
_FAULTY = (
    "https://weir dot example/news/{n}",
    "https://ferrypost.example/{n}?utm_source=post&utm_medium=feed",
    "https://weir.example/a-{n}https://gazette.example/b-{n}",
    "https://river.example/2024/ {slug}-{n}",
    "http://127.0.0.1/{n}",
)
_FAULT_EVERY = 20
_A_PARAGRAPH = 5
_A_SECTION = 40


class Entry(NamedTuple):
    """One claim and the note behind it."""

    number: int
    claim: str
    note: str


def compose(count: int, form: str, seed: int = 20231215) -> bytes:
    """Return a draft with so many notes as `text`, `markdown`, `html` or `docx`."""
    return FORMS[form](_entries(count, random.Random(seed)))


def _entries(count: int, chance: random.Random) -> list[Entry]:
    entries = []
    for n in range(1, count + 1):
        words = {
            "n": n,
            "place": chance.choice(_PLACES),
            "person": chance.choice(_PEOPLE),
            "things": chance.choice(_THINGS),
            "number": chance.randint(11, 950),
            "day": chance.randint(1, 28),
            "slug": chance.choice(("barges", "toll", "ford-closed", "chain-up")),
        }
        kind = _FAULTY[n // _FAULT_EVERY % len(_FAULTY)] if n % _FAULT_EVERY == 0 else chance.choice(_NOTES)  # fmt: skip
        entries.append(Entry(n, chance.choice(_SENTENCES).format(**words), kind.format(**words)))
    return entries


def _body(entries: list[Entry], mark: Callable[[Entry], str]) -> list[tuple[str, str]]:
    """Return ("heading" or "paragraph", words) of the body; `mark` writes a claim with its marker."""
    parts = []
    for start in range(0, len(entries), _A_PARAGRAPH):
        if start % _A_SECTION == 0:
            parts.append(("heading", _PLACES[start // _A_SECTION % len(_PLACES)]))
        some = entries[start : start + _A_PARAGRAPH]
        parts.append(("paragraph", " ".join(map(mark, some)) + " The river is high."))
    return parts


def _text(entries: list[Entry]) -> bytes:
    lines = ["River Tolls Update, March 29, 2024", "", "By Ada Writer", ""]
    for _, words in _body(entries, lambda each: f"{each.claim}.[{each.number}]"):
        lines += [words, ""]
    lines += ["References", ""]
    lines += [f"[{each.number}] {each.note}" for each in entries]
    return ("\n".join(lines) + "\n").encode()


def _markdown(entries: list[Entry]) -> bytes:
    lines = ["# River Tolls Update, March 29, 2024", "", "By Ada Writer", ""]
    for kind, words in _body(entries, lambda each: f"{each.claim}.[^{each.number}]"):
        lines += [f"## {words}" if kind == "heading" else words, ""]
    lines += [f"[^{each.number}]: {each.note}" for each in entries]
    return ("\n".join(lines) + "\n").encode()


def _html(entries: list[Entry]) -> bytes:
    lines = [
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
        "<title>River Tolls Update, March 29, 2024</title></head><body>",
        "<h1>River Tolls Update, March 29, 2024</h1><p>By Ada Writer</p>",
    ]
    for kind, words in _body(
        entries,
        lambda each: (
            f'{html.escape(each.claim)}.<a id="b{each.number}" href="#f{each.number}">[{each.number}]</a>'
        ),
    ):
        lines.append(f"<h2>{words}</h2>" if kind == "heading" else f"<p>{words}</p>")
    for each in entries:
        words = " ".join(map(_linked, each.note.split(" ")))
        lines.append(f'<p id="f{each.number}"><a href="#b{each.number}">[{each.number}]</a> {words}</p>')  # fmt: skip
    return ("\n".join([*lines, "</body></html>"])).encode()


def _linked(word: str) -> str:
    """Return a word of a note as HTML; an address is a link."""
    shown = html.escape(word)
    if not word.startswith("http") or word == "https://weir":
        return shown
    address, sign = (shown[:-1], shown[-1]) if shown[-1] in ",;" else (shown, "")
    return f'<a href="{address}">{address}</a>{sign}'


_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def _docx(entries: list[Entry]) -> bytes:
    """Return a Word file whose notes are footnotes, as Word numbers them itself."""
    by_number = {str(each.number): each for each in entries}
    body = []
    for kind, words in _body(entries, lambda each: f"{each.claim}.\x00{each.number}\x00"):
        style = '<w:pPr><w:pStyle w:val="Heading2"/></w:pPr>' if kind == "heading" else ""
        runs = "".join(
            f'<w:r><w:footnoteReference w:id="{piece}"/></w:r>' if piece in by_number and at % 2
            else f'<w:r><w:t xml:space="preserve">{html.escape(piece)}</w:t></w:r>'
            for at, piece in enumerate(words.split("\x00"))
        )  # fmt: skip
        body.append(f"<w:p>{style}{runs}</w:p>")
    notes = [
        f'<w:footnote w:id="{each.number}"><w:p><w:r><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {html.escape(each.note)}</w:t></w:r></w:p></w:footnote>'
        for each in entries
    ]
    head = "<w:p><w:r><w:t>River Tolls Update, March 29, 2024</w:t></w:r></w:p>"
    return _zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
            f'<Override PartName="/word/footnotes.xml" ContentType="{_WORD}.footnotes+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship '
            f'Id="r1" Type="{_OFFICE}/footnotes" Target="footnotes.xml"/></Relationships>',
            "word/document.xml": f'<w:document xmlns:w="{_MAIN}"><w:body>{head}{"".join(body)}</w:body></w:document>',
            "word/footnotes.xml": f'<w:footnotes xmlns:w="{_MAIN}">{"".join(notes)}</w:footnotes>',
        }
    )


def _zipped(members: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, words in members.items():
            package.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + words)
    return held.getvalue()


FORMS: dict[str, Callable[[list[Entry]], bytes]] = {
    "text": _text,
    "markdown": _markdown,
    "html": _html,
    "docx": _docx,
}
SUFFIXES = {"text": "txt", "markdown": "md", "html": "html", "docx": "docx"}
