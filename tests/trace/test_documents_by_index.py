"""Listing and reading documents walks indices: a page costs what it shows, whatever else there is."""

import re
from collections.abc import Callable, Iterator

import pytest

from provenance.store.database import Database
from provenance.store.documents_read import DocumentQuery
from provenance.trace.documents import list_documents, read_document
from support.records import a_parsed
from support.stores import FilledStore

DOCUMENTS = 120
# The indices that sort, walked until the page is full; and what is no table.
WANTED = re.compile(
    r"contents_in_order_of_|VIRTUAL TABLE|json_each|CONSTANT ROW|SCAN \(subquery|SCAN g\b|SCAN firsts"
)


@pytest.fixture(scope="module")
def db() -> Iterator[Database]:
    filled = FilledStore()
    for number in range(DOCUMENTS):
        filled.document(
            a_parsed(
                {str(n): [f"https://www.h{number}-{n}.example/"] for n in range(3)},
                [(f"Claim {number}.{n}.", [str(n)]) for n in range(3)],
                title=f"Update {number * 7919 % DOCUMENTS}",
                published=f"20{number % 24:02}-01-{number % 28 + 1:02}",
            ),
            document_id=f"document-{number:03}",
            path=f"/{number}",
        )
    yield filled.db
    filled.db.close()


def asked(db: Database, ask: Callable[[], object]) -> list[str]:
    statements: list[str] = []
    db.utils.conn.set_trace_callback(statements.append)
    try:
        ask()
    finally:
        db.utils.conn.set_trace_callback(None)
    return [each for each in statements if not each.lstrip().startswith("--")]


def whole_walks(db: Database, statements: list[str]) -> list[str]:
    """The steps that read all of a table, or sort all that was found."""
    found = []
    for sql in statements:
        for row in db.rows(f"EXPLAIN QUERY PLAN {sql}"):
            step = row["detail"]
            is_walk = step.startswith("SCAN") and not WANTED.search(step)
            # what one document holds may be sorted, not the documents
            is_sort = step == "USE TEMP B-TREE FOR ORDER BY" and "FROM contents k" in sql
            if is_walk or is_sort:
                found.append(f"{step}: {sql}")
    return found


@pytest.mark.parametrize("sorting", ["newest", "oldest", "title"])
@pytest.mark.parametrize("side", ["first", "after", "before"])
def test_a_page_of_documents_is_read_by_indices(db: Database, sorting: str, side: str) -> None:
    beside = {} if side == "first" else {side: "document-050"}
    query = DocumentQuery(sorting=sorting, **beside)  # type: ignore[arg-type]
    statements = asked(db, lambda: list_documents(db, query, limit=25))
    # the one that counts all documents reads the list of them
    counting = [each for each in statements if each == "SELECT count(*) FROM documents"]
    assert len(counting) == 1
    assert whole_walks(db, [each for each in statements if each not in counting]) == []


@pytest.mark.parametrize("state", ["alive", "unchecked"])
def test_documents_with_a_source_in_a_state_are_found_by_indices(
    db: Database, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rare in (2_000, 0):
        monkeypatch.setattr("provenance.store.documents_read._RARE", rare)
        query = DocumentQuery(state=state)
        statements = asked(db, lambda: list_documents(db, query, limit=25))  # noqa: B023 - called at once
        walks = whole_walks(db, statements)
        # counting walks the documents themselves, and stops at a thousand
        assert [each for each in walks if "count(*)" not in each] == []


def test_a_document_is_read_by_indices(db: Database) -> None:
    statements = asked(db, lambda: read_document(db, "document-050"))
    assert len(statements) <= 10, "as many questions, however many claims there are"
    assert whole_walks(db, statements) == []


def test_a_walk_of_all_would_be_noticed(db: Database) -> None:
    assert whole_walks(db, ["SELECT * FROM contents WHERE authors = 'x'"])
    assert whole_walks(db, ["SELECT * FROM contents k ORDER BY k.authors"])
