"""Nights that are too much: in bounds of size and time in every form, and what matters is still told."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from provenance.model import HostCause, NightReport, PassageChange, State, Touched
from provenance.watch.changes import Looked, tell
from provenance.watch.report.atom import is_told, render_atom
from provenance.watch.report.headline import headline
from provenance.watch.report.html_night import render_html
from provenance.watch.report.markdown import render_markdown
from provenance.watch.report.notice import write_notice
from provenance.watch.report.sarif import render_sarif
from provenance.watch.report.text import render_text
from support.nights import NIGHT, a_change, a_report, a_run

CHANGES = 5_000
LONG = "ford \u202e\x1b[2J<b>" * 20_000


class LongWords:
    """What rests on sources, by names as long as a book."""

    def touched(self, source_ids: object) -> dict[str, Touched]:
        return {"source-1": Touched(name=LONG, documents=("d",), documents_in_all=1)}

    def touched_together(self, source_ids: object) -> tuple[int, int]:
        return 0, 0

    def replacements(self, source_ids: object) -> dict[str, object]:
        return {}


@pytest.fixture(scope="module")
def night() -> NightReport:
    """Each change is of a host of its own: nothing can be folded."""
    return a_report(*(a_change(each, host=f"town{each}.example") for each in range(CHANGES)))


def offline(looks: int, of: int) -> HostCause:
    return HostCause(host=None, outcome="temporary", cause="we were offline", sources=looks,
                     of=of, advice="mend our own network")  # fmt: skip


@pytest.mark.parametrize(
    ("render", "most_bytes"),
    [(render_text, 5_000), (render_markdown, 1_000_000), (render_html, 3_000_000),
     (lambda night: render_atom([night]), 200_000),
     (lambda night: "".join(write_notice(night) or ()), 100_000)],
    ids=["text", "markdown", "html", "atom", "notice"],
)  # fmt: skip
def test_a_night_of_thousands_of_changes_fits_whoever_reads_it(
    night: NightReport, render: Callable[[NightReport], str], most_bytes: int
) -> None:
    said = render(night)
    assert len(said.encode()) < most_bytes
    assert f"{CHANGES:,} worse" in said.replace("\\", "")
    assert "more" in said


def test_a_log_takes_no_more_changes_than_its_readers_and_says_how_many_it_left_out(
    night: NightReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.watch.report.sarif._MOST_CHANGES", CHANGES - 7)
    log = json.loads(render_sarif(night))["runs"][0]
    assert len(log["results"]) == CHANGES - 7
    notes = log["invocations"][0]["toolExecutionNotifications"]
    assert any(each["message"]["text"].startswith("7 more") for each in notes)


def test_words_without_end_are_kept_to_a_length_in_the_report_itself() -> None:
    passage = PassageChange("c", "d", "altered", LONG, LONG, LONG)
    looked = Looked(
        source_id="source-1", url="https://tolls.example/a", host="tolls.example",
        before=State("alive", "last_look", "ok", NIGHT - timedelta(days=7)),
        after=State("dead", "gone_thrice", LONG, NIGHT), outcome="gone", rule="r", reason=LONG,
        since=NIGHT - timedelta(days=6), passages=(passage,) * 3,
    )  # fmt: skip
    report = tell(a_run(), [looked], LongWords(), states={})  # type: ignore[arg-type]
    (change,) = report.changes
    assert len(change.name) == 300
    assert (
        max(len(each.before) + len(each.now) + len(each.said) for each in change.passages) == 3_000
    )
    assert len(change.reason) == 1_000
    assert len(render_html(report)) < 100_000


def test_deaths_of_a_night_that_was_offline_for_a_while_are_in_its_title() -> None:
    night = replace(a_report(a_change(1), a_change(2)), hosts=(offline(300, 1_200),))
    assert headline(night) == "2 worse; we were offline: 300 of 1,200 sources"


@pytest.mark.parametrize(("looks", "told"), [(1, False), (599, False), (600, True), (1_200, True)])
def test_a_few_looks_that_were_made_offline_wake_nobody(looks: int, told: bool) -> None:
    assert is_told(replace(a_report(), hosts=(offline(looks, 1_200),))) is told
