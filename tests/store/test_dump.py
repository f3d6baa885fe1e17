"""Two stores are compared by their dumps."""

import json
from typing import Any

import msgspec

from provenance.model import Antecedent, Citation, Repair, WarcPlace
from provenance.store.dump import dump_rows
from support.records import a_check_line, a_parsed, a_text_line, on_day, source_id_of
from support.stores import FilledStore

A = "https://a.example/x"
B = "https://b.example/y"


def a_run(
    day: float, *, order: tuple[str, str] = (A, B), offline_first: bool = False
) -> FilledStore:
    """One run of the same work: on another day, in another order, once interrupted."""
    filled = FilledStore()
    place = WarcPlace(f"2023/{day}.warc.gz", int(day * 10), 77)
    filled.document(a_parsed({"1": [A, B]}), at=on_day(day), warc=place)
    for number, url in enumerate(order):
        if offline_first:
            for again in range(2):
                at = on_day(day + again / 1000)
                filled.checks(a_check_line(source_id_of(url), at, "ok", elapsed_ms=1, payload=url))
        at = on_day(day + number / 100)
        changes: dict[str, Any] = {"elapsed_ms": number, "facts": {"date": str(at)}}
        filled.checks(a_check_line(source_id_of(url), at, payload=url, **changes))
    for url in order:
        filled.texts(a_text_line(url, f"text of {url}", at=on_day(day + 1), warc=place))
    return filled


def dumped(filled: FilledStore, *, stable: bool) -> list[str]:
    lines = [json.dumps(row) for row in dump_rows(filled.db, stable=stable)]
    filled.db.close()
    return lines


def test_two_honest_runs_have_the_same_stable_dump() -> None:
    expected = dumped(a_run(0), stable=True)
    assert dumped(a_run(3.5), stable=True) == expected
    assert dumped(a_run(0, order=(B, A)), stable=True) == expected
    assert dumped(a_run(0, offline_first=True), stable=True) == expected
    assert dumped(a_run(0), stable=False) != dumped(a_run(3.5), stable=False)


def test_a_stable_dump_still_tells_work_that_differs() -> None:
    expected = dumped(a_run(0), stable=True)
    for change in ("claim", "outcome", "text"):
        filled = a_run(0)
        if change == "claim":
            filled.document(a_parsed({"1": [A, B]}, [("Reworded.", ["1"])]))
        elif change == "outcome":
            filled.checks(a_check_line(source_id_of(A), on_day(9), "gone"))
        else:
            filled.texts(a_text_line(A, "other words"))
        assert dumped(filled, stable=True) != expected, change


def test_a_full_dump_names_every_table_and_no_key_of_the_stores_own(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": [A, B]}))
    filled.checks(a_check_line(source_id_of(A), payload="p"))
    filled.texts(a_text_line("p", "words"))
    rows = list(dump_rows(filled.db, stable=False))
    tables = filled.db.column(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_%' ESCAPE '\\'"
    )
    empty = {"evidence", "reviews", "cited_mementos", "recoveries", "judgements"}
    empty |= {"attachments", "memento_lookups", "submissions", "withdrawals"}
    empty |= {
        "cited_authors",
        "page_authors",
        "overrides",
        "opinions",
        "nights",
        "drifts",
        "followed",
    }
    assert {row["table"] for row in rows} == set(tables) - empty
    assert not [name for row in rows for name in row if name.endswith("_key")]


def test_a_full_dump_shows_every_column(filled: FilledStore) -> None:
    """A column that is forgotten here would let a rebuild differ unseen."""
    from provenance.store import dump

    derived = {"content_key", "claim_key", "note_key", "text_key", "name_key", "bare"}
    for table in dump._TABLES:
        declared = set(filled.db.column(f"SELECT name FROM pragma_table_info('{table.name}')"))
        view = f"dump_of_{table.name}"
        filled.db.execute(f"CREATE TEMP VIEW {view} AS {table.sql}")
        shown = set(filled.db.column(f"SELECT name FROM pragma_table_info('{view}')"))
        assert declared - derived <= shown, table.name
        assert table.unstable <= shown, table.name


def test_all_that_a_citation_says_is_dumped() -> None:
    said = Citation(
        index=0, kind="work", start=1, end=9, raw="Ibid., 12", url="https://a.example/x",
        canonical_url="https://a.example/x", truncated=True, hidden=True,
        href="https://a.example/x?h", repairs=(Repair("refang", " dot ", "."),),
        publisher="A House", title="A Title", authors=("A. Writer",), date="2023-12-14",
        access="login", access_url="https://a.example/in", archive_of="https://a.example/of",
        antecedent=Antecedent("1", 2, "note-1", "ibid"), pages="12-14", accessed="2023-12-15",
        isbn="9780306406157", archive_url="https://archive.example/a",
    )  # fmt: skip
    filled = FilledStore()
    filled.document(a_parsed({"1": [said]}))
    (row,) = (row for row in dump_rows(filled.db, stable=True) if row["table"] == "citations")
    expected = msgspec.to_builtins(said)
    assert expected.pop("antecedent") == {
        name: row[f"antecedent_{column}"]
        for name, column in {"label": "label", "index": "index", "note_id": "note", "reason": "reason"}.items()
    }  # fmt: skip
    expected.pop("recovery")  # has a table of its own, since it is decided elsewhere and later
    expected |= {"citation_index": expected.pop("index"), "truncated": 1, "hidden": 1}
    for name in ("repairs", "authors"):
        assert json.loads(row[name]) == json.loads(json.dumps(expected.pop(name)))
    assert {name: row[name] for name in expected} == expected
    assert None not in row.values()
    filled.db.close()
