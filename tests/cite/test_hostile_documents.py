"""What was found by hunting with bent documents, made small: each is read or refused, and loses nothing."""

import io
import zipfile

import pytest

from provenance.cite.claims import find_claims
from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.errors import UnreadableDocument
from provenance.formats.sentences import find_sentence_starts
from provenance.model import Document, Marker, Parsed
from provenance.text import Span
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true, parse_page
from support.docx_builder import a_docx, paragraph, reference, run
from support.growth import assert_grows_in_step


def read_whole(page: str) -> Parsed:
    parsed = parse_page(page)
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    return parsed


def test_words_inside_an_anchor_that_its_address_does_not_cover_are_kept() -> None:
    words = "Ibid. " * 30
    parsed = read_whole(
        "<html><body><p>It rained.[1] It snowed.[2]</p>"
        f'<p>[1] <a href="https://a.org/x">h{words}ttps://a.org/x</a></p><p>[2] https://b.org</p>'
    )
    cited = parsed.notes[0].citations
    assert [one.url for one in cited if one.kind == "web"] == ["https://a.org/x"]
    assert cited[0].raw.startswith("hIbid. Ibid.")


def test_an_anchor_that_was_never_closed_ends_with_its_note() -> None:
    parsed = read_whole(
        "<html><body><p>It rained.[1] It snowed.[2]</p>"
        '<p>[1] <a href="https://a.org/x">Rivers</p><p>[2] https://b.org</p>'
    )
    note = parsed.notes[0]
    assert [(one.url, one.raw) for one in note.citations] == [("https://a.org/x", "Rivers")]


def test_an_anchor_around_other_anchors_belongs_to_the_note_that_it_begins_in() -> None:
    parsed = read_whole(
        '<html><body><a href="https://c.org/around"><div><p>It rained.[1] It snowed.[2]</p>'
        '<p>[1] <a href="https://a.org/x">Rivers</a></p><p>[2] https://b.org</p></div></a>'
    )
    starts = [link.start for link in parsed.document.links]
    assert starts == sorted(starts)
    assert {one.url for note in parsed.notes for one in note.citations} <= {
        "https://a.org/x",
        "https://b.org",
        "https://c.org/around",
    }


def test_an_anchor_over_many_paragraphs_ends_with_its_note() -> None:
    parsed = read_whole(
        "<html><body><p>It rained.[1] It snowed.[2]</p>"
        '<div><a href="https://a.org/x">Rivers and<p>[1] roads <a href="https://c.org">one'
        "<div>Words.</div><p>[2] https://b.org</p></div>"
    )
    assert [note.label for note in parsed.notes] == ["1", "2"]


def test_claims_of_a_sentence_of_thousands_of_markers_do_not_say_all_of_it_again() -> None:
    text = "".join(f"a[{1 + number % 9000}] " for number in range(20_000))
    parsed = parse_document(read_document(f"{text}\n\nNotes\n\n[1] https://a.org/x".encode()))
    assert len(parsed.claims) == 20_000
    assert sum(len(claim.text) for claim in parsed.claims) < 60 * len(text)
    assert parsed.claims[30].text.startswith("a[1] a[2]")
    assert_offsets_are_true(parsed)


def test_a_head_of_dotted_keys_costs_no_memory() -> None:
    document = read_document(
        b"+++\n" + b"a." * 30_000 + b"b = 1\n+++\n\nText.[^1]\n\n[^1]: x", "x.md"
    )
    assert document.metadata.title is None


def test_an_anchor_over_several_cut_addresses_does_not_make_one_of_them() -> None:
    cut = "https://a.org/rivers-and..."
    parsed = read_whole(
        "<html><body><p>It rained.[1] It snowed.[2]</p>"
        f'<p>[1] <a href="https://a.org/rivers-and...">{cut} {cut} <a href="https://a.org/rivers-and-roads">'
        f"{cut} {cut}</p><p>[2] https://b.org</p>"
    )
    assert len([one for one in parsed.notes[0].citations if not one.hidden]) == 4


def test_tags_are_nested_no_deeper_than_browsers_nest_them() -> None:
    parsed = read_whole("<html><body>" + "<div>" * 3000 + "It rained. " + "<p>Snow. " * 3000)
    assert parsed.document.text.split() == ["It", "rained."] + ["Snow."] * 3000


