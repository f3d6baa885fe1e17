"""Looks by the workers of a cluster: the same as alone, politely, whoever is killed, nothing twice."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import IngestOptions, Workplace, ingest
from provenance.cli.hired import hire_from, readers_from
from provenance.fetch.fetcher import Fetcher
from provenance.keep.archive import Archive
from provenance.pipeline.looks import Looking
from provenance.pipeline.nightly import run_night
from provenance.pipeline.progress import silent_progress
from provenance.pipeline.taking_over import take_over
from provenance.pipeline.writing import open_for_writing
from provenance.settings import ClusterSettings
from provenance.store.read import sources_to_fetch
from provenance.store.write import Store
from support.clustered import LoopbackCluster, TimedWeb, certificates, kill_when
from support.keeping import check_with_strangers
from support.runs import Running, run
from support.workplace import a_draft, a_workplace, ingest_text, query, settings_file

pytest.importorskip("distributed", reason="needs the extra `cluster`")

PAGES_A_HOST = 5
ROUNDING_S = 0.002  # of two clocks' grains and a thread's turn


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackCluster]:
    """Two workers; all who take part show certificates of the test's own CA."""
    folder = tmp_path_factory.mktemp("certificates")
    with LoopbackCluster(2, tls=certificates(folder)) as made:
        yield made


def a_desk(folder: Path, web: TimedWeb, cluster: LoopbackCluster | None = None) -> Workplace:
    """A workplace whose one draft cites every page of a web, and has not looked at any."""
    folder.mkdir()
    files = cluster.tls if cluster else None
    settings = ClusterSettings(scheduler_patience_s=1.0, let_go_s=5.0, shards=64)
    if files:
        settings = replace(
            settings, ca_file=files["ca"], cert_file=files["cert"], key_file=files["key"]
        )
    workplace = a_workplace(folder, replace(web.settings(), cluster=settings))
    ingest_text(workplace, folder / "draft.txt", a_draft(web.urls(PAGES_A_HOST)))
    return workplace


def look(workplace: Workplace, cluster: LoopbackCluster | None = None) -> Counter[str]:
    """Look at what is due, as the main job does; return the results by their kinds."""
    hire = hire_from(cluster.address if cluster else None, workplace)

    async def main(store: Store, archive: Archive) -> Counter[str]:
        async with Fetcher(workplace.settings, clock=workplace.clock) as fetcher:
            crew = hire(store, archive, workplace, "try") if hire else None
            looking = Looking(store, archive, workplace, fetcher, crew)
            due = sources_to_fetch(store.db, None, workplace.clock())
            await looking.look_at(due, silent_progress)
            await take_over(store, archive, workplace, fetcher=fetcher)
            return Counter(each.result for each in looking.results.values())

    with open_for_writing(workplace) as (store, archive):
        return asyncio.run(main(store, archive))


def pages(workplace: Workplace) -> list[tuple[object, ...]]:
    return query(
        workplace,
        "SELECT url, status, payload_sha256, payload_bytes, media_type, outcome, rule, reason"
        " FROM checks JOIN captures USING (capture_id, url) ORDER BY url",
    )


def assert_accounted_for(workplace: Workplace, web: TimedWeb) -> int:
    """Every source was looked at, or was in flight and asked once; return how many were."""
    looked = {url for (url,) in query(workplace, "SELECT url FROM checks")}
    (checks,) = query(workplace, "SELECT count(*), count(DISTINCT source_id) FROM checks")
    assert checks[0] == checks[1] == len(looked)
    assert max(web.asked.values()) == 1
    assert looked <= set(web.asked)
    assert set(web.asked) <= set(web.urls(PAGES_A_HOST))
    check_with_strangers(workplace.archive_root)
    workers = workplace.archive_root / "workers"
    assert [path for path in workers.rglob("*") if path.is_file()] == []
    return len(set(web.urls(PAGES_A_HOST)) - looked)


def test_a_cluster_finds_what_one_process_finds_and_asks_as_politely(
    cluster: LoopbackCluster, tmp_path: Path
) -> None:
    with TimedWeb(12) as web:
        together = a_desk(tmp_path / "together", web, cluster)
        assert look(together, cluster) == {"archived": len(web.urls(PAGES_A_HOST))}
        assert assert_accounted_for(together, web) == 0
        assert web.shortest_gap_s() >= web.interval_s - ROUNDING_S
        files = {name for (name,) in query(together, "SELECT warc_file FROM captures")}
        assert len(files) == 2, "each worker writes files of its own"
        alone = a_desk(tmp_path / "alone", web)
        look(alone)
        assert pages(together) == pages(alone)


def test_a_night_by_a_cluster_is_a_night(cluster: LoopbackCluster, tmp_path: Path) -> None:
    with TimedWeb(6) as web:
        workplace = a_desk(tmp_path / "desk", web, cluster)
        report = run_night(workplace, hire=hire_from(cluster.address, workplace))
        run = report.run
        assert (run.due, run.checked, run.skipped, run.failed) == (30, 30, 0, 0)
        assert run.requests == 30
        assert assert_accounted_for(workplace, web) == 0


