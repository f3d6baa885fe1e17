"""What a person says of evidence is kept once, wins, can be taken back, and survives everything."""

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from provenance import IngestOptions, Workplace, ingest, rebuild
from provenance.cite.typed import read_typed_url
from provenance.demo.sample import sample_update_path
from provenance.demo.web import SampleWeb
from provenance.errors import UsageError
from provenance.keep.reader import ArchiveReader
from provenance.model import ReviewLine
from provenance.pipeline.attach import AttachOrder, attach
from provenance.pipeline.catchup import catch_up, open_store
from provenance.pipeline.fixity import check_fixity
from provenance.pipeline.reviewing import ReviewOrder, ReviewReport, review
from provenance.pipeline.withdraw import Order, withdraw
from provenance.store.dump import dump_rows
from provenance.trace.chain import trace
from provenance.trace.records import TracedCitation
from support.brought import PNG, a_page
from support.runs import run_here
from support.workplace import Later, a_workplace, all_rows, query, web_settings

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
WEEKS = "Low water kept loaded barges off the upper river"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, web: SampleWeb) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    ingest([str(sample_update_path())], a_workplace(folder, web_settings(web)))
    return folder


@pytest.fixture
def workplace(lived: Path, tmp_path: Path, web: SampleWeb) -> Workplace:
    shutil.copytree(lived, tmp_path / "copy")
    return a_workplace(tmp_path / "copy", web_settings(web), Later(days=1))


def claim_of(workplace: Workplace, words: str = WEEKS) -> str:
    ((claim_id, _),) = query(
        workplace,
        "SELECT claim_id, min(content_key) FROM claims WHERE instr(text, ?)",
        words,
    )
    return str(claim_id)


def say(workplace: Workplace, decision: str, **changes: Any) -> ReviewReport:
    """Say something of the claim about low water and the first source that it cites."""
    named = {"claim": claim_of(workplace), "by": "Ines", "source": "3:0"} | changes
    return review(workplace, ReviewOrder(decision=decision, **named))  # type: ignore[arg-type]


def counts(workplace: Workplace, claim_id: str | None = None, index: int = 0) -> dict[str, Any]:
    """What the stable view says of the claim's first citation."""
    with open_store(workplace.db_path, read_only=True) as store:
        row = store.db.first(
            "SELECT * FROM claim_sources WHERE claim_id = ? AND citation_index = ?",
            (claim_id or claim_of(workplace), index),
        )
    assert row is not None
    return row


def traced(workplace: Workplace, claim_id: str | None = None, index: int = 0) -> TracedCitation:
    with open_store(workplace.db_path, read_only=True) as store:
        found = trace(store.db, claim_id or claim_of(workplace), read_url=read_typed_url)
    return found.claims[0].citations[index]


def dumped(workplace: Workplace) -> list[dict[str, object]]:
    with open_store(workplace.db_path, read_only=True) as store:
        return list(dump_rows(store.db, stable=False))


def lines(workplace: Workplace) -> list[ReviewLine]:
    found = (line for line, _ in ArchiveReader(workplace.archive_root).journal_lines())
    return [line for line in found if isinstance(line, ReviewLine)]


def other_words(workplace: Workplace) -> str:
    """A sentence of the first source's page that the method did not choose."""
    row = counts(workplace)
    ((text,),) = query(
        workplace,
        "SELECT x.text FROM captures c JOIN texts x USING (payload_sha256) WHERE c.capture_id = ?",
        row["capture_id"],
    )
    sentences = [part.strip() for part in str(text).replace("\n", " ").split(". ")]
    return next(
        each
        for each in sentences
        if len(each) > 30 and each not in row["evidence_exact"] and text.count(each) == 1
    )


def test_a_confirmed_passage_wins_and_says_who_when_and_why(workplace: Workplace) -> None:
    before = counts(workplace)
    assert before["evidence_method"].startswith("lexical/")
    report = say(workplace, "confirmed", why="read it twice")
    assert report.is_new
    row = counts(workplace)
    assert row["evidence_verdict"] == "supported"
    assert row["evidence_method"] == "person"
    assert row["evidence_score"] is None
    assert row["evidence_exact"] == before["evidence_exact"]
    assert row["evidence_reason"].startswith("confirmed by Ines on 2")
    assert row["evidence_reason"].endswith(": read it twice")
    said, found = traced(workplace).evidence
    assert said.review is not None
    assert (said.method, said.verdict, said.review.by) == ("person", "supported", "Ines")
    assert found.method == before["evidence_method"]  # what was found stays readable
    assert found.exact == before["evidence_exact"]


