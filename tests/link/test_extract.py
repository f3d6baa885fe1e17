"""Text out of payloads: the sentence that a claim leans on must come out word for word."""

import socket
import time

import msgspec
import pytest
from lxml.html import fromstring

from provenance.formats.ids import sha256_hex
from provenance.link.blocks import set_blocks_apart
from provenance.link.extract import ExtractJob, extract_job, extract_payload
from provenance.model import Extract
from support.pdf_builder import a_pdf

ENGLISH = "JNIM has conducted at least 16 attacks in central Mali since November 19."
FRENCH = (
    "L’armée malienne évoque « au moins seize blessés » à Farabougou, où la situation reste tendue."
)
ARABIC = "قال المتحدث باسم الجيش إن ستة عشر جنديا قتلوا في هجوم قرب مدينة موبتي يوم الثلاثاء."
RUSSIAN = "Ответственность за нападение на конвой под Мопти взяла на себя группировка «ДНИМ»."
FILLER = {
    "en": "The fighters withdrew towards the border before reinforcements reached the camp. ",
    "fr": "Les combattants se sont repliés vers la frontière avant l’arrivée des renforts. ",
    "ar": "انسحب المسلحون باتجاه الحدود قبل وصول التعزيزات إلى المعسكر. ",
    "ru": "Боевики отошли к границе прежде, чем к лагерю подошло подкрепление. ",
}


def a_page(sentence: str = ENGLISH, language: str = "en", head: str = "", body: str = "") -> str:
    filler = FILLER.get(language, FILLER["en"]) * 3
    menu = "".join(f'<li><a href="/{i}">Menu entry {i}</a></li>' for i in range(30))
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>Attack near Mopti | The Desk</title>{head}</head><body><nav><ul>{menu}</ul></nav>"
        f"<article><h1>Attack near Mopti</h1><p>{filler}</p><p>{filler}{sentence} {filler}</p>"
        f"<p>{filler}</p>{body}</article><footer>All rights reserved 2019</footer></body></html>"
    )


def extract(
    page: str | bytes, media_type: str = "text/html", url: str = "", **limits: int
) -> Extract:
    data = page.encode() if isinstance(page, str) else page
    return extract_payload(data, media_type, url, **limits)


@pytest.mark.parametrize(
    ("sentence", "language", "encoding"),
    [
        (ENGLISH, "en", "utf-8"),
        (FRENCH, "fr", "utf-8"),
        (FRENCH, "fr", "cp1252"),
        (ARABIC, "ar", "utf-8"),
        (ARABIC, "ar", "cp1256"),
        (RUSSIAN, "ru", "utf-8"),
        (RUSSIAN, "ru", "cp1251"),
        (RUSSIAN, "ru", "utf-16"),
    ],
)
def test_the_claim_sentence_survives_in_every_language_and_encoding(
    sentence: str, language: str, encoding: str
) -> None:
    page = a_page(sentence, language)
    found = extract(page.encode(encoding), f"text/html; charset={encoding}")
    assert sentence in found.text
    assert "Menu entry" not in found.text
    assert found.language == language
    # the page says utf-8, the server nothing: read right all the same
    assert sentence in extract(page.encode(encoding)).text


def test_the_digest_is_that_of_the_text_in_utf_8() -> None:
    found = extract(a_page(ARABIC, "ar"))
    assert found.text_sha256 == sha256_hex(found.text.encode("utf-8"))
    assert found.extractor.startswith("trafilatura 2.")
    assert found.extractor.endswith(" / provenance 2")
    assert found.reason is None


@pytest.mark.parametrize(
    "mark_up",
    [
        "JNIM has conducted at least <b>16 attacks</b> in central&nbsp;Mali since November&#160;19.",
        'JNIM has <a href="/x">conducted</a> at least 16\n   attacks in <i>central</i> Mali since November 19.',
        "JNIM has conducted at least <span>16</span> attacks in central Mali<sup></sup> since November 19.",
    ],
)  # fmt: skip
def test_mark_up_within_the_sentence_leaves_its_words_whole(mark_up: str) -> None:
    text = extract(a_page(mark_up)).text.replace("\xa0", " ")
    assert ENGLISH in " ".join(text.split())