def test_documents_parsed_by_workers_are_as_parsed_here(
    cluster: LoopbackCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    for number in range(9):
        text = a_draft(
            [f"https://ford{number}.example/{n}" for n in range(4)], title=f"Toll {number}"
        )
        (drafts / f"update-{number}.txt").write_text(text)
    (drafts / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of a page")
    found = []
    for name in ("alone", "together"):
        with TimedWeb(1) as web:
            workplace = a_desk(tmp_path / name, web, cluster)
        elsewhere = readers_from(cluster.address if name == "together" else None, workplace)
        if elsewhere is not None:
            monkeypatch.setattr("provenance.pipeline.parsing.parse_document", not_here)
        report = ingest([str(drafts)], workplace, IngestOptions(fetch=False), elsewhere=elsewhere)
        assert len(report.documents) == 9
        assert [fault.path.endswith("broken.pdf") for fault in report.faults] == [True]
        found.append(
            query(
                workplace,
                "SELECT document_title, claim_text, label, raw, canonical_url FROM claim_sources"
                " ORDER BY 1, 2, 3, 4",
            )
        )
    assert found[0] == found[1]


def not_here(document: object) -> None:
    raise AssertionError("it was parsed in this process")


def test_a_worker_that_is_killed_costs_only_what_it_had_in_flight(
    cluster: LoopbackCluster, tmp_path: Path
) -> None:
    with TimedWeb(12, pause_s=0.03) as web:
        workplace = a_desk(tmp_path / "desk", web, cluster)
        victim = cluster.workers[0]
        kill_when(victim, lambda: web.total() >= 20)
        found = look(workplace, cluster)
        assert victim.wait(5) == -9
        in_flight = assert_accounted_for(workplace, web)
        assert in_flight == len(web.urls(PAGES_A_HOST)) - found["archived"]
        assert in_flight <= len(web.hosts)  # one of a host at a time
        assert web.shortest_gap_s() >= web.interval_s - ROUNDING_S
        assert look(workplace) == ({"archived": in_flight} if in_flight else {})
        assert web.total() == len(web.urls(PAGES_A_HOST)) + in_flight


def test_without_its_scheduler_this_machine_goes_on_alone(
    cluster: LoopbackCluster, tmp_path: Path
) -> None:
    with TimedWeb(12, pause_s=0.03) as web:
        workplace = a_desk(tmp_path / "desk", web, cluster)
        kill_when(cluster.scheduler, lambda: web.total() >= 10)
        look(workplace, cluster)
        in_flight = assert_accounted_for(workplace, web)
        assert in_flight <= len(web.hosts)
        assert web.shortest_gap_s() >= web.interval_s - ROUNDING_S


@pytest.mark.skipif(
    not os.environ.get("PROVENANCE_LONG_TESTS"),
    reason="kills for some minutes; PROVENANCE_LONG_TESTS",
)
def test_twenty_kills_at_random_moments_lose_nothing_and_ask_nobody_twice(tmp_path: Path) -> None:
    dice = random.Random(20)
    for number in range(20):
        victim_is_scheduler = number % 4 == 3
        with LoopbackCluster(2) as cluster, TimedWeb(16, pause_s=0.01) as web:
            workplace = a_desk(tmp_path / str(number), web)
            at = dice.randrange(len(web.urls(PAGES_A_HOST)))
            victim = cluster.scheduler if victim_is_scheduler else cluster.workers[0]
            kill_when(victim, lambda web=web, at=at: web.total() >= at)  # type: ignore[misc]
            look(workplace, cluster)
            in_flight = assert_accounted_for(workplace, web)
            gap_s = web.shortest_gap_s()
            who = "scheduler" if victim_is_scheduler else "worker"
            print(f"kill {number}: {who} at request {at}: {in_flight} in flight, gap {gap_s:.4f} s")
            assert in_flight <= len(web.hosts)
            assert gap_s >= web.interval_s - ROUNDING_S


@pytest.mark.skipif(
    not os.environ.get("PROVENANCE_LONG_TESTS"), reason="starts commands; PROVENANCE_LONG_TESTS"
)
def test_a_writer_that_is_killed_leaves_its_workers_looks_to_the_next_command(
    tmp_path: Path,
) -> None:
    with LoopbackCluster(2) as cluster, TimedWeb(12, pause_s=0.03) as web:
        workplace = a_desk(tmp_path / "desk", web)
        folder = workplace.db_path.parent
        config = settings_file(folder, workplace.settings)
        running = Running(
            folder, "ingest", "draft.txt", "--config", config, "--cluster", cluster.address
        )
        while web.total() < 20:
            time.sleep(0.01)
        running.signal(signal.SIGKILL)
        running.end()
        done = run(folder, "ingest", "draft.txt", "--config", config, "--json")
        assert done.code == 0, done.err
        counts = done.json["fetch"]
        assert counts["archived"] + counts["unchanged"] == counts["sources"]
        asked_twice = web.total() - len(web.asked)
        assert max(web.asked.values()) <= 2
        assert asked_twice <= len(web.hosts), "only what was in flight is asked again"
        assert query(workplace, "SELECT count(*), count(DISTINCT source_id) FROM checks") == [
            (len(web.asked), len(web.asked))
        ]
        check_with_strangers(workplace.archive_root)