def test_a_rejected_passage_supports_nothing_any_more(workplace: Workplace) -> None:
    found = counts(workplace)["evidence_exact"]
    report = say(workplace, "rejected")
    assert report.reviews[0].passage is not None
    assert report.reviews[0].passage.exact == found
    row = counts(workplace)
    assert (row["evidence_verdict"], row["evidence_exact"]) == ("not_found", None)
    assert row["evidence_reason"].startswith("rejected by Ines")


def test_words_that_are_chosen_are_found_where_they_stand(workplace: Workplace) -> None:
    words = other_words(workplace)
    shouted = words.replace("'", "’").replace(" ", "  ")
    (said,) = say(workplace, "chosen", passage=shouted).reviews
    assert said.passage is not None
    ((text,),) = query(workplace, "SELECT text FROM texts WHERE text_sha256 = ?", said.text_sha256)
    assert text[said.passage.start : said.passage.end] == said.passage.exact
    assert " ".join(said.passage.exact.split()) == words
    assert text[: said.passage.start].endswith(said.passage.prefix)
    assert text[said.passage.end :].startswith(said.passage.suffix)
    assert counts(workplace)["evidence_exact"] == said.passage.exact


def test_words_that_stand_in_several_places_need_one_of_them(workplace: Workplace) -> None:
    with pytest.raises(UsageError, match=r"stand in [0-9]+ places of capture") as refused:
        say(workplace, "chosen", passage="the")
    assert "--start" in refused.value.hint
    start = int(refused.value.message.partition("--start ")[2].partition(":")[0])
    (said,) = say(workplace, "chosen", passage="the", start=start).reviews
    assert said.passage is not None
    assert said.passage.start == start
    with pytest.raises(UsageError, match="do not begin at 1 "):
        say(workplace, "chosen", passage="the", start=1)


def test_words_that_stand_nowhere_are_told_what_is_nearest(workplace: Workplace) -> None:
    found = str(counts(workplace)["evidence_exact"])
    with pytest.raises(UsageError, match="no copy of the source") as refused:
        say(workplace, "chosen", passage=found.replace("11", "12"))
    assert found[:30] in refused.value.message
    with pytest.raises(UsageError, match="no copy of the source"):
        say(workplace, "chosen", passage="Nobody ever wrote of zebras here")
    assert lines(workplace) == []


def test_a_later_word_overrules_and_undoing_lets_the_method_count(workplace: Workplace) -> None:
    before, first = counts(workplace), traced(workplace).evidence
    say(workplace, "rejected", by="Ines")
    say(workplace, "confirmed", by="Omar")
    assert counts(workplace)["evidence_verdict"] == "supported"
    assert [each.method for each in traced(workplace).evidence[:2]] == ["person", first[0].method]
    report = say(workplace, "undone", by="Ines", why="not ours to say")
    assert [each.decision for each in report.reviews] == ["undone"]
    assert counts(workplace) == before
    assert traced(workplace).evidence == first
    assert len(lines(workplace)) == 3  # nothing that was said is lost


def test_the_same_said_again_is_written_once(workplace: Workplace) -> None:
    for decision in ("confirmed", "rejected", "undone"):
        assert say(workplace, decision).is_new
        again = say(workplace, decision)
        assert not again.is_new
        assert again.reviews[0].decision == decision
    assert len(lines(workplace)) == 3


def test_there_is_nothing_to_take_back_where_nobody_said_anything(workplace: Workplace) -> None:
    with pytest.raises(UsageError, match="nobody has judged"):
        say(workplace, "undone")


def test_a_rebuild_and_a_late_reader_give_the_same_rows(workplace: Workplace) -> None:
    words = other_words(workplace)
    say(workplace, "rejected")
    say(workplace, "chosen", passage=words, why="this one – “says” it \u202eall")
    say(workplace, "confirmed", claim=claim_of(workplace), source="3:1", why="on my desk")
    say(workplace, "undone", source="3:1")
    before = dumped(workplace)
    rebuild(workplace)
    assert dumped(workplace) == before
    with open_store(workplace.db_path) as store:  # the rows of one journal, lost
        store.db.execute("DELETE FROM reviews")
        store.db.execute("DELETE FROM journal_positions WHERE journal = 'reviews'")
        catch_up(store, ArchiveReader(workplace.archive_root))
    assert dumped(workplace) == before
    assert check_fixity(workplace).findings == ()