def test_figures_in_tables_and_lists_are_text() -> None:
    body = (
        "<table><tr><th>Region</th><th>Attacks</th></tr><tr><td>Mopti</td><td>117</td></tr></table>"
        "<ul><li>Three bases burned in Ségou on December 13.</li><li>Two in Gao.</li></ul>"
    )
    text = extract(a_page(body=body)).text
    assert "117" in text
    assert "Three bases burned in Ségou on December 13." in text


def test_readers_comments_are_no_evidence() -> None:
    body = "".join(
        f'<div class="comment"><p>As a reader I think that number {i} is wrong.</p></div>'
        for i in range(3)
    )
    text = extract(a_page(body=f'<section id="comments">{body}</section>')).text
    assert ENGLISH in text
    assert "As a reader" not in text


HEADS = {
    '<meta property="article:published_time" content="2023-12-13T22:10:00Z">': "2023-12-13",
    '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2023-12-13",'
    ' "dateModified": "2024-02-01"}</script>': "2023-12-13",
    '<meta property="article:published_time" content="2023-12-13">'
    '<meta property="article:modified_time" content="2024-02-01">': "2023-12-13",
    "": None,
    '<meta property="article:published_time" content="3023-12-13">': None,
    '<meta name="date" content="today">': None,
}


@pytest.mark.parametrize(("head", "date"), HEADS.items())
def test_the_date_is_that_of_first_publication_or_none(head: str, date: str | None) -> None:
    assert extract(a_page(head=head)).date == date


@pytest.mark.parametrize(
    "body",
    [
        '<time class="date">2 hours ago</time>',
        '<span class="published">Today</span>',
        '<p class="date">Yesterday, 10:15</p>',
        "<p>Copyright 2015. The accord of 12 May 2012 still stands.</p>",
    ],
)
def test_no_date_is_made_up(body: str) -> None:
    assert extract(a_page(body=body)).date is None


def test_a_date_in_the_address_counts() -> None:
    assert extract(a_page(), url="https://a.example/2023/12/13/mopti").date == "2023-12-13"


def test_authors_are_those_declared_or_marked() -> None:
    head = '<meta name="author" content="Liam Karr"><meta name="author" content="Kathryn Tyson">'
    assert extract(a_page(head=head)).authors == ("Liam Karr", "Kathryn Tyson")
    assert extract(a_page(body='<p class="author">By Liam Karr</p>')).authors == ("Liam Karr",)
    assert extract(a_page()).authors == ()


def test_a_box_of_links_is_no_author() -> None:
    body = (
        '<div class="author">Authority control databases National United States France Data</div>'
    )
    assert extract(a_page(body=body)).authors == ()


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("", "Attack near Mopti"),
        ('<meta property="og:title" content="Sixteen dead near Mopti">', "Sixteen dead near Mopti"),
        ('<meta property="og:title" content="The Desk">', "Attack near Mopti"),
    ],
)
def test_the_title_is_the_pages_and_not_the_sites(head: str, title: str) -> None:
    assert extract(a_page(head=head)).title == title


@pytest.mark.parametrize(
    ("opening", "language"),
    [
        ('<html lang="pt_BR">', "pt-BR"),
        ('<html xml:lang="fr">', "fr"),
        ('<html lang=""><meta property="og:locale" content="ar_AR">', "ar-AR"),
        ('<html><meta http-equiv="Content-Language" content="ru">', "ru"),
        ('<html lang="en; drop table">', None),
        ("<html>", None),
    ],
)
def test_the_language_is_what_the_page_declares(opening: str, language: str | None) -> None:
    assert extract(f"{opening}<body><p>{ENGLISH}</p><p>x</p>").language == language


