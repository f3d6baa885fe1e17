"""From a source, host, author or copy back to the claims; and what these would be left with."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from provenance.cite.typed import read_typed_url
from provenance.formats.ids import make_id
from provenance.model import CitedMemento
from provenance.store.support import Support
from provenance.trace.back import trace_back
from provenance.trace.back_records import Back
from provenance.trace.back_render import render_back, render_impact
from provenance.trace.impact import weigh
from provenance.trace.repeats import group_repeats
from support.records import (
    NOON,
    a_check_line,
    a_citation,
    a_parsed,
    a_text_line,
    on_day,
    source_id_of,
)
from support.stores import FilledStore

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "provenance.back-1.schema.json"
TOLLS, NEWS, FORDS, BARGES = (
    "https://tolls.example/a",
    "https://news.tolls.example/b",
    "https://fords.example/c",
    "https://barges.example/d",
)
REPORT = msgspec.structs.replace(
    a_citation("Meridian Press, Tolls of the Upper Reaches"),
    kind="subscription",
    title="Tolls of the Upper Reaches",
    publisher="Meridian Press",
    authors=("Ines Calloway",),
)
ALONE = "Two barges were stopped at the ford on March 4."
STRANDED = "The toll was doubled in February."
SAFE = "The lock was opened again after the flood."
AGAIN = "Two barges were stopped at the ford on March 5."
COPY = "https://copies.example/2023/https://tolls.example/a"


def a_passage(filled: FilledStore, claim: str, url: str, exact: str | None, **changes: Any) -> None:
    key = filled.db.value("SELECT claim_key FROM claims WHERE text = ?", (claim,))
    capture = filled.db.value(
        "SELECT capture_id FROM captures WHERE source_id = ? ORDER BY at", (source_id_of(url),)
    )
    verdict = "supported" if exact else "not_found"
    row = {"evidence_id": f"evidence-{claim}-{url}", "claim_key": key, "capture_id": capture,
           "source_id": source_id_of(url), "verdict": verdict, "score": 0.9, "exact": exact,
           "method": "test/1", "reason": "", **changes}  # fmt: skip
    names = ", ".join(row)
    filled.db.execute(
        f"INSERT INTO evidence ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
    )


@pytest.fixture
def filled() -> Iterator[FilledStore]:
    """One: ALONE on tolls only; STRANDED on tolls, a dead page, a report; SAFE on tolls and fords."""
    filled = FilledStore()
    filled.document(
        a_parsed(
            {"1": [TOLLS], "2": [BARGES, REPORT], "3": [FORDS, NEWS]},
            [(ALONE, ["1"]), (STRANDED, ["1", "2"]), (SAFE, ["1", "3"])],
            title="One",
            origin_url="https://desk.example/one",
        ),
        mementos=[CitedMemento(source_id_of(TOLLS), "copies.example", COPY, NOON)],
    )
    filled.document(
        a_parsed({"7": [TOLLS], "8": ["https://www.desk.example/one"]}, [(AGAIN, ["7", "8"])],
                 title="Two", published="2024-01-05"),
        document_id="document-two", path="/desk/two.txt",
    )  # fmt: skip
    filled.checks(
        a_check_line(source_id_of(TOLLS), on_day(0), payload="tolls", url=TOLLS),
        a_check_line(source_id_of(FORDS), on_day(0), url=FORDS),
        *(a_check_line(source_id_of(BARGES), on_day(day), "gone", url=BARGES) for day in range(9)),
    )
    filled.texts(a_text_line("tolls", "Two barges were stopped.", authors=("Tam Orrin",)))
    a_passage(filled, ALONE, TOLLS, "Two barges were stopped.")
    a_passage(filled, AGAIN, TOLLS, "Two barges were stopped.")
    a_passage(filled, SAFE, TOLLS, None)
    yield filled
    filled.db.close()


def back(filled: FilledStore, query: str, **how: Any) -> Back:
    found = trace_back(filled.db, query, read_url=read_typed_url, **how)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    faults = jsonschema.Draft202012Validator(schema).iter_errors(
        json.loads(msgspec.json.encode(found))
    )
    assert [f"{fault.json_path}: {fault.message}" for fault in faults] == []
    return found


def texts(found: Back) -> list[str]:
    return [claim.text for claim in found.claims]


CAPTURE = make_id("capture", source_id_of(TOLLS), NOON.isoformat())


@pytest.mark.parametrize(
    ("query", "of", "claims"),
    [
        (TOLLS, "source", [AGAIN, ALONE, STRANDED, SAFE]),
        ("http://www.tolls.example/a", "source", [AGAIN, ALONE, STRANDED, SAFE]),
        (source_id_of(FORDS), "source", [SAFE]),
        ("tolls.example", "host", [AGAIN, ALONE, STRANDED, SAFE]),
        ("www.tolls.example", "host", [AGAIN, ALONE, STRANDED, SAFE]),
        ("news.tolls.example", "host", [SAFE]),
        ("Meridian press", "publisher", [STRANDED]),
        ("ines calloway", "author", [STRANDED]),
        ("Tam Orrin", "author", [AGAIN, ALONE, STRANDED, SAFE]),  # as the archived page says
        (CAPTURE, "capture", [AGAIN, ALONE, STRANDED, SAFE]),
        (COPY, "memento", [AGAIN, ALONE, STRANDED, SAFE]),
        ("One", "document", [AGAIN]),  # cited by the address that it was published at
        ("Two", "document", []),
    ],
    ids=["url", "spelling", "id", "host", "www", "below", "publisher", "author", "byline", "capture",
         "memento", "document", "uncited"],
)  # fmt: skip
def test_what_rests_on_a_thing_is_found(
    filled: FilledStore, query: str, of: str, claims: list[str]
) -> None:
    how = {"of": of} if of == "memento" else {}
    found = back(filled, query, **how)
    assert (found.of, texts(found)) == (of, claims)
    assert found.claim_count == len(claims)
    assert not found.is_bounded


@pytest.mark.parametrize(
    "query", ["", " ", "nobody.example", "\0", "\ud800", "%", "https://", "x" * 9_000, "'; --"],
    ids=range(9),
)  # fmt: skip
def test_what_nobody_knows_is_an_empty_answer(filled: FilledStore, query: str) -> None:
    found = back(filled, query)
    assert (found.name, found.claims, found.claim_count) == (None, (), 0)


def test_a_name_is_read_as_one_says(filled: FilledStore) -> None:
    assert back(filled, "tolls.example", of="publisher").name is None
    assert back(filled, "tolls.example", of="host").claim_count == 4


def test_a_claim_loses_its_only_support_or_what_can_be_opened_or_little(
    filled: FilledStore,
) -> None:
    found = back(filled, "tolls.example", of="host", by_impact=True)
    assert [(claim.text, claim.impact.level) for claim in found.claims] == [
        (ALONE, "only"),
        (STRANDED, "stranded"),
        (AGAIN, "stranded"),
        (SAFE, "others"),
    ]
    assert (found.levels.only, found.levels.stranded, found.levels.others) == (1, 2, 1)
    assert [claim.impact.others for claim in found.claims] == [0, 2, 1, 1]
    assert [claim.impact.reason for claim in found.claims] == [
        "nothing else is cited",
        "2 others, none can be opened: 1 dead, 1 not checkable",
        "1 other, none can be opened: 1 unchecked",
        "1 other can be opened, no passage was found in it",
    ]


def test_our_capture_is_told_with_the_passage_that_it_holds(filled: FilledStore) -> None:
    kept = {claim.text: claim.impact.kept for claim in back(filled, TOLLS).claims}
    assert kept[ALONE] is not None
    assert (kept[ALONE].capture_id, kept[ALONE].exact) == (CAPTURE, "Two barges were stopped.")
    assert kept[ALONE].at == "2023-12-16T12:00:00.000000Z"
    assert kept[SAFE] is not None
    assert (kept[SAFE].capture_id, kept[SAFE].exact) == (None, None)
    assert kept[SAFE].at == "2023-12-16T12:00:00.000000Z"


def test_a_person_who_rejected_the_passage_wins(filled: FilledStore) -> None:
    claim = filled.db.value("SELECT claim_id FROM claims WHERE text = ?", (ALONE,))
    filled.db.execute(
        'INSERT INTO reviews (review_id, claim_id, source_id, at, "by", decision, why, claim_text)'
        " VALUES ('review-1', ?, ?, '2024-01-01T00:00:00.000000Z', 'Ada', 'rejected', '', ?)",
        (claim, source_id_of(TOLLS), ALONE),
    )
    (alone,) = (claim for claim in back(filled, TOLLS).claims if claim.text == ALONE)
    assert alone.impact.kept is not None
    assert alone.impact.kept.exact is None


def test_a_withdrawn_capture_is_held_no_more(filled: FilledStore) -> None:
    payload = filled.db.value("SELECT payload_sha256 FROM captures")
    filled.db.execute(
        "INSERT INTO withdrawals VALUES ('w', ?, '2024', 'Ada', 'asked', ?, NULL, '[]', '[]', '[]',"
        " '[]', 0, 1)",
        (source_id_of(TOLLS), payload),
    )
    assert {claim.impact.kept for claim in back(filled, TOLLS).claims} == {None}


def test_where_only_a_copy_goes_its_source_remains_while_it_can_be_opened(
    filled: FilledStore,
) -> None:
    found = back(filled, CAPTURE)
    assert {claim.impact.level for claim in found.claims} == {"others"}
    assert {claim.impact.kept for claim in found.claims} == {None}
    filled.db.execute("UPDATE states SET state = 'dead'")
    filled.db.execute("DELETE FROM cited_mementos")
    levels = {claim.text: claim.impact.level for claim in back(filled, CAPTURE).claims}
    assert levels == {ALONE: "only", STRANDED: "stranded", SAFE: "stranded", AGAIN: "stranded"}


def test_a_copy_in_another_archive_can_be_opened(filled: FilledStore) -> None:
    """NEWS was never looked at and FORDS is let die: only a memento keeps SAFE."""
    filled.db.execute(
        "UPDATE states SET state = 'dead' WHERE source_id = ?", (source_id_of(FORDS),)
    )
    (safe,) = (claim for claim in back(filled, TOLLS).claims if claim.text == SAFE)
    assert safe.impact.level == "stranded"
    filled.db.execute(
        "INSERT INTO cited_mementos SELECT content_key, ?, 'c', 'https://c.example/n', NULL FROM"
        " contents LIMIT 1",
        (source_id_of(NEWS),),
    )
    (safe,) = (claim for claim in back(filled, TOLLS).claims if claim.text == SAFE)
    assert (safe.impact.level, safe.impact.open_others) == ("others", 1)


def test_what_is_said_again_in_another_document_and_shares_a_passage_is_told(
    filled: FilledStore,
) -> None:
    found = back(filled, TOLLS)
    (repeat,) = found.repeats
    assert set(repeat.document_ids) == {"document-one", "document-two"}
    assert len(repeat.claim_ids) == 2  # "March 4" and "March 5"
    (passage,) = found.passages
    assert (passage.exact, passage.copy) == ("Two barges were stopped.", CAPTURE)
    assert set(passage.claim_ids) == set(repeat.claim_ids)


def test_a_claim_asks_for_all_that_it_cites(filled: FilledStore) -> None:
    claim = filled.db.value("SELECT claim_id FROM claims WHERE text = ?", (SAFE,))
    found = back(filled, claim)
    assert (found.of, found.name, found.source_count) == ("claim", SAFE, 3)
    assert set(texts(found)) == {ALONE, STRANDED, SAFE, AGAIN}


def test_counts_are_of_all_and_the_limit_of_what_is_told(filled: FilledStore) -> None:
    found = back(filled, TOLLS, limit=1)
    assert (len(found.claims), found.claim_count, found.document_count) == (1, 4, 2)


def test_a_claim_of_an_earlier_version_rests_on_nothing(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": [FORDS]}, [("Rewritten.", ["1"])], title="One"), at=on_day(1))
    assert texts(back(filled, TOLLS)) == [AGAIN]


@pytest.mark.parametrize(
    ("texts", "groups"),
    [
        (["a b c", "A  b, c!", "x"], [[0, 1]]),
        (
            [
                "The toll at the upper ford was doubled in May.",
                "The toll at the upper ford was doubled in June.",
            ],
            [[0, 1]],
        ),
        (["Sixteen barges came to Ouldane.", "A bridge fell at Tinzaret."], []),
        ([], []),
        (["same"] * 5, [[0, 1, 2, 3, 4]]),
        (["", "", "🙂"], [[0, 1, 2]]),
    ],
    ids=["punctuation", "a-word", "apart", "none", "all", "no-words"],
)
def test_claims_that_read_alike_are_grouped(texts: list[str], groups: list[list[int]]) -> None:
    assert group_repeats(texts) == groups


def test_many_claims_are_grouped_in_good_time() -> None:
    import time

    many = [
        f"On day {n} the toll at ford {n * 7919 % 10_007} was {n % 97} marks." for n in range(9_000)
    ]
    started = time.process_time()
    found = group_repeats([*many, many[17]])
    assert any({17, 9_000} <= set(group) for group in found)
    assert time.process_time() - started < 10


def test_the_trees_fit_the_terminal_and_cannot_steer_it(filled: FilledStore) -> None:
    filled.db.execute(
        "UPDATE claims SET text = text || ' \x1b[2J \u202e' || replace(hex(zeroblob(60)), '0', 'x y ')"
    )
    found = back(filled, TOLLS, limit=2)
    for width in (40, 80):
        for render in (render_back, render_impact):
            lines = render(found, width=width)
            drawn = "".join(map(str, lines))
            assert not {"\x1b", "\u202e"} & set(drawn)
            assert all(len(str(line)) <= width or " " not in line.text.strip() for line in lines)
            assert "more claims" in " ".join(map(str, lines[-2:]))


def test_the_impact_tree_says_what_would_be_lost(filled: FilledStore) -> None:
    drawn = "\n".join(map(str, render_impact(back(filled, TOLLS, by_impact=True), width=200)))
    assert "1 claim cites nothing else" in drawn
    assert "2 claims cite others, none of which can be opened" in drawn
    assert "1 claim cites others that can be opened" in drawn
    assert "our capture of 2023-12-16 holds the passage: “Two barges were stopped.”" in drawn


def test_nothing_behind_a_claim_is_nothing_left() -> None:
    assert weigh([], {"source-1"}, is_copy=False).level == "only"


def behind(source: str, exact: str | None, person: int | None) -> Support:
    return Support(
        claim_key=1, label="1", source_id=source, kind="web", state="alive", person=person, captured=None,
        attachments=0, mementos=0, exact=exact, verdict=None, capture_id=None, attachment_id=None,
        uri_m=None, passage_at=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("exact", "person", "counts"),
    [("two tolls", None, True), (None, None, False), ("two tolls", 0, False), (None, 1, True)],
    ids=["found", "nothing", "rejected", "confirmed"],
)
def test_whether_another_source_holds_a_passage_a_person_says_before_a_method(
    exact: str | None, person: int | None, *, counts: bool
) -> None:
    told = weigh(
        [behind("gone", "x", None), behind("other", exact, person)], {"gone"}, is_copy=False
    )
    assert (told.level, told.passage_elsewhere) == ("others", counts)
    assert told.reason.endswith("with a passage") == counts


def test_of_very_many_claims_some_are_told_and_that_there_are_more(
    filled: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from provenance.store import back as store_back
    from provenance.trace import back as trace_module

    monkeypatch.setattr(store_back, "MOST_CLAIMS", 2)
    monkeypatch.setattr(trace_module, "MOST_CLAIMS", 2)
    found = back(filled, TOLLS)
    assert (found.is_bounded, found.claim_count) == (True, 2)
    assert "at least 2 claims" in str(render_back(found, width=200)[0])
    assert not back(filled, FORDS).is_bounded