def test_an_archive_without_reviews_is_read_as_before(workplace: Workplace) -> None:
    assert not (workplace.archive_root / "reviews").exists()
    before = all_rows(workplace.db_path)
    rebuild(workplace)
    assert all_rows(workplace.db_path) == before
    assert not (workplace.archive_root / "reviews").exists()


def test_no_word_that_a_review_quotes_survives_a_withdrawal(workplace: Workplace) -> None:
    words = other_words(workplace)
    say(workplace, "chosen", passage=words)
    say(workplace, "confirmed", by="Omar")  # confirms what was chosen
    source = counts(workplace)["source_id"]
    report = withdraw(workplace, Order(source, "case 4711", "an archivist"))
    assert report.scrubbed
    for path in (workplace.archive_root / "reviews").iterdir():
        assert words.encode() not in path.read_bytes()
    for path in workplace.db_path.parent.glob("provenance.db*"):
        assert words.encode() not in path.read_bytes()
    row = counts(workplace)
    assert (row["evidence_verdict"], row["evidence_exact"]) == ("supported", None)
    (said, *_) = traced(workplace).evidence
    assert said.review is not None
    assert "the copy was withdrawn on" in said.review.note
    before = dumped(workplace)
    assert check_fixity(workplace).findings == ()
    rebuild(workplace)
    assert dumped(workplace) == before
    with pytest.raises(UsageError, match=r"was withdrawn on .*: case 4711"):
        say(workplace, "rejected", copy=row["evidence_capture_id"])


def test_what_a_person_brought_is_evidence_where_no_capture_has_better(
    workplace: Workplace,
) -> None:
    claim = claim_of(workplace)
    assert counts(workplace, index=1)["evidence_verdict"] == "not_checkable"
    ((url_or_raw, source),) = query(
        workplace,
        "SELECT DISTINCT raw, source_id FROM claim_sources WHERE claim_id = ?"
        " AND citation_index = 1",
        claim,
    )
    ((text,),) = query(workplace, "SELECT text FROM claims WHERE claim_id = ?", claim)
    path = workplace.db_path.parent / "held.html"
    path.write_bytes(a_page(f"The gauge was read again. {text}. The gauge was put away."))
    attach(workplace, AttachOrder(source, (str(path),), "bought", "Ines"))
    row = counts(workplace, index=1)
    assert row["evidence_verdict"] == "supported", (url_or_raw, row["evidence_reason"])
    assert row["evidence_attachment_id"].startswith("attachment-")
    assert (row["capture_id"], row["evidence_capture_id"]) == (None, None)
    (found,) = traced(workplace, index=1).evidence
    assert found.attachment_id == row["evidence_attachment_id"]
    (said,) = say(workplace, "rejected", source="3:1").reviews
    assert said.attachment_id == row["evidence_attachment_id"]
    before = dumped(workplace)
    rebuild(workplace)
    assert dumped(workplace) == before
    withdraw(workplace, Order(said.attachment_id, "case 4712", "an archivist"))
    assert traced(workplace, index=1).evidence[1].reason == "withdrawn: case 4712"
    before = dumped(workplace)
    rebuild(workplace)
    assert dumped(workplace) == before