def test_a_word_file_whose_directory_points_before_its_beginning_is_refused() -> None:
    data = bytearray(a_docx("Text."))
    end = data.rfind(b"PK\x05\x06")
    first = data.find(b"PK\x01\x02")
    # a piece cut out of the middle: every place in the directory is too large by as much
    torn = bytes(data[: first - 200] + data[first:end]) + bytes(data[end:])
    with pytest.raises(UnreadableDocument, match="Word file"):
        read_document(torn)
    data[first + 42 : first + 46] = b"\xff\xff\xff\x7f"
    with pytest.raises(UnreadableDocument, match="Word file"):
        read_document(bytes(data))


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_word_file_packed_in_a_way_that_no_word_file_is_is_refused(packing: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_docx("Text."))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name), compress_type=packing)
    with pytest.raises(UnreadableDocument, match="packed in a way"):
        read_document(out.getvalue())


def test_one_part_of_a_word_file_does_not_unpack_from_the_bytes_of_another() -> None:
    """Entries that overlap unpack to far more than the file holds: each byte counts many times."""
    data = bytearray(a_docx("Text."))
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    with pytest.raises(UnreadableDocument, match="Word file"):
        read_document(bytes(data))


@pytest.mark.parametrize(
    "token", ["``", "“ ", '" ', "‘", "(", "x. ", "\n\n", "\n", "a", "a “b. C” "]
)
def test_sentences_are_found_in_linear_time(token: str) -> None:
    def read(text: str) -> None:
        list(find_sentence_starts(text, Span(0, len(text)), "en"))

    tokens = 16_000 // len(token)
    assert_grows_in_step(read, lambda count: "It rained. " + token * count, tokens, tokens * 8)


def test_sentences_of_a_text_without_lines_are_found_across_windows() -> None:
    sentences = [f"Statement number {n} stands here. " for n in range(2000)]
    text = "".join(sentences)
    starts = [0]
    for sentence in sentences[:-1]:
        starts.append(starts[-1] + len(sentence))
    assert list(find_sentence_starts(text, Span(0, len(text)), "en")) == starts


def test_a_sentence_longer_than_a_window_is_one_claim() -> None:
    text = "It rained. " + "Rivers rose and " * 2000 + "fell.[1]"
    marker = Marker("1", len(text) - 3, len(text))
    (claim,) = find_claims(text, Span(0, len(text)), [marker], language="en", sha256="0")
    assert claim.text == text[11:-3]


def test_a_quote_left_open_in_one_paragraph_leaves_the_others_alone() -> None:
    opened = "He said “it rained. She left. " * 40 + "\n\n"
    text = opened + "It rained.  " * 700 + "\n\nRoads closed. Schools opened.[1]"
    parsed = parse_document(read_document(f"{text}\n\nNotes\n\n[1] https://a.org/x\n".encode()))
    assert [claim.text for claim in parsed.claims] == ["Schools opened."]


def test_the_label_of_a_torn_note_that_stands_behind_it_is_no_label_of_it() -> None:
    read_whole(
        "<html><body><p>Rain.<label class='footref' for='fn.1'>1</label><input id='fn.1'>"
        "<span class='sidenote'><sup>1</sup> First.</s<p>More.</p>"
        "<p>Snow.<label class='footref' for='fn.2'>2</label><input id='fn.2'>"
        "<span class='sidenote'><sup>2</sup> Second.</span></p>"
        "<div class='footdef'><sup><a id='fn.1' href='#fnr.1' role='doc-backlink'>1</a></sup> "
        "<div role='doc-footnote'><p>First.</p></div></div>"
        "<div class='footdef'><sup><a id='fn.2' href='#fnr.2' role='doc-backlink'>2</a></sup> "
        "<div role='doc-footnote'><p>Second.</p></div></div></body"
    )


def test_numbers_longer_than_python_reads_are_no_numbers() -> None:
    long = "9" * 5000
    body = paragraph("It rained.", reference(1), reference(2, mark=long))
    heading = f'<w:p><w:pPr><w:outlineLvl w:val="{long}"/></w:pPr>{run("Rivers")}</w:p>'
    data = a_docx(heading + body, footnotes={1: "One.", 2: "Two."})
    parsed = parse_document(read_document(data))
    assert [note.text for note in parsed.notes] == ["[1] One.", f"[{long}] Two."]


