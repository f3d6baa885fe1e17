"""CDX and Availability answers prove what they say and nothing more; the nearest copy before the day wins."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.keep.memento import list_archives, raw_address
from provenance.keep.memento_index import (
    NamedCopy,
    cdx_question,
    in_order_of_nearness,
    read_availability,
    read_cdx_copies,
)
from provenance.settings import MementoSettings

REPLAY = "https://archive.example.org/web/"
PAGE = "https://a.example.org/x?y=1&z=ü"


def at(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def rows(*stamps: tuple[str, str]) -> bytes:
    head = ["original", "timestamp", "statuscode"]
    return json.dumps([head, *([PAGE, stamp, status] for stamp, status in stamps)]).encode()


ONE = NamedCopy(f"{REPLAY}20230309101112/{PAGE}", datetime(2023, 3, 9, 10, 11, 12, tzinfo=UTC), 200)


@pytest.mark.parametrize(
    "body",
    [
        rows(("20230309101112", "200")),
        json.dumps({"url": PAGE, "timestamp": "20230309101112", "status": "200"}).encode() + b"\n",
        f"org,a)/x 20230309101112 {PAGE} text/html 200 ABC 123\n".encode(),
        json.dumps([["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"],
                    ["k", "20230309101112", PAGE, "text/html", "200", "D", "9"]]).encode(),
    ],
    ids=["wayback json", "pywb json lines", "text", "all columns"],
)  # fmt: skip
def test_every_form_of_a_cdx_answer_names_the_copy(body: bytes) -> None:
    assert read_cdx_copies(body, REPLAY) == (ONE,)


@pytest.mark.parametrize("status", ["404", "301", "302", "429", "503", "-", "", "20", "0200"])
def test_an_archived_answer_that_is_no_200_is_no_copy(status: str) -> None:
    assert read_cdx_copies(rows(("20230309101112", status)), REPLAY) == ()


@pytest.mark.parametrize("body", [b"", b"[]", b"\n", b'[["original","timestamp"]]'])
def test_an_empty_answer_names_none(body: bytes) -> None:
    assert read_cdx_copies(body, REPLAY) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"<html><title>Sorry</title></html>",
        b"[[1, 2]]",
        b'[["original", "timestamp"], ["x"',
        b'[["a"], ["b"]]',
        b"{",
        b'{"message": "an error"}',
        b"\xff\xfe",
        b"org,a)/ 2023 http://a/ text/html 200 A 1",
        b"[" * 100_000,
    ],
    ids=["html", "numbers", "torn", "other columns", "brace", "message", "no utf-8", "short stamp",
         "nested"],
)  # fmt: skip
def test_what_is_no_cdx_says_nothing(body: bytes) -> None:
    assert read_cdx_copies(body, REPLAY) is None


def test_impossible_moments_are_passed_over() -> None:
    body = rows(("20231309101112", "200"), ("2023", "200"), ("٢٠٢٣٠٣٠٩١٠١١١٢", "200"))
    assert read_cdx_copies(body, REPLAY) == ()


@given(st.binary(max_size=80))
def test_no_bytes_break_the_readers(body: bytes) -> None:
    read_cdx_copies(body, REPLAY)
    read_availability(body)


def available(**changes: object) -> bytes:
    closest = {"status": "200", "available": True, "timestamp": "20230309101112",
               "url": f"{REPLAY}20230309101112/{PAGE}"}  # fmt: skip
    return json.dumps({"url": PAGE, "archived_snapshots": {"closest": closest | changes}}).encode()


def test_an_availability_answer_names_its_closest_copy() -> None:
    assert read_availability(available()) == (ONE,)


@pytest.mark.parametrize(
    "body",
    [
        b'{"url": "x", "archived_snapshots": {}}',
        available(status="404"),
        available(available=False),
        available(timestamp="soon"),
    ],
    ids=["empty", "archived 404", "not available", "no moment"],
)
def test_an_availability_answer_without_a_usable_copy_names_none(body: bytes) -> None:
    assert read_availability(body) == ()


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b"[]", b'{"archived_snapshots": 3}'])
def test_what_is_no_availability_answer_says_nothing(body: bytes) -> None:
    assert read_availability(body) is None


STORIES = [
    ("the nearest before", [2019, 2021, 2022, 2025], 2023, [2022, 2021, 2019, 2025]),
    ("else the nearest after", [2027, 2024, 2025], 2023, [2024, 2025, 2027]),
    ("the same moment is before", [2023, 2022], 2023, [2023, 2022]),
    ("without a day the latest", [2019, 2025, 2021], None, [2025, 2021, 2019]),
]


@pytest.mark.parametrize(("years", "near", "wanted"), [story[1:] for story in STORIES],
                         ids=[story[0] for story in STORIES])  # fmt: skip
def test_copies_come_in_the_order_of_preference(
    years: list[int], near: int | None, wanted: list[int]
) -> None:
    copies = [NamedCopy(f"http://c.example.org/{year}", at(year), 200) for year in years]
    ordered = in_order_of_nearness(copies, at(near) if near else None)
    assert [copy.at.year for copy in ordered] == wanted


def test_a_copy_of_another_status_is_never_preferred_however_near() -> None:
    copies = [NamedCopy("http://c.example.org/1", at(2022, 12), 404),
              NamedCopy("http://c.example.org/2", at(2019), None)]  # fmt: skip
    assert [copy.uri_m for copy in in_order_of_nearness(copies, at(2023))] == [
        "http://c.example.org/2"
    ]


def test_the_question_carries_the_whole_url_and_the_day() -> None:
    asked = cdx_question("https://archive.example.org/cdx", PAGE, at(2023, 3, 9), 7)
    assert "url=https%3A%2F%2Fa.example.org%2Fx%3Fy%3D1%26z%3D%C3%BC" in asked
    assert "closest=20230309000000&sort=closest" in asked
    assert "filter=statuscode%3A200" in asked
    assert "limit=7" in asked
    assert "closest" not in cdx_question("https://archive.example.org/cdx", PAGE, None, 7)


@pytest.mark.parametrize(
    ("uri_m", "raw"),
    [
        (f"{REPLAY}20230309101112/{PAGE}", f"{REPLAY}20230309101112id_/{PAGE}"),
        ("http://web.example/web/20230309101112/http://b/20200101000000/http://c",
         "http://web.example/web/20230309101112id_/http://b/20200101000000/http://c"),
        ("https://archive.example.org/AbC12", "https://archive.example.org/AbC12"),
        (f"{REPLAY}20230309101112id_/{PAGE}", f"{REPLAY}20230309101112id_/{PAGE}"),
    ],
    ids=["wayback", "a copy of a copy", "short link", "raw already"],
)  # fmt: skip
def test_the_raw_form_is_asked_for_where_there_is_one(uri_m: str, raw: str) -> None:
    assert raw_address(uri_m) == raw


def test_no_archive_is_asked_that_the_settings_do_not_name() -> None:
    assert list_archives(MementoSettings()) == ()


def test_archives_are_known_by_their_hosts() -> None:
    settings = MementoSettings(
        cdx_url="https://web.archive.org/cdx/search/cdx",
        availability_url="https://archive.org/wayback/available",
        timemap_urls=("https://archive.ph/timemap/",),
    )
    assert [(other.name, other.kind) for other in list_archives(settings)] == [
        ("web.archive.org", "cdx"), ("archive.org", "availability"), ("archive.ph", "timemap"),
    ]  # fmt: skip
