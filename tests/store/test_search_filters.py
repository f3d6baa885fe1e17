"""What narrows a search narrows it the same by either way, and a common word costs no more than others."""

import random
from collections.abc import Iterator
from itertools import product

import msgspec
import pytest

from provenance.store import candidates
from provenance.store.filters import SearchFilters, hosts_below
from provenance.store.search import search
from support.records import (
    a_check_line,
    a_citation,
    a_document_line,
    a_parsed,
    a_text_line,
    on_day,
    source_id_of,
)
from support.stores import FilledStore

HOSTS = ("tolls.example", "news.tolls.example", "fords.example", "fords.example.org", "x_y.example")
A_REPORT = msgspec.structs.replace(
    a_citation("Meridian Press, Tolls"), kind="subscription", title="Tolls", publisher="Meridian"
)


@pytest.fixture(scope="module")
def library() -> Iterator[FilledStore]:
    """Forty documents over four years in three languages; every claim says "barge"."""
    filled = FilledStore()
    draw = random.Random(20231215)
    for number in range(40):
        notes: dict[str, list[object]] = {
            str(label): [f"https://{draw.choice(HOSTS)}/{number % 7}/{label}"] for label in range(3)
        }
        if number % 5 == 0:
            notes["3"] = [A_REPORT]
        claims = [(f"A barge was stopped, case {number} {label}.", [label]) for label in notes]
        parsed = a_parsed(
            notes,  # type: ignore[arg-type]
            claims,
            title=f"Update {number}",
            published=f"{2020 + number % 4}-0{1 + number % 9}-11" if number % 11 else None,
        )
        language = ("en", "fr", None)[number % 3]
        metadata = msgspec.structs.replace(parsed.document.metadata, language=language)
        parsed = msgspec.structs.replace(
            parsed, document=msgspec.structs.replace(parsed.document, metadata=metadata)
        )
        filled.document(parsed, document_id=f"document-{number}", path=f"/desk/{number}.txt")
    urls = filled.db.column("SELECT url FROM sources WHERE url IS NOT NULL ORDER BY url")
    for number, url in enumerate(urls):
        outcomes = ("ok", "wall", "blocked")
        payload = f"p{number}" if number % 2 else None
        day = on_day(400 * (number % 3))
        line = a_check_line(source_id_of(url), day, outcomes[number % 3], url=url, payload=payload)
        filled.checks(line)
        if payload:
            filled.texts(a_text_line(payload, f"The barge of page {number}.",
                                     language=("en", "fr")[number % 2]))  # fmt: skip
    yield filled
    filled.db.close()


_CITED = """
SELECT {key} FROM {table} x JOIN contents k USING (content_key) JOIN documents d USING (content_key)
WHERE (?1 IS NULL OR d.document_id = ?1) AND (?2 IS NULL OR k.published >= ?2)
  AND (?3 IS NULL OR substr(k.published, 1, length(?3)) <= ?3) AND (?5 IS NULL OR k.language = ?5)
  AND ((?4 IS NULL AND ?6 IS NULL AND ?7 IS NULL) OR EXISTS (
    SELECT 1 FROM {cited} JOIN sources s USING (source_id) LEFT JOIN states t USING (source_id)
    WHERE {own} AND (?4 IS NULL OR s.host = ?4 OR s.host LIKE '%.' || replace(?4, '_', '\\_') ESCAPE '\\')
      AND (?6 IS NULL OR t.state = ?6) AND (?7 IS NULL OR i.kind = ?7)))
"""
_CLAIMS = _CITED.format(
    key="x.claim_id", table="claims", own="m.claim_key = x.claim_key",
    cited="markers m JOIN citations i USING (note_key)",
)  # fmt: skip
_NOTES = _CITED.format(
    key="x.note_id", table="notes", own="i.note_key = x.note_key", cited="citations i"
)
_CITED_BY_7 = """
SELECT source_id FROM citations JOIN notes USING (note_key) JOIN documents d USING (content_key)
WHERE document_id = 'document-7'
"""
FILTERS = [
    SearchFilters(document=document, since=since, until=until, host=host, state=state, language=language, kind=kind)
    for document, (since, until), host, state, language, kind in product(
        (None, "document-10"),
        ((None, None), ("2021", None), (None, "2022-03"), ("2020-02-01", "2021-12-31")),
        (None, "tolls.example", "fords.example", "x_y.example", "nobody.example"),
        (None, "alive", "walled"),
        (None, "fr"),
        (None, "web", "subscription"),
    )
]  # fmt: skip


