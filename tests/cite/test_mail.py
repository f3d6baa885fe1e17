"""Mails and saved pages: whatever the envelope, the document in it is read, with its notes and addresses."""

import base64
import quopri

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.sniff import is_caged_format, sniff_binary_format
from provenance.errors import UnreadableDocument
from provenance.model import Parsed
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true
from support.growth import assert_grows_in_step

PAGE = (
    "<html><head><title>Bridges | Desk</title></head><body><h1>Bridges</h1>"
    '<p>The bridge fell – at dawn.<a href="#fn1" id="r1">[1]</a></p>'
    '<ol class="footnotes"><li id="fn1"><a href="https://news.example.net/a?b=1">The fall</a>'
    ' <a href="#r1">↩</a></li></ol></body></html>'
)
TEXT = "The bridge fell.[1]\n\nReferences\n\n[1] https://news.example.net/plain\n"
HEAD = (
    "From: =?utf-8?q?Zo=C3=AB_Desk?= <zoe@desk.example.org>\r\n"
    "Subject: =?utf-8?b?{subject}?=\r\n"
    "Date: Wed, 13 Dec 2023 10:20:30 +0100\r\nMessage-ID: <1@desk.example.org>\r\nMIME-Version: 1.0\r\n"
).format(subject=base64.b64encode("Fwd: Re: Brücken am Morgen".encode()).decode())


def quoted(text: str, charset: str = "utf-8") -> bytes:
    return quopri.encodestring(text.encode(charset))


def multipart(kind: str, *parts: bytes, boundary: str = "cut here", params: str = "") -> bytes:
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{params}\r\n\r\n'.encode()
    inside = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return head + inside + b"--" + boundary.encode() + b"--\r\n"


def a_part(kind: str, body: bytes, encoding: str = "quoted-printable", extra: str = "") -> bytes:
    return (
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n{extra}\r\n".encode()
        + body
    )


HTML_PART = a_part("text/html; charset=utf-8", quoted(PAGE))
TEXT_PART = a_part("text/plain; charset=utf-8", quoted(TEXT))


def a_mail(body: bytes, head: str = HEAD) -> bytes:
    return head.encode() + body


def a_saved_page(*parts: bytes, params: str = "") -> bytes:
    head = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://desk.example.org/2023/bridges\r\n"
        "Subject: Bridges\r\nDate: Fri, 3 Jan 2025 10:00:00 -0000\r\nMIME-Version: 1.0\r\n"
    )
    return head.encode() + multipart("related", *parts, params=';\r\n\ttype="text/html"' + params)


def read(data: bytes) -> Parsed:
    parsed = parse_document(read_document(data, "draft.txt"))
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    return parsed


def urls_of(parsed: Parsed) -> list[str | None]:
    return [citation.url for note in parsed.notes for citation in note.citations if citation.url]


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (TEXT_PART, "https://news.example.net/plain"),
        (HTML_PART, "https://news.example.net/a?b=1"),
        (
            a_part("text/html; charset=utf-8", base64.encodebytes(PAGE.encode()), "base64"),
            "https://news.example.net/a?b=1",
        ),
        (
            a_part("text/html; charset=windows-1252", quoted(PAGE.replace("↩", "^"), "cp1252")),
            "https://news.example.net/a?b=1",
        ),
        (
            a_part("text/html; charset=no-such-charset", quoted(PAGE)),
            "https://news.example.net/a?b=1",
        ),
        (multipart("alternative", TEXT_PART, HTML_PART), "https://news.example.net/a?b=1"),
        (
            multipart(
                "mixed",
                multipart("alternative", TEXT_PART, HTML_PART, boundary="inner"),
                a_part("application/pdf", b"JVBERi0xLjQK", "base64"),
            ),
            "https://news.example.net/a?b=1",
        ),
        (
            multipart(
                "mixed",
                a_part(
                    "text/html", quoted(PAGE), extra="Content-Disposition: attachment\r\n"
                ),
                TEXT_PART,
            ),
            "https://news.example.net/plain",
        ),
        (
            multipart("mixed", b"Content-Type: message/rfc822\r\n\r\n" + HEAD.encode() + TEXT_PART),
            "https://news.example.net/plain",
        ),
        (
            multipart("alternative", TEXT_PART, a_part("text/html", b"<html><body></body></html>")),
            "https://news.example.net/plain",
        ),
    ],
)  # fmt: skip
def test_the_part_that_holds_the_document_is_read(body: bytes, url: str) -> None:
    assert urls_of(read(a_mail(body))) == [url]


