"""A hostile web on loopback: everything in the catalogue has its class, and leaves nothing behind."""

import asyncio
import os
import resource
from pathlib import Path

import pytest
import trustme

from provenance.fetch.classify import RULES
from support.hostile_web import FIRST_BYTE_S, MAX_BODY_BYTES, MAX_HEAD_BYTES, TOTAL_S
from support.hostile_web_doc import PAGE, render
from support.hostile_web_run import (
    CATALOGUE,
    SECTIONS,
    HostileWeb,
    Looked,
    count_distinct,
    look_at_all,
    open_fetcher,
    open_files,
)
from support.web import run, until

# Beside the deadlines of a look: what a loaded machine needs to get round to it.
_SLACK_S = 6.0
_LONG_RUN = int(os.environ.get("PROVENANCE_HOSTILE_FETCHES", "0"))


@pytest.fixture(scope="module")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, str]:
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, str(path)


class Seen:
    """What a run through the whole catalogue gave, and what it left open."""

    def __init__(self) -> None:
        self.looks: dict[str, Looked] = {}
        self.files_before: list[str] = []
        self.files_after: list[str] = []
        self.open_after = -1


@pytest.fixture(scope="module")
def seen(ca_file: tuple[trustme.CA, str]) -> Seen:
    """Run the whole catalogue once, everything at the same time."""
    found = Seen()

    async def main() -> None:
        ca, path = ca_file
        async with HostileWeb(ca) as web:
            found.files_before = open_files()
            async with open_fetcher(web.settings(path)) as fetcher:
                looks = await look_at_all(fetcher, web)
            found.looks = dict(zip(CATALOGUE, looks, strict=True))
            await until(lambda: web.count_open() == 0, 5)
            found.open_after = web.count_open()
            found.files_after = open_files()

    run(main())
    return found


@pytest.mark.parametrize("name", CATALOGUE)
def test_each_behaviour_has_its_class(seen: Seen, name: str) -> None:
    behaviour, looked = CATALOGUE[name], seen.looks[name]
    verdict = looked.verdict
    assert (verdict.outcome, verdict.rule) == (behaviour.outcome, behaviour.rule), verdict.reason
    assert verdict.reason


@pytest.mark.parametrize("name", [n for n, b in CATALOGUE.items() if b.outcome == "ok"])
def test_what_is_kept_is_the_page_or_says_that_it_is_not_whole(seen: Seen, name: str) -> None:
    behaviour, looked = CATALOGUE[name], seen.looks[name]
    last = looked.visit.last
    assert last is not None
    assert last.truncated == behaviour.truncated
    if behaviour.body is not None:
        assert last.body == behaviour.body
    if behaviour.title is not None:
        assert looked.page is not None
        assert looked.page.title == behaviour.title


@pytest.mark.parametrize("name", [n for n, b in CATALOGUE.items() if b.hops is not None])
def test_every_hop_is_kept(seen: Seen, name: str) -> None:
    assert len(seen.looks[name].visit.hops) == CATALOGUE[name].hops


def test_no_look_lasts_longer_than_its_deadlines(seen: Seen) -> None:
    # robots.txt and the page each have all the time there is
    limit_s = 2 * TOTAL_S + FIRST_BYTE_S + _SLACK_S
    assert {n: look.took_s for n, look in seen.looks.items() if look.took_s > limit_s} == {}


def test_no_look_keeps_more_than_its_caps(seen: Seen) -> None:
    hops = [(name, hop) for name, look in seen.looks.items() for hop in look.visit.hops]
    assert [n for n, hop in hops if len(hop.body) > MAX_BODY_BYTES] == []
    assert [n for n, hop in hops if len(hop.response_head) > MAX_HEAD_BYTES] == []


def test_no_connection_and_no_file_stays_open(seen: Seen) -> None:
    assert seen.open_after == 0
    # the web's own listeners may go on closing: nothing may be there that was not there before
    assert len(seen.files_after) <= len(seen.files_before), set(seen.files_after) - set(
        seen.files_before
    )


def test_every_row_of_the_table_is_met_by_a_behaviour() -> None:
    met = {(behaviour.outcome, behaviour.rule) for behaviour in CATALOGUE.values()}
    assert {(rule.outcome, rule.name) for rule in RULES} - met == set()


def test_there_are_enough_behaviours_and_no_two_share_a_name() -> None:
    assert len(CATALOGUE) == sum(map(len, SECTIONS.values()))
    assert count_distinct() >= 60


def test_the_page_about_behaviours_is_made_from_the_catalogue() -> None:
    """`GOLDEN=rewrite` writes it anew."""
    if os.environ.get("GOLDEN") == "rewrite":
        PAGE.write_text(render(), encoding="utf-8")
    assert Path(PAGE).read_text(encoding="utf-8") == render()


@pytest.mark.skipif(not _LONG_RUN, reason="set PROVENANCE_HOSTILE_FETCHES=10000: takes minutes")
def test_ten_thousand_fetches_leak_nothing(ca_file: tuple[trustme.CA, str]) -> None:
    """One fetcher, every behaviour again and again, each round on hosts of its own."""

    async def main() -> None:
        ca, path = ca_file
        rounds = -(-_LONG_RUN // len(CATALOGUE))
        async with HostileWeb(ca) as web:
            before = open_files()
            most_open = most_files = fetches = 0
            wrong: list[str] = []
            async with open_fetcher(web.settings(path, rounds)) as fetcher:
                for number in range(rounds):
                    looks = await look_at_all(fetcher, web, number)
                    fetches += len(looks)
                    for behaviour, look in zip(CATALOGUE.values(), looks, strict=True):
                        # a name that says something else each time is private once its answer is old
                        is_again = number > 0 and behaviour.name == "name_rebinds"
                        may_be = {behaviour[2:4]} | (
                            {("not_checkable", "guard")} if is_again else set()
                        )
                        if (look.verdict.outcome, look.verdict.rule) not in may_be:
                            wrong.append(f"r{number} {behaviour.name}: {look.verdict.reason}")
                    await asyncio.sleep(0.2)
                    most_open = max(most_open, web.count_open())
                    most_files = max(most_files, len(open_files()) - len(before))
            await until(lambda: web.count_open() == 0, 10)
            after = open_files()
            rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"\n{fetches} fetches, {web.connections} connections to the main server; between rounds at most "
                f"{most_open} connections and {most_files} more file handles (kept alive); at the end "
                f"{web.count_open()} connections, {len(after) - len(before):+d} file handles; "
                f"{len(wrong)} of another class than expected; peak memory {rss_mb:.0f} MB"
            )
            assert len(after) <= len(before)
            # kept for the next request: four for each of the 64 that may be under way
            assert most_open <= 4 * 64
            assert wrong == []

    run(main())