@pytest.mark.parametrize("most", [1, 10, 3_000], ids=["common", "some", "rare"])
def test_filters_pass_what_a_plain_join_passes_by_either_way(
    library: FilledStore, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a most of 1 every word is common: then the filters' own indices are read."""
    monkeypatch.setattr(candidates, "MOST_RANKED", most)
    for filters in FILTERS:
        values = tuple(getattr(filters, name) for name in filters.__struct_fields__)
        # in the order of the parameters: document, since, until, host, language, state, kind
        asked = (*values[:4], values[5], values[4], values[6])
        found = search(
            library.db, "barge", filters=filters, limit=1_000, within=["claims", "notes"]
        )
        expected = set(library.db.column(_CLAIMS, asked))
        got = {hit.claim_id for hit in found.claims}
        assert got <= expected, filters
        if "claims" not in found.bounded:
            assert got == expected, filters
            assert found.counts["claims"] == len(expected)
        wanted = set(library.db.column(_NOTES, asked))
        found = search(library.db, "https", filters=filters, limit=1_000, within=["notes"])
        got = {hit.note_id for hit in found.notes}
        assert got <= wanted, filters
        # reports have no address, hence no such word in their notes
        reports = set(library.db.column("SELECT note_id FROM citations JOIN notes USING (note_key)"
                                        " WHERE kind = 'subscription'"))  # fmt: skip
        if "notes" not in found.bounded:
            assert got == wanted - reports, filters


@pytest.mark.parametrize("most", [1, 3_000], ids=["common", "rare"])
@pytest.mark.parametrize(
    ("filters", "check"),
    [
        (SearchFilters(host="tolls.example"), "s.host LIKE '%tolls.example'"),
        (SearchFilters(state="walled"), "t.state = 'walled'"),
        (SearchFilters(language="fr"), "x.language = 'fr'"),
        (SearchFilters(since="2024", until="2025-01-18"), "c.at BETWEEN '2024' AND '2025-01-19'"),
        (SearchFilters(kind="subscription"), "0"),
        (SearchFilters(document="document-7"), f"s.source_id IN ({_CITED_BY_7})"),
    ],
    ids=["host", "state", "language", "days", "kind", "document"],
)  # fmt: skip
def test_archived_texts_are_narrowed_by_what_they_are_copies_of(
    library: FilledStore,
    filters: SearchFilters,
    check: str,
    most: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candidates, "MOST_RANKED", most)
    found = search(library.db, "barge", filters=filters, limit=1_000, within=["texts"])
    expected = library.db.column(
        "SELECT DISTINCT x.payload_sha256 FROM texts x JOIN captures c USING (payload_sha256)"
        f" JOIN sources s USING (source_id) JOIN states t USING (source_id) WHERE {check}"
    )
    got = [hit.payload_sha256 for hit in found.texts]
    assert set(got) <= set(expected)
    if not found.bounded:
        assert sorted(got) == sorted(expected)
        assert found.counts["texts"] == len(expected)


def test_of_a_common_word_the_latest_are_ranked_and_that_is_said(
    library: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "MOST_RANKED", 5)
    found = search(library.db, "barge", limit=100)
    assert set(found.bounded) == {"claims", "texts"}
    assert found.counts["claims"] == 5
    assert {hit.document_id for hit in found.claims} <= {"document-39", "document-38"}
    assert search(library.db, "barge 39", limit=100).bounded == ()


def test_words_in_the_order_in_which_they_were_typed_come_up() -> None:
    filled = FilledStore()
    texts = [
        "Stopped at Ouldane was the barge.",
        "The long barge that was seen stopped at Ouldane, far away.",
    ]
    filled.document(a_parsed(claims=[(text, ["1"]) for text in texts]))
    assert [hit.text for hit in search(filled.db, "stopped ouldane").claims] == texts
    assert [hit.text for hit in search(filled.db, "stopped at Ouldane").claims] == texts
    assert search(filled.db, "barge that was").claims[0].text == texts[1]
    filled.db.close()


def test_words_in_order_in_a_longer_claim_come_before_the_same_words_in_a_shorter_one() -> None:
    filled = FilledStore()
    in_order = "The long barge that was seen stopped at Ouldane, far away."
    shorter = "At Ouldane barges stopped."
    filled.document(a_parsed(claims=[(text, ["1"]) for text in (shorter, in_order)]))
    assert [hit.text for hit in search(filled.db, "stopped at Ouldane").claims] == [
        in_order,
        shorter,
    ]
    assert [hit.text for hit in search(filled.db, "Ouldane stopped").claims] == [shorter, in_order]
    filled.db.close()


def test_a_word_of_the_title_weighs_more_than_one_of_the_text() -> None:
    filled = FilledStore()
    filled.document(a_parsed({"1": ["https://a.example/1", "https://a.example/2"]}))
    for url, payload in (("https://a.example/1", "p"), ("https://a.example/2", "q")):
        filled.checks(a_check_line(source_id_of(url), url=url, payload=payload))
    filled.texts(
        a_text_line("p", "The ferry and the ferry. Other words are here too.", title="A page"),
        a_text_line("q", "Nothing of the kind stands in this text at all.", title="The ferry"),
    )
    assert [hit.title for hit in search(filled.db, "ferry").texts] == ["The ferry", "A page"]
    filled.db.close()


def test_a_snippet_says_where_in_the_text_it_stands(library: FilledStore) -> None:
    for hit in search(library.db, "barge page").texts:
        text = library.db.value(
            "SELECT text FROM texts WHERE payload_sha256 = ?", (hit.payload_sha256,)
        )
        assert text[hit.start : hit.end] == hit.snippet.strip("…")


def test_notes_are_found_with_their_document_and_claim(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": ["https://a.example/ferries"], "2": ["https://b.example/unmarked"]},
                             [("A claim.", ["1"])]))  # fmt: skip
    (note,) = search(filled.db, "ferries").notes
    assert (note.label, note.document_name) == ("1", "Weekly update")
    assert note.claim_id == filled.db.value("SELECT claim_id FROM claims")
    assert [span.of(note.snippet) for span in note.ranges] == ["ferries"]
    (unmarked,) = search(filled.db, "unmarked").notes
    assert unmarked.claim_id is None
    filled.document(a_parsed(claims=[("Another.", ["1"])]), at=on_day(1))
    assert search(filled.db, "ferries").notes == ()


