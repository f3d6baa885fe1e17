"""Questions stay quick when the store is large: no full scan, counted at 100,000 claims."""

import re
from collections.abc import Callable, Iterator

import pytest

from provenance.store.back import Thing
from provenance.store.database import Database
from provenance.store.filters import SearchFilters
from provenance.store.search import search
from provenance.store.versions import count_versions, read_version
from provenance.trace.back import trace_back
from provenance.trace.chain import trace
from support.stores import FilledStore

CLAIMS = 100_000
PER_DOCUMENT = 40
SOURCES = 60_000
STATE = "'alive', 'last_look', 'ok', '2023-12-16T12:00:00.000000Z', NULL"

# Every row made by SQL alone: what is measured is asking, not filling.
FILL = f"""
INSERT INTO contents SELECT value, printf('%064x', value), 'p', 'text', 'Update ' || value, '[]',
  date('2020-01-01', value || ' days'), NULL, NULL, 'en', '', '[]'
  FROM generate_series WHERE value BETWEEN 1 AND {CLAIMS // PER_DOCUMENT};
INSERT INTO documents SELECT printf('document-%024x', value), 1, value, '/desk/' || value, NULL
  FROM generate_series WHERE value BETWEEN 1 AND {CLAIMS // PER_DOCUMENT};
INSERT INTO versions SELECT printf('document-%024x', value), 1, value,
  '2023-12-16T12:00:00.000000Z', '/desk/' || value, NULL, 1, 'w', 0, 1
  FROM generate_series WHERE value BETWEEN 1 AND {CLAIMS // PER_DOCUMENT};
INSERT INTO sources SELECT printf('source-%024x', value), 'k' || value, 'web',
  'https://www.h' || (value % 999) || '.example/' || value,
  'https://h' || (value % 999) || '.example/' || value, 'h' || (value % 999) || '.example',
  0, NULL, NULL, NULL, 'open' FROM generate_series WHERE value BETWEEN 0 AND {SOURCES - 1};
INSERT INTO claims SELECT value, (value - 1) / {PER_DOCUMENT} + 1, value, printf('claim-%024x', value),
  0, 10, 'The group attacked the town of place' || (value % 5000) || ' on day ' || value, '[]', NULL
  FROM generate_series WHERE value BETWEEN 1 AND {CLAIMS};
INSERT INTO notes SELECT value, (value - 1) / {PER_DOCUMENT} + 1, value, 'note-' || value, 'notes',
  value % {PER_DOCUMENT}, 0, 10, 'x', NULL FROM generate_series WHERE value BETWEEN 1 AND {CLAIMS};
INSERT INTO markers SELECT value, 0, value % {PER_DOCUMENT}, 10, 13, value, 0
  FROM generate_series WHERE value BETWEEN 1 AND {CLAIMS};
INSERT INTO citations SELECT n.value, c.value, 'web', 0, 5, 'https://h.example/' || n.value,
  'https://h.example/' || n.value, NULL, 0, 0, NULL, '[]', NULL, NULL, '[]', NULL, 'open', NULL,
  NULL, NULL, NULL, printf('source-%024x', (n.value * 3 + c.value * 7919) % {SOURCES}),
  NULL, NULL, NULL, NULL, NULL, NULL
  FROM generate_series n, generate_series c
  WHERE n.value BETWEEN 1 AND {CLAIMS} AND c.value BETWEEN 0 AND 2;
INSERT INTO captures SELECT printf('capture-%024x', value), printf('source-%024x', value / 2),
  '2023-12-' || (10 + value % 2) || 'T12:00:00.000000Z', 'u', 'u', 200, 'text/html', 'w', 0, 1,
  printf('%064x', value), 1, NULL, NULL
  FROM generate_series WHERE value BETWEEN 0 AND {2 * SOURCES - 1};
INSERT INTO checks SELECT printf('check-%024x', value), printf('source-%024x', value / 2),
  '2023-12-' || (10 + value % 2) || 'T12:00:00.000000Z', 'u', 'ok', 'r', 1, '', 200, 'u', 1,
  'online', NULL, '{{}}' FROM generate_series WHERE value BETWEEN 0 AND {2 * SOURCES - 1};
INSERT INTO states SELECT printf('source-%024x', value), {STATE},
  '2024-0' || (1 + value % 9) || '-16T12:00:00.000000Z', 'online', 2, 2, 2
  FROM generate_series WHERE value BETWEEN 0 AND {SOURCES - 1};
ANALYZE
"""


def fill(db: Database) -> None:
    # SQLite's generate_series is not compiled in everywhere.
    db.execute("CREATE TEMP TABLE generate_series (value INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO generate_series VALUES (?)", ((n,) for n in range(2 * SOURCES + 1)))
    with db.atomic():
        for statement in FILL.split(";"):
            db.execute(statement)
    db.execute("DROP TABLE generate_series")


@pytest.fixture(scope="module", params=[False, True], ids=["analyzed", "fresh"])
def large(request: pytest.FixtureRequest) -> Iterator[Database]:
    filled = FilledStore()
    fill(filled.db)
    if request.param:  # a store that nobody ran ANALYZE on must be as quick
        filled.db.execute("DELETE FROM sqlite_stat1")
        filled.db.execute("ANALYZE sqlite_master")
    yield filled.db
    filled.db.close()


