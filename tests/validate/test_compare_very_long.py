"""A text without a full stop is one claim of any length: it is compared all the same, and soon."""

from provenance.validate.compare_words import similarity

TOLLS, RATES = "Tolls rose again at the ford. ", "Seven lanterns, by night? Yes: "


def test_very_long_texts_are_told_by_their_beginnings() -> None:
    old, new = TOLLS * 40_000, RATES + TOLLS * 40_000  # in full they take 20 s
    assert 0.99 < similarity(old, new, 0.5) <= 1.0
    assert similarity(old, RATES * 40_000, 0.6) == 0.0


def test_what_begins_alike_and_is_much_longer_is_not_alike() -> None:
    assert similarity(TOLLS * 700, TOLLS * 70_000, 0.5) == 0.0
    assert 0.0 < similarity(TOLLS * 700, TOLLS * 70_000) < 0.03


def test_what_is_no_longer_than_is_read_is_compared_in_full() -> None:
    assert similarity("two barges", "ten barges") == 0.8
    assert similarity(TOLLS, TOLLS) == 1.0
    assert similarity("", "") == 1.0
