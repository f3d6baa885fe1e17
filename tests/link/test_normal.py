"""A text's normal form, and the way back from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.link.normal import normalise
from provenance.text import Span
from support.growth import assert_grows_in_step

UGLY = (
    "aAb \n\t\u00a0\u00ad\u200b\u202eéßİı\u0301\u0308'“”‘–-ﬁ½²¨´ｶﾞ가\u1100\u1161\u11a8"
    "👩\u200d👩🏽ك\u0650تَا\u0640أ\u0654\u0653ﷺ…\u09c7\u09be1٣שׁ"
)
ugly_texts = st.text(alphabet=st.sampled_from(UGLY), max_size=40) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“Toll‑house”", '"toll-house"'),
        ("the\u00a0 toll\r\n\tis", "The toll is"),
        ("the to\u00adll\u200b", "the toll"),
        ("a bro\u00ad\nken line", "a broken line"),
        ("cafe\u0301", "CAFÉ"),
        ("\u202bالكِتَابُ\u202c", "الكتاب"),
        ("كتـــاب", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("ﬁfty ５０", "fifty 50"),
        ("STRASSE", "straße"),
        ("ｶﾞｰ", "ガー"),
        ("\u1112\u1161\u11ab", "한"),
    ],
    ids=ascii,
)
def test_texts_that_differ_only_in_how_they_are_set_are_one(one: str, other: str) -> None:
    assert normalise(one).text == normalise(other).text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("toll", "tolls"),
        ("16", "17"),
        ("1.5", "15"),
        ("résumé", "resume"),
        ("أمل", "امل"),
        ("-5", "5"),
    ],
    ids=ascii,
)
def test_other_words_and_numbers_stay_others(one: str, other: str) -> None:
    assert normalise(one).text != normalise(other).text


@given(ugly_texts)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(ugly_texts, st.data())
def test_every_part_leads_back_to_what_it_was_made_from(text: str, data: st.DataObject) -> None:
    normal = normalise(text)
    size = len(normal.text)
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    source = normal.to_source(Span(start, end))
    assert 0 <= source.start <= source.end <= len(text)
    if start < end:
        assert source.start < source.end
        assert normal.text[start:end].strip() in normalise(source.of(text)).text


@given(
    st.lists(st.sampled_from(["Ford", "👩‍🚀", "e\u0301té", "كِتاب", "16", "ﬁn"]), min_size=1),
    st.data(),
)
def test_a_word_is_found_at_its_own_code_points(words: list[str], data: st.DataObject) -> None:
    text = "\u00a0 ".join(words)
    number = data.draw(st.integers(0, len(words) - 1))
    start = sum(len(word) + 2 for word in words[:number])
    normal = normalise(text)
    before = normalise("\u00a0 ".join([*words[:number], ""])).text
    at = len(before)
    span = normal.to_source(Span(at, at + len(normalise(words[number]).text)))
    assert span == Span(start, start + len(words[number]))


@pytest.mark.parametrize(
    "part",
    ["a", "\u0301", "e\u0301", "\u00ad \n", "ß", "كِ", " \u200b"],
    ids=ascii,
)
def test_time_grows_with_the_length_whatever_stands_there(part: str) -> None:
    times = 20_000 // len(part)
    assert_grows_in_step(normalise, lambda count: part * count, times, times * 8)