def test_large_pages_are_read_in_the_cheap_way_and_keep_every_sentence() -> None:
    found = extract(a_page(), max_full_html_bytes=100)
    assert ENGLISH in found.text
    assert "Menu entry 3" in found.text
    assert found.title == "Attack near Mopti"


def test_a_page_nested_deeper_than_the_parser_goes_still_gives_its_words() -> None:
    found = extract("<html><body>" + "<div>" * 5_000 + ENGLISH + "</div>" * 5_000)
    assert found.text == ENGLISH


def test_a_fragment_without_any_frame_is_read() -> None:
    assert extract(f"<p>{ENGLISH}</p>", "text/html").text == ENGLISH


def test_a_page_of_scripts_has_no_text() -> None:
    found = extract("<html><head><script>var a = 'words';</script></head><body></body></html>")
    assert (found.text, found.reason) == ("", "no text")


def test_neither_nul_nor_half_a_surrogate_comes_out() -> None:
    half = r"Half \ud800 a pair. " * 30
    headline = r'"@type": "NewsArticle", "headline": "A \ud83d B"'
    head = f'<script type="application/ld+json">{{{headline}, "articleBody": "{half}"}}</script>'
    for page in (
        a_page(head=head),
        f"<html><head>{head}</head><body></body></html>",
        "<html><body><p>a\0b &#xD800; &#0;</p><p>c</p></body></html>",
    ):
        found = extract(page)
        found.text.encode()
        (found.title or "").encode()
        assert "\0" not in found.text
    assert extract(b"a\0b", "text/plain").text == "ab"


def test_plain_text_comes_out_as_it_went_in() -> None:
    text = f"  {RUSSIAN}\r\n\r\n\tsecond   line "
    assert extract(text.encode("cp1251"), "text/plain; charset=windows-1251").text == text


def test_json_is_text_and_feeds_give_their_words() -> None:
    assert extract('{"claim": "16 attacks"}', "application/json").text == '{"claim": "16 attacks"}'
    feed = f"<rss><item><title>Mali</title><description><![CDATA[<p>{ENGLISH}</p>]]></description>"
    assert extract(feed, "application/rss+xml").text == f"Mali\n{ENGLISH}"


def test_a_pdf_is_read_whatever_the_server_calls_it() -> None:
    data = a_pdf([ENGLISH], ["Second page."], title="Review", author="A. B", created="D:20231213")
    for media_type in ("application/pdf", "text/html; charset=utf-8", ""):
        found = extract(data, media_type)
        assert found.text == f"{ENGLISH}\n\nSecond page."
        assert (found.title, found.authors, found.date) == ("Review", ("A. B",), "2023-12-13")
        assert found.extractor.startswith("pypdfium2 ")


@pytest.mark.parametrize(
    ("data", "media_type", "reason"),
    [
        (b"", "text/html", "empty body"),
        (b" \r\n\t", "text/html", "empty body"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png", "unsupported type image/png"),
        (b"PK\x03\x04", "text/html", "unsupported type application/zip"),
        (b"....", "video/mp4", "unsupported type video/mp4"),
        (b"%PDF-1.7 and no more", "application/pdf", "no readable PDF"),
        (a_pdf([]), "application/pdf", "no text"),
    ],
)
def test_what_has_no_text_says_why(data: bytes, media_type: str, reason: str) -> None:
    found = extract(data, media_type)
    assert found.text == ""
    assert found.text_sha256 == sha256_hex(b"")
    assert (found.reason or "").startswith(reason)


@pytest.mark.parametrize(
    "page",
    [
        b"\xff\xfe\x00",
        b"<html>" + bytes(range(256)) * 50,
        b"<!DOCTYPE html><html><body><p" + b" a=1" * 20_000,
        b"<html><script type='application/ld+json'>" + b'{"a":' * 20_000 + b"</script>",
        b"<html><head><meta name=author content='" + b"; " * 20_000 + b"'>",
        b"<html lang='" + b"a-" * 20_000 + b"'><title>" + b"x - " * 10_000,
        b"<?xml version='1.0' encoding='x'?><html><body>" + b"word " * 100,
        b"<html><base href='http://127.0.0.1:9/'><link rel=canonical href='http://['>x y",
    ],
)
def test_hostile_pages_give_an_extract_that_can_be_stored(page: bytes) -> None:
    found = extract(page, url="http://[broken")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Extract) == found


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **_: object) -> None:
        pytest.fail(f"opened a connection: {arguments}")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    head = (
        '<link rel="canonical" href="http://127.0.0.1:9/x"><base href="http://127.0.0.1:9/">'
        '<script src="http://127.0.0.1:9/a.js"></script><meta http-equiv="refresh" content="0; /y">'
    )
    assert extract(a_page(head=head), url="http://127.0.0.1:9/").text
    assert extract("http://127.0.0.1:9/only-an-address", "text/html").text
    assert extract("http://127.0.0.1:9/only-an-address", "text/plain").text


