"""Links into web archives: what they are a copy of, and since when."""

from datetime import UTC, datetime

import pytest

from provenance.cite.archives import original_of, read_wrapped_copy
from provenance.cite.sources import identify_sources
from support.cite_builders import parse_text, update_with_notes

PAGE = "https://news.example.net/a?b=c#d"


@pytest.mark.parametrize(
    ("url", "archive", "at"),
    [
        (f"https://web.archive.org/web/20230115120130/{PAGE}", "web.archive.org", (2023, 1, 15, 12, 1, 30)),
        (f"https://web.archive.org/web/20230115120130id_/{PAGE}", "web.archive.org", (2023, 1, 15, 12, 1, 30)),
        (f"https://web.archive.org/web/2023/{PAGE}", "web.archive.org", (2023, 1, 1, 0, 0, 0)),
        (f"https://web.archive.org/web/202302*/{PAGE}", "web.archive.org", (2023, 2, 1, 0, 0, 0)),
        (f"https://web.archive.org/web/{PAGE}", "web.archive.org", None),
        (f"https://archive.ph/20230115120130/{PAGE}", "archive.ph", (2023, 1, 15, 12, 1, 30)),
        (f"https://archive.today/2023.01.15-120130/{PAGE}", "archive.today", (2023, 1, 15, 12, 1, 30)),
        (f"https://ARCHIVE.PH/20230115120130/{PAGE}", "archive.ph", (2023, 1, 15, 12, 1, 30)),
        (f"https://web.archive.org/web/20231399120130/{PAGE}", "web.archive.org", None),
        (f"https://pywb.example.org/coll/web/20230115120130/{PAGE}", None, None),
        (f"https://pywb.example.org/web/20230115120130mp_/{PAGE}", "pywb.example.org", (2023, 1, 15, 12, 1, 30)),
    ],
)  # fmt: skip
def test_a_wrapper_tells_archive_original_and_moment(
    url: str, archive: str | None, at: tuple[int, ...] | None
) -> None:
    copy = read_wrapped_copy(url)
    if archive is None:
        assert copy is None
        return
    assert copy is not None
    assert (copy.archive, copy.original) == (archive, PAGE)
    assert copy.at == (datetime(*at, tzinfo=UTC) if at else None)  # type: ignore[arg-type, misc]
    assert original_of(url) == PAGE


@pytest.mark.parametrize(
    "url",
    [
        "https://archive.ph/4XcKq",
        "https://archive.org/details/book",
        "https://perma.cc/9NQ2-6F4Z",
        "https://news.example.net/archive/2023/https",
        "https://news.example.net/?u=https://a.org",
    ],
)
def test_what_wraps_nothing_is_no_copy(url: str) -> None:
    assert original_of(url) is None


def test_slashes_that_an_archive_lost_are_put_back() -> None:
    assert original_of("https://web.archive.org/web/2023/http:/a.org/x") == "http://a.org/x"


def test_a_copy_and_its_original_are_one_source_with_a_memento() -> None:
    copy = f"https://web.archive.org/web/20230115120130/{PAGE}"
    sources = identify_sources(parse_text(update_with_notes(f"{copy}; {PAGE}", copy)))
    assert len(sources.sources) == 1
    assert sources.sources[0].url == PAGE
    assert [(m.uri_m, m.archive, m.at) for m in sources.mementos] == [
        (copy, "web.archive.org", datetime(2023, 1, 15, 12, 1, 30, tzinfo=UTC))
    ]
