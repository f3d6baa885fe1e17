"""A page is compared with the copy that claims lean on, night after night, and its passages are followed."""

from typing import Any, Literal

import pytest

from provenance.formats.ids import sha256_hex
from provenance.model import (
    Evidence,
    MementoCopy,
    MementoLine,
    MementoLookup,
    Passage,
    Review,
    ReviewLine,
    WarcPlace,
    Withdrawal,
    WithdrawalLine,
)
from provenance.pipeline.following import follow_all
from provenance.pipeline.progress import silent_progress
from provenance.store.dump import dump_rows
from provenance.store.evidence import put_evidence
from provenance.store.night_looked import passage_changes
from provenance.store.rot import base_text, base_words, read_leaned
from support.records import a_check_line, a_parsed, a_text_line, on_day, positions, source_id_of
from support.stores import FilledStore

FORD = "https://fords.example/upper"
SOURCE = source_id_of(FORD)
CLAIM = "A barge pays 16 crowns."
TOLL = "The toll at the upper ford is 16 crowns for a barge."
OTHER = "Carts pay half of that on every day but one."
PAGE = (
    f"Tolls at the fords\n{TOLL}\n{OTHER}\nThe ford is closed in the dry month of the year.\n"
    "Boats that carry salt go free, and so do children on market days."
)
EDITED = PAGE.replace("16 crowns", "17 crowns")
GONE = PAGE.replace(TOLL + "\n", "")
REWORDED = PAGE.replace("is 16 crowns for a barge", "amounts to 16 crowns for each barge")
TAKEN_OVER = "Play at our tables tonight. Cards, dice and wheels: the first round is on the house."


class Watched(FilledStore):
    """A source that one claim leans on, as it is looked at day by day."""

    def __init__(self, *, published: str | None = "2023-12-15") -> None:
        super().__init__()
        self.parsed = a_parsed({"1": [FORD]}, [(CLAIM, ["1"])], published=published)
        self.document(self.parsed)
        self._said = positions("said")

    def look(self, day: float, text: str, *, url: str = FORD, **changes: Any) -> str:
        """Look at the page, which shows this text; return the capture."""
        known = self.db.value(
            "SELECT capture_id FROM captures WHERE payload_sha256 = ? AND revisit_of IS NULL",
            (sha256_hex(text.encode()),),
        )
        line = a_check_line(
            source_id_of(url), on_day(day), payload=text, url=url,
            capture={"revisit_of": known}, **changes,
        )  # fmt: skip
        self.checks(line)
        if known is None:
            self.texts(a_text_line(text, text, at=on_day(day)))
        assert line.capture is not None
        return line.capture.id

    def lean(self, capture_id: str | None, exact: str, text: str, **copy: str) -> None:
        """Let the claim lean on a passage of the text of a capture (or another copy)."""
        quoted = quote(exact, text)
        claim = self.parsed.claims[0]
        key = self.db.value("SELECT claim_key FROM claims WHERE claim_id = ?", (claim.id,))
        named = {"capture_id": capture_id, "attachment_id": None, "uri_m": None} | copy
        found = Evidence(
            claim_id=claim.id, source_id=SOURCE, verdict="supported", score=0.9, passage=quoted,
            method="test/1", reason="", **named,
        )  # fmt: skip
        put_evidence(self.db, [(key, found)])

    def say(self, line: MementoLine | ReviewLine | WithdrawalLine) -> None:
        """Let a person's word count."""
        self.store.apply_holdings([(line, next(self._said))])

    def follow(self) -> int:
        return follow_all(self.store, silent_progress)

    @property
    def state(self) -> tuple[str, str]:
        row = self.db.first("SELECT state, reason FROM states WHERE source_id = ?", (SOURCE,))
        assert row
        return row["state"], row["reason"]

    @property
    def followed(self) -> dict[str, tuple[str, str, str]]:
        rows = self.db.rows("SELECT * FROM followed ORDER BY text_sha256")
        return {row["text_sha256"]: (row["state"], row["reason"], row["now"]) for row in rows}


def quote(exact: str, text: str) -> Passage:
    start = text.index(exact)
    end = start + len(exact)
    return Passage(exact, text[max(0, start - 32) : start], text[end : end + 32], start, end)


@pytest.fixture
def watched() -> Watched:
    made = Watched()
    made.lean(made.look(0, PAGE), TOLL, PAGE)
    assert made.follow() == 0
    return made


