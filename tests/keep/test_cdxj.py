"""The index: sorted, true, and made anew when it lags behind."""

import json
import os
from pathlib import Path

import pytest

from provenance.formats.ids import sha256_hex
from provenance.formats.url import surt_key
from provenance.keep import series
from provenance.keep.cdxj import format_line
from provenance.keep.warc import read_record
from provenance.model import WarcPlace
from support.keeping import (
    a_check_line,
    a_visit,
    an_exchange,
    nothing_earlier,
    open_archive,
    warc_files,
)

URLS = [
    "https://www.b.test/x",
    "https://a.test/é",
    "https://a.test:8080/Z?b=1",
    "http://192.0.2.1/",
]


def keep(root: Path, *urls: str, body: bytes = b"<p>x</p>") -> None:
    with open_archive(root) as archive:
        for url in urls:
            exchange = an_exchange(url, body=body + url.encode())
            (stored,) = archive.add_visit(a_visit(exchange), nothing_earlier)
            archive.commit([a_check_line(stored)])


def index_of(root: Path) -> bytes:
    (path,) = (root / "index").iterdir()
    return path.read_bytes()


def parsed(index: bytes) -> list[tuple[str, str, dict[str, str]]]:
    lines = index.decode().removesuffix("\n").split("\n")
    return [(key, at, json.loads(data)) for key, at, data in (line.split(" ", 2) for line in lines)]


def test_every_line_leads_to_its_record(tmp_path: Path) -> None:
    keep(tmp_path, *URLS)
    lines = parsed(index_of(tmp_path))
    assert len(lines) == len(URLS)
    for _, at, fields in lines:
        path = tmp_path / "warc" / fields["filename"]
        record = read_record(path, int(fields["offset"]), int(fields["length"]))
        assert record.header("WARC-Target-URI") == fields["url"]
        assert record.header("WARC-Payload-Digest") == fields["digest"]
        assert (at, fields["status"], fields["mime"]) == ("20261122120000", "200", "text/html")
        assert all(isinstance(value, str) for value in fields.values())


def test_lines_are_sorted_by_their_bytes(tmp_path: Path) -> None:
    keep(tmp_path, *URLS)
    lines = index_of(tmp_path).split(b"\n")[:-1]
    assert lines == sorted(lines)
    assert [line.split(b" ")[0] for line in lines] == [
        b"1,2,0,192)/", b"test,a)/%c3%a9", b"test,a:8080)/z?b=1", b"test,b)/x"]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Example.org:8080/A?b", "org,example:8080)/a?b"),
        ("https://a.test/q?z=1&a=2", "test,a)/q?a=2&z=1"),
        ("https://a.test/q?b=2&b=1&b&B=0", "test,a)/q?b&b=0&b=1&b=2"),
        ("https://a.test/q?a-b=1&a=2", "test,a)/q?a=2&a-b=1"),
        ("https://a.test/q?&&a=1", "test,a)/q?&&a=1"),
        ("https://a.test/q?", "test,a)/q"),
        ("https://a.test/p/?x=1", "test,a)/p?x=1"),
        ("https://a.test", "test,a)/"),
        ("https://a.test//", "test,a)/"),
        ("https://a.test/p//q", "test,a)/p/q"),
        ("https://a.test/%7Efoo/%C3%A9%2F%23%25", "test,a)/~foo/%c3%a9/%23%25"),
        ("https://a.test/dashboard/#/dashboard", "test,a)/dashboard"),
        ("http://192.0.2.1/x", "1,2,0,192)/x"),
        ("http://[2001:db8::1]/x", "2001:db8::1)/x"),
        ("https://www12.c.test/", "test,c)/"),
        ("https://wwww.c.test/", "test,c,wwww)/"),
        ("https://www.com/", "com)/"),
        ("http://a.test:443/x", "test,a:443)/x"),
    ],
)
def test_keys_are_those_that_pywb_looks_up(url: str, key: str) -> None:
    """The expected keys were printed by surt 0.3.1, which pywb uses."""
    assert surt_key(url) == key


def test_a_later_run_adds_to_what_is_there(tmp_path: Path) -> None:
    keep(tmp_path, *URLS[:2])
    keep(tmp_path, *URLS[2:])
    assert len(parsed(index_of(tmp_path))) == 4
    in_one_run = tmp_path / "other"
    keep(in_one_run, *URLS)
    assert index_of(tmp_path / "other") == index_of(tmp_path)


@pytest.mark.parametrize("harm", ["missing", "older"])
def test_an_index_that_is_missing_or_older_is_made_anew_from_the_warc(
    tmp_path: Path, harm: str
) -> None:
    keep(tmp_path, *URLS)
    good = index_of(tmp_path)
    (path,) = (tmp_path / "index").iterdir()
    path.write_bytes(b"")
    if harm == "missing":
        path.unlink()
    else:
        os.utime(path, (0, 0))
    open_archive(tmp_path).close()
    assert index_of(tmp_path) == good


