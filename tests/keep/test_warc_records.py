"""What stands in a record, as strangers read it."""

import gzip
import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from provenance.errors import CorruptRecord
from provenance.formats.ids import sha256_hex
from provenance.keep.records import EarlierPayload, KnownPayload, make_response, stored_head
from provenance.keep.warc import Batch, iter_records, read_record
from support.keeping import (
    NOON,
    Clock,
    a_check_line,
    a_visit,
    an_exchange,
    check_with_fastwarc,
    check_with_strangers,
    check_with_warcio,
    nothing_earlier,
    open_archive,
    warc_files,
)


def keep(root: Path, *hops, find=nothing_earlier):
    with open_archive(root) as archive:
        stored = archive.add_visit(a_visit(*hops), find)
        archive.commit([a_check_line(stored[-1])])
    return stored


def record_at(root: Path, place):
    return read_record(root / "warc" / place.file, place.offset, place.length)


def test_a_page_comes_back_byte_for_byte(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200  Weird   Reason\r\nServer:x\r\nX-DUP: 1\r\nx-dup:   2 \r\n\r\n"
    (stored,) = keep(tmp_path, an_exchange(head=head, body=b"\x00\xff\r\n\r\nbody"))
    record = record_at(tmp_path, stored.place)
    assert (record.http_head, record.payload) == (head, b"\x00\xff\r\n\r\nbody")
    assert stored.payload_sha256 == sha256_hex(b"\x00\xff\r\n\r\nbody")
    assert stored.record_id == record.record_id
    assert check_with_strangers(tmp_path) == 3


def test_request_and_response_are_one_pair(tmp_path: Path) -> None:
    (stored,) = keep(tmp_path, an_exchange())
    info, response, request = iter_records(warc_files(tmp_path)[0])
    assert [r.type for r in (info, response, request)] == ["warcinfo", "response", "request"]
    assert response.header("WARC-Date") == request.header("WARC-Date")
    assert response.header("WARC-Date") == "2026-11-22T12:00:00.123456Z"
    assert request.header("WARC-Concurrent-To") == response.record_id == stored.record_id
    assert response.header("WARC-IP-Address") == request.header("WARC-IP-Address") == "192.0.2.7"
    assert response.header("Content-Type") == "application/http; msgtype=response"
    assert request.header("Content-Type") == "application/http; msgtype=request"
    assert request.http_head == an_exchange().request_head


def test_the_file_opens_with_the_software_and_the_robots_policy_and_no_host(tmp_path: Path) -> None:
    keep(tmp_path, an_exchange())
    path = warc_files(tmp_path)[0]
    info = next(iter_records(path))
    text = info.payload.decode()
    assert text.startswith("software: provenance/")
    assert "robots: obey\r\n" in text
    assert "hostname" not in text
    assert info.header("WARC-Filename") == path.name


def test_a_chunked_gzipped_page_is_stored_without_its_chunks_and_with_its_header(
    tmp_path: Path,
) -> None:
    head = (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTRANSFER-encoding:  chunked\r\n"
            b"Content-Type: text/html\r\n\r\n")  # fmt: skip
    body = gzip.compress(b"<p>hello</p>" * 50, mtime=0)
    (stored,) = keep(tmp_path, an_exchange(head=head, body=body))
    record = record_at(tmp_path, stored.place)
    assert b"\r\nX-Archive-Orig-Transfer-Encoding:  chunked\r\nContent-Type" in record.http_head
    assert record.payload == body
    check_with_strangers(tmp_path)
    with warc_files(tmp_path)[0].open("rb") as file:
        pages = [
            r.content_stream().read() for r in ArchiveIterator(file) if r.rec_type == "response"
        ]
    assert pages == [b"<p>hello</p>" * 50]


def test_every_record_is_a_gzip_member_of_its_own(tmp_path: Path) -> None:
    keep(tmp_path, an_exchange(), an_exchange("https://site.test/b", body=b"other"))
    path = warc_files(tmp_path)[0]
    data = path.read_bytes()
    for record in iter_records(path):
        member = data[record.offset : record.offset + record.length]
        assert gzip.GzipFile(fileobj=io.BytesIO(member)).read().startswith(b"WARC/1.1\r\n")


def test_all_hops_of_a_redirect_are_kept(tmp_path: Path) -> None:
    first = an_exchange("https://a.test/", status=301, body=b"", head=b"HTTP/1.1 301 Moved\r\nLocation: https://b.test/\r\n\r\n")  # fmt: skip
    stored = keep(tmp_path, first, an_exchange("https://b.test/"))
    assert [s.index for s in stored] == [0, 1]
    uris = [record_at(tmp_path, s.place).header("WARC-Target-URI") for s in stored]
    assert uris == ["https://a.test/", "https://b.test/"]
    assert stored[0].payload_sha256 == sha256_hex(b"")
    assert check_with_strangers(tmp_path) == 5


def test_a_repeated_payload_becomes_a_revisit_of_the_first_record(tmp_path: Path) -> None:
    later = an_exchange("https://b.test/", at=NOON + timedelta(seconds=5))
    with open_archive(tmp_path) as archive:
        (first,) = archive.add_visit(a_visit(an_exchange("https://a.test/")), nothing_earlier)
        (second,) = archive.add_visit(a_visit(later), nothing_earlier)
        archive.commit([a_check_line(first), a_check_line(second)])
    assert (first.revisit, second.revisit) == (False, True)
    record = record_at(tmp_path, second.place)
    assert record.type == "revisit"
    assert record.header("WARC-Profile").endswith("/warc/1.1/revisit/identical-payload-digest")
    assert record.header("WARC-Refers-To") == first.record_id
    assert record.header("WARC-Refers-To-Target-URI") == "https://a.test/"
    assert record.header("WARC-Refers-To-Date") == "2026-11-22T12:00:00.123456Z"
    assert record.header("WARC-Payload-Digest") == f"sha256:{first.payload_sha256}"
    assert record.http_head == an_exchange().response_head
    assert record.payload == b""
    check_with_strangers(tmp_path)


def test_only_the_page_of_a_capture_is_referred_to_later(tmp_path: Path) -> None:
    hop, page, wall = (an_exchange(body=body) for body in (b"moved", b"page", b"Please log in"))
    with open_archive(tmp_path) as archive:
        archive.add_visit(a_visit(hop, page), nothing_earlier)
        archive.add_visit(a_visit(wall), nothing_earlier, is_capture=False)
        again = [archive.add_visit(a_visit(one), nothing_earlier, is_capture=False)[0]
                 for one in (hop, page, wall)]  # fmt: skip
    assert [stored.revisit for stored in again] == [False, True, False]


def test_a_body_that_comes_twice_in_one_visit_is_found_in_its_last_record(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        visit = a_visit(an_exchange("https://a.test/"), an_exchange("https://b.test/"))
        hop, page = archive.add_visit(visit, nothing_earlier)
        (again,) = archive.add_visit(a_visit(), nothing_earlier)
        refers_to = archive.read(again.place).header("WARC-Refers-To")
    assert (hop.revisit, page.revisit, again.revisit) == (False, False, True)
    assert refers_to == page.record_id


def test_a_payload_of_an_earlier_run_becomes_a_revisit_too(tmp_path: Path) -> None:
    keep(tmp_path, an_exchange("https://a.test/"))
    asked = []

    def find(digest: str) -> EarlierPayload:
        asked.append(digest)
        return EarlierPayload("https://a.test/", NOON)

    (stored,) = keep(tmp_path, an_exchange("https://c.test/"), find=find)
    assert stored.revisit
    assert asked == [stored.payload_sha256]
    record = record_at(tmp_path, stored.place)
    assert record.header("WARC-Refers-To") is None
    assert record.header("WARC-Refers-To-Target-URI") == "https://a.test/"


def test_an_empty_body_is_never_a_revisit(tmp_path: Path) -> None:
    def find(_digest: str) -> EarlierPayload:
        raise AssertionError("asked for an empty payload")

    head = b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n"
    hops = [an_exchange(f"https://a.test/{n}", status=204, head=head, body=b"") for n in "ab"]
    stored = keep(tmp_path, *hops, find=find)
    assert [s.revisit for s in stored] == [False, False]
    assert [s.payload_bytes for s in stored] == [0, 0]
    check_with_strangers(tmp_path)


def test_a_cut_body_says_so_and_stands_for_no_whole_one(tmp_path: Path) -> None:
    cut, whole = keep(tmp_path, an_exchange(truncated="length"), an_exchange("https://b.test/"))
    assert record_at(tmp_path, cut.place).header("WARC-Truncated") == "length"
    assert cut.truncated == "length"
    assert not whole.revisit
    check_with_strangers(tmp_path)


def test_a_304_says_that_the_stored_page_still_holds(tmp_path: Path) -> None:
    head = b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'
    (stored,) = keep(tmp_path, an_exchange(status=304, head=head, body=b""))
    record = record_at(tmp_path, stored.place)
    assert record.type == "revisit"
    assert record.header("WARC-Profile").endswith("/server-not-modified")
    assert record.header("WARC-Payload-Digest") is None
    assert not stored.revisit
    check_with_strangers(tmp_path)


def test_a_304_about_a_known_payload_refers_to_its_record(tmp_path: Path) -> None:
    first, *_ = keep(tmp_path, an_exchange("https://a.test/", body=b"the page"))
    known = KnownPayload(
        EarlierPayload("https://a.test/", NOON, first.record_id), first.payload_sha256, 8
    )
    head = b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'
    answer = an_exchange("https://a.test/", status=304, head=head, body=b"")
    with open_archive(tmp_path) as archive:
        (stored,) = archive.add_visit(a_visit(answer), nothing_earlier, unmodified=known)
        archive.commit([a_check_line(stored)])
    assert (stored.revisit, stored.payload_sha256, stored.payload_bytes) == (
        True, first.payload_sha256, 8,
    )  # fmt: skip
    record = record_at(tmp_path, stored.place)
    assert (record.type, record.payload) == ("revisit", b"")
    assert record.header("WARC-Profile").endswith("/server-not-modified")
    assert record.header("WARC-Refers-To") == first.record_id
    assert record.header("WARC-Refers-To-Target-URI") == "https://a.test/"
    assert record.header("WARC-Refers-To-Date") == "2026-11-22T12:00:00.123456Z"
    check_with_strangers(tmp_path)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9 \xff\xfe\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon at all\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Folded: one\r\n\ttwo\r\n three\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        b"HTTP/1.0 200 OK\nServer: bare line feeds\n\n",
        b"HTTP/1.1 200 OK\r\nX-Nul: a\x00b\r\n\r\n",
        b"ICY 200 OK\r\nServer: radio\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 10_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-A: 1\r\n \t \r\nX-B: behind a line of blanks\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-A: 1\r\n\xc2\xa0\r\nX-B: behind a no-break space\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-A: 1\r\n\x1c\x0c\r\nX-B: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n",
        b"\r\n\r\n",
    ],
)
@pytest.mark.parametrize("body", [b"<p>hello</p>", b"", b"\r\n\r\nstarts blank"])
def test_hostile_heads_are_kept_byte_for_byte_and_every_digest_holds(
    tmp_path: Path, head: bytes, body: bytes
) -> None:
    (stored,) = keep(tmp_path, an_exchange(head=head, body=body))
    record = record_at(tmp_path, stored.place)
    assert (record.http_head, record.payload) == (stored_head(head), body)
    check_with_strangers(tmp_path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    lines=st.lists(
        st.one_of(
            st.binary(max_size=12),
            st.sampled_from([b"A: b\r", b"B: c\r", b"\r", b" \r", b"\x85\r", b"Transfer-Encoding: chunked\r",
                             b"Content-Encoding: gzip\r", b"\xc2\x85\r", b"\x0b\r", b"A: b"]),
        ),
        max_size=5,
    ),
    body=st.binary(max_size=40),
)  # fmt: skip
def test_whatever_a_head_is_made_of_strangers_find_no_wrong_digest(
    tmp_path: Path, lines: list[bytes], body: bytes
) -> None:
    head = b"\n".join([b"HTTP/1.1 200 OK\r", *lines, b"\r", b""])
    batch = Batch("x.warc.gz", 0)
    exchange = an_exchange(head=head, body=body)
    batch.add(make_response(exchange, sha256_hex(body), None))
    path = tmp_path / "x.warc.gz"
    path.write_bytes(batch.data())
    record = read_record(path, 0)
    assert (record.http_head, record.payload) == (stored_head(head), body)
    check_with_fastwarc(path)
    with path.open("rb") as file:
        for seen in ArchiveIterator(file, check_digests=True):
            # content_stream() would decode; the digest is over what is stored
            while seen.raw_stream.read(4096):
                pass
            assert seen.digest_checker.passed is not False, seen.digest_checker.problems