def told_since(watched: Watched, day: float) -> list[tuple[str, str]]:
    changes = passage_changes(watched.db, [SOURCE], on_day(day)).get(SOURCE, [])
    return [(change.was, change.state) for change in changes]


def test_a_passage_is_told_to_be_lost_when_a_second_look_saw_it_too(watched: Watched) -> None:
    watched.look(7, EDITED)
    watched.follow()
    assert watched.state[0] == "drifted"
    assert told_since(watched, 6) == []
    watched.look(8, EDITED)
    assert told_since(watched, 7.5) == [("intact", "altered")]
    assert told_since(watched, 8.5) == [], "once"
    watched.look(15, PAGE)
    watched.follow()
    assert told_since(watched, 14) == [("altered", "intact")]


def test_a_page_that_was_edited_for_one_night_is_told_to_nobody(watched: Watched) -> None:
    for day, text in ((7, EDITED), (8, PAGE), (15, PAGE)):
        watched.look(day, text)
        watched.follow()
        assert told_since(watched, day - 0.5) == []


def test_a_page_that_another_took_over_does_not_come_alive_again_by_staying_so(
    watched: Watched,
) -> None:
    for night in range(1, 30, 7):
        watched.look(night, TAKEN_OVER + f" Day {night}.")
        watched.follow()
        state, reason = watched.state
        assert state == "drifted", night
        assert "the passage that a claim leans on is missing; most of the text changed" in reason
    watched.look(40, PAGE)
    watched.follow()
    assert watched.state[0] == "alive"


@pytest.mark.parametrize(
    ("link", "told"),
    [("/upper?utm_source=mail", False), ("https://wheels.example/", True), (None, True)],
    ids=["the same, relative", "another", "gone"],
)
def test_a_page_that_names_itself_otherwise_is_told_of_beside_what_it_lost(
    link: str | None, told: bool
) -> None:
    def facts(canonical_link: str | None) -> dict[str, object]:
        return {"page": {"canonical_link": canonical_link} if canonical_link else {}}

    watched = Watched()
    watched.lean(watched.look(0, PAGE, facts=facts(FORD)), TOLL, PAGE)
    watched.look(7, GONE, facts=facts(link))
    watched.follow()
    assert watched.state[0] == "drifted"
    assert watched.state[1].endswith("; another canonical link") is told
    # the same page once more tells nothing of its head: that is known from the first look
    watched.look(9, GONE, facts={})
    watched.follow()
    assert watched.state[1].endswith("; another canonical link") is told


@pytest.mark.parametrize(
    ("text", "state", "passage"),
    [
        (EDITED, "drifted", "altered"),
        (GONE, "drifted", "missing"),
        (REWORDED, "alive", "reworded"),
        (PAGE.replace("\n", "\n\n"), "alive", None),
        (PAGE.replace("salt", "pepper"), "alive", None),
    ],
    ids=[
        "a number is another",
        "taken out",
        "said otherwise",
        "set otherwise",
        "changed elsewhere",
    ],
)
def test_what_counts_is_what_became_of_the_passage(
    watched: Watched, text: str, state: str, passage: str | None
) -> None:
    watched.look(1, text)
    watched.follow()
    assert watched.state[0] == state
    assert [each[0] for each in watched.followed.values()] == ([passage] if passage else [])


def test_the_reason_quotes_no_page_and_the_row_says_what_changed(watched: Watched) -> None:
    watched.look(1, EDITED)
    watched.follow()
    assert watched.state[1] == "the passage that a claim leans on is altered"
    (said,) = watched.followed.values()
    assert said == ("altered", "number: 16 is now 17", TOLL.replace("16", "17"))


def test_a_passage_that_stands_again_is_intact_again(watched: Watched) -> None:
    watched.look(1, GONE)
    watched.follow()
    watched.look(8, PAGE)
    watched.follow()
    assert watched.state[0] == "alive"
    watched.look(9, EDITED)
    watched.follow()
    assert watched.state[0] == "drifted"


def test_a_drifted_page_keeps_its_old_copy_beside_the_new(watched: Watched) -> None:
    watched.look(1, EDITED)
    watched.follow()
    texts = watched.db.column(
        "SELECT x.text FROM captures c JOIN texts x USING (payload_sha256) ORDER BY c.at"
    )
    assert texts == [PAGE, EDITED]
    assert base_text(watched.db, SOURCE) == sha256_hex(PAGE.encode())


