"""Every bibliography is read back by a program that is not ours, the ugliest titles with it."""

import csv
import io
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import citeproc
import pytest
import rispy
from citeproc.source.json import CiteProcJSON
from pybtex.database import BibliographyData, parse_string

from provenance.trace.export.bibtex import write_bibtex
from provenance.trace.export.csl_json import write_csl_json
from provenance.trace.export.csv_rows import COLUMNS, write_csv
from provenance.trace.export.records import Places, Reference
from provenance.trace.export.ris import write_ris
from provenance.trace.export.robust_links import write_robust_links
from support.exported import HOSTILE, a_reference, hostile_references

DESK = Places("https://desk.example")
REFERENCES = hostile_references()
SCHEMAS = Path(citeproc.__file__).parent / "data" / "schema" / "schemas" / "styles"


def csl() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads("".join(write_csl_json(REFERENCES.values(), DESK)))
    return read


def bibtex(*, is_ascii: bool = False) -> BibliographyData:
    return parse_string(
        "".join(write_bibtex(REFERENCES.values(), DESK, is_ascii=is_ascii)), "bibtex"
    )


def pandoc() -> str:
    found = shutil.which("pandoc")
    if found is None:
        try:
            import pypandoc

            found = pypandoc.get_pandoc_path()
        except (ImportError, OSError):
            pytest.skip("pandoc is not installed")
    return str(found)


# --- CSL-JSON ---------------------------------------------------------------------------------


def test_csl_json_gives_every_reference_once_in_order() -> None:
    assert [item["id"] for item in csl()] == [each.key for each in REFERENCES.values()]
    assert json.loads("".join(write_csl_json([], DESK))) == []


def words_of_csl(file: str) -> set[str]:
    """What the grammar of CSL itself, as citeproc-py carries it, calls variables or types."""
    return set(re.findall(r'"([\w-]+)"', (SCHEMAS / file).read_text("utf-8")))


def test_csl_json_uses_the_words_of_csl_and_no_others() -> None:
    variables, types = words_of_csl("csl-variables.rnc"), words_of_csl("csl-types.rnc")
    assert {"container-title", "archive_location"} <= variables
    for item in csl():
        assert set(item) - {"id", "type", "custom"} <= variables, item
        assert item["type"] in types
        for name in item.get("author", ()):
            assert set(name) in ({"family", "given"}, {"literal"})
            assert all(isinstance(part, str) and part for part in name.values())
        for date in ("issued", "accessed"):
            if date in item:
                ((*parts,),) = item[date]["date-parts"]
                assert set(item[date]) == {"date-parts"}
                assert 1 <= len(parts) <= 3
                assert all(isinstance(part, int) for part in parts)


@pytest.mark.filterwarnings("ignore::UserWarning")  # it knows no `custom`, and says so
def test_citeproc_makes_a_bibliography_of_all_of_it() -> None:
    style = citeproc.CitationStylesStyle("harvard1" if _has("harvard1") else "harvard-cite-them-right", validate=False)  # fmt: skip
    made = citeproc.CitationStylesBibliography(style, CiteProcJSON(csl()), citeproc.formatter.plain)
    for item in csl():
        made.register(citeproc.Citation([citeproc.CitationItem(item["id"])]))
    printed = [str(entry) for entry in made.bibliography()]
    assert len(printed) == len(REFERENCES)
    assert any("Okoro-Vale" in entry and "2019" in entry for entry in printed)


def _has(style: str) -> bool:
    return (Path(citeproc.__file__).parent / "data" / "styles" / f"{style}.csl").exists()


# --- BibTeX -----------------------------------------------------------------------------------


def test_pybtex_reads_every_entry_and_none_besides() -> None:
    read = bibtex()
    assert list(read.entries) == [each.key for each in REFERENCES.values()]
    for reference in REFERENCES.values():
        entry = read.entries[reference.key]
        assert entry.type == {"book": "book", "webpage": "online"}[reference.type]
        assert entry.fields.get("url", "").count("{") == 0
        assert "archived" not in entry.fields
        assert len(entry.persons.get("author", ())) == len(reference.authors)


