"""Full text: every text is a legal query, in every script."""

from collections.abc import Iterator

import pytest

from provenance.store.search import search
from support.records import a_check_line, a_parsed, a_text_line, on_day, source_id_of
from support.stores import FilledStore

A = "https://a.example/x"
CLAIMS = {
    "en": "JNIM’s fighters attacked Ségou, killing 16 soldiers.",
    "ar": "هاجم المسلحون معسكرًا للجيش في مالي",
    "ru": "Боевики атаковали лагерь армии в Мали",
    "sign": 'Use of AND, OR and NOT "quoted" in c++ (v2.0) cost 5 $ 🙂',
}


@pytest.fixture(scope="module")
def library() -> Iterator[FilledStore]:
    filled = FilledStore()
    filled.document(a_parsed({"1": [A]}, [(text, ["1"]) for text in CLAIMS.values()]))
    filled.checks(
        a_check_line(source_id_of(A), on_day(0), payload="p"),
        a_check_line(source_id_of(A), on_day(7), payload="p"),
    )
    page = "Nothing yet. " * 60 + "Then the convoy reached Djibo at dawn. " + "And so on. " * 60
    filled.texts(a_text_line("p", page, title="Convoy reaches town"))
    yield filled
    filled.db.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("attacked", "en"),
        ("ATTACKED soldiers", "en"),
        ("segou", "en"),
        ("SÉGOU", "en"),
        ('"killing 16 soldiers"', "en"),
        ("JNIM's", "en"),
        ("killing 16 soldiers.", "en"),
        ("المسلحون", "ar"),
        ("معسكرا", "ar"),  # without its tanwin
        ("معسكرًا", "ar"),
        ("مَالِي", "ar"),  # with vowels that the text leaves out
        ("مـــالي", "ar"),  # stretched
        ("مالي هاجم", "ar"),
        ("боевики", "ru"),
        ("МАЛИ", "ru"),
        ("AND OR NOT", "sign"),
        ("c++", "sign"),
        ("v2.0", "sign"),
        ("quoted 🙂", "sign"),
        ('"quoted', "sign"),
        ("5 $", "sign"),
    ],
)
def test_a_claim_is_found_by_its_words(library: FilledStore, query: str, found: str) -> None:
    result = search(library.db, query)
    assert [hit.text for hit in result.claims] == [CLAIMS[found]]


@pytest.mark.parametrize(
    "query",
    [
        "", " ", '"', '""', '"""', "'", "(", ")", "*", "a*b*", "^x", "-x", "x-", "NEAR(x y)",
        "NEAR", "AND", "text:x", "{text}:x", "x AND", "NOT", "🙂", "🙂🙂 👩‍👩‍👧", "\0", "a\0b", "\ud800",
        "\ufdd0", "ـ", "\u202e", "%", "_", ";", "--", "x" * 100_000, "a " * 10_000, '"a" ' * 500,
        "\u0301", "a\u0301" * 500, "+ + +", "rank", "'; DROP TABLE claims; --",
    ],
)  # fmt: skip
@pytest.mark.parametrize("prefix", [False, True])
def test_every_text_is_a_legal_query(library: FilledStore, query: str, prefix: bool) -> None:
    result = search(library.db, query, prefix=prefix)
    assert len(result.claims) <= len(CLAIMS)
    assert library.db.value("SELECT count(*) FROM claims") == len(CLAIMS)


def test_all_words_must_be_there_and_a_phrase_in_order(library: FilledStore) -> None:
    assert search(library.db, "attacked convoy").claims == ()
    assert search(library.db, '"16 killing"').claims == ()


def test_the_last_word_may_go_on_when_asked(library: FilledStore) -> None:
    assert search(library.db, "fighters attac").claims == ()
    assert len(search(library.db, "fighters attac", prefix=True).claims) == 1
    assert search(library.db, "fight attacked", prefix=True).claims == ()