def test_a_claim_leans_on_the_first_copy_though_later_ones_have_a_passage_too(
    watched: Watched,
) -> None:
    """Evidence is found in each new copy: what the page says now would vouch for itself."""
    watched.lean(watched.look(1, EDITED), TOLL.replace("16", "17"), EDITED)
    watched.follow()
    (leaned,) = read_leaned(watched.db, SOURCE)
    assert leaned.passage.exact == TOLL
    assert watched.state[0] == "drifted"


def test_a_document_that_names_no_day_leans_on_what_was_there_when_it_was_read() -> None:
    made = Watched(published=None)
    made.lean(made.look(0, PAGE), TOLL, PAGE)
    made.lean(made.look(9, EDITED), TOLL.replace("16", "17"), EDITED)
    made.look(16, EDITED + " ")
    made.follow()
    assert made.state[0] == "drifted"
    assert base_words(made.db, SOURCE)[1] == PAGE


def test_what_a_person_chose_is_followed_before_what_was_found(watched: Watched) -> None:
    said = quote(OTHER, PAGE)
    capture_id = watched.db.value("SELECT capture_id FROM captures")
    watched.look(1, PAGE.replace(OTHER + "\n", ""))
    assert watched.follow() == 2
    assert watched.state[0] == "alive"
    watched.say(a_review(watched, capture_id, "chosen", said))
    watched.follow()
    assert watched.state == ("drifted", "the passage that a claim leans on is missing")


def test_what_a_person_rejected_is_leaned_on_by_nobody(watched: Watched) -> None:
    capture_id = watched.db.value("SELECT capture_id FROM captures")
    watched.look(1, EDITED)
    watched.follow()
    assert watched.state[0] == "drifted"
    watched.say(a_review(watched, capture_id, "rejected", None))
    watched.follow()
    assert watched.state[0] == "alive"


def a_review(
    watched: Watched,
    capture_id: str,
    decision: Literal["chosen", "rejected"],
    passage: Passage | None,
) -> ReviewLine:
    claim = watched.parsed.claims[0]
    review = Review(
        id=f"review-{decision}", claim_id=claim.id, source_id=SOURCE, at=on_day(2), by="A. Editor",
        decision=decision, why="", claim_text=claim.text, capture_id=capture_id,
        content_sha256=watched.parsed.document.sha256, passage=passage,
        payload_sha256=sha256_hex(PAGE.encode()), text_sha256=sha256_hex(PAGE.encode()),
    )  # fmt: skip
    return ReviewLine(review, {})


def test_words_of_a_withdrawn_page_are_in_no_row(watched: Watched) -> None:
    capture_id = watched.look(1, EDITED)
    watched.follow()
    payload = sha256_hex(EDITED.encode())
    taken = Withdrawal(
        id="withdrawal-1", source_id=SOURCE, at=on_day(2), by="A. Editor", reason="by order",
        payload_sha256=payload, text_sha256=payload, captures=(capture_id,), attachments=(), places=(),
    )  # fmt: skip
    watched.say(WithdrawalLine(taken, {}))
    assert not watched.followed
    watched.follow()
    assert not watched.followed
    assert watched.state[0] == "alive"


def test_words_of_another_archives_copy_that_is_withdrawn_are_in_no_row() -> None:
    """No capture of ours has its bytes: nothing but the withdrawal itself leads to the rows."""
    watched, copied = Watched(), f"{PAGE} As it was copied elsewhere."
    uri_m, payload = f"https://archive.example/web/{FORD}", sha256_hex(copied.encode())
    copy = MementoCopy("text/html", payload, len(copied), WarcPlace("2023/b.warc.gz", 1, 2))
    found = MementoLookup(
        SOURCE, "archive.example", on_day(0), FORD, "found", "one copy",
        uri_m=uri_m, memento_at=on_day(-9), status=200, count=1, copy=copy,
    )  # fmt: skip
    watched.say(MementoLine(found, {}))
    watched.texts(a_text_line(copied, copied, at=on_day(0)))
    watched.look(1, EDITED)
    watched.lean(None, TOLL, copied, uri_m=uri_m)
    watched.follow()
    assert [state for state, _, _ in watched.followed.values()] == ["altered"]
    taken = Withdrawal(
        id="withdrawal-1", source_id=SOURCE, at=on_day(2), by="A. Editor", reason="by order",
        payload_sha256=payload, text_sha256=payload, captures=(), attachments=(), places=(),
    )  # fmt: skip
    watched.say(WithdrawalLine(taken, {}))
    assert not watched.followed
    assert not watched.db.rows("SELECT 1 FROM drifts")


