"""The sample web as the program itself sees it: fetched, judged, and read as text."""

import asyncio
import gzip
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
import trafilatura

from provenance.demo.background import start_in_thread
from provenance.demo.replies import Clerk, Request
from provenance.demo.scenes import Does, Scene, load_hosts, load_scenes
from provenance.demo.web import SampleWeb
from provenance.fetch.classify import observe
from provenance.fetch.fetcher import Fetcher
from provenance.model import Outcome, Verdict, Visit
from provenance.pipeline.workplace import utc_now
from provenance.settings import Settings

OUTCOMES: dict[Does, Outcome] = {
    "page": "ok",
    "post": "ok",
    "changing page": "ok",
    "slow page": "ok",
    "busy page": "ok",
    "memento": "ok",
    "pdf": "ok",
    "redirect": "ok",
    "paywall": "wall",
    "login": "wall",
    "challenge": "blocked",
    "soft-404": "gone",
    "404": "gone",
    "410": "gone",
    "nothing": "temporary",
}
# Where the host's manners, or what a redirect leads to, decide and not the scene.
OUTCOMES_OF_HOSTS: dict[str, Outcome] = {
    "www.harbourmail.example": "temporary",
    "www.closedarchive.example": "blocked",
    "www.facepages.example": "wall",
}
LAPSED = "https://www.lapsed-gazette.example/2022/navy-list"


@pytest.fixture(scope="module")
def visits() -> dict[str, Visit]:
    async def look() -> dict[str, Visit]:
        urls = [scene.url for scene in load_scenes()] + [LAPSED]
        found = {}
        async with (
            SampleWeb(edition=0) as web,
            Fetcher(web.settings(Settings()), clock=lambda: datetime.now(UTC)) as fetcher,
        ):
            async for visit in fetcher.visits(urls):
                found[visit.url] = visit
        return found

    return asyncio.run(look())


@pytest.mark.parametrize(
    "scene", [s for s in load_scenes() if s.does in OUTCOMES], ids=lambda s: s.url
)
def test_each_scene_is_judged_to_be_what_it_stands_for(
    visits: dict[str, Visit], scene: Scene
) -> None:
    verdict, _ = observe(visits[scene.url])
    assert verdict.outcome == OUTCOMES_OF_HOSTS.get(scene.host, OUTCOMES[scene.does]), verdict


def test_a_name_without_a_stand_in_is_gone_with_or_without_the_internet(
    visits: dict[str, Visit],
) -> None:
    failure = visits[LAPSED].failure
    assert failure is not None
    assert failure.kind == "nxdomain"
    assert visits[LAPSED].vantage == "online"
    assert load_hosts()["www.lapsed-gazette.example"].answers == "not at all"


def test_the_chain_of_redirects_is_recorded_hop_by_hop(visits: dict[str, Visit]) -> None:
    hops = visits["https://sh.example/3xQ7"].hops
    assert [hop.status for hop in hops] == [301, 302, 307, 200]
    assert hops[-1].url == "https://www.orrinpost.example/2024/03/villages-heard-first"


def test_the_page_that_breaks_off_is_known_to_be_cut(visits: dict[str, Visit]) -> None:
    visit = visits["https://www.delta-relay.example/a/river-craft-list"]
    assert visit.failure is not None or (visit.last and visit.last.truncated == "disconnect")


@pytest.mark.parametrize(
    "scene",
    [s for s in load_scenes() if s.passage and s.does not in {"pdf", "busy page"}],
    ids=lambda s: s.url,
)
def test_reading_the_page_as_text_keeps_the_passage_and_drops_the_notice(scene: Scene) -> None:
    target = quote(scene.path, safe="/?=@:%")
    reply = Clerk(edition=0).answer(Request(scene.scheme, "GET", scene.host, target, {}))
    page = gzip.decompress(reply.body) if "gzip" in scene.sent_as else reply.body
    text = " ".join((trafilatura.extract(page, include_comments=False) or "").split())
    assert scene.passage in text
    assert "A stand-in made for a demonstration" not in text
    assert trafilatura.extract_metadata(page).date == scene.published


def test_a_stand_in_for_any_host_counts_as_a_page() -> None:
    """Also where a few words would be a wall: on a host that asks for a login, or for money."""
    hosts = ("x.com", "www.jeuneafrique.com", "www.somebody.example")

    async def look() -> list[Verdict]:
        async with Fetcher(web.settings(Settings()), clock=utc_now) as fetcher:
            return [observe(await fetcher.fetch(f"https://{host}/a/1"))[0] for host in hosts]

    with start_in_thread(edition=0, stand_in_for=hosts) as web:
        assert [verdict.outcome for verdict in asyncio.run(look())] == ["ok"] * 3