def test_names_are_offered_where_nothing_narrows_only(library: FilledStore) -> None:
    assert search(library.db, "tols.example").hosts[0].host == "tolls.example"
    assert search(library.db, "tols.example", filters=SearchFilters(language="en")).hosts == ()
    assert search(library.db, "Update 17").titles[0].document_id == "document-17"


@pytest.mark.parametrize(
    ("typed", "hosts"),
    [
        ("tolls.example", {"tolls.example", "news.tolls.example"}),
        ("www.tolls.example", {"tolls.example", "news.tolls.example"}),
        ("https://TOLLS.example/a/b", {"tolls.example", "news.tolls.example"}),
        ("news.tolls.example", {"news.tolls.example"}),
        ("fords.example", {"fords.example"}),
        ("ords.example", set()),
        ("x_y.example", {"x_y.example"}),
        ("xay.example", set()),
        ("example", {"tolls.example", "news.tolls.example", "fords.example", "x_y.example"}),
        ("%", set()),
        ("", set()),
        (".", set()),
        ("\ud800", set()),
    ],
)
def test_a_host_means_itself_and_what_is_below_it(
    library: FilledStore, typed: str, hosts: set[str]
) -> None:
    assert set(hosts_below(library.db, typed)) == hosts


@pytest.mark.parametrize(
    ("filters", "faults"),
    [
        (SearchFilters(), 0),
        (SearchFilters(since="2024", until="2024-03-08"), 0),
        (SearchFilters(since="yesterday", until="8 March"), 2),
        (SearchFilters(state="gone", kind="tweet"), 2),  # type: ignore[arg-type]
    ],
    ids=["none", "days", "no-days", "no-words"],
)
def test_what_can_be_no_filter_is_said(filters: SearchFilters, faults: int) -> None:
    assert len(filters.faults()) == faults


def test_one_document_in_two_places_is_shown_in_both(filled: FilledStore) -> None:
    parsed = a_parsed(claims=[("A shared claim.", ["1"])])
    filled.document(parsed)
    filled.document(parsed, document_id="document-two", path="/desk/two.txt")
    assert a_document_line(parsed).document_id == "document-one"
    assert {hit.document_id for hit in search(filled.db, "shared").claims} == {
        "document-one",
        "document-two",
    }


def test_a_common_word_goes_on_no_further(
    library: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert search(library.db, "stop", prefix=True).counts["claims"] > 100
    assert search(library.db, "sto", prefix=True).claims == ()  # three letters begin too many words
    filled = FilledStore()
    filled.document(
        a_parsed(claims=[("An oar.", ["1"]), ("An oar again.", ["1"]), ("Oarsmen.", ["1"])])
    )
    monkeypatch.setattr(candidates, "MOST_RANKED", 1)
    assert [hit.text for hit in search(filled.db, "oars", prefix=True).claims] == ["Oarsmen."]
    assert all("oar" in hit.text for hit in search(filled.db, "oar", prefix=True).claims)
    filled.db.close()
