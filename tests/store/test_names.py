"""Names are known as long as a row carries them, and found although they are mistyped."""

from collections.abc import Iterator

import msgspec
import pytest

from provenance.model import Source
from provenance.store.likeness import hosts_like, titles_like
from provenance.store.write import Store
from support.records import a_citation, a_parsed, a_source_map, a_text_line
from support.stores import FilledStore

SITES = (
    "https://www.river-tolls.example/a",
    "https://news.ford-gazette.example/b",
    "https://barges.example/c",
)


def a_work(title: str, publisher: str, *authors: str) -> object:
    return msgspec.structs.replace(
        a_citation("a note in words"),
        kind="work",
        raw=f"{publisher}, {title}",
        title=title,
        publisher=publisher,
        authors=authors,
    )


@pytest.fixture
def named() -> Iterator[FilledStore]:
    filled = FilledStore()
    work = a_work("Tolls of the Upper Reaches", "Meridian Press", "Ines Calloway", "ines calloway")
    parsed = a_parsed(
        {"1": [*SITES], "2": [work]},
        [("Barges were stopped.", ["1", "2"])],
        title="The River Front Closes In",
    )
    filled.document(parsed)
    filled.texts(a_text_line("p", "Words of a page.", authors=("Tam Orrin", "Tam Orrin")))
    yield filled
    kinds = "SELECT kind || ' ' || name FROM names WHERE uses < 1"
    assert filled.db.column(kinds) == []
    filled.db.execute("INSERT INTO names_fts (names_fts, rank) VALUES ('integrity-check', 1)")
    filled.db.close()


def known(filled: FilledStore) -> set[str]:
    return set(filled.db.column("SELECT kind || ': ' || name || ' ' || uses FROM names"))


def test_every_name_is_known_once_with_its_uses(named: FilledStore) -> None:
    assert known(named) == {
        "host: www.river-tolls.example 1",
        "host: news.ford-gazette.example 1",
        "host: barges.example 1",
        "work: Tolls of the Upper Reaches 1",
        "publisher: Meridian Press 1",
        "document: The River Front Closes In 1",
        "author: Ines Calloway 1",  # told twice, in two cases
        "author: Tam Orrin 1",
    }


def test_a_name_goes_with_the_last_row_that_carries_it(named: FilledStore) -> None:
    again = a_parsed({"1": [SITES[0]]}, title="The River Front Closes In", text="Another.")
    named.document(again, document_id="document-two", path="/desk/two.txt")
    assert "document: The River Front Closes In 2" in known(named)
    named.db.execute("DELETE FROM citations")
    named.db.execute("DELETE FROM sources WHERE host <> 'barges.example' OR host IS NULL")
    named.db.execute("UPDATE contents SET title = NULL WHERE text = 'Another.'")
    named.db.execute("UPDATE texts SET authors = '[\"Ada Writer\"]'")
    assert known(named) == {
        "host: barges.example 1",
        "document: The River Front Closes In 1",
        "author: Ada Writer 1",
    }


def test_a_source_that_is_described_later_gets_its_names_then(named: FilledStore) -> None:
    parsed = a_parsed({"1": ["https://late.example/x"]}, text="Late.")
    (source,) = a_source_map(parsed).sources
    bare = Source(id=source.id, key="", kind="web", url=source.url)
    from provenance.store import rows

    named.db.execute(rows.insert_sql("sources", rows.SOURCE_COLUMNS), rows.source_row(bare))
    assert "host: late.example 1" not in known(named)
    assert isinstance(named.store, Store)
    named.document(parsed, document_id="document-late", path="/desk/late.txt")
    assert "host: late.example 1" in known(named)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("river-tolls.example", "www.river-tolls.example"),
        ("river-tols.example", "www.river-tolls.example"),
        ("rivertolls.example", "www.river-tolls.example"),
        ("https://www.riber-tolls.example/some/where", "www.river-tolls.example"),
        ("RIVER-TOLLS.EXAMPLE", "www.river-tolls.example"),
        ("river-tollz", "www.river-tolls.example"),
        ("ford-gazete.example", "news.ford-gazette.example"),
        ("bargse.example", "barges.example"),
        ("barge", "barges.example"),
    ],
)
def test_a_host_is_found_although_it_is_mistyped(named: FilledStore, typed: str, host: str) -> None:
    assert hosts_like(named.db, typed)[0].host == host


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("The Rivver Front Closes In", "document", "The River Front Closes In"),
        ("river front closs in", "document", "The River Front Closes In"),
        ("tolls of the uper reaches", "work", "Tolls of the Upper Reaches"),
        ("upper reeches", "work", "Tolls of the Upper Reaches"),
        ("meridan press", "publisher", "Meridian Press"),
        ("Inés Caloway", "author", "Ines Calloway"),
        ("Orrin Tam", "author", "Tam Orrin"),
    ],
)
def test_a_title_publisher_or_author_is_found_although_it_is_mistyped(
    named: FilledStore, typed: str, kind: str, name: str
) -> None:
    found = titles_like(named.db, typed)[0]
    assert (found.kind, found.name) == (kind, name)
    assert (found.document_id is not None) == (kind == "document")
    assert (found.source_id is not None) == (kind in {"work", "publisher"})


