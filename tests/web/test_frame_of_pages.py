"""What every page has around it: where one can go from here, and what is not offered."""

from pathlib import Path

import pytest

from provenance.web.library import Library
from support.asking_web import Asking, asking

HTML = {"accept": "text/html"}


def _offered(page: str) -> list[str]:
    return page.partition("<nav")[2].partition("</nav>")[0].split('href="')[1:]


@pytest.fixture
def nothing_stored(tmp_path: Path) -> Library:
    return Library(tmp_path / "provenance.db", tmp_path / "archive")


def test_with_a_store_every_page_is_offered(reader: Asking) -> None:
    page = reader.get("/rules").text
    assert [each.partition('"')[0] for each in _offered(page)] == [
        "/documents",
        "/search",
        "/sources",
        "/nights",
        "/validate",
        "/rules",
    ]
    assert 'role="search"' in page


def test_without_a_store_only_what_needs_none_is_offered(nothing_stored: Library) -> None:
    with asking(library=nothing_stored) as ask:
        page = ask.get("/rules").text
        assert [each.partition('"')[0] for each in _offered(page)] == ["/validate", "/rules"]
        assert 'role="search"' not in page
        assert ask.get("/").headers["location"] == "/validate"


def test_the_first_page_is_that_of_the_documents_where_there_are_some(reader: Asking) -> None:
    answer = reader.get("/")
    assert answer.status_code == 307
    assert answer.headers["location"] == "/documents"


def test_a_problem_is_framed_like_any_page(reader: Asking) -> None:
    answer = reader.get("/no-such-page", headers=HTML)
    assert answer.status_code == 404
    assert _offered(answer.text)
    assert 'aria-current="page"' not in answer.text


def test_the_page_one_is_on_is_marked(reader: Asking) -> None:
    assert '<a href="/rules" aria-current="page">Rules</a>' in reader.get("/rules").text
