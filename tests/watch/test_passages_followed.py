"""What became of the passages that claims lean on, in a later text."""

from provenance.model import Passage
from provenance.watch.passages import follow_passages
from support.histories import LATER, OLD_TEXT


def passage(exact: str) -> Passage:
    start = OLD_TEXT.index(exact)
    end = start + len(exact)
    return Passage(
        exact, OLD_TEXT[max(0, start - 32) : start], OLD_TEXT[end : end + 32], start, end
    )


def test_each_passage_is_followed_into_the_later_text() -> None:
    followed = follow_passages(
        map(passage, (
            "The toll at the upper ford is 16 crowns for a barge.",
            "The ford is closed in the dry month.",
            "Boats that carry salt go free.",
        )),
        LATER,
    )  # fmt: skip
    assert [(each.found.state, each.now) for each in followed] == [
        ("altered", "The toll at the upper ford is 17 crowns for a barge."),
        ("missing", ""),
        ("intact", "Boats that carry salt go free."),
    ]
    for each in followed:
        if each.found.span:
            assert each.found.span.of(LATER) == each.now


def test_no_passages_are_followed_to_nothing() -> None:
    assert follow_passages((), LATER) == ()
    assert follow_passages([passage("Carts pay half of that.")], "")[0].found.state == "missing"
