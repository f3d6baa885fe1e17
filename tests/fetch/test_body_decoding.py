"""Content-encodings undone: whole where it can be, bounded always."""

import gzip
import random
import tracemalloc
import zlib

import pytest

from provenance.formats import body as body_module
from provenance.formats.body import DecodedBody, decode_body

TEXT = b"The sentence that is cited. " * 200


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def decode(coding: str, data: bytes, max_bytes: int = 10**7, max_ratio: int = 1000) -> DecodedBody:
    headers = (("content-ENCODING", coding),) if coding else ()
    return decode_body(headers, data, max_bytes, max_ratio)


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 512),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0)),
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT), mtime=0)),
    ],
)
def test_codings_are_undone(coding: str, data: bytes) -> None:
    assert decode(coding, data) == DecodedBody(TEXT)


@pytest.mark.parametrize("packed", [gzip.compress(b"", mtime=0), zlib.compress(b""), b""])
def test_nothing_packed_is_nothing(packed: bytes) -> None:
    coding = "gzip" if packed[:1] == b"\x1f" else "deflate"
    assert decode(coding, packed) == DecodedBody(b"")


def test_a_stream_that_ends_early_gives_what_it_holds() -> None:
    packed = gzip.compress(bytes(range(256)) * 400, mtime=0)
    decoded = decode("gzip", packed[: len(packed) // 2])
    assert decoded.truncated_reason == "broken"
    assert (bytes(range(256)) * 400).startswith(decoded.data)
    assert decoded.data


def test_a_stream_with_a_fault_gives_what_stands_before_it() -> None:
    import random

    text = random.Random(7).randbytes(300_000)
    packed = bytearray(gzip.compress(text, mtime=0))
    packed[200_000:200_100] = b"\xff" * 100
    decoded = decode("gzip", bytes(packed))
    assert decoded.truncated_reason == "broken"
    assert len(decoded.data) > 100_000
    assert text.startswith(decoded.data[:100_000])


def test_plain_text_that_says_gzip_is_given_as_it_is() -> None:
    assert decode("gzip", b"<html>plain") == DecodedBody(b"<html>plain", "broken")


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "x"])
def test_a_coding_that_is_not_read_here_says_so(coding: str) -> None:
    assert decode(coding, TEXT) == DecodedBody(TEXT, "coding")


def test_a_tower_of_codings_is_not_climbed() -> None:
    assert decode(", ".join(["gzip"] * 50), TEXT).truncated_reason == "coding"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_never_inflated_past_the_cap(coding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress}[coding]
    bomb = pack(b"\0" * 100_000_000)
    tracemalloc.start()
    decoded = decode(coding, bomb, max_bytes=1_000_000, max_ratio=10**6)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(decoded.data), decoded.truncated_reason) == (1_000_000, "length")
    assert peak < 8_000_000


def test_a_ratio_that_no_page_has_ends_the_inflating() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, mtime=0)
    decoded = decode("gzip", bomb, max_bytes=10**9, max_ratio=100)
    assert decoded.truncated_reason == "ratio"
    assert len(decoded.data) == len(bomb) * 100


def test_a_small_page_may_have_any_ratio() -> None:
    assert (
        decode("gzip", gzip.compress(b" " * 500_000, mtime=0), max_ratio=10).truncated_reason
        is None
    )


def test_a_hundred_thousand_empty_members_end_soon() -> None:
    decoded = decode("gzip", gzip.compress(b"", mtime=0) * 20_000 + gzip.compress(b"end", mtime=0))
    assert decoded == DecodedBody(b"end")


def test_an_identity_body_is_cut_at_the_cap() -> None:
    assert decode("", TEXT, max_bytes=10) == DecodedBody(TEXT[:10], "length")


def damaged(body: bytes, roll: random.Random) -> bytes:
    harmed = bytearray(body)
    match roll.randrange(4):
        case 0:
            harmed[roll.randrange(len(harmed))] ^= 1 << roll.randrange(8)
        case 1:
            del harmed[roll.randrange(len(harmed)) :]
        case 2:
            harmed += roll.randbytes(roll.randint(1, 9))
        case _:
            harmed += body
    return bytes(harmed)


@pytest.mark.parametrize("level", range(10))
def test_the_short_way_of_sound_bodies_says_what_zlib_says(
    level: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll = random.Random(level)
    sound = gzip.compress(bytes(roll.choices(b"ab cdefg<>/", k=3000)), level)
    bodies = [sound, *(damaged(sound, roll) for _ in range(150))]

    def decode() -> list[DecodedBody]:
        said = [("Content-Encoding", "gzip")]
        return [decode_body(said, body, cap, 100) for body in bodies for cap in (0, 10, 3000, 9000)]

    taken = sum(body_module._inflate_whole_member(body, 3000) is not None for body in bodies)
    assert 0 < taken < len(bodies)
    the_short_way = decode()
    monkeypatch.setattr(body_module, "_inflate_whole_member", lambda _data, _cap: None)
    assert the_short_way == decode()
