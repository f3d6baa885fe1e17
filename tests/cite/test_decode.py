"""Which characters come out of a file's bytes, and what is said where they are in doubt."""

import pytest

from provenance.cite.decode import decode_document, looks_binary
from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.errors import UnreadableDocument

NOTE = "\n\nReferences\n\n[1] https://news.example.net/a\n"
RUSSIAN = "Мост через реку обрушился утром.[1] Дорога закрыта весь день." + NOTE
FRENCH = "L’armée évoque seize blessés à l’hôpital de Ségou.[1]" + NOTE
ENGLISH = "The “bridge” fell – at 5 o’clock.[1]" + NOTE


@pytest.mark.parametrize("text", [RUSSIAN, FRENCH, ENGLISH])
@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xff\xfe\x00\x00", "utf-32-le"),
        (b"\x00\x00\xfe\xff", "utf-32-be"),
    ],
)
def test_a_byte_order_mark_tells_the_encoding_and_is_dropped(
    text: str, bom: bytes, encoding: str
) -> None:
    document = read_document(bom + text.encode(encoding))
    assert document.text == text
    assert parse_document(document).notes[0].citations[0].url == "https://news.example.net/a"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (FRENCH, "cp1252"),
        (ENGLISH, "cp1252"),
        (ENGLISH, "utf-8"),
        (RUSSIAN, "utf-8"),
    ],
)
def test_undeclared_text_is_told_by_the_letters_that_come_out(text: str, encoding: str) -> None:
    decoded = decode_document(text.encode(encoding))
    assert (decoded.text, decoded.encoding) == (text, encoding)
    expected = [] if encoding == "utf-8" else [("FN090", "info")]
    assert [(finding.rule, finding.severity) for finding in decoded.findings] == expected


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN * 3])
def test_utf_16_without_a_mark_is_told_by_its_zeros(text: str, encoding: str) -> None:
    assert read_document(text.encode(encoding)).text == text


def test_a_page_declared_as_a_code_page_is_read_as_that() -> None:
    page = f'<html><head><meta charset="windows-1251"></head><body><p>{RUSSIAN}</p></body></html>'
    assert "обрушился" in read_document(page.encode("cp1251")).text


@pytest.mark.parametrize("declared", ["utf-8", "no-such-charset", "iso-8859-1", "utf-16"])
def test_a_page_that_declares_wrongly_is_read_by_its_letters(declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>{RUSSIAN * 3}</p></body></html>'
    assert "обрушился" in read_document(page.encode("cp1251")).text


@pytest.mark.parametrize("declared", ["windows-1251", "iso-8859-1", "utf-16"])
def test_what_is_utf_8_is_read_as_utf_8_whatever_it_declares(declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>{RUSSIAN}</p></body></html>'
    assert "обрушился" in read_document(page.encode()).text


def test_latin_1_is_read_as_browsers_read_it() -> None:
    page = f'<html><head><meta charset="iso-8859-1"></head><body>{ENGLISH}</body></html>'
    assert "“bridge” fell – at" in read_document(page.encode("cp1252")).text


def test_a_few_broken_bytes_are_marked_and_their_place_is_told() -> None:
    data = RUSSIAN.encode().replace("утром".encode(), b"\xd1\xff\xfe" + "тром".encode())
    document = read_document(data)
    text = document.text
    finding = next(finding for finding in document.findings if finding.rule == "FN091")
    assert text[finding.start : finding.end] == "\ufffd" * (finding.end - finding.start)
    assert text[: finding.start].endswith("обрушился ")
    assert text.count("\ufffd") == 3
    assert "3" in finding.message
    assert "Дорога закрыта" in text


@pytest.mark.parametrize("bad", [b"\x92", b"\xe9", b"\xff", b"\xc3"])
@pytest.mark.parametrize("text", [ENGLISH, FRENCH, RUSSIAN, "A “draft” of mine.[1]" + NOTE])
def test_one_bad_byte_does_not_turn_utf_8_into_another_encoding(text: str, bad: bytes) -> None:
    document = read_document(b"Ali" + bad + b"s house. " + text.encode())
    assert document.text == "Ali\ufffds house. " + text
    assert [(found.rule, found.start, found.end) for found in document.findings] == [
        ("FN091", 3, 4)
    ]


def test_text_cut_off_inside_a_character_is_still_utf_8() -> None:
    data = RUSSIAN.encode().rstrip(b"\n") + "ж".encode()[:1]
    document = read_document(data)
    assert document.text == RUSSIAN.rstrip("\n") + "\ufffd"


def test_nul_bytes_and_line_ends_are_kept_where_they_are() -> None:
    text = "The bridge\x00 fell.[1]\r\n\r\nReferences\r\n\r\n[1] https://a.org/x\r\n"
    document = read_document(text.encode())
    assert document.text == text
    parsed = parse_document(document)
    assert parsed.claims[0].text == "The bridge\x00 fell."
    assert parsed.notes[0].citations[0].url == "https://a.org/x"


@pytest.mark.parametrize("text", ["x\x00", "a\x00b\x00", "It\x00 rained.", "\x1fIt"])
def test_a_few_nul_bytes_do_not_make_a_short_text_another_encoding(text: str) -> None:
    assert read_document(text.encode()).text == text


def test_a_second_byte_order_mark_is_a_character_of_the_text() -> None:
    assert (
        read_document(b"\xef\xbb\xbf\xef\xbb\xbfThe bridge fell.").text == "\ufeffThe bridge fell."
    )


def test_lone_surrogates_written_as_references_become_replacement_characters() -> None:
    document = read_document(b"<html><body><p>a&#xD800;b&#0;c&#x110000;d</p></body></html>")
    assert document.text == "a\ufffdb\ufffdc\ufffdd"
    document.text.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\x02",
        b"GIF89a",
        bytes(range(256)) * 20,
        b"SQLite format 3\x00" + b"x" * 100,
    ],
)
def test_what_is_no_text_is_refused_with_its_first_bytes(data: bytes) -> None:
    assert looks_binary(data)
    with pytest.raises(UnreadableDocument, match="is no text") as refused:
        read_document(data, "report.bin")
    assert "report.bin" in str(refused.value)
    assert data[:8].hex(" ") in str(refused.value)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    "data", [b"", b"  \r\n\t ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\x00\x00"]
)
def test_what_is_empty_is_refused_as_empty(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="is empty") as refused:
        read_document(data, "draft.txt")
    assert refused.value.hint


def test_an_empty_text_in_utf_16_is_empty_too() -> None:
    with pytest.raises(UnreadableDocument, match="is empty"):
        read_document("\ufeff \n".encode("utf-16-le"), "draft.txt")
