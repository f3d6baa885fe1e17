"""Stores in which a page showed one text after another, and a claim leans on a passage of the first."""

from provenance.model import Evidence, Passage
from provenance.pipeline.following import follow_all
from provenance.pipeline.progress import silent_progress
from provenance.store.evidence import put_evidence
from support.records import a_check_line, a_parsed, a_text_line, on_day, source_id_of
from support.stores import FilledStore

FORD = "https://fords.example/upper"
CLAIM = "A barge pays 16 crowns."
TOLL = "The toll at the upper ford is 16 crowns for a barge."
PAGE = f"Tolls at the fords\n{TOLL}\nThe ford is closed in the dry month of the year."
EDITED = PAGE.replace("16 crowns", "17 crowns")


def told_after(
    texts: list[str], *, with_passage: bool = True, filled: FilledStore | None = None
) -> FilledStore:
    """A store in which the page showed these texts, one a week."""
    filled = filled or FilledStore()
    parsed = a_parsed({"1": [FORD]}, [(CLAIM, ["1"])])
    filled.document(parsed)
    first: dict[str, str] = {}
    for week, text in enumerate(texts):
        line = a_check_line(
            source_id_of(FORD), on_day(7 * week), payload=text, url=FORD,
            capture={"revisit_of": first.get(text)},
        )  # fmt: skip
        assert line.capture is not None
        filled.checks(line)
        if text not in first:
            filled.texts(a_text_line(text, text))
        first.setdefault(text, line.capture.id)
    if with_passage:
        start = PAGE.index(TOLL)
        passage = Passage(
            TOLL, PAGE[:start], PAGE[start + len(TOLL) :][:32], start, start + len(TOLL)
        )
        found = Evidence(
            claim_id=parsed.claims[0].id, source_id=source_id_of(FORD), capture_id=first[PAGE],
            verdict="supported", score=0.9, passage=passage, method="test/1", reason="",
        )  # fmt: skip
        put_evidence(filled.db, [(1, found)])
    follow_all(filled.store, silent_progress)
    return filled