def test_a_document_leaves_no_path_of_its_keeper_in_the_archive(tmp_path: Path) -> None:
    data = b"An update. [1]"
    with open_archive(tmp_path) as archive:
        place = archive.add_document(data, "text/plain", sha256_hex(data), None)
        other = archive.add_document(b"<p>", "text/html", sha256_hex(b"<p>"), "https://a.test/u#x")
        record, published = archive.read(place), archive.read(other)
    assert (record.type, record.payload) == ("resource", data)
    assert record.header("WARC-Target-URI") == f"urn:sha256:{sha256_hex(data)}"
    assert record.header("Content-Type") == "text/plain"
    assert published.header("WARC-Target-URI") == "https://a.test/u"
    check_with_strangers(tmp_path)


@pytest.mark.parametrize(
    "origin", ["file:///home/ana/update.txt", "not a url", "", "http://\r\nX: y"]
)
def test_an_origin_that_is_no_address_is_not_written_down(tmp_path: Path, origin: str) -> None:
    with open_archive(tmp_path) as archive:
        place = archive.add_document(b"x", "text/plain\r\nX-Evil: 1", sha256_hex(b"x"), origin)
        record = archive.read(place)
    assert record.header("WARC-Target-URI").startswith("urn:sha256:")
    assert record.header("X-Evil") is None