@pytest.mark.parametrize(
    "anchor",
    [
        "<a href='https://a.org/{n}'>https://a.org/...</a> ",
        "<a href='https://a.org/{n}'>word</a>; ",
        "“Title {n},” <a href='https://a.org/{n}'>site</a>; ",
    ],
)
def test_a_note_of_thousands_of_anchors_is_read_in_linear_time(anchor: str) -> None:
    def page(count: int) -> Document:
        anchors = "".join(anchor.format(n=n) for n in range(count))
        return read_document(
            f"<html><body><p>It rained.[1] It snowed.[2]</p><p>[1] {anchors}"
            "</p><p>[2] https://b.org</p>".encode()
        )

    assert_grows_in_step(parse_document, page, 400, 3_200)


@pytest.mark.parametrize("opened", ["a^[", "![a", "![a^["])
def test_notes_and_pictures_nested_without_end_are_read_in_linear_time(opened: str) -> None:
    def nested(count: int) -> bytes:
        closed = "](x)" if "!" in opened else "]"
        return (opened * count + "b[^1]" + closed * count + "\n\n[^1]: https://a.org/x").encode()

    def read(data: bytes) -> None:
        parsed = parse_document(read_document(data, "x.md"))
        assert parsed.notes[-1].citations[-1].url == "https://a.org/x"

    assert_grows_in_step(read, nested, 500, 4_000)


def test_a_page_whose_markers_all_lead_to_one_note_is_read_in_linear_time() -> None:
    def page(count: int) -> bytes:
        markers = "<p>a<sup><a href='#f1' id='r1'>1</a></sup>" * count
        notes = "<p id='f1'><a href='#r1'>1</a> x" * count
        return f"<html><body>{markers}{notes}".encode()

    assert_grows_in_step(read_document, page, 400, 3_200)


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u3000", "\u2009", "\x85", "\u2028"])
@pytest.mark.parametrize("language", ["en", "fr", "de", "ru", "uk", "ar", "fa"])
def test_a_wide_blank_between_an_initial_and_a_full_stop_is_no_fault(
    blank: str, language: str
) -> None:
    text = f"It began with World War I{blank}. Ann{blank}B{blank}.{blank}Roe counted them. It fell."
    starts = list(find_sentence_starts(text, Span(0, len(text)), language))
    assert starts[0] == 0
    assert text.index("It fell.") in starts


HEADER = (
    b"To: c@d.org\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nMessage-ID: <a@b>\nMIME-Version: 1.0\n"
)


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: =?zlib_codec?b?eJwDAAAAAAE=?=",
        b"Content-Type: text/plain; charset=punycode",
        b"Content-Type: text/plain; charset=zlib_codec",
    ],
    ids=["zlib subject", "punycode", "zlib"],
)
def test_hostile_headers_of_a_mail_are_no_fault(header: bytes) -> None:
    document = read_document(HEADER + header + b"\n\n" + b"It rained. " * 10_000, "x.eml")
    assert document.text.startswith("It rained.")


@pytest.mark.parametrize(
    ("begin", "token", "end"),
    [
        (b"From: ", b"(", b""),
        (b"From: a@b.org", b" (", b""),
        (b"Subject: ", b"=?utf-8?q?a?= ", b""),
        (b"Subject: =?punycode?q?", b"a", b"?="),
        (b"Content-Type: text/plain; ", b"a=b; ", b""),
    ],
    ids=["comments", "comments behind an address", "words", "punycode", "parameters"],
)
def test_long_headers_of_a_mail_are_read_in_linear_time(
    begin: bytes, token: bytes, end: bytes
) -> None:
    def mail(count: int) -> bytes:
        return HEADER + begin + token * count + end + b"\n\nIt rained."

    def read(data: bytes) -> None:
        assert read_document(data, "x.eml").text.startswith("It rained.")

    assert_grows_in_step(read, mail, 500, 5_000)


def test_an_href_of_thousands_of_addresses_is_read_in_linear_time() -> None:
    def page(count: int) -> Document:
        href = "".join(f"https://a.org/{n};%20" for n in range(count))
        notes = f"<p>[1] <a href='{href}'>words</a></p><p>[2] https://b.org</p>"
        return read_document(f"<html><body><p>It rained.[1]</p>{notes}".encode())

    assert_grows_in_step(parse_document, page, 1_000, 8_000)
