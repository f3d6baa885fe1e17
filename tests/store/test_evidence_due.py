"""Evidence is looked for where something changed, and nowhere else."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from provenance.formats.ids import sha256_hex
from provenance.model import (
    Attachment,
    AttachmentLine,
    Evidence,
    MementoCopy,
    MementoLine,
    MementoLookup,
    WarcPlace,
)
from provenance.store.evidence import (
    claims_pending,
    put_evidence,
    settle_evidence,
    texts_pending,
)
from support.records import (
    NOON,
    a_check_line,
    a_parsed,
    a_text_line,
    on_day,
    positions,
    source_id_of,
)
from support.stores import FilledStore

A = "https://a.example/x"
B = "https://b.example/y"
M = "lexical/9"


def of(word: str) -> str:
    return sha256_hex(word.encode())


@pytest.fixture
def rested(filled: FilledStore) -> FilledStore:
    """Two claims held against all that there is."""
    filled.document(a_parsed({"1": [A], "2": [B]}))
    filled.checks(a_check_line(source_id_of(A), payload="p0", url=A))
    filled.texts(a_text_line("p0", "words"))
    assert find_all(filled) == [of("p0")]
    assert find_all(filled) == []
    return filled


def find_all(filled: FilledStore, method: str = M) -> list[str]:
    """Hold all that is pending against each other as the pipeline does; return the payloads."""
    payloads = texts_pending(filled.db, method)
    for payload in payloads:
        _, claims = claims_pending(filled.db, method, payload)
        assert claims, payload
        put_evidence(
            filled.db,
            [
                (each.key, Evidence(each.id, each.source_id, "not_found", method, each.withdrawn or "",
                                    each.capture_id, attachment_id=each.attachment_id, uri_m=each.uri_m))
                for each in claims
            ],
        )  # fmt: skip
    settle_evidence(filled.db)
    return payloads


def marks(filled: FilledStore) -> set[str]:
    return set(filled.db.column("SELECT source_id FROM _evidence_due"))


def cite_again(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": [A]}, [("Another claim.", ["1"])]), at=on_day(1))


def archive_again(filled: FilledStore) -> None:
    filled.checks(a_check_line(source_id_of(A), on_day(2), payload="p0", url=A))


def read_anew(filled: FilledStore) -> None:
    filled.texts(a_text_line("p0", "other words"))


def lose(filled: FilledStore) -> None:
    filled.db.execute("DELETE FROM evidence")


def bring(filled: FilledStore) -> None:
    brought = Attachment(
        "attachment-1", source_id_of(A), NOON, "Ines", "ours", "a.html", "text/html", of("file"), 9,
        "2023/a.warc.gz", 1, 2, text_payload=of("p0"),
    )  # fmt: skip
    line = AttachmentLine(brought, {})
    filled.store.apply_holdings([(line, next(positions("attachments")))])


def copy_memento(filled: FilledStore) -> None:
    copy = MementoCopy("text/html", of("p0"), 9, WarcPlace("2023/a.warc.gz", 1, 2))
    found = MementoLookup(
        source_id_of(A), "old.example", NOON, A, "found", "", uri_m="https://old.example/a",
        memento_at=NOON, copy=copy,
    )  # fmt: skip
    line = MementoLine(found, {})
    filled.store.apply_holdings([(line, next(positions("mementos")))])


CHANGES = (cite_again, archive_again, read_anew, lose, bring, copy_memento)


@pytest.mark.parametrize("change", CHANGES, ids=[change.__name__ for change in CHANGES])
def test_whatever_changes_is_looked_into_once(
    rested: FilledStore, change: Callable[[FilledStore], None]
) -> None:
    change(rested)
    assert marks(rested) == {source_id_of(A)}
    assert find_all(rested) == [of("p0")]
    assert marks(rested) == set()
    assert find_all(rested) == []


def test_a_look_that_brings_what_is_known_marks_nothing(rested: FilledStore) -> None:
    known = rested.db.value("SELECT capture_id FROM captures")
    unchanged = {"revisit_of": known}
    rested.checks(
        a_check_line(source_id_of(A), on_day(3), payload="p0", url=A, capture=unchanged),
        a_check_line(source_id_of(B), on_day(3), "gone"),
    )
    assert marks(rested) == set()


def test_another_method_looks_into_everything_and_takes_the_place_of_the_earlier(
    rested: FilledStore,
) -> None:
    assert find_all(rested, "other/1") == [of("p0")]
    assert rested.db.column("SELECT DISTINCT method FROM evidence") == ["other/1"]
    assert find_all(rested, "other/1") == []


def test_marks_outlive_a_crash_until_all_is_found(rested: FilledStore) -> None:
    read_anew(rested)
    assert texts_pending(rested.db, M) == [of("p0")]  # and here the run ends
    assert marks(rested) == {source_id_of(A)}
    assert find_all(rested) == [of("p0")]


def test_a_copy_that_was_replaced_leaves_no_evidence(rested: FilledStore) -> None:
    copy_memento(rested)
    find_all(rested)
    assert rested.db.value("SELECT count(*) FROM evidence WHERE uri_m IS NOT NULL") == 1
    nothing = MementoLookup(source_id_of(A), "old.example", on_day(9), A, "none", "gone there too")
    later = replace(next(positions("mementos")), offset=900)
    rested.store.apply_holdings([(MementoLine(nothing, {}), later)])
    assert rested.db.value("SELECT count(*) FROM evidence WHERE uri_m IS NOT NULL") == 0
    assert find_all(rested) == []


def test_what_is_pending_is_found_by_indices_alone(rested: FilledStore) -> None:
    asked: list[str] = []
    read_anew(rested)
    rested.db.utils.conn.set_trace_callback(asked.append)
    (payload,) = texts_pending(rested.db, M)
    claims_pending(rested.db, M, payload)
    rested.db.utils.conn.set_trace_callback(None)
    assert len(asked) >= 3
    for sql in asked:
        steps = [row["detail"] for row in rested.db.rows(f"EXPLAIN QUERY PLAN {sql}")]
        scans = [step for step in steps if step.startswith("SCAN") and "_evidence_" not in step]
        assert scans == [], sql
        # of a page that thousands of claims cite each would pass over all others
        assert not [step for step in steps if "evidence_by_capture" in step], sql
