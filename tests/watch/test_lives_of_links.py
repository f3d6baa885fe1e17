"""How long links live: against worked examples, and against counting without a formula.

The worked example is the one by which textbooks teach the estimate: the 21 remissions of E. J. Freireich
et al. (Blood 21, 1963), in weeks there and in days here, with the shares and the band on the scale of
log(-log) that statistics programs give for it.
"""

import math
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from provenance.model import CheckFacts, LinkLife, Opinion, Override
from provenance.model.history import History
from provenance.watch.lives import Absent, life_of, states_at
from provenance.watch.pictures.kaplan_meier import estimate_survival
from provenance.watch.verdict import derive_state

START = datetime(2024, 1, 1, tzinfo=UTC)
# "+": still there when last seen
TAUGHT = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
OUTCOMES = {"200": "ok", "404": "gone", "503": "temporary", "403": "blocked", "login": "wall", "ftp": "not_checkable"}  # fmt: skip


def lives_of(story: str) -> list[LinkLife]:
    return [LinkLife(int(word.rstrip("+")), ended=not word.endswith("+")) for word in story.split()]


def history_of(story: str) -> History:
    looks = []
    for number, word in enumerate(story.split(), 1):
        seen, _, day = word.partition("@")
        at = START + timedelta(days=float(day or 0))
        vantage = "offline" if seen == "off" else "online"
        outcome = "temporary" if seen == "off" else OUTCOMES[seen.removesuffix("!")]
        drift = "another text" if seen.endswith("!") else None
        looks.append(CheckFacts(at=at, outcome=outcome, reason=seen, vantage=vantage, content=None, drift=drift, number=number))  # type: ignore[arg-type]  # fmt: skip
    return History(tuple(looks))


def test_the_example_of_the_textbooks_gives_the_numbers_of_the_textbooks() -> None:
    survival = estimate_survival("", lives_of(TAUGHT))
    told = [
        (each.days, each.at_risk, each.ended, f"{each.share:.4f} {each.low:.4f} {each.high:.4f}")
        for each in survival.steps
    ]
    assert told == [
        (6, 21, 3, "0.8571 0.6197 0.9516"),
        (7, 17, 1, "0.8067 0.5631 0.9228"),
        (10, 15, 1, "0.7529 0.5032 0.8894"),
        (13, 12, 1, "0.6902 0.4316 0.8491"),
        (16, 11, 1, "0.6275 0.3675 0.8049"),
        (22, 7, 1, "0.5378 0.2678 0.7468"),
        (23, 6, 1, "0.4482 0.1881 0.6801"),
    ]
    half = (
        survival.half_life_days,
        survival.half_life_low_days,
        survival.half_life_high_days,
    )
    assert half == (23, 13, None)
    assert (survival.links, survival.ended, survival.seen_days) == (21, 9, 359)
    assert survival.expected_half_life_days == pytest.approx(math.log(2) * 359 / 9)


def test_by_hand() -> None:
    """Of four, one is lost on day 10 (3/4), one leaves unharmed, one of the two left is lost on day 30 (3/8)."""
    survival = estimate_survival("", lives_of("10 20+ 30 40+"))
    assert [(each.days, each.share) for each in survival.steps] == [(10, 0.75), (30, 0.375)]
    assert survival.half_life_days == 30


def test_where_all_are_watched_to_the_end_the_share_is_what_counting_gives() -> None:
    chance = random.Random(7)
    days = [chance.randrange(1, 60) for _ in range(500)]
    survival = estimate_survival("", [LinkLife(each, ended=True) for each in days])
    for step in survival.steps:
        assert step.share == pytest.approx(sum(each > step.days for each in days) / 500, abs=1e-9)
        assert step.low <= step.share <= step.high
    assert survival.half_life_days == sorted(days)[249]
    assert survival.steps[-1].share == 0


def test_links_that_live_on_do_not_shorten_the_lives_of_others() -> None:
    """Half lost on day 100; whoever came later and is there still leaves that estimate where it is."""
    lost = "100 100 100 200+ 200+ 200+"
    alone = estimate_survival("", lives_of(lost))
    with_young = estimate_survival("", lives_of(lost + " 50+" * 500))
    assert (
        [step.share for step in with_young.steps] == [step.share for step in alone.steps] == [0.5]
    )
    naive = 3 / 506  # leaving them in as if they had been watched as long
    assert 1 - with_young.steps[0].share > 50 * naive


