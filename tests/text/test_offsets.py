"""Spans and offset maps: a derived text always leads back to what it was made from."""

from hypothesis import given
from hypothesis import strategies as st

from provenance.text import OffsetMap, OffsetMapBuilder, Span

PIECES = st.lists(
    st.tuples(st.text(max_size=6), st.sampled_from(["keep", "shrink", "insert", "skip"])),
    max_size=20,
)


def build(pieces: list[tuple[str, str]]) -> tuple[str, str, OffsetMap]:
    """A source, the text derived from it, and the map; inserted text is marked with ¶."""
    source, made = "", OffsetMapBuilder()
    for text, how in pieces:
        start = len(source)
        if how == "insert":
            made.insert("¶")
            continue
        source += text
        if how == "keep":
            made.append(text, start, len(source))
        elif how == "shrink" and len(text) > 1:
            made.append("&", start, len(source))
    derived, offsets = made.build()
    return source, derived, offsets


@given(PIECES)
def test_every_derived_character_leads_to_where_it_came_from(
    pieces: list[tuple[str, str]],
) -> None:
    source, derived, offsets = build(pieces)
    for offset, char in enumerate(derived):
        found = offsets.to_source(Span(offset, offset + 1))
        assert 0 <= found.start <= found.end <= len(source)
        if char not in "¶&":
            assert found.of(source) == char


@given(PIECES, st.data())
def test_a_span_is_never_lost_and_never_out_of_order(
    pieces: list[tuple[str, str]], data: st.DataObject
) -> None:
    source, derived, offsets = build(pieces)
    start = data.draw(st.integers(0, len(derived)))
    end = data.draw(st.integers(start, len(derived)))
    found = offsets.to_source(Span(start, end))
    assert 0 <= found.start <= found.end <= len(source)


def test_what_was_shrunk_leads_to_all_of_it() -> None:
    made = OffsetMapBuilder()
    made.append("a", 0, 1)
    made.append("&", 1, 6)
    made.append("b", 6, 7)
    text, offsets = made.build()
    assert text == "a&b"
    assert offsets.to_source(Span(1, 2)) == Span(1, 6)
    assert offsets.to_source(Span(0, 3)) == Span(0, 7)


def test_spans_know_what_lies_in_them() -> None:
    span = Span(2, 5)
    assert 2 in span
    assert 5 not in span
    assert "2" not in span
    assert span.overlaps(Span(4, 9))
    assert not span.overlaps(Span(5, 9))
    assert Span(3, 3).of("abcdef") == ""