@pytest.mark.parametrize(
    "typed",
    ["", " ", "a", "ab", "...", "\0\0\0", "zzzqqqxxx", "%%%", '"""', "🙂🙂🙂", "\ud800\ud800\ud800",
     "x" * 5_000, "the the " * 2_000, "a*b", "NEAR(a b)", "'; DROP TABLE names; --"],
    ids=range(16),
)  # fmt: skip
def test_any_text_may_be_typed_and_what_is_like_nothing_finds_nothing(
    named: FilledStore, typed: str
) -> None:
    assert hosts_like(named.db, typed) == ()
    assert titles_like(named.db, typed) == ()
    assert named.db.value("SELECT count(*) FROM names") == 8


def test_a_name_that_very_many_share_the_trigrams_of_is_found_all_the_same() -> None:
    filled = FilledStore()
    many = [
        (f"source-{n:024x}", f"k{n}", "web", f"https://ford-{n}.example/", None, f"ford-{n}.example",
         0, None, None, None, "open")
        for n in range(6_000)
    ]  # fmt: skip
    filled.db.executemany(f"INSERT INTO sources VALUES ({', '.join('?' * 11)})", many)
    assert hosts_like(filled.db, "ford-4711.exmaple")[0].host == "ford-4711.example"
    assert len(hosts_like(filled.db, "ford.example", limit=5)) == 5
    filled.db.close()


def test_a_store_of_an_earlier_schema_learns_its_names() -> None:
    """As the migration fills them: by the same statements, from rows that no trigger saw."""
    from provenance.store.name_tables import NAME_STATEMENTS

    filled = FilledStore()
    work = a_work("Tolls of the Upper Reaches", "Meridian Press", "Ines Calloway")
    filled.document(a_parsed({"1": [SITES[0], work]}, [("هاجم المسلحون معسكرًا", ["1"])]))
    filled.texts(a_text_line("p", "Words.", authors=("Tam Orrin",)))
    expected = known(filled)
    db = filled.db
    for kind, name in [
        (row["type"], row["name"])
        for row in db.rows("SELECT type, name FROM sqlite_master WHERE type = 'trigger'")
        if row["name"].startswith(("names_", "notes_fts", "cited_authors", "page_authors"))
    ]:
        db.execute(f"DROP {kind} {name}")
    for table in ("names_fts", "notes_fts", "names", "cited_authors", "page_authors"):
        db.execute(f"DROP TABLE {table}")
    for index in ("sources_by_publisher", "sources_by_title", "contents_by_title",
                  "contents_by_published"):  # fmt: skip
        db.execute(f"DROP INDEX {index}")
    db.execute("ALTER TABLE notes DROP COLUMN bare")
    db.execute("UPDATE notes SET text = 'معسكرًا ' || text")
    from provenance.store.folding import bare_words

    db.utils.conn.create_function("bare_words", 1, bare_words)
    for statement in NAME_STATEMENTS:
        db.execute(statement)
    assert known(filled) == expected
    found = "SELECT count(*) FROM notes_fts WHERE notes_fts MATCH ?"
    assert db.value(found, ("معسكرا",)) == 1
    db.execute("INSERT INTO notes_fts (notes_fts, rank) VALUES ('integrity-check', 1)")
    db.execute("INSERT INTO names_fts (names_fts, rank) VALUES ('integrity-check', 1)")
    db.close()
