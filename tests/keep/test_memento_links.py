"""TimeMaps are read as RFC 7089 writes them and as servers do, and written so that others read them."""

import email.utils
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.keep.memento_index import NamedCopy
from provenance.keep.memento_links import (
    read_links,
    read_memento_datetime,
    read_timemap,
    write_timemap,
)
from support.growth import assert_grows_in_step

PAGE = "http://a.example.org/"
BASE = "http://archive.example.org/timemap/http://a.example.org/"

# RFC 7089, section 5.1.1: a TimeMap of three mementos, as printed there (lines rejoined).
RFC_TIMEMAP = b"""\
 <http://a.example.org>;rel="original",
 <http://arxiv.example.net/timemap/http://a.example.org>
   ; rel="self";type="application/link-format"
   ; from="Tue, 20 Jun 2000 18:02:59 GMT"
   ; until="Wed, 09 Apr 2008 20:30:51 GMT",
 <http://arxiv.example.net/timegate/http://a.example.org>
   ; rel="timegate",
 <http://arxiv.example.net/web/20000620180259/http://a.example.org>
   ; rel="first memento";datetime="Tue, 20 Jun 2000 18:02:59 GMT"
   ; license="http://creativecommons.org/publicdomain/zero/1.0/",
 <http://arxiv.example.net/web/20091027204954/http://a.example.org>
    ; rel="last memento";datetime="Tue, 27 Oct 2009 20:49:54 GMT"
    ; license="http://creativecommons.org/publicdomain/zero/1.0/",
 <http://arxiv.example.net/web/20000621011731/http://a.example.org>
   ; rel="memento";datetime="Wed, 21 Jun 2000 01:17:31 GMT"
   ; license="http://creativecommons.org/publicdomain/zero/1.0/"
"""
# Section 5.1.2: one that is an index of others, paged by time.
RFC_INDEX = b"""\
<http://a.example.org>;rel="original",
<http://arxiv.example.net/timegate/http://a.example.org>
  ; rel="timegate",
<http://arxiv.example.net/timemap/1/http://a.example.org>
  ; rel="self";type="application/link-format"
  ; from="Tue, 20 Jun 2000 18:02:59 GMT"
  ; until="Wed, 09 Apr 2008 20:30:51 GMT",
<http://arxiv.example.net/timemap/2/http://a.example.org>
  ; rel="timemap";type="application/link-format"
  ; from="Thu, 10 Apr 2008 20:30:51 GMT"
  ; until="Tue, 27 Oct 2009 20:49:54 GMT",
<http://arxiv.example.net/timemap/3/http://a.example.org>
  ; rel="timemap";type="application/link-format"
  ; from="Thu, 29 Oct 2009 20:30:51 GMT",
<http://arxiv.example.net/web/20000620180259/http://a.example.org>
  ; rel="first memento";datetime="Tue, 20 Jun 2000 18:02:59 GMT"
"""


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_the_example_of_the_rfc_is_read() -> None:
    found = read_timemap(RFC_TIMEMAP, BASE, PAGE)
    assert found is not None
    assert found.original == "http://a.example.org"
    assert found.copies == (
        NamedCopy("http://arxiv.example.net/web/20000620180259/http://a.example.org",
                  at(2000, 6, 20, 18, 2, 59)),
        NamedCopy("http://arxiv.example.net/web/20091027204954/http://a.example.org",
                  at(2009, 10, 27, 20, 49, 54)),
        NamedCopy("http://arxiv.example.net/web/20000621011731/http://a.example.org",
                  at(2000, 6, 21, 1, 17, 31)),
    )  # fmt: skip
    assert found.pages == ()


def test_further_pages_are_told_with_their_bounds_and_the_page_itself_is_none_of_them() -> None:
    found = read_timemap(RFC_INDEX, BASE, PAGE)
    assert found is not None
    assert len(found.copies) == 1
    assert [(page.url.split("/")[4], page.begins, page.ends) for page in found.pages] == [
        ("2", at(2008, 4, 10, 20, 30, 51), at(2009, 10, 27, 20, 49, 54)),
        ("3", at(2009, 10, 29, 20, 30, 51), None),
    ]


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ('</web/20230309101112/http://a.example.org/>;rel=memento;datetime="{}"',
         "http://archive.example.org/web/20230309101112/http://a.example.org/"),
        ('<../x,y;z>; REL="Memento"; DateTime="{}"', "http://archive.example.org/timemap/http://x,y;z"),
        ('<//other.example.org/1>; rel="prev memento"; datetime="{}"', "http://other.example.org/1"),
        (',,\n<http://c.example.org/1>;rel="memento";title="a, \\"b\\"; c";datetime="{}",\n,',
         "http://c.example.org/1"),
        ('<http://c.example.org/1> ; datetime = "{}" ; rel = "memento" ;', "http://c.example.org/1"),
    ],
    ids=["relative", "commas in a URI", "without scheme", "quoted commas", "spaces and a semicolon"],
)  # fmt: skip
def test_links_are_read_as_servers_write_them(written: str, target: str) -> None:
    body = written.format("Thu, 09 Mar 2023 10:11:12 GMT").encode()
    found = read_timemap(body, BASE, PAGE)
    assert found is not None
    (copy,) = found.copies
    assert copy.at == at(2023, 3, 9, 10, 11, 12)
    if "x,y" not in target:
        assert copy.uri_m == target
    else:
        assert copy.uri_m.endswith("x,y;z")


