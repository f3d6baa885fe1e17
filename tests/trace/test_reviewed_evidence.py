"""What counts as evidence in a trace: a person's word first, whatever was found below, reasons else."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
import pytest

from provenance.formats.ids import make_id, sha256_hex
from provenance.model import Passage, Review, ReviewLine
from provenance.trace.chain import trace
from provenance.trace.records import Trace, TracedEvidence
from provenance.trace.render import render_trace
from support.records import (
    a_check_line,
    a_citation,
    a_parsed,
    a_text_line,
    on_day,
    positions,
    source_id_of,
)
from support.stores import FilledStore

A = "https://a.example/x"
B = "https://b.example/y"
CLAIM = "The guild counted 16 barges at the toll."
WORDS = "Sixteen barges lay at the toll, the guild said."


@pytest.fixture
def filled() -> Iterator[FilledStore]:
    filled = FilledStore()
    work = msgspec.structs.replace(a_citation("x"), kind="work", title="A book")
    filled.document(a_parsed({"1": [A, work, B]}, [(CLAIM, ["1"])]))
    filled.checks(a_check_line(source_id_of(A), on_day(0), payload="p0", url=A))
    filled.texts(a_text_line("p0", WORDS))
    yield filled
    filled.db.close()


class Desk:
    """Says things of the claim and its first source, on day after day."""

    def __init__(self, filled: FilledStore) -> None:
        self.filled = filled
        self._positions = positions("reviews")

    def say(self, decision: str, day: float = 1, **changes: Any) -> Review:
        claim_id = self.filled.db.value("SELECT claim_id FROM claims LIMIT 1")
        capture_id = make_id("capture", source_id_of(A), on_day(0).isoformat())
        said = Review(
            id=make_id("review", day, decision),  # type: ignore[arg-type]
            claim_id=claim_id,
            source_id=source_id_of(A),
            at=on_day(day),
            by="Ines",
            decision=decision,  # type: ignore[arg-type]
            why="",
            claim_text=CLAIM,
            content_sha256=self.filled.db.value("SELECT sha256 FROM contents"),
            capture_id=capture_id,
            payload_sha256=sha256_hex(b"p0"),
            text_sha256=sha256_hex(WORDS.encode()),
            passage=Passage(WORDS, "", "", 0, len(WORDS)),
        )
        said = msgspec.structs.replace(said, **changes)
        line = ReviewLine(said, {})
        self.filled.store.apply_holdings([(line, next(self._positions))])
        return said


@pytest.fixture
def desk(filled: FilledStore) -> Desk:
    return Desk(filled)


def evidence(filled: FilledStore, index: int = 0) -> tuple[TracedEvidence, ...]:
    return trace(filled.db, CLAIM).claims[0].citations[index].evidence


def found_by_method(filled: FilledStore, day: datetime, exact: str | None, score: float) -> None:
    key = filled.db.value("SELECT claim_key FROM claims")
    capture = make_id("capture", source_id_of(A), day.isoformat())
    filled.db.execute(
        "INSERT INTO evidence (evidence_id, claim_key, source_id, capture_id, verdict, score, exact,"
        " method, reason) VALUES (?, ?, ?, ?, ?, ?, ?, 'm/1', 'found')",
        (
            f"e{score}",
            key,
            source_id_of(A),
            capture,
            "supported" if exact else "not_found",
            score,
            exact,
        ),
    )


def test_every_source_has_evidence_or_a_reason(filled: FilledStore) -> None:
    (of_book,) = evidence(filled, 1)
    assert (of_book.verdict, of_book.method, of_book.exact) == ("not_checkable", "state", None)
    assert of_book.reason
    (of_unseen,) = evidence(filled, 2)
    assert (of_unseen.verdict, of_unseen.method) == ("source_unavailable", "state")
    assert of_unseen.reason == "never looked at"
    assert evidence(filled, 0) == ()  # there is a text, which nobody has looked into yet


def test_why_a_source_has_no_copy_is_not_said_twice_on_the_screen(filled: FilledStore) -> None:
    lines = [line.text for line in render_trace(trace(filled.db, CLAIM), width=200)]
    assert lines.count("unchecked: never looked at") == 1
    assert "source unavailable: never looked at" not in lines


def test_what_has_a_passage_counts_before_what_has_none(filled: FilledStore) -> None:
    filled.checks(a_check_line(source_id_of(A), on_day(5), payload="p1", url=A))
    found_by_method(filled, on_day(0), None, 0.4)
    found_by_method(filled, on_day(5), WORDS, 0.9)
    assert [each.score for each in evidence(filled)] == [0.9, 0.4]
    assert filled.db.value("SELECT evidence_score FROM claim_sources LIMIT 1") == 0.9


def test_a_word_about_an_earlier_capture_says_so(filled: FilledStore, desk: Desk) -> None:
    desk.say("confirmed")
    (said,) = evidence(filled)
    assert said.review is not None
    assert said.review.note == ""
    unchanged = {"revisit_of": said.capture_id}
    filled.checks(a_check_line(source_id_of(A), on_day(3), payload="p0", url=A, capture=unchanged))
    (said,) = evidence(filled)
    assert said.review is not None
    assert said.review.note == ""  # it came back as it was
    filled.checks(a_check_line(source_id_of(A), on_day(9), payload="p1", url=A))
    (said,) = evidence(filled)
    assert said.review is not None
    assert said.review.note.startswith("said of the capture of ")
    assert said.review.note.endswith("; a later one differs")
    assert said.review.note in said.reason
    assert said.verdict == "supported"


def test_a_text_that_was_read_anew_is_told(filled: FilledStore, desk: Desk) -> None:
    desk.say("chosen")
    filled.texts(a_text_line("p0", "News. " + WORDS))
    (said,) = evidence(filled)
    assert "read anew" in said.reason


def test_of_several_words_a_yes_counts_before_a_no_and_a_late_one_before_an_early_one(
    filled: FilledStore, desk: Desk
) -> None:
    filled.checks(a_check_line(source_id_of(A), on_day(5), payload="p1", url=A))
    other = make_id("capture", source_id_of(A), on_day(5).isoformat())
    desk.say("confirmed", 1, by="first")
    desk.say("rejected", 7, by="second", capture_id=other)
    assert [each.review.by for each in evidence(filled) if each.review] == ["first", "second"]
    desk.say("chosen", 8, by="third", capture_id=other)
    assert [each.review.by for each in evidence(filled) if each.review] == ["third", "first"]
    verdict = "SELECT evidence_reason FROM claim_sources WHERE citation_index = 0"
    assert filled.db.value(verdict).startswith(("chosen by third", "confirmed by first"))


def test_a_word_is_of_one_claim_and_one_source(filled: FilledStore, desk: Desk) -> None:
    desk.say("confirmed", claim_id="claim-of-nobody", claim_text="Nobody said so.")
    desk.say("confirmed", 2, source_id=source_id_of(B))
    assert evidence(filled, 0) == ()
    assert [each.verdict for each in evidence(filled, 2)] == ["supported"]


def test_hostile_names_and_reasons_cannot_steer_the_terminal(
    filled: FilledStore, desk: Desk
) -> None:
    desk.say("rejected", by="A\x1b[2J\n", why="\u202e<script>\x07='+cmd'\r")
    found: Trace = trace(filled.db, CLAIM)
    shown = "".join(map(str, render_trace(found, width=200)))
    assert "rejected by A" in shown
    assert not {"\x1b", "\x07", "\r", "\n", "\u202e"} & set(shown)


def test_a_word_counts_once_though_its_line_is_read_again(filled: FilledStore, desk: Desk) -> None:
    said = desk.say("confirmed")
    line = ReviewLine(said, {})
    position = next(positions("reviews"))
    assert filled.store.apply_holdings([(line, position)]) == 0
    assert len(evidence(filled)) == 1


def test_a_word_outlives_a_parser_that_finds_the_claim_elsewhere(
    filled: FilledStore, desk: Desk
) -> None:
    desk.say("rejected")
    filled.db.execute("UPDATE claims SET claim_id = 'claim-as-found-later'")
    (said,) = evidence(filled)
    assert said.review is not None
    assert (said.verdict, said.review.note) == ("not_found", "")
    method = "SELECT evidence_method FROM claim_sources ORDER BY citation_index"
    assert filled.db.column(method) == ["person", "state", "state"]
    filled.db.execute("UPDATE claims SET text = 'Another claim.' ")
    assert filled.db.column(method) == [None, "state", "state"]