def test_a_copy_without_a_word_can_be_judged_by_whoever_saw_it(workplace: Workplace) -> None:
    source = counts(workplace, index=1)["source_id"]
    with pytest.raises(UsageError, match="no text of this source"):
        say(workplace, "confirmed", source="3:1")
    (said,) = say(workplace, "confirmed", source="3:1", why="the print edition, page 4").reviews
    assert (said.capture_id, said.attachment_id, said.passage) == (None, None, None)
    assert counts(workplace, index=1)["evidence_verdict"] == "supported"
    path = workplace.db_path.parent / "scan.png"
    path.write_bytes(PNG)
    attach(workplace, AttachOrder(source, (str(path),), "scanned", "Ines"))
    (of_scan,) = say(workplace, "rejected", source="3:1", why="another edition").reviews
    assert of_scan.attachment_id is not None
    assert counts(workplace, index=1)["evidence_verdict"] == "supported"  # nobody took it back
    with pytest.raises(UsageError, match=r"no text of .* to quote from"):
        say(workplace, "chosen", source="3:1", passage="words")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"claim": "claim-000000000000000000000000"}, "no claim is known"),
        ({"claim": "sample-update.txt:999"}, "no claim is known"),
        ({"claim": ""}, "no claim is known"),
        ({"source": None}, r"cites [0-9]+ sources: 3:0 https"),
        ({"source": "https://nobody.example/"}, "does not cite"),
        ({"source": "9:9"}, "does not cite"),
        ({"copy": "capture-1"}, "is no copy of https"),
        ({"by": "  "}, "needs a name"),
        ({"why": "x" * 5000}, "4,000 characters"),
        ({"passage": "words"}, "chosen by its words"),
        ({"decision": "chosen", "passage": " "}, "chosen by its words"),
    ],
    ids=lambda value: str(sorted(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_told_is_said_and_nothing_is_written(
    workplace: Workplace, changes: dict[str, Any], message: str
) -> None:
    named = {"decision": "confirmed", **changes}
    with pytest.raises(UsageError, match=message):
        say(workplace, **named)
    assert lines(workplace) == []


def test_a_claim_may_be_named_by_document_and_label_and_a_source_by_its_address(
    workplace: Workplace,
) -> None:
    url = counts(workplace)["url"]
    report = say(workplace, "confirmed", claim="sample-update.txt:[3]", source=url)
    assert report.claim.id == claim_of(workplace)
    assert report.source_id == counts(workplace)["source_id"]


def test_what_was_said_holds_for_the_same_words_in_a_later_version(workplace: Workplace) -> None:
    path = workplace.db_path.parent / "update.txt"
    text = sample_update_path().read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    ingest([str(path)], workplace, IngestOptions(fetch=False))
    say(workplace, "rejected")
    first = claim_of(workplace)
    path.write_text(text.replace("Key Takeaway", "Main Takeaway", 1) + "\n", encoding="utf-8")
    ingest([str(path)], workplace, IngestOptions(fetch=False))
    second = next(
        row[0]
        for row in query(
            workplace,
            "SELECT c.claim_id FROM claims c JOIN documents d USING (content_key)"
            " WHERE d.path = ? AND instr(c.text, ?)",
            str(path),
            WEEKS,
        )
    )
    assert second != first
    row = counts(workplace, second)
    assert (row["evidence_verdict"], row["evidence_method"]) == ("not_found", "person")
    (said, *_) = traced(workplace, second).evidence
    assert said.review is not None
    assert said.review.note == "said of the same words in another version of the document"
    say(workplace, "confirmed", claim=second)  # its own word comes before
    assert counts(workplace, second)["evidence_verdict"] == "supported"
    assert traced(workplace, first).evidence[0].verdict == "not_found"
    report = say(workplace, "undone", claim=second)
    assert len(report.reviews) == 2  # what was said of either version is taken back
    assert counts(workplace, second)["evidence_method"].startswith("lexical/")


def test_what_counts_is_printed_as_gold_beside_what_was_found(workplace: Workplace) -> None:
    schema = json.loads((SCHEMAS / "provenance.gold-1.schema.json").read_text("utf-8"))
    folder = workplace.db_path.parent
    words, found = other_words(workplace), counts(workplace)
    say(workplace, "rejected")
    say(workplace, "chosen", passage=words)
    say(workplace, "confirmed", source="3:1", why="seen in print")
    say(workplace, "rejected", source="3:1", why="another edition")
    printed = run_here(folder, "review", "--export").out.splitlines()
    gold = [json.loads(line) for line in printed]
    for line in gold:
        jsonschema.validate(line, schema, cls=jsonschema.Draft202012Validator)
    by_decision = {line["decision"]: line for line in gold}
    assert set(by_decision) == {"chosen", "rejected"}
    chosen = by_decision["chosen"]
    assert " ".join(chosen["passage"]["exact"].split()) == words
    assert (chosen["verdict"], chosen["claim_text"][:20]) == ("supported", WEEKS[:20])
    assert chosen["found"]["exact"] == found["evidence_exact"]
    assert (by_decision["rejected"]["passage"], by_decision["rejected"]["found"]) == (None, None)
    say(workplace, "undone")
    withdraw(workplace, Order(found["source_id"], "case 4711", "an archivist"))
    assert len(run_here(folder, "review", "--export").out.splitlines()) == 1