def test_what_every_page_of_a_host_shows_is_no_drift() -> None:
    """A site that lays a long new menu around all of its pages has changed none of them."""
    old, new = ([f"{word} house number {n} of the {word} street" for n in range(30)]
                for word in ("old", "new"))  # fmt: skip
    others = [f"https://fords.example/{name}" for name in ("lower", "middle", "old")]
    made = Watched()
    made.document(a_parsed({"1": others}), document_id="document-two")
    made.lean(made.look(0, _laid_out(PAGE, old)), TOLL, _laid_out(PAGE, old))
    for number, url in enumerate(others):
        made.look(0.1, _laid_out(f"Page {number} about its own ford.", old), url=url)
        made.look(6, _laid_out(f"Page {number} about its own ford.", new), url=url)
    made.look(7, _laid_out(PAGE, new))
    made.follow()
    share = made.db.value("SELECT max(share) FROM drifts WHERE source_id = ?", (SOURCE,))
    assert share == 0
    assert made.state[0] == "alive"


def _laid_out(text: str, menu: list[str]) -> str:
    return "\n".join([*menu, text])


def test_nothing_is_followed_twice_and_what_is_lost_is_followed_again(watched: Watched) -> None:
    for night, text in enumerate((EDITED, GONE, EDITED, PAGE, REWORDED), start=1):
        watched.look(night, text)
    assert watched.follow() == 4
    before = list(dump_rows(watched.db, stable=False))
    assert watched.follow() == 0
    watched.db.execute("DELETE FROM followed")
    watched.db.execute("DELETE FROM drifts")
    watched.db.execute("INSERT INTO _follow_due VALUES (?)", (SOURCE,))
    assert watched.follow() == 4
    assert list(dump_rows(watched.db, stable=False)) == before


def test_rows_are_the_same_whether_followed_nightly_or_all_at_once() -> None:
    stories = [PAGE, EDITED, PAGE, GONE, TAKEN_OVER, REWORDED, PAGE]
    neighbours = ["https://fords.example/lower", "https://fords.example/middle"]
    nightly, at_once = Watched(), Watched()
    for made in (nightly, at_once):
        made.document(a_parsed({"1": neighbours}), document_id="document-two")
        for night, text in enumerate(stories):
            capture_id = made.look(night, text)
            for number, url in enumerate(neighbours):
                made.look(
                    night + 0.2, f"Tolls at the fords\nFord {number} on day {night}.", url=url
                )
            if night == 0:
                made.lean(capture_id, TOLL, PAGE)
            if made is nightly:
                made.follow()
    at_once.follow()
    told = [list(dump_rows(each.db, stable=False)) for each in (nightly, at_once)]
    assert told[0] == told[1]
    assert nightly.db.value("SELECT count(*) FROM drifts") > 4


def test_a_look_that_saw_the_same_page_marks_nothing(watched: Watched) -> None:
    for day in range(1, 4):
        watched.look(day, PAGE)
        assert not watched.db.column("SELECT source_id FROM _follow_due")


def test_a_document_read_anew_is_followed_anew(watched: Watched) -> None:
    watched.look(1, EDITED)
    watched.follow()
    watched.document(watched.parsed, parser="test 2", at=on_day(3))
    capture_id = watched.db.value("SELECT capture_id FROM captures ORDER BY at LIMIT 1")
    watched.lean(capture_id, TOLL, PAGE)
    watched.follow()
    assert [each[0] for each in watched.followed.values()] == ["altered"]
    assert watched.state[0] == "drifted"


def test_a_claim_that_no_version_holds_any_more_is_followed_no_longer(watched: Watched) -> None:
    watched.look(1, EDITED)
    watched.follow()
    watched.document(a_parsed({"1": [FORD]}, [("Another sentence.", ["1"])]), at=on_day(3))
    watched.follow()
    assert not watched.followed
    assert watched.state[0] == "alive"


def test_what_this_version_would_find_otherwise_is_found_anew(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.look(1, EDITED)
    watched.follow()
    monkeypatch.setattr("provenance.pipeline.following.ROT_METHOD", "rot/other")
    assert watched.follow() == 2
    assert watched.follow() == 0