@pytest.mark.parametrize(
    "body",
    [
        b"<html><head><title>502 Bad Gateway</title></head></html>",
        b'<!doctype html><html><body><a href="x">y</a></body></html>',
        b'{"error": "no"}',
        b"<http://a.example.org/>",
        b'<http://other.example.org/>; rel="original"',
        b"\xff\xfe<\x00h\x00",
        b'<http://a.example.org/>; rel="original", and then words',
        b'<http://a.example.org/>; rel="original", <http://torn.example.org',
    ],
    ids=["html", "doctype", "json", "no relation", "of another page", "utf-16", "words", "torn"],
)
def test_what_is_no_timemap_of_the_page_says_nothing(body: bytes) -> None:
    assert read_timemap(body, BASE, PAGE) is None


def test_mementos_without_a_moment_and_addresses_that_are_no_http_are_passed_over() -> None:
    body = b"""<http://a.example.org/>; rel="original",
    <http://c.example.org/1>; rel="memento",
    <http://c.example.org/2>; rel="memento"; datetime="yesterday",
    <javascript:alert(1)>; rel="memento"; datetime="Thu, 09 Mar 2023 10:11:12 GMT",
    <http://c.example.org/3>; rel="memento"; datetime="Thu, 09 Mar 99999 10:11:12 GMT"
    """
    found = read_timemap(body, BASE, PAGE)
    assert found is not None
    assert found.copies == ()


@pytest.mark.parametrize("text", ["", "x", "Thu, 32 Mar 2023 10:11:12 GMT", "1",
                                  "\ud800", "Thu, 09 Mar 2023 10:11:12 +9999999"])  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_memento_datetime(text) is None


def test_an_hour_elsewhere_is_told_in_utc() -> None:
    assert read_memento_datetime("Thu, 09 Mar 2023 10:11:12 +0200") == at(2023, 3, 9, 8, 11, 12)


MOMENTS = st.integers(820_000_000, 3_700_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
COPIES = st.lists(
    st.builds(
        NamedCopy,
        st.text('abc,;"<> \\=é/\n', max_size=12).map(lambda end: f"http://c.example.org/{end}"),
        MOMENTS,
    ),
    max_size=6,
)


@given(COPIES)
def test_a_written_timemap_is_read_back(copies: list[NamedCopy]) -> None:
    text = write_timemap(PAGE, BASE, copies)
    found = read_timemap(text.encode(), BASE, PAGE)
    assert found is not None
    assert found.original == PAGE
    assert [copy.at for copy in found.copies] == sorted(copy.at for copy in copies)
    assert found.pages == ()


@given(COPIES)
def test_a_stranger_reads_the_links_of_a_written_timemap(copies: list[NamedCopy]) -> None:
    """httpx reads the same grammar in `Link` headers; one link at a time, for it keeps one a rel."""
    for line in write_timemap(PAGE, BASE, copies).rstrip("\n").split(",\n"):
        (ours,) = read_links(line)
        (theirs,) = httpx.Response(200, headers=[(b"Link", line.encode())]).links.values()
        if set(ours.target) & set(",;"):  # httpx splits within the angle brackets too
            continue
        assert theirs["url"] == ours.target
        assert theirs["rel"] == ours.params["rel"]
        if "datetime" in ours.params:
            moment = email.utils.parsedate_to_datetime(theirs["datetime"])
            assert moment == read_memento_datetime(ours.params["datetime"])


@given(st.text('<>;,="\\ abrel\n', max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_timemap(text.encode(), BASE, PAGE)


def test_a_large_timemap_is_read_in_linear_time() -> None:
    def timemap(count: int) -> tuple[int, bytes]:
        copies = [NamedCopy(f"http://c.example.org/{n}", at(2020, 1, 1)) for n in range(count)]
        return count, write_timemap(PAGE, BASE, copies).encode()

    def read(given: tuple[int, bytes]) -> None:
        count, body = given
        found = read_timemap(body, BASE, PAGE)
        assert found is not None
        assert len(found.copies) == count

    assert_grows_in_step(read, timemap, 400, 3_200)


@pytest.mark.parametrize(("begin", "token", "end"), [("", "<", ""), ('<a>;b="', "\\", ""), ("<a>", ";a", ""),
                                                     ("<a>;b=", " ", ""), ("", ",", "<")],
                         ids=["openings", "backslashes", "parameters", "blanks", "commas"])  # fmt: skip
def test_hostile_links_are_read_in_linear_time(begin: str, token: str, end: str) -> None:
    assert_grows_in_step(
        lambda body: read_timemap(body, BASE, PAGE),
        lambda count: (begin + token * count + end).encode(),
        5_000,
        50_000,
    )
