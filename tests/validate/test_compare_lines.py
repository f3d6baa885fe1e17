"""Lines held against lines: nothing is lost, what is the same is the same, and long texts take bounded time."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from provenance.validate.compare_lines import LineChange, compare_lines, fold_context
from provenance.validate.compare_words import fold
from support.growth import assert_grows_in_step

# Few words, so that lines are often alike.
LINES = st.lists(
    st.lists(st.sampled_from("toll ford barge crowns 16 17 is not".split()), min_size=1, max_size=8)
    .map(" ".join),
    max_size=14,
)  # fmt: skip


def ops(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int | None, int | None]]:
    return [(line.op, line.old, line.new) for line in compare_lines(old, new)]


def said_by(line: LineChange, op: str) -> str:
    return "".join(run.text for run in line.runs if run.op in {"same", op})


def test_a_line_with_another_number_is_the_same_line_changed() -> None:
    old = ["Tolls", "The toll at the ford is 16 crowns.", "Salt goes free."]
    new = ["Tolls", "The toll at the ford is 17 crowns.", "Salt goes free."]
    assert ops(old, new) == [("same", 1, 1), ("changed", 2, 2), ("same", 3, 3)]
    runs = compare_lines(old, new)[1].runs
    assert [(run.op, run.text) for run in runs if run.op != "same"] == [
        ("gone", "16"),
        ("new", "17"),
    ]


def test_other_lines_are_gone_and_new_not_changed() -> None:
    old, new = ["Boats carry salt."], ["Nobody crosses in winter, says the ferryman."]
    assert ops(old, new) == [("gone", 1, None), ("new", None, 1)]


def test_of_several_lines_those_that_are_alike_stand_together() -> None:
    old = ["Carts pay half of that.", "The ford is closed in the dry month."]
    new = ["A new line about winter.", "The ford is closed in the wet month."]
    assert ops(old, new) == [("gone", 1, None), ("new", None, 1), ("changed", 2, 2)]


def test_what_is_set_otherwise_is_the_same_line() -> None:
    assert ops(["The “upper”  ford – here"], ['The "upper" ford - here']) == [("same", 1, 1)]


@given(LINES, LINES)
def test_both_texts_can_be_read_off_the_comparison(old: list[str], new: list[str]) -> None:
    lines = compare_lines(old, new)
    assert [line.old for line in lines if line.old] == list(range(1, len(old) + 1))
    assert [line.new for line in lines if line.new] == list(range(1, len(new) + 1))
    assert [said_by(line, "gone") for line in lines if line.old] == old
    assert [fold(said_by(line, "new")) for line in lines if line.new] == [
        fold(each) for each in new
    ]


@given(LINES)
def test_a_text_differs_nowhere_from_itself(text: list[str]) -> None:
    lines = compare_lines(text, text)
    assert all(line.op == "same" for line in lines)
    assert fold_context(lines, 2) == ()


@given(LINES, LINES, st.integers(0, 3))
def test_folding_leaves_out_only_what_is_the_same_and_says_how_much(
    old: list[str], new: list[str], context: int
) -> None:
    lines = compare_lines(old, new)
    stretches = fold_context(lines, context)
    shown = [line for stretch in stretches for line in stretch.lines]
    assert [line for line in shown if line.op != "same"] == [
        line for line in lines if line.op != "same"
    ]
    if stretches:
        assert sum(stretch.skipped for stretch in stretches) + len(shown) == len(lines)


def test_long_texts_take_time_by_their_length() -> None:
    def build(count: int) -> tuple[list[str], list[str]]:
        old = [f"line {number} tells of the toll at mile {number}" for number in range(count)]
        new = [line if number % 50 else f"{line} and more" for number, line in enumerate(old)]
        return old, new

    assert_grows_in_step(lambda texts: compare_lines(*texts), build, 4_000, 32_000)


def test_thousands_of_lines_that_are_all_alike_are_compared_too() -> None:
    lines = compare_lines(["Read more"] * 12_000, ["Read more"] * 11_999 + ["Read less"])
    assert len(lines) >= 12_000
    one = compare_lines(["x" * 3_000_000], ["y" * 3_000_000])
    assert [line.op for line in one] == ["gone", "new"]