def test_a_document_under_a_wrong_digest_is_refused(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive, pytest.raises(ValueError, match="is not the digest"):
        archive.add_document(b"x", "text/plain", "0" * 64, None)


def test_a_text_refers_to_the_record_that_it_was_taken_from(tmp_path: Path) -> None:
    text = "Attaques : « au moins 16 »\nهجوم"
    with open_archive(tmp_path) as archive:
        (stored,) = archive.add_visit(a_visit(), nothing_earlier)
        origin = EarlierPayload("https://site.test/page", NOON, stored.record_id)
        place = archive.add_text(text, stored.payload_sha256, origin)
        record = archive.read(place)
        assert archive.read_text(place) == text
    assert record.type == "conversion"
    assert record.header("WARC-Refers-To") == stored.record_id
    assert record.header("Content-Type") == "text/plain; charset=utf-8"
    check_with_strangers(tmp_path)


def test_no_two_records_share_an_id_even_when_all_else_is_equal(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        for _ in range(5):
            archive.add_visit(a_visit(an_exchange(body=b"")), nothing_earlier)
    ids = [record.record_id for record in iter_records(warc_files(tmp_path)[0])]
    assert len(ids) == len(set(ids)) == 11


def test_the_same_work_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        keep(tmp_path / name, an_exchange())
    one, two = (warc_files(tmp_path / name)[0] for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_a_url_that_would_break_the_header_is_escaped(tmp_path: Path) -> None:
    (stored,) = keep(tmp_path, an_exchange("https://a.test/x\r\nX-Evil: 1"))
    record = record_at(tmp_path, stored.place)
    assert record.header("X-Evil") is None
    assert record.header("WARC-Target-URI") == "https://a.test/x%0D%0AX-Evil:%201"
    check_with_strangers(tmp_path)


def damaged(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 0xFF
    path.write_bytes(data)


def test_one_flipped_bit_anywhere_in_a_record_is_noticed(tmp_path: Path) -> None:
    (stored,) = keep(tmp_path, an_exchange())
    path = warc_files(tmp_path)[0]
    good = path.read_bytes()
    place = stored.place
    for at in range(place.offset, place.offset + place.length):
        if at - place.offset in range(4, 10):  # gzip's own time, flags and system: no content
            continue
        path.write_bytes(good)
        damaged(path, at)
        with pytest.raises(CorruptRecord, match=f"byte {place.offset} is corrupt"):
            record_at(tmp_path, place)


@pytest.mark.parametrize(("offset", "length"), [(1, None), (0, 5), (10**9, None)])
def test_a_place_where_no_record_begins_is_corrupt(tmp_path: Path, offset: int, length) -> None:
    keep(tmp_path, an_exchange())
    with pytest.raises(CorruptRecord, match=f"byte {offset}"):
        read_record(warc_files(tmp_path)[0], offset, length)


def test_wrong_digests_and_lengths_are_told_apart(tmp_path: Path) -> None:
    (stored,) = keep(tmp_path, an_exchange())
    path = warc_files(tmp_path)[0]
    raw = path.read_bytes()[stored.place.offset :][: stored.place.length]
    block = gzip.decompress(raw)
    cases = {
        "block digest": block.replace(b"16 attacks", b"61 attacks"),
        "Content-Length": block[:-4],
        "no WARC record": block.replace(b"WARC/1.1", b"WARC/9.9"),
        "unknown kind": block.replace(b"Block-Digest: sha256", b"Block-Digest: crc32_"),
    }
    for message, changed in cases.items():
        path.write_bytes(gzip.compress(changed))
        with pytest.raises(CorruptRecord, match=message):
            read_record(path, 0)


def test_other_tools_records_are_read_with_their_own_digests(tmp_path: Path) -> None:
    script = (
        "import sys, io\n"
        "from warcio.warcwriter import WARCWriter\n"
        "from warcio.statusandheaders import StatusAndHeaders\n"
        "w = WARCWriter(open(sys.argv[1], 'wb'), gzip=True)\n"
        "h = StatusAndHeaders('200 OK', [('Content-Type', 'text/html')], protocol='HTTP/1.1')\n"
        "w.write_record(w.create_warc_record('http://a.test/', 'response',"
        " payload=io.BytesIO(b'hello'), http_headers=h))\n"
        "w.out.close()\n"
    )
    path = tmp_path / "theirs.warc.gz"
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
    record = read_record(path, 0)
    assert record.payload == b"hello"
    assert record.header("WARC-Payload-Digest").startswith("sha1:")
    check_with_warcio(path)


def test_a_file_that_is_gone_is_lost_evidence(tmp_path: Path) -> None:
    with pytest.raises(CorruptRecord, match="is missing"):
        read_record(tmp_path / "none.warc.gz", 0)


def test_the_clock_is_asked_for_what_has_no_time_of_its_own(tmp_path: Path) -> None:
    clock = Clock()
    with open_archive(tmp_path, clock) as archive:
        clock.move(hours=1)
        place = archive.add_document(b"x", "text/plain", sha256_hex(b"x"), None)
        assert archive.read(place).header("WARC-Date") == "2026-11-22T13:00:00.123456Z"