def test_a_job_goes_in_and_comes_out_as_bytes() -> None:
    job = ExtractJob(a_page(FRENCH, "fr").encode(), "text/html", "https://a.example/")
    found = msgspec.msgpack.decode(extract_job(msgspec.msgpack.encode(job)), type=Extract)
    assert found == extract(a_page(FRENCH, "fr"), url="https://a.example/")


_SHORT = (
    "<html><body><header><nav><a href='/'>Menu entry</a></nav></header><main><article>"
    "<h1>{0}</h1>{1}<p class='byline'>Ada Marrow, 4 March 2024</p>{1}<p>{2}</p>{1}<p>It rained.<br>It stopped.</p>"
    "</article></main></body></html>"
)  # fmt: skip


@pytest.mark.parametrize("between", ["", "\n"], ids=["minified", "indented"])
def test_blocks_of_a_short_page_stay_apart(between: str) -> None:
    sentence = "The guild of <b>Ouldane</b> counted 14 barges below the lock, and two of them had an escort."
    found = extract(_SHORT.format("Tolls rise", between, sentence))
    assert found.text.split("\n") == [
        "Tolls rise",
        "Ada Marrow, 4 March 2024",
        "The guild of Ouldane counted 14 barges below the lock, and two of them had an escort.",
        "It rained.",
        "It stopped.",
    ]


@pytest.mark.parametrize("times", range(1, 6))
@pytest.mark.parametrize("between", ["", "\n"], ids=["minified", "indented"])
def test_a_paragraph_begins_its_line_however_long_the_page_is(between: str, times: int) -> None:
    """Whichever of the extraction's ways is taken at this length."""
    paragraph = "The guild counted barges below the lock, and two had an escort. " * times
    found = extract(_SHORT.format("Tolls rise", between, paragraph))
    assert paragraph.strip() in found.text.split("\n")


def test_a_page_of_many_lines_costs_what_it_should() -> None:
    """Lines that do not stand on the page are not looked for again and again."""
    page = fromstring("<div>" + "<p>lock and gate</p>" * 20_000 + "</div>")
    strange = "\n".join(f"gate and lock {number}" for number in range(20_000))
    began = time.process_time()
    assert set_blocks_apart(strange, page) == strange
    assert set_blocks_apart("lock and gate\n" * 20_000, page) == "lock and gate\n" * 20_000
    assert time.process_time() - began < 2


def test_setting_blocks_apart_changes_blanks_and_nothing_else() -> None:
    page = fromstring(
        "<div><p>a b<!-- x -->c</p><table><tr><td>d</td><td>e</td></tr></table>f</div>"
    )
    for text in ("", "a bc d e f", "a bc  d", "not there at all", "a\u00a0bc\td e", "d | e"):
        apart = set_blocks_apart(text, page)
        assert apart.replace("\n", " ") == text
    assert set_blocks_apart("a bc d e f", page) == "a bc\nd e\nf"
