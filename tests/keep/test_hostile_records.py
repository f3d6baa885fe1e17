"""WARC files that strangers made to cost memory, time or the terminal: each ends early, with its reason."""

import gzip
import io
import time
import tracemalloc

import pytest

from provenance.errors import UnreadableDocument
from provenance.keep.fixity_stream import DamagedRecord, RecordStream
from provenance.keep.foreign import read_warc_responses

MB = 1 << 20
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhello"


def a_record(block: bytes = PAGE, length: bytes | None = None, more: bytes = b"") -> bytes:
    stated = length or str(len(block)).encode()
    return (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.org/\r\n"
        b"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
        b"WARC-Date: 2024-01-01T00:00:00Z\r\nContent-Type: application/http\r\n"
        + more
        + b"Content-Length: "
        + stated
        + b"\r\n\r\n"
        + block
        + b"\r\n\r\n"
    )


# A guard against a hang, not a measure: at most 2.2 s were seen, most of them tracemalloc's.
HANGS_S = 60

HOSTILE = {
    "an HTTP head without end": (a_record(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 6 * MB), "no end"),
    "a head of a million lines": (
        a_record(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200_000),
        "no end",
    ),
    "a WARC head without end": (a_record(more=b"X: " + b"a" * 6 * MB), "no end"),
    "a WARC head that is all": (b"WARC/1.1\r\nX: " + b"a" * 6 * MB, "no end"),
    "a length of 2^63": (a_record(length=b"9223372036854775808"), "unpacks to more|the file ends"),
    "a length of 5,000 digits": (a_record(length=b"9" * 5_000), "limit"),
    "a length below nothing": (a_record(length=b"-5"), "Content-Length|cut off"),
    "a length in other digits": (a_record(length="٣".encode()), "Content-Length|cut off|longer"),
    "a block beyond its length": (a_record(PAGE + b"x" * 6 * MB, b"49"), "no end|not the length"),
    "a line beyond its length": (a_record(PAGE + b"x\n" * 9, b"49"), "longer|not the length"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("is_packed", [True, False], ids=["gzip", "plain"])
def test_what_a_person_brings_is_refused_in_bounds(
    name: str, capfd: pytest.CaptureFixture[str], *, is_packed: bool
) -> None:
    data, _ = HOSTILE[name]
    file = io.BytesIO(gzip.compress(data, 1) if is_packed else data)
    peak, spent_s, error = measured(lambda: list(read_warc_responses(file, bool, 20 * MB)))
    if name != "a WARC head that is all":  # which holds no response either way
        assert isinstance(error, UnreadableDocument)
        assert "no whole WARC" in str(error) or "unpacks to more" in str(error)
    assert (peak < 40 * MB, spent_s < HANGS_S) == (True, True)
    assert len(str(error)) < 500
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", HOSTILE)
def test_what_an_archive_holds_is_damage_in_bounds(name: str) -> None:
    data, why = HOSTILE[name]
    packed = gzip.compress(data, 1)
    peak, spent_s, error = measured(RecordStream(io.BytesIO(packed), len(packed)).record)
    assert isinstance(error, DamagedRecord)
    assert any(each in error.why for each in (*why.split("|"), "not the length", "ends inside"))
    assert (peak < 16 * MB, spent_s < HANGS_S) == (True, True)


def measured(call) -> tuple[int, float, Exception | None]:  # type: ignore[no-untyped-def]
    error = None
    tracemalloc.start()
    began_s = time.process_time()
    try:
        call()
    except (UnreadableDocument, DamagedRecord) as caught:
        error = caught
    spent_s = time.process_time() - began_s
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, spent_s, error


def test_a_bomb_is_refused_by_what_it_unpacks_to_and_not_by_what_it_says() -> None:
    """A hundred small records, and behind the last one blank lines without end."""
    data = gzip.compress(a_record()) * 100 + gzip.compress(a_record() + b"\r\n" * 9 * MB, 1)
    with pytest.raises(UnreadableDocument, match="unpacks to more than"):
        list(read_warc_responses(io.BytesIO(data), bool, 4 * MB))


def test_thousands_of_empty_members_hide_nothing() -> None:
    data = gzip.compress(b"") * 2_000 + gzip.compress(a_record())
    (found,) = read_warc_responses(io.BytesIO(data), bool, MB)
    assert found.payload == b"hello"


@pytest.mark.parametrize("separator", [b"", b"\r\n", b"\n"], ids=["none", "one-more", "bare"])
def test_records_of_lenient_writers_are_still_read(separator: bytes) -> None:
    data = b"".join(gzip.compress(a_record() + separator) for _ in range(3))
    assert len(list(read_warc_responses(io.BytesIO(data), bool, MB))) == 3
    plain = (a_record() + separator) * 3
    assert len(list(read_warc_responses(io.BytesIO(plain), bool, MB))) == 3
