"""Documents as the pages list and show them: counted right, cut by key, a person's word first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from provenance.formats.ids import make_id
from provenance.model import Evidence, EvidenceVerdict, Passage, Review, ReviewDecision
from provenance.store.documents_read import DocumentQuery, list_years
from provenance.store.evidence import put_evidence
from provenance.store.reviews import apply_review
from provenance.trace.document_records import DocumentText
from provenance.trace.documents import list_documents, read_document
from support.records import a_check_line, a_parsed, on_day, source_id_of
from support.stores import FilledStore

TOLLS = "https://www.tolls.example/a"
FORDS = "https://www.fords.example/b"
SILENT = "https://www.silent.example/c"
CLAIM = "Tolls rose by a third in March."
TITLES = ["Alder", "birch", "Cedar", "Elm 100%", None, "Fir_1", "Fir21", "Ash"]


@pytest.fixture
def filled() -> Iterator[FilledStore]:
    filled = FilledStore()
    yield filled
    filled.db.close()


def many(filled: FilledStore) -> list[str]:
    """Eight documents, two of them of one day, one undated and untitled."""
    ids = []
    for number, title in enumerate(TITLES):
        published = None if title is None else f"20{20 + number // 2}-03-{8 + number % 2:02}"
        if title == "Ash":
            published = "2023-03-08"  # that of "Fir_1" is 2022-03-09, of "Fir21" 2023-03-08
        ids.append(f"document-{number:02}")
        filled.document(
            a_parsed(
                {"1": [TOLLS]}, [(f"Claim {number}.", ["1"])], title=title, published=published
            ),
            document_id=ids[-1],
            path=f"/desk/{number}-barges.txt",
        )
    return ids


def walk(filled: FilledStore, limit: int, **asked: object) -> list[list[str]]:
    """The pages of a list, from first to last."""
    pages = []
    query = DocumentQuery(**asked)  # type: ignore[arg-type]
    while True:
        listed = list_documents(filled.db, query, limit=limit)
        pages.append([each.id for each in listed.documents])
        if listed.next is None:
            return pages
        query = query._replace(after=listed.next)


@pytest.mark.parametrize("sorting", ["newest", "oldest", "title"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 9])
def test_pages_cut_by_key_hold_each_document_once(
    filled: FilledStore, sorting: str, limit: int
) -> None:
    ids = many(filled)
    (whole,) = walk(filled, 100, sorting=sorting)
    assert sorted(whole) == ids
    pages = walk(filled, limit, sorting=sorting)
    assert [each for page in pages for each in page] == whole
    assert all(len(page) <= limit for page in pages)


@pytest.mark.parametrize("sorting", ["newest", "oldest", "title"])
def test_one_turns_back_the_way_one_came(filled: FilledStore, sorting: str) -> None:
    many(filled)
    pages = walk(filled, 3, sorting=sorting)
    back = []
    query = DocumentQuery(sorting=sorting, before=pages[-1][0])  # type: ignore[arg-type]
    while True:
        listed = list_documents(filled.db, query, limit=3)
        back.append([each.id for each in listed.documents])
        assert listed.next == back[-1][-1]
        if listed.previous is None:
            break
        query = query._replace(before=listed.previous)
    assert back[::-1] == pages[:-1]


def test_the_newest_come_first_and_the_undated_last(filled: FilledStore) -> None:
    many(filled)
    (newest,) = walk(filled, 100)
    days = [
        each.published for each in list_documents(filled.db, DocumentQuery(), limit=99).documents
    ]
    assert days == sorted(days, key=lambda day: day or "", reverse=True)
    assert newest[-1] == "document-04"
    (oldest,) = walk(filled, 100, sorting="oldest")
    assert oldest == newest[::-1]


def test_a_document_that_comes_in_meanwhile_moves_nothing(filled: FilledStore) -> None:
    many(filled)
    first = list_documents(filled.db, DocumentQuery(), limit=3)
    before = list_documents(filled.db, DocumentQuery(after=first.next), limit=3)
    filled.document(
        a_parsed({"1": [FORDS]}, [("New.", ["1"])], published="2030-01-01"),
        document_id="document-99",
        path="/desk/new.txt",
    )
    after = list_documents(filled.db, DocumentQuery(after=first.next), limit=3)
    assert after.documents == before.documents
    assert after.total == before.total + 1


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("BIRCH", ["document-01"]),
        ("100%", ["document-03"]),
        ("fir_", ["document-05"]),
        ("4-barges", ["document-04"]),
        ("nobody", []),
        ("' OR 1=1 --", []),
        ("%", ["document-03"]),
        ("!", []),
        ("\x00\ud800", []),
    ],
    ids=["case", "percent", "underscore", "file", "none", "sql", "wild", "escape", "broken"],
)
def test_words_are_looked_for_as_they_are(
    filled: FilledStore, words: str, found: list[str]
) -> None:
    many(filled)
    listed = list_documents(filled.db, DocumentQuery(words=words), limit=99)
    assert [each.id for each in listed.documents] == found
    assert listed.total == len(found)


def test_a_year_holds_what_was_published_in_it(filled: FilledStore) -> None:
    many(filled)
    assert list_years(filled.db) == [2023, 2022, 2021, 2020]
    listed = list_documents(filled.db, DocumentQuery(year=2021), limit=99)
    assert [each.published for each in listed.documents] == ["2021-03-09", "2021-03-08"]


def test_years_that_are_none_are_left_out(filled: FilledStore) -> None:
    for number, published in enumerate(("2024", "24 March", "0000", "", "9999-12-31", None)):
        filled.document(
            a_parsed({"1": [TOLLS]}, [(f"C {number}.", ["1"])], published=published),
            document_id=f"document-{number}",
            path=f"/{number}",
        )
    assert list_years(filled.db)[-1] == 2024
    assert set(list_years(filled.db)) <= {2024, 9999}


def test_a_state_finds_the_documents_that_cite_such_a_source(
    filled: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, url in enumerate((TOLLS, FORDS, TOLLS)):
        filled.document(
            a_parsed({"1": [url]}, [(f"Claim {number}.", ["1"])]),
            document_id=f"document-{number}",
            path=f"/{number}",
        )
    filled.checks(a_check_line(source_id_of(TOLLS), payload="p"))
    for rare in (2_000, 0):  # by the sources of the state, and by asking each document
        monkeypatch.setattr("provenance.store.documents_read._RARE", rare)
        alive = list_documents(filled.db, DocumentQuery(state="alive"), limit=9)
        assert sorted(each.id for each in alive.documents) == ["document-0", "document-2"]
        assert alive.total == 2
        unchecked = list_documents(filled.db, DocumentQuery(state="unchecked"), limit=9)
        assert [each.id for each in unchecked.documents] == ["document-1"]


def test_counting_stops_where_it_would_take_long(
    filled: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(filled)
    for module in ("store.documents_read", "trace.documents"):
        monkeypatch.setattr(f"provenance.{module}.MOST_COUNTED", 3)
    narrowed = list_documents(filled.db, DocumentQuery(words="barges"), limit=2)
    assert (narrowed.total, narrowed.is_more) == (3, True)
    whole = list_documents(filled.db, DocumentQuery(), limit=2)
    assert (whole.total, whole.is_more) == (8, False)
    few = list_documents(filled.db, DocumentQuery(words="1-barges"), limit=2)
    assert (few.total, few.is_more) == (1, False)


def test_a_document_that_nobody_knows_begins_the_list_anew(filled: FilledStore) -> None:
    ids = many(filled)
    listed = list_documents(filled.db, DocumentQuery(after="document-gone"), limit=99)
    assert len(listed.documents) == len(ids)


# --- what is known of claims ------------------------------------------------------------------------


def with_claims(filled: FilledStore) -> dict[str, int]:
    """Claims by text with their keys: one for every way in which a claim may stand."""
    filled.document(
        a_parsed(
            {"1": [TOLLS], "2": [FORDS], "3": [TOLLS, FORDS], "4": [SILENT], "5": ["see above"]},
            [
                ("One.", ["1"]),
                ("Two.", ["2"]),
                ("Three.", ["3", "1"]),
                ("Four.", ["4"]),
                ("Five.", ["5"]),
                ("Six.", ["9"]),
            ],
        )
    )
    filled.checks(
        a_check_line(source_id_of(TOLLS), payload="p", url=TOLLS),
        a_check_line(source_id_of(FORDS), on_day(1), payload="q", url=FORDS),
        a_check_line(source_id_of(SILENT), on_day(1), "temporary", url=SILENT),
    )
    return {row["text"]: row["claim_key"] for row in filled.db.rows("SELECT * FROM claims")}


def an_evidence(url: str, verdict: EvidenceVerdict, capture: str) -> Evidence:
    passage = Passage("Tolls rose.", "", "", 0, 11) if verdict in {"supported", "partial"} else None
    capture_id = make_id("capture", source_id_of(url), capture)
    return Evidence("c", source_id_of(url), verdict, "test/1", "why", capture_id, 0.5, passage)


def put(filled: FilledStore, key: int, url: str, verdict: EvidenceVerdict, day: int) -> None:
    put_evidence(filled.db, [(key, an_evidence(url, verdict, on_day(day).isoformat()))])


def standing(filled: FilledStore) -> dict[str, str | None]:
    document = read_document(filled.db, "document-one")
    assert document is not None
    (entry,) = list_documents(filled.db, DocumentQuery(), limit=9).documents
    assert entry.verdicts == document.verdicts
    assert sum(document.verdicts.values()) == len(document.claims)
    return {document.text[each.start : each.end]: each.verdict for each in document.claims}


def test_a_claim_stands_as_the_best_that_was_found_for_it(filled: FilledStore) -> None:
    keys = with_claims(filled)
    assert standing(filled) == {
        "One.": None,
        "Two.": None,
        "Three.": None,
        "Four.": "source_unavailable",
        "Five.": "not_checkable",
        "Six.": "not_checkable",
    }
    put(filled, keys["One."], TOLLS, "not_found", 0)
    put(filled, keys["Three."], TOLLS, "not_found", 0)
    put(filled, keys["Three."], FORDS, "partial", 1)
    known = standing(filled)
    assert (known["One."], known["Two."], known["Three."]) == ("not_found", None, "partial")


NOW = datetime(2024, 3, 9, 12, tzinfo=UTC)


def review(
    filled: FilledStore, claim: str, url: str, decision: ReviewDecision, hour: int = 0
) -> None:
    at = NOW + timedelta(hours=hour)
    with filled.db.atomic():
        apply_review(
            filled.db,
            Review(
                id=make_id("review", claim, url, decision, hour),
                claim_id=claim_id(filled, claim),
                source_id=source_id_of(url),
                at=at,
                by="ada",
                decision=decision,
                why="read it",
                claim_text=claim,
            ),
        )


def claim_id(filled: FilledStore, text: str) -> str:
    return str(filled.db.value("SELECT claim_id FROM claims WHERE text = ?", (text,)))


def test_what_a_person_said_comes_before_what_a_method_found(filled: FilledStore) -> None:
    keys = with_claims(filled)
    put(filled, keys["One."], TOLLS, "supported", 0)
    put(filled, keys["Two."], FORDS, "not_found", 1)
    put(filled, keys["Three."], TOLLS, "supported", 0)
    put(filled, keys["Three."], FORDS, "partial", 1)
    review(filled, "One.", TOLLS, "rejected")
    review(filled, "Two.", FORDS, "confirmed")
    review(filled, "Three.", TOLLS, "rejected")
    review(filled, "Four.", SILENT, "confirmed")
    known = standing(filled)
    assert known["One."] == "not_found"
    assert known["Two."] == "supported"
    assert known["Three."] == "partial"  # the other source still says so
    assert known["Four."] == "supported"
    review(filled, "One.", TOLLS, "undone", hour=1)
    assert standing(filled)["One."] == "supported"


def test_what_the_stable_view_says_of_a_claim_is_what_the_page_says(filled: FilledStore) -> None:
    keys = with_claims(filled)
    put(filled, keys["One."], TOLLS, "supported", 0)
    put(filled, keys["Three."], TOLLS, "not_found", 0)
    put(filled, keys["Three."], FORDS, "partial", 1)
    review(filled, "One.", TOLLS, "rejected")
    known = standing(filled)
    order = ["supported", "partial", "not_found", None, "source_unavailable", "not_checkable"]
    seen: dict[str, str | None] = {}
    for row in filled.db.rows("SELECT * FROM claim_sources WHERE source_id IS NOT NULL"):
        verdict = row["evidence_verdict"]
        before = seen.setdefault(row["claim_text"], verdict)
        seen[row["claim_text"]] = min(before, verdict, key=order.index)
    assert seen == {text: verdict for text, verdict in known.items() if text in seen}
    assert set(seen) == {"One.", "Two.", "Three.", "Four."}


# --- one document ------------------------------------------------------------------------------------


def read(filled: FilledStore, version: int | None = None) -> DocumentText:
    document = read_document(filled.db, "document-one", version)
    assert document is not None
    return document


def test_markers_lead_to_notes_and_notes_to_sources(filled: FilledStore) -> None:
    with_claims(filled)
    document = read(filled)
    three = document.claims[2]
    notes = {note.id: note for note in document.notes}
    assert [notes[each.note_id or ""].label for each in three.markers] == ["3", "1"]
    assert [each.source_id for each in notes[three.markers[0].note_id or ""].citations] == [
        source_id_of(TOLLS),
        source_id_of(FORDS),
    ]
    assert document.claims[5].markers[0].note_id is None
    commentary = next(note for note in document.notes if note.label == "5").citations
    assert [each.source_id for each in commentary] == [None]


def test_the_state_that_gives_most_reason_to_look_is_a_claims(filled: FilledStore) -> None:
    with_claims(filled)
    filled.checks(
        *(a_check_line(source_id_of(FORDS), on_day(20 + 5 * day), "gone") for day in range(4))
    )
    worst = {each.id: each.worst_state for each in read(filled).claims}
    assert worst[claim_id(filled, "One.")] == "alive"
    assert worst[claim_id(filled, "Three.")] == "dead"
    assert worst[claim_id(filled, "Five.")] is None


def test_every_version_can_be_read(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": [TOLLS]}, [("As it was.", ["1"])]))
    filled.document(a_parsed({"1": [FORDS]}, [("As it is.", ["1"])]), at=on_day(1))
    assert read(filled).text == "As it is."
    assert read(filled).version == 2
    earlier = read(filled, 1)
    assert (earlier.text, earlier.version, earlier.current_version) == ("As it was.", 1, 2)
    assert [each.version for each in earlier.versions] == [1, 2]
    assert read_document(filled.db, "document-one", 3) is None
    assert read_document(filled.db, "document-none") is None
    (entry,) = list_documents(filled.db, DocumentQuery(), limit=9).documents
    assert (entry.version, entry.versions, entry.claims) == (2, 2, 1)