@pytest.mark.parametrize("is_ascii", [False, True], ids=["unicode", "ascii"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_title_comes_back_out_of_bibtex_as_it_was(name: str, is_ascii: bool) -> None:
    reference = REFERENCES[f"page {name}"]
    field = bibtex(is_ascii=is_ascii).entries[reference.key].fields["title"]
    assert field.isascii() or not is_ascii
    assert untex(field) == plain(reference.title)


_COMMANDS = {
    "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~",
    "textasciicircum": "^", "textless": "<", "textgreater": ">", "guillemotleft": "«",
    "guillemotright": "»", "ss": "ß", "texteuro": "€", "l": "ł", "L": "Ł", "ldots": "…",
}  # fmt: skip
_MARKS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "v": "\u030c", "c": "\u0327"}


def untex(field: str) -> str:
    """Read TeX as TeX does, as far as a title needs it; written apart from what writes it."""
    import unicodedata

    text = re.sub(r'\{\\char"([0-9A-F]+)\}', lambda code: chr(int(code[1], 16)), field[1:-1])
    text = re.sub(r"\\(['`^\"vc])\{(\w)\}", lambda said: unicodedata.normalize("NFC", said[2] + _MARKS[said[1]]), text)  # fmt: skip
    assert "{" not in re.sub(r"(\\[a-zA-Z]+|[-'`])\{\}", "", text), "a brace that opens something"
    text = re.sub(r"\\([a-zA-Z]+)\{\}", lambda command: _COMMANDS[command[1]], text)  # fmt: skip
    return plain(
        re.sub(r"\\([&%$#_])", r"\1", text).replace("---", "—").replace("--", "–").replace("{}", "")
    )


def plain(text: str) -> str:
    """Without what TeX writes in two ways."""
    for sign, written in (("“", '"'), ("”", '"'), ("``", '"'), ("''", '"'), ("’", "'"), ("‘", "'"), ("`", "'")):  # fmt: skip
        text = text.replace(sign, written)
    return text


# --- RIS --------------------------------------------------------------------------------------


def test_rispy_reads_every_record_with_its_fields() -> None:
    text = "".join(write_ris(REFERENCES.values(), DESK))
    read = rispy.loads(text)
    assert len(read) == len(REFERENCES)
    for entry, reference in zip(read, REFERENCES.values(), strict=True):
        assert entry["id"] == reference.key
        assert entry["title"] == reference.title
        assert entry["type_of_reference"] == {"book": "BOOK", "webpage": "ELEC"}[reference.type]
        assert entry.get("authors", []) == [
            f"{name.family}, {name.given}" if name.family else name.literal
            for name in reference.authors
        ]
    assert text.count("\r\n") == text.count("\n")


def test_the_pages_that_a_note_cites_are_not_said_to_be_the_extent_of_the_work() -> None:
    book = REFERENCES["book comma"]
    assert book.pages == "88–91"
    (item,) = (each for each in csl() if each["id"] == book.key)
    assert (item.get("page"), item["custom"]["cited_pages"]) == (None, "88–91")
    entry = bibtex().entries[book.key]
    assert ("pages" in entry.fields, entry.fields["annotation"]) == (False, "cited: pp. 88–91")
    (record,) = (each for each in rispy.loads("".join(write_ris([book], DESK))))
    assert "start_page" not in record
    assert "cited: pp. 88–91" in record["notes"]


# --- CSV --------------------------------------------------------------------------------------


def a_claim_row(text: str) -> dict[str, Any]:
    return {**dict.fromkeys(COLUMNS), "claim_text": text, "claim_start": 7, "evidence_score": 0.5,
            "capture_id": "capture-1"}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_cell_comes_back_as_it_was_and_computes_nothing(name: str) -> None:
    text = "".join(write_csv([a_claim_row(HOSTILE[name])], DESK))
    (row,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    cell = row["claim_text"]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell.removeprefix("'") == HOSTILE[name].replace("\0", "\ufffd")
    assert (row["claim_start"], row["evidence_score"]) == ("7", "0.5")
    assert row["capture"] == "https://desk.example/captures/capture-1"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(sign: str) -> None:
    text = "".join(write_csv([a_claim_row(f"{sign}1+1")], DESK))
    (row,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert row["claim_text"] == f"'{sign}1+1"


def test_csv_ends_lines_as_rfc_4180_and_begins_with_a_mark_only_when_asked() -> None:
    plain_file = "".join(write_csv([], DESK))
    assert plain_file == ",".join(COLUMNS) + "\r\n"
    assert "".join(write_csv([], DESK, has_bom=True)) == "\ufeff" + plain_file


# --- Robust Links -----------------------------------------------------------------------------


class Links(HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def links_of(references: list[Reference], places: Places = DESK, title: str = "<Tolls>") -> Links:
    read = Links()
    read.feed("".join(write_robust_links(references, places, title)))
    return read


def test_nothing_in_a_robust_link_is_markup_but_ours() -> None:
    read = links_of(list(REFERENCES.values()))
    ours = {"html", "head", "meta", "title", "body", "h1", "ol", "li", "a", "bdi", "cite", "code"}
    assert {tag for tag, _ in read.elements} == ours
    names = {name for _, attributes in read.elements for name in attributes}
    assert names == {"lang", "charset", "name", "content", "id", "href", "data-originalurl",
                     "data-versionurl", "data-versiondate"}  # fmt: skip
    for reference in REFERENCES.values():
        assert reference.title in read.text
    assert all((link.get("href") or "https://").startswith("https://") for _, link in read.elements)


def test_a_robust_link_names_original_copy_and_day() -> None:
    archived = a_reference(
        archive="web.archive.example", uri_m="https://web.archive.example/20240228/x",
        memento_at="2024-02-28T10:15:00.000000Z", capture_id="capture-1",
        captured_at="2024-03-01T00:00:00.000000Z",
    )  # fmt: skip
    ours = a_reference(capture_id="capture-1", captured_at="2024-03-01T00:00:00.000000Z")
    (first, *_) = (link for tag, link in links_of([archived]).elements if tag == "a")
    assert first == {
        "href": "https://www.tolls.example/2024/barges",
        "data-originalurl": "https://www.tolls.example/2024/barges",
        "data-versionurl": "https://web.archive.example/20240228/x",
        "data-versiondate": "2024-02-28",
    }
    (at_desk, *_) = (link for tag, link in links_of([ours]).elements if tag == "a")
    assert at_desk["data-versionurl"] == "https://desk.example/captures/capture-1"
    (nowhere, *more) = (link for tag, link in links_of([ours], Places()).elements if tag == "a")
    assert "data-versionurl" not in nowhere, "a name is no address"
    assert nowhere["data-versiondate"] == "2024-03-01"
    assert more == []


# --- pandoc -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csljson", "biblatex", "ris"])
def test_pandoc_reads_the_same_titles_out_of_each_bibliography(form: str) -> None:
    writers: dict[str, Any] = {
        "csljson": write_csl_json,
        "biblatex": write_bibtex,
        "ris": write_ris,
    }
    text = "".join(writers[form](REFERENCES.values(), DESK))
    done = subprocess.run(
        [pandoc(), "--from", form, "--to", "csljson"], input=text.encode(), capture_output=True, check=True
    )  # fmt: skip
    read = {item["id"]: item for item in json.loads(done.stdout)}
    assert set(read) == {each.key for each in REFERENCES.values()}
    for reference in REFERENCES.values():
        assert letters(read[reference.key]["title"]) == letters(reference.title), form
        assert read[reference.key]["type"] == reference.type or form == "ris"


def letters(title: str) -> str:
    """Without markup that pandoc takes for its own, and signs that it writes otherwise."""
    return re.sub(r"[\W_]+", "", re.sub(r"</?(?:span|b|i|script)[^>]*>", "", title))
