"""`--check-sources`: a draft's sources are looked at just now, politely, and nothing is stored."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.sources import identify_sources
from provenance.demo.sample import sample_update_path
from provenance.demo.scenes import load_scenes
from provenance.demo.web import SampleWeb
from provenance.model import Source
from provenance.pipeline.progress import silent_progress
from provenance.pipeline.source_looks import LiveLooks, LookedAt
from provenance.pipeline.validation import Desk
from provenance.settings import FetchSettings, Settings, VantageSettings
from provenance.validate.draft import Known, KnownCopy
from provenance.validate.house import House
from support.workplace import web_settings

EXPECTED = {
    "404": ("failing", "gone"),
    "410": ("failing", "gone"),
    "soft-404": ("failing", "gone"),
    "paywall": ("walled", "wall"),
    "login": ("walled", "wall"),
    "challenge": ("blocked", "blocked"),
}


def sources_of(*urls: str) -> tuple[Source, ...]:
    notes = "\n".join(f"[{at}] {url}" for at, url in enumerate(urls, start=1))
    body = " ".join(f"Something happened.[{at}]" for at in range(1, len(urls) + 1))
    text = f"An Update\n\n{body}\n\nReferences\n\n{notes}\n"
    return identify_sources(parse_document(read_document(text.encode(), "a.txt"))).sources


@pytest.fixture(scope="module")
def sample() -> tuple[Source, ...]:
    document = read_document(sample_update_path().read_bytes(), "a.txt")
    return identify_sources(parse_document(document)).sources


@pytest.fixture(scope="module")
def looked(web: SampleWeb, sample: tuple[Source, ...]) -> LookedAt:
    return LiveLooks(web_settings(web)).ask(sample)


def test_every_kind_of_page_is_told_for_what_it_is(
    looked: LookedAt, sample: tuple[Source, ...]
) -> None:
    does = {scene.url: scene.does for scene in load_scenes()}
    seen = {source.url: looked.of(source.id) for source in sample if source.url}
    checked = 0
    for url, known in seen.items():
        expected = EXPECTED.get(does.get(url or "", ""))
        if expected is None or known is None or known.checked_at is None:
            continue
        assert (known.state, known.outcome) == expected, url
        checked += 1
    assert checked >= 4
    assert sum(known.state == "alive" for known in seen.values() if known) > 20


def test_one_look_is_never_a_death(looked: LookedAt, sample: tuple[Source, ...]) -> None:
    states = {known.state for source in sample if (known := looked.of(source.id))}
    assert "dead" not in states


def test_what_is_no_web_source_or_cut_is_not_asked_for(
    looked: LookedAt, sample: tuple[Source, ...]
) -> None:
    for source in sample:
        if source.kind != "web" or source.truncated:
            known = looked.of(source.id)
            assert known is None or known.checked_at is None, source.url


def test_a_look_says_nothing_of_copies_in_an_archive_that_was_not_asked(
    looked: LookedAt, sample: tuple[Source, ...]
) -> None:
    assert {known.captures for source in sample if (known := looked.of(source.id))} == {None}
    assert looked.texts_of(sample[0].id) == ()


class Stored:
    """A store that knows one thing of every source."""

    def __init__(self, **more: object) -> None:
        self._more = more

    def __call__(self, sources: Sequence[Source]) -> "Stored":
        return self

    def of(self, source_id: str) -> Known | None:
        return Known(source_id, **self._more)  # type: ignore[arg-type]

    def texts_of(self, source_id: str) -> Sequence[str]:
        return ("what was archived",)


GONE = "https://www.transport.gov.sarhenia.test/fr/communiques/2024/canonnieres-tinzaret"


def test_what_the_store_knows_besides_is_kept(web: SampleWeb) -> None:
    copies = (KnownCopy("a.example", "https://a.example/1"),)
    stored = Stored(state="alive", captures=3, mementos=copies)
    sources = sources_of(GONE)
    knowledge = LiveLooks(web_settings(web), stored=stored).ask(sources)
    known = knowledge.of(sources[0].id)
    assert known is not None
    assert (known.state, known.captures, known.mementos) == ("failing", 3, copies)
    assert knowledge.texts_of(sources[0].id) == ("what was archived",)


def test_what_was_dead_before_and_is_still_not_there_stays_dead(web: SampleWeb) -> None:
    sources = sources_of(GONE)
    known = LiveLooks(web_settings(web), stored=Stored(state="dead")).ask(sources).of(sources[0].id)
    assert known is not None
    assert known.state == "dead"


def test_a_source_of_several_drafts_is_asked_for_once(web: SampleWeb) -> None:
    looks = LiveLooks(web_settings(web))
    sources = sources_of(GONE)
    first = looks.ask(sources)
    before = len(web.log)
    assert looks.ask(sources).of(sources[0].id) == first.of(sources[0].id)
    assert len(web.log) == before


def test_a_machine_without_network_learns_nothing_and_says_so() -> None:
    fetch = FetchSettings(nameservers=("127.0.0.1:9",), attempts=1, lookup_timeout_s=0.2)
    looks = LiveLooks(Settings(vantage=VantageSettings(canaries=("canary.example",)), fetch=fetch))
    sources = sources_of("https://www.tolls.example/barges")
    knowledge = looks.ask(sources)
    assert looks.is_offline
    assert knowledge.is_offline
    assert knowledge.of(sources[0].id) == Known(sources[0].id)


def test_the_guard_holds_for_drafts_too(web: SampleWeb) -> None:
    sources = sources_of("http://169.254.169.254/latest/meta-data", "http://10.0.0.7/minutes")
    knowledge = LiveLooks(web_settings(web)).ask(sources)
    for source in sources:
        known = knowledge.of(source.id)
        assert known is not None
        assert (known.state, known.rule) == ("not_checkable", "guard")


def test_a_desk_with_live_looks_leaves_no_file_behind(
    web: SampleWeb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = web_settings(web)
    looks = LiveLooks(settings, silent_progress)
    text = f"An Update\n\nTwo gunboats were promised.[1]\n\nReferences\n\n[1] {GONE}\n"
    with Desk(settings, House(), today=date(2024, 3, 8), ask=looks.ask) as desk:
        validated = desk.validate(text.encode(), "draft.txt")
    (found,) = [each for each in validated.findings if each.rule[:3] == "FN3"]
    assert (found.rule, found.severity) == ("FN302", "error")
    assert "one look, just now" in found.message
    assert list(tmp_path.iterdir()) == []