def test_a_run_that_goes_on_behind_a_missing_index_indexes_all_of_the_file(tmp_path: Path) -> None:
    keep(tmp_path, *URLS[:3])
    (path,) = (tmp_path / "index").iterdir()
    path.unlink()
    keep(tmp_path, URLS[3])
    assert len(parsed(index_of(tmp_path))) == 4


def test_records_that_were_never_committed_are_not_indexed(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        (stored,) = archive.add_visit(a_visit(), nothing_earlier)
        archive.commit([a_check_line(stored)])
        archive.add_visit(a_visit(an_exchange("https://lost.test/")), nothing_earlier)
    assert b"lost" not in index_of(tmp_path)
    open_archive(tmp_path).close()
    assert [fields["url"] for _, _, fields in parsed(index_of(tmp_path))] == [
        "https://site.test/page"
    ]


def test_a_damaged_warc_costs_its_index_and_not_the_run(tmp_path: Path) -> None:
    keep(tmp_path, *URLS)
    (path,) = (tmp_path / "index").iterdir()
    path.unlink()
    warc = warc_files(tmp_path)[0]
    data = bytearray(warc.read_bytes())
    data[len(data) // 2] ^= 0xFF
    warc.write_bytes(data)
    open_archive(tmp_path).close()
    assert not path.exists()


def test_revisits_documents_and_redirects_have_their_lines_and_requests_none(
    tmp_path: Path,
) -> None:
    with open_archive(tmp_path) as archive:
        archive.add_visit(a_visit(), nothing_earlier)
        archive.add_visit(a_visit(an_exchange("https://b.test/")), nothing_earlier)
        archive.add_visit(
            a_visit(an_exchange("https://c.test/", status=301, body=b"")), nothing_earlier
        )
        archive.add_document(b"x", "text/plain; charset=utf-8", sha256_hex(b"x"), None)
        archive.commit([a_check_line()])
    seen = {fields["url"]: (fields["mime"], fields.get("status"))
            for _, _, fields in parsed(index_of(tmp_path))}  # fmt: skip
    assert seen == {
        "https://site.test/page": ("text/html", "200"),
        "https://b.test/": ("warc/revisit", "200"),
        "https://c.test/": ("text/html", "301"),
        f"urn:sha256:{sha256_hex(b'x')}": ("text/plain", None),
    }


def test_a_304_has_no_line_since_replay_would_show_it_without_its_page(tmp_path: Path) -> None:
    head = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    with open_archive(tmp_path) as archive:
        archive.add_visit(a_visit(), nothing_earlier)
        archive.add_visit(a_visit(an_exchange(status=304, head=head, body=b"")), nothing_earlier)
        archive.commit([a_check_line()])
    assert [fields["status"] for _, _, fields in parsed(index_of(tmp_path))] == ["200"]


@pytest.mark.parametrize(
    ("head", "mime", "status"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", "unk", "200"),
        (b"HTTP/1.1 404\r\nCONTENT-TYPE:Text/HTML ; x=y\r\n\r\n", "text/html", "404"),
        (b"HTTP/1.1 OK\r\ncontent-type: \"\xff\x01\r\n\r\n", '"\xff\x01', None),
        (b"HTTP/1.1 2000 OK\r\nX-Content-Type: no\r\nContent-Type:\r\n\r\n", "unk", None),
    ],
)  # fmt: skip
def test_what_a_head_says_of_type_and_status_is_taken_as_it_stands(
    head: bytes, mime: str, status: str | None
) -> None:
    headers = [("WARC-Type", "response"), ("WARC-Target-URI", "https://a.test/"),
               ("WARC-Date", "2026-11-22T12:00:00.123456Z")]  # fmt: skip
    line = format_line(headers, head, WarcPlace("f", 1, 2))
    fields = json.loads(line.split(" ", 2)[2])
    assert (fields["mime"], fields.get("status")) == (mime, status)
    assert "\n" not in line


def test_an_index_that_lacks_records_is_made_anew_though_the_clock_was_set_back(
    tmp_path: Path,
) -> None:
    keep(tmp_path, *URLS[:2])
    with open_archive(tmp_path) as archive:
        for url in URLS[2:]:
            (stored,) = archive.add_visit(a_visit(an_exchange(url)), nothing_earlier)
            archive.commit([a_check_line(stored)])
        (warc,) = warc_files(tmp_path)
        archive._index._fresh.clear()  # as if it had been killed before its end
    os.utime(warc, (0, 0))
    assert len(parsed(index_of(tmp_path))) == 2
    open_archive(tmp_path).close()
    assert len(parsed(index_of(tmp_path))) == 4


def test_a_file_of_many_small_records_is_full_before_its_index_is_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "_MOST_INDEX_BYTES", 500)
    for _ in range(2):  # in one run as over several
        keep(tmp_path, *URLS)
    sizes = [path.stat().st_size for path in (tmp_path / "index").iterdir()]
    assert len(sizes) == len(warc_files(tmp_path)) > 2
    assert max(sizes) < 1_000
    assert sum(path.read_bytes().count(b"\n") for path in (tmp_path / "index").iterdir()) == 8