def test_a_mail_says_who_wrote_what_and_when() -> None:
    parsed = read(a_mail(TEXT_PART))
    said = parsed.document.metadata
    assert (said.title, said.authors, said.published) == (
        "Brücken am Morgen",
        ("Zoë Desk",),
        "2023-12-13",
    )
    assert parsed.document.format == "eml"


def test_places_are_those_of_the_decoded_part() -> None:
    document = read_document(a_mail(HTML_PART))
    assert document.source == PAGE.replace("\n", "\r\n")
    assert document.offsets is not None


def test_a_saved_page_says_where_it_was_saved_from_and_not_when() -> None:
    parsed = read(a_saved_page(HTML_PART, a_part("image/png", b"iVBORw0KGgo=", "base64")))
    said = parsed.document.metadata
    assert said.origin_url == "https://desk.example.org/2023/bridges"
    assert (said.title, said.authors, said.published) == ("Bridges", (), None)
    assert parsed.document.format == "mhtml"
    assert urls_of(parsed) == ["https://news.example.net/a?b=1"]


def test_the_root_of_a_saved_page_is_read_and_no_frame_of_it() -> None:
    frame = a_part("text/html", quoted("<p>Buy shoes.</p>"), extra="Content-ID: <frame@x>\r\n")
    page = a_part("text/html; charset=utf-8", quoted(PAGE), extra="Content-ID: <root@x>\r\n")
    assert urls_of(read(a_saved_page(frame, page, params='; start="<root@x>"'))) == [
        "https://news.example.net/a?b=1"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "From: the editor\nTo: everybody\nSubject: bridges\n\nThe bridge fell.[1]\n\n[1] https://a.example.org/b\n",
        "Title: Bridges\nDate: 2023-12-13\nAuthor: Zoe\n\nThe bridge fell.[1]\n\n[1] https://a.example.org/b\n",
        "Message-ID: what is that?\n\nThe bridge fell.[1]\n\n[1] https://a.example.org/b\n",
        "Received: two reports\nNotes: none\nMIME-Version: none\nThe bridge fell.[1]\n\n[1] https://a.example.org/b\n",
    ],
)
def test_a_text_that_begins_like_a_letter_stays_a_text(text: str) -> None:
    assert sniff_binary_format(text.encode()) is None
    assert read(text.encode()).document.format == "text"


def test_a_mail_is_read_in_this_process() -> None:
    assert not is_caged_format(a_mail(TEXT_PART))


@pytest.mark.parametrize(
    "body",
    [
        HTML_PART[: len(HTML_PART) * 2 // 3],
        multipart("mixed", HTML_PART)[:-40],
        a_part("text/html", base64.encodebytes(PAGE.encode())[:-7], "base64"),
        a_part("text/html; charset=unicode_escape", quoted(PAGE)),
        a_part("text/html; charset=punycode", quoted(PAGE)),
        a_part("text/html; charset==?", quoted(PAGE)),
        b'Content-Type: multipart/mixed; boundary=""\r\n\r\nThe bridge fell.\r\n',
    ],
    ids=["torn", "no end", "torn base64", "escape", "punycode", "no charset", "no boundary"],
)
def test_a_damaged_mail_is_read_as_far_as_it_goes(body: bytes) -> None:
    assert "bridge" in read(a_mail(body)).document.text


@pytest.mark.parametrize(
    "body",
    [
        a_part("image/png", b"iVBORw0KGgo=", "base64"),
        a_part("text/plain", b"", "7bit"),
        a_part("text/html", b"\x00\x01\x02\x03" * 200, "8bit"),
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(3000)
        ),
    ],
    ids=["only a picture", "empty", "no text", "3,000 parts in each other"],
)
def test_a_mail_without_a_text_is_refused_with_a_hint(body: bytes) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_document(a_mail(body))
    assert refused.value.hint


@pytest.mark.parametrize(
    "make",
    [
        lambda times: a_mail(multipart("mixed", *([TEXT_PART] * times))),
        lambda times: a_mail(TEXT_PART, HEAD + "Received: from x\r\n by y\r\n" * (times * 20)),
        lambda times: a_mail(a_part("text/plain", b"=\r\n" * (times * 200) + b"word", "quoted-printable")),
        lambda times: a_mail(a_part("text/plain", b"--" * (times * 400) + b"\r\nword")),
    ],
    ids=["parts", "headers", "soft breaks", "dashes"],
)  # fmt: skip
def test_time_grows_with_the_length_of_a_mail(make) -> None:  # type: ignore[no-untyped-def]
    assert_grows_in_step(read_document, make, 30, 300)