def test_ranges_are_offsets_of_the_words_in_the_claim(library: FilledStore) -> None:
    (hit,) = search(library.db, "segou soldiers").claims
    assert [span.of(hit.text) for span in hit.ranges] == ["Ségou", "soldiers"]
    (hit,) = search(library.db, "армии").claims
    assert [span.of(hit.text) for span in hit.ranges] == ["армии"]


def test_an_archived_text_is_found_once_by_its_latest_capture(library: FilledStore) -> None:
    (hit,) = search(library.db, "djibo convoy").texts
    assert (hit.source_id, hit.at[:10], hit.url) == (source_id_of(A), "2023-12-23", A)
    assert len(hit.snippet) < 300
    assert {span.of(hit.snippet).lower() for span in hit.ranges} == {"convoy", "djibo"}
    assert [found.title for found in search(library.db, "reaches").texts] == ["Convoy reaches town"]


def test_the_better_hit_comes_first_and_no_more_than_asked_for() -> None:
    filled = FilledStore()
    texts = ["camp " * 5, "camp " + "other words " * 30, "nothing"]
    filled.document(a_parsed({"1": [A]}, [(text, ["1"]) for text in texts]))
    assert [hit.text for hit in search(filled.db, "camp").claims] == texts[:2]
    assert len(search(filled.db, "camp", limit=1).claims) == 1
    filled.db.close()


def test_claims_of_earlier_versions_are_not_found(filled: FilledStore) -> None:
    filled.document(a_parsed(claims=[("An early wording.", ["1"])]))
    filled.document(a_parsed(claims=[("A later wording.", ["1"])]), at=on_day(1))
    assert search(filled.db, "early").claims == ()
    assert [hit.text for hit in search(filled.db, "wording").claims] == ["A later wording."]


def test_what_was_replaced_is_not_found_any_more(filled: FilledStore) -> None:
    import msgspec

    parsed = a_parsed(claims=[("First reading.", ["1"])])
    filled.document(parsed)
    reread = msgspec.structs.replace(parsed.claims[0], text="Second reading.")
    filled.document(msgspec.structs.replace(parsed, claims=(reread,)), parser="test 2")
    assert search(filled.db, "first").claims == ()
    assert len(search(filled.db, "second").claims) == 1
    filled.db.execute("INSERT INTO claims_fts (claims_fts) VALUES ('integrity-check')")


def test_texts_that_hold_our_own_marks_or_nul_do_no_harm(filled: FilledStore) -> None:
    hostile = "a\ufdd1b \ufdd0 camp \ufdd1\ufdd1 c\0d camp"
    filled.document(a_parsed(claims=[(hostile, ["1"])]))
    (hit,) = search(filled.db, "camp").claims
    assert hit.text == hostile
    assert all(0 <= span.start <= span.end <= len(hit.text) for span in hit.ranges)


def test_a_text_that_only_a_memento_shows_is_found_as_that() -> None:
    filled = FilledStore()
    filled.document(a_parsed({"1": [A]}, [("A claim.", ["1"])]))
    filled.texts(a_text_line("m", "The convoy reached Djibo at dawn.", title="Saved elsewhere"))
    payload = filled.db.value("SELECT payload_sha256 FROM texts")
    filled.db.execute(
        'INSERT INTO memento_lookups (source_id, archive, at, url, outcome, reason, "count",'
        " uri_m, memento_at, payload_sha256) VALUES (?, 'web.archive.example', ?, ?, 'found', '',"
        " 1, ?, ?, ?)",
        (source_id_of(A), "2023-12-20T00:00:00.000000Z", A, f"https://web.archive.example/{A}",
         "2023-11-01T00:00:00.000000Z", payload),
    )  # fmt: skip
    (hit,) = search(filled.db, "Djibo").texts
    assert (hit.capture_id, hit.attachment_id, hit.source_id) == (None, None, source_id_of(A))
    assert hit.uri_m == f"https://web.archive.example/{A}"
    assert hit.at.startswith("2023-11-01")
    filled.db.close()