def test_the_band_holds_the_truth_about_as_often_as_it_says() -> None:
    """Lives with a half-life of 300 days, watched for up to 500: the band at day 300 holds 0.5 in 95 of 100."""
    chance = random.Random(20240101)
    held = 0
    for _ in range(300):
        lives = []
        for _ in range(120):
            life, watched = chance.expovariate(math.log(2) / 300), chance.uniform(200, 500)
            lives.append(LinkLife(int(min(life, watched)), ended=life < watched))
        survival = estimate_survival("", lives)
        at_300 = [step for step in survival.steps if step.days < 300][-1]
        held += at_300.low <= 0.5 <= at_300.high
    assert 0.91 <= held / 300 <= 0.985


@pytest.mark.parametrize("story", ["", "0+", "0", "5+ 9+", "3 3 3"])
def test_of_no_links_or_none_lost_nothing_is_invented(story: str) -> None:
    survival = estimate_survival("tolls.example", lives_of(story))
    assert survival.links == len(story.split())
    if not survival.ended:
        assert survival.steps == ()
        assert survival.half_life_days is survival.expected_half_life_days is None


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("", None),
        ("503@1 off@2 ftp@3", None),
        ("404@0 404@4 404@8", Absent()),
        ("404@0", Absent()),
        ("200@0", LinkLife(0, ended=False)),
        ("200@0 200@30 503@31", LinkLife(30, ended=False)),
        ("login@0 403@20", LinkLife(20, ended=False)),
        # lost: until the first look that found it gone, not until the verdict
        ("200@0 200@30 404@40 404@44 404@48", LinkLife(40, ended=True)),
        ("200@0 404@40 404@44 404@48 404@90", LinkLife(40, ended=True)),
        # not yet lost, and back again
        ("200@0 404@40 404@44", LinkLife(44, ended=False)),
        ("200@0 404@40 404@44 404@48 200@60", LinkLife(60, ended=False)),
        ("200@0 404@40 404@44 404@48 200@60 404@70 404@74 404@78", LinkLife(70, ended=True)),
        # one night by a clock that stood in another year
        ("200@0 200@7 200@-9000 200@14", LinkLife(14, ended=False)),
        ("200@0 200@7 200@9000 200@14 200@15 200@28", LinkLife(28, ended=False)),
        # what was gone at first and came later lives from then on
        ("404@0 200@5 200@25", LinkLife(20, ended=False)),
    ],
)
def test_a_link_lives_from_the_first_look_that_found_it(
    story: str, expected: LinkLife | Absent | None
) -> None:
    history = history_of(story)
    state = derive_state(history, kind="web", source_id="source-1").state
    assert life_of(history, state) == expected


def test_states_week_by_week_are_those_that_deriving_each_gives() -> None:
    """Looks that say what those before them said are passed over: no change may hide there."""
    chance = random.Random(52)
    moments = [START + timedelta(days=7 * week) for week in range(1, 30)]
    words = ["200", "200", "200", "200!", "404", "404", "503", "403", "login", "off", "ftp"]
    changes = 0
    for number in range(150):
        story, word, at = [], "200", 0.0
        while at < 190:
            word = word if chance.random() < 0.75 else chance.choice(words)
            story.append(f"{word}@{at:.1f}")
            at += chance.choice((1, 4, 7, 7, 14, 30))
        history = _said_beside(history_of(" ".join(story)), number, chance)
        source_id = f"source-{number}"
        found = states_at(history, moments, kind="web", source_id=source_id)
        for moment, state in zip(moments, found, strict=True):
            known = history.before(moment)
            expected = derive_state(known, kind="web", source_id=source_id).state
            assert state == (expected if known.checks else None), (story, moment)
        changes += sum(a != b for a, b in pairwise(found))
    assert changes > 300


def _said_beside(history: History, number: int, chance: random.Random) -> History:
    """Every fifth source has a person's word or another archive's."""
    if number % 5:
        return history
    at = START + timedelta(days=chance.uniform(10, 150))
    said = Override("o", f"source-{number}", at, "Ines", "seen in print", "alive", at + timedelta(40))  # fmt: skip
    seen = Opinion(f"source-{number}", at, "archive.example", "https://a.example/", "seen", "200", at)  # fmt: skip
    return History(history.checks, (seen,), (said,))


def test_a_source_is_in_no_state_before_its_first_look() -> None:
    moments = [START + timedelta(days=day) for day in (-9, 1, 9)]
    found = states_at(history_of("200@0.5"), moments, kind="web", source_id="s")
    assert found == [None, "alive", "alive"]