def scans(db: Database, sql: str, parameters: tuple[object, ...]) -> list[str]:
    """The steps of a plan that read all of a table (a virtual table's index is no scan)."""
    steps = [row["detail"] for row in db.rows(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    harmless = re.compile(r"VIRTUAL TABLE|json_each|\bq\b|\bf\b|CONSTANT ROW|subquery")
    return [step for step in steps if step.startswith("SCAN") and not harmless.search(step)]


CLAIM = f"claim-{77_777:024x}"
SOURCE = f"source-{4_242:024x}"


@pytest.mark.parametrize(
    ("sql", "parameter", "rows"),
    [
        ("SELECT * FROM claim_sources WHERE claim_id = ?", CLAIM, 3),
        ("SELECT * FROM claim_sources WHERE document_id = ?", f"document-{77:024x}", 120),
        ("SELECT * FROM claim_sources WHERE source_id = ?", SOURCE, 5),
        ("SELECT * FROM source_states WHERE source_id = ?", SOURCE, 1),
        ("SELECT * FROM source_states WHERE host = ?", "h7.example", 61),
        ("SELECT * FROM source_states WHERE canonical_url = ?", "https://h7.example/7", 1),
        ("SELECT * FROM check_history WHERE source_id = ? ORDER BY checked_at", SOURCE, 2),
    ],
)
def test_a_view_asked_for_one_thing_reads_no_whole_table(
    large: Database, sql: str, parameter: str, rows: int
) -> None:
    assert scans(large, sql, (parameter,)) == []
    assert len(large.rows(sql, (parameter,))) == rows


@pytest.mark.parametrize(
    ("query", "claims"),
    [
        (CLAIM, 1),
        (SOURCE, 5),
        ("https://www.h242.example/4238", 5),
        ("The group attacked the town of place777 on day 5777", 1),
        ("place777 5777", 1),
        (f"document-{77:024x}:7", 1),
        ("/desk/77:7", 1),
    ],
)
def test_every_statement_of_a_trace_uses_an_index(large: Database, query: str, claims: int) -> None:
    asked: list[str] = []
    large.utils.conn.set_trace_callback(asked.append)
    try:
        found = trace(large, query)
    finally:
        large.utils.conn.set_trace_callback(None)
    assert len(found.claims) == claims
    assert asked
    for sql in asked:
        if not sql.lstrip().startswith("--"):
            assert scans(large, sql, ()) == [], sql


def test_the_due_list_reads_no_whole_table(large: Database) -> None:
    from provenance.store.read import sources_to_fetch
    from support.records import NOON

    asked: list[str] = []
    large.utils.conn.set_trace_callback(asked.append)
    try:
        assert sources_to_fetch(large, None, NOON) == []
    finally:
        large.utils.conn.set_trace_callback(None)
    assert [step for sql in asked for step in scans(large, sql, ())] == []


def steps_of(db: Database, ask: Callable[[], object]) -> int:
    """How many steps of its own machine SQLite takes: a count, the same on every computer."""
    seen = 0

    def ten_more() -> int:
        nonlocal seen
        seen += 10
        return 0

    db.utils.conn.set_progress_handler(ten_more, 10)
    try:
        ask()
    finally:
        db.utils.conn.set_progress_handler(None, 0)
    return seen


@pytest.mark.parametrize("number", [997, 9_970, 20_937])
def test_asking_takes_few_steps(large: Database, number: int) -> None:
    """Up to 1,710 were counted; a scan of the sources takes 180,000."""
    claim = f"claim-{number:024x}"
    view = "SELECT * FROM claim_sources WHERE claim_id = ?"
    assert 0 < steps_of(large, lambda: large.rows(view, (claim,))) < 10_000
    assert 0 < steps_of(large, lambda: trace(large, claim)) < 10_000
    assert 0 < steps_of(large, lambda: search(large, f"place{number % 5000}")) < 10_000


def test_a_scan_would_be_noticed(large: Database) -> None:
    assert scans(large, "SELECT * FROM claims WHERE text = ?", ("x",)) != []
    assert scans(large, "SELECT * FROM claim_sources WHERE claim_text = ?", ("x",)) != []
    by_kind = "SELECT * FROM sources WHERE kind = ?"
    assert steps_of(large, lambda: large.rows(by_kind, ("x",))) > 2 * SOURCES


def test_knowing_a_document_again_reads_no_whole_table(large: Database) -> None:
    from provenance.store.identity import is_current_version, resolve_document_id

    asked: list[str] = []
    large.utils.conn.set_trace_callback(asked.append)
    try:
        found, _ = resolve_document_id(
            large, path="/desk/77", origin_url=None, sha256=f"{77:064x}", explicit=None
        )
        assert found == f"document-{77:024x}"
        assert is_current_version(large, found, path="/desk/77", sha256=f"{77:064x}")
        resolve_document_id(
            large, path="/x", origin_url="https://x.example", sha256="0", explicit=None
        )
    finally:
        large.utils.conn.set_trace_callback(None)
    assert [step for sql in asked for step in scans(large, sql, ())] == []


def test_every_statement_that_reads_a_version_uses_an_index(large: Database) -> None:
    asked: list[str] = []
    document = f"document-{77:024x}"
    large.utils.conn.set_trace_callback(asked.append)
    try:
        assert count_versions(large, document) == 1
        found = read_version(large, document, 1)
    finally:
        large.utils.conn.set_trace_callback(None)
    assert found is not None
    assert (len(found.claims), len(found.notes)) == (PER_DOCUMENT, PER_DOCUMENT)
    assert len(found.source_map.source_ids) == 3 * PER_DOCUMENT
    for statement in asked:
        assert scans(large, statement, ()) == [], statement


# What a search reads whole: the matches and keys that were found before, bounded by `candidates`.
FOUND = re.compile(r"SCAN \(subquery|SCAN (f|w|g|o|b)\b")


@pytest.mark.parametrize(
    "filters",
    [
        SearchFilters(),
        SearchFilters(document=f"document-{77:024x}"),
        SearchFilters(since="2021-03", until="2021-04"),
        SearchFilters(since="2026"),
        SearchFilters(until="2020-02"),
        SearchFilters(host="h7.example"),
        SearchFilters(state="dead"),
        SearchFilters(language="fr", kind="subscription"),
        SearchFilters(host="h7.example", state="alive", language="en", since="2020", kind="web"),
    ],
    ids=["none", "document", "days", "since", "until", "host", "state", "language", "all"],
)
@pytest.mark.parametrize("words", ["attacked", "place777", "attacked town", "h7.exmaple"])
def test_every_statement_of_a_search_uses_an_index(
    large: Database, words: str, filters: SearchFilters
) -> None:
    asked: list[str] = []
    large.utils.conn.set_trace_callback(asked.append)
    try:
        search(large, words, prefix=True, filters=filters)
    finally:
        large.utils.conn.set_trace_callback(None)
    assert asked
    for sql in (each for each in asked if not each.lstrip().startswith("--")):
        steps = [step for step in scans(large, sql, ()) if not FOUND.match(step)]
        # a document may be named by the end of its path, which no index tells
        named = "substr(path" in sql or "substr(document_id" in sql or "_config'" in sql
        assert steps == [] or named, (sql, steps)


@pytest.mark.parametrize(
    ("query", "of", "claims"),
    [
        (SOURCE, "source", 5),
        ("https://www.h242.example/4238", "source", 5),
        ("h7.example", "host", 305),
        (f"capture-{8_484:024x}", "capture", 5),
        (CLAIM, "claim", 5),
        ("Nobody", "author", 0),
        ("Nobody", "publisher", 0),
        ("https://archive.example/x", "memento", 0),
    ],
    ids=["source", "url", "host", "capture", "claim", "author", "publisher", "memento"],
)
def test_every_statement_of_a_backward_trace_uses_an_index(
    large: Database, query: str, of: Thing, claims: int
) -> None:
    asked: list[str] = []
    large.utils.conn.set_trace_callback(asked.append)
    try:
        found = trace_back(large, query, of=of, read_url=lambda typed: (typed,))
    finally:
        large.utils.conn.set_trace_callback(None)
    assert abs(found.claim_count - claims) <= claims // 10
    for sql in (each for each in asked if not each.lstrip().startswith("--")):
        steps = [step for step in scans(large, sql, ()) if not FOUND.match(step)]
        assert steps == [], (sql, steps)


def test_what_carries_a_title_is_found_by_the_title(large: Database) -> None:
    """`title = ?` beside `lower(title) = ?` keeps SQLite from the index of lower(title): it read all documents."""
    asked: list[str] = []
    large.utils.conn.set_trace_callback(asked.append)
    try:
        found = search(large, "Update 1234").titles
    finally:
        large.utils.conn.set_trace_callback(None)
    assert found
    assert all(hit.document_id is not None for hit in found)
    carriers = [sql for sql in asked if "lower(k.title)" in sql]
    assert carriers
    for sql in carriers:
        steps = [row["detail"] for row in large.rows(f"EXPLAIN QUERY PLAN {sql}")]
        assert any("contents_by_title" in step for step in steps), steps


def test_a_search_of_one_host_asks_what_is_behind_each_match_and_not_the_host(
    large: Database,
) -> None:
    """By the index of hosts all of a host's sources are walked for each match: a minute at a million sources."""
    asked: list[str] = []
    large.utils.conn.set_trace_callback(asked.append)
    try:
        search(large, "attacked", filters=SearchFilters(host="h242.example"))
    finally:
        large.utils.conn.set_trace_callback(None)
    of_matches = [sql for sql in asked if "_fts MATCH" in sql and "s.host IN" in sql]
    assert of_matches
    for sql in of_matches:
        steps = [row["detail"] for row in large.rows(f"EXPLAIN QUERY PLAN {sql}")]
        assert not [step for step in steps if "sources_by_host" in step], steps
