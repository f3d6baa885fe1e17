"""What a large store takes to ask and to add to, beside the same joins in plain sqlite3.

    python benchmarks/store.py [--scale 0.1] [--folder DIR] [--times 300] [--no-http]

The store is generated (see `generated_store`): scale 1 has 20,000 documents, a million claims, three
million links, a million sources and captures, three million checks: 10 GB, which are kept in DIR and
not made again. Wall time, one asking after another, of things chosen at random (the same ones every
time); CPU is that of this process, over HTTP that of the server. "Plain" is the join alone in Python's
sqlite3, without what is put together from it.
"""

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from generated_store import (
    PER_DOCUMENT,
    WORDS,
    Scale,
    claim_id_of,
    document_id_of,
    fill_store,
    host_of,
    some_words,
    source_of,
    word_of_rank,
)
from measure import spend, this
from timed import Client, Times, ask_all, cpu_of, own_cpu_s, serve

from provenance.cite.document import read_document as read_bytes
from provenance.cite.parse import PARSER_VERSION, parse_document
from provenance.cite.sources import identify_sources
from provenance.model import DocumentLine, JournalPosition, WarcPlace
from provenance.store.database import Database, open_database
from provenance.store.documents_read import DocumentQuery
from provenance.store.filters import SearchFilters
from provenance.store.search import search
from provenance.store.write import Store
from provenance.trace.back import trace_back
from provenance.trace.chain import trace
from provenance.trace.documents import list_documents, read_document
from provenance.trace.hosts import report_host, report_hosts
from provenance.trace.night_runs import list_runs
from provenance.trace.nights import list_nights
from provenance.trace.sources import report_source
from provenance.watch.verdict import derive_state
from provenance.watch.year import picture_year

_PLAIN_TRACE = """
SELECT * FROM claims c
JOIN contents k ON k.content_key = c.content_key
JOIN documents d ON d.content_key = c.content_key
JOIN markers m ON m.claim_key = c.claim_key
JOIN citations i ON i.note_key = m.note_key
LEFT JOIN states t ON t.source_id = i.source_id
LEFT JOIN captures p ON p.source_id = i.source_id
LEFT JOIN evidence e ON e.claim_key = c.claim_key AND e.source_id = i.source_id
  AND e.capture_id = p.capture_id
WHERE c.claim_id = ?
"""
_PLAIN_DOCUMENT = """
SELECT c.*, m.*, i.*, t.state FROM documents d
JOIN claims c ON c.content_key = d.content_key
JOIN markers m ON m.claim_key = c.claim_key
JOIN citations i ON i.note_key = m.note_key
LEFT JOIN states t ON t.source_id = i.source_id
WHERE d.document_id = ?
"""
_PLAIN_SOURCE = """
SELECT s.*, t.state, c.text FROM sources s
JOIN states t ON t.source_id = s.source_id
JOIN citations i ON i.source_id = s.source_id
JOIN markers m ON m.note_key = i.note_key
JOIN claims c ON c.claim_key = m.claim_key
WHERE s.source_id = ?
"""
_PLAIN_SEARCH = (
    """SELECT c.claim_id, c.text FROM claims_fts JOIN claims c ON c.claim_key = claims_fts.rowid
    WHERE claims_fts MATCH ? ORDER BY claims_fts.rank LIMIT 20""",
    """SELECT x.text_key, x.title FROM texts_fts JOIN texts x ON x.text_key = texts_fts.rowid
    WHERE texts_fts MATCH ? ORDER BY texts_fts.rank LIMIT 20""",
)
# A year after the first half of the generated looks.
_NOW = datetime(2014, 1, 1, tzinfo=UTC)
# Milliseconds that were to be reached, and of which share of the askings.
_TRACE, _TRACE_HTTP, _SEARCH, _PAGE = (99, 5.0), (99, 50.0), (99, 300.0), (95, 150.0)


class Case(NamedTuple):
    """Something that is asked many times: how, for what, the goal, and the join in plain sqlite3."""

    name: str
    ask: Callable[[str], object]
    things: Sequence[str]
    goal: tuple[int, float] | None = None
    plain: Sequence[str] = ()


class Things(NamedTuple):
    """What is asked for: chosen at random, the same for the same scale."""

    claims: list[str]
    documents: list[str]
    sources: list[str]
    popular: list[str]
    hosts: list[str]
    great_hosts: list[str]
    searches: dict[str, list[str]]


def choose(scale: Scale, times: int) -> Things:
    rng = random.Random(7)
    some = range(times)
    few = range(max(5, times // 10))

    def claim() -> str:
        return claim_id_of(rng.randrange(scale.documents), rng.randrange(PER_DOCUMENT))

    rare = [WORDS[rng.randrange(20_000, 60_000)] for _ in some]
    title = [source_of(rng.randrange(scale.sources), scale).title or "Ledger" for _ in few]
    searches = {
        "a common word": [word_of_rank(rng.random() * 0.4) for _ in some],
        "a rare word": rare,
        "three words": [" ".join(some_words(rng, 3)) for _ in some],
        "a phrase": ['"' + " ".join(some_words(rng, 2)) + '"' for _ in some],
        "a title with a slip": [_mistyped(rng, each) for each in title],
        "a host with a slip": [_mistyped(rng, host_of(rng.randrange(scale.hosts))) for _ in few],
    }
    return Things(
        claims=[claim() for _ in some],
        documents=[document_id_of(rng.randrange(scale.documents)) for _ in some],
        sources=[source_of(rng.randrange(scale.sources), scale).id for _ in some],
        popular=[source_of(number, scale).id for number in few],
        hosts=[host_of(rng.randrange(scale.hosts)) for _ in some],
        great_hosts=[host_of(number) for number in few],
        searches=searches,
    )


def _mistyped(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def in_process(db: Database, things: Things) -> list[Case]:
    view = "SELECT * FROM {} WHERE {} = ?"

    def rows(name: str, column: str) -> Callable[[str], object]:
        return lambda thing: db.rows(view.format(name, column), (thing,))

    common = things.searches["a common word"]
    filters = {
        "and a host": SearchFilters(host=things.great_hosts[0]),
        "and a state": SearchFilters(state="dead"),
        "and days": SearchFilters(since="2010-03", until="2010-04"),
    }
    return [
        Case("trace by id", lambda c: trace(db, c), things.claims, _TRACE, [_PLAIN_TRACE]),
        *(
            Case(f"search: {name}", lambda q: search(db, q), asked, _SEARCH, _PLAIN_SEARCH)
            for name, asked in things.searches.items()
        ),
        *(
            Case(f"search: a common word {name}", lambda q, f=f: search(db, q, filters=f), common, _SEARCH)
            for name, f in filters.items()
        ),
        Case("view claim_sources by claim", rows("claim_sources", "claim_id"), things.claims, None, [_PLAIN_TRACE]),
        Case("view claim_sources by document", rows("claim_sources", "document_id"), things.documents, None, [_PLAIN_DOCUMENT]),
        Case("view claim_sources by source", rows("claim_sources", "source_id"), things.sources, None, [_PLAIN_SOURCE]),
        Case("view source_states by source", rows("source_states", "source_id"), things.sources, None, [_PLAIN_SOURCE]),
        Case("a document", lambda d: read_document(db, d), things.documents, None, [_PLAIN_DOCUMENT]),
        Case("a source", lambda s: report_source(db, s), things.sources, None, [_PLAIN_SOURCE]),
        Case("a source that very many cite", lambda s: report_source(db, s), things.popular, None, [_PLAIN_SOURCE]),
        Case("sources of a host", lambda h: report_host(db, h), things.hosts),
        Case("sources of a great host", lambda h: report_host(db, h), things.great_hosts),
        Case("hosts", lambda _: report_hosts(db), things.hosts[:10]),
        Case("documents", lambda _: list_documents(db, DocumentQuery(), limit=30), things.hosts[:20]),
        Case("documents behind one", lambda d: list_documents(db, DocumentQuery(after=d), limit=30), things.documents[:50]),
        Case("documents with a dead source", lambda _: list_documents(db, DocumentQuery(state="dead"), limit=30), things.hosts[:20]),
        Case("what leans on a source", lambda s: trace_back(db, s, of="source"), things.sources),
        Case("what leans on one that many cite", lambda s: trace_back(db, s, of="source"), things.popular),
        Case("what leans on a great host", lambda h: trace_back(db, h, of="host"), things.great_hosts[:5]),
        Case("nights", lambda _: list_nights(db), things.hosts[:10]),
        Case("nightly runs", lambda _: list_runs(db), things.hosts[:10]),
        Case("a year's picture", lambda _: picture_year(db, _NOW), things.hosts[:5]),
    ]  # fmt: skip


def over_http(client: Client, things: Things) -> list[Case]:
    common = [quote(words) for words in things.searches["a common word"]]
    mixed = [quote(words) for words in things.searches["three words"]]

    def page(form: str) -> Callable[[str], object]:
        return lambda thing: client.get(form.format(thing))

    return [
        Case("nothing (a style sheet)", page("/static/desk.css?{}"), things.claims),
        Case("GET /api/claims/ID", page("/api/claims/{}"), things.claims, _TRACE_HTTP),
        Case("GET /claims/ID?part=1", page("/claims/{}?part=1"), things.claims, _PAGE),
        Case("GET /api/search, common", page("/api/search?q={}"), common, _SEARCH),
        Case("GET /search, common", page("/search?q={}"), common, _SEARCH),
        Case("GET /search, three words", page("/search?q={}"), mixed, _SEARCH),
        Case("GET /documents/ID", page("/documents/{}"), things.documents, _PAGE),
        Case("GET /api/documents/ID", page("/api/documents/{}"), things.documents, _PAGE),
        Case("GET /documents", page("/documents?after={}"), things.documents[:50], _PAGE),
        Case("GET /documents, dead", page("/documents?state=dead&after={}"), things.documents[:50], _PAGE),
        Case("GET /sources/ID", page("/sources/{}"), things.sources, _PAGE),
        Case("GET /sources/ID, very many cite", page("/sources/{}"), things.popular, _PAGE),
        Case("GET /sources?host=", page("/sources?host={}"), things.hosts, _PAGE),
        Case("GET /sources?host=, great", page("/sources?host={}"), things.great_hosts, _PAGE),
        Case("GET /sources", page("/sources?{}"), things.hosts[:10], _PAGE),
        Case("GET /nights", page("/nights?{}"), things.hosts[:10], _PAGE),
        Case("GET /nights/DAY", page("/nights/{}"), ["2010-05-04", "2015-02-03", "2018-01-09"], _PAGE),
        Case("GET /back?q=source", page("/back?q={}"), things.sources[:50], _PAGE),
    ]  # fmt: skip


def print_cases(cases: Sequence[Case], cpu_s: Callable[[], float], plain: sqlite3.Connection) -> int:  # fmt: skip
    print(f"{'':34} {'n':>5} {'p50':>8} {'p95':>8} {'p99':>8} {'CPU':>8} {'plain':>8} {'ratio':>6}  goal, ms")  # fmt: skip
    missed = 0
    for case in cases:
        ask_all(case.ask, case.things[:3], cpu_s)  # templates compiled, pages of the file read
        times = ask_all(case.ask, case.things, cpu_s)
        beside = _plain_ms(plain, case)
        goal = ""
        if case.goal is not None:
            percent, wanted = case.goal
            is_met = times.at(percent) < wanted
            missed += not is_met
            goal = f"p{percent} < {wanted:g}{'' if is_met else ': MISSED'}"
        ratio = times.at(50) / beside if beside else None
        print(
            f"{case.name:34} {len(case.things):5} {times.at(50):8.2f} {times.at(95):8.2f} {times.at(99):8.2f}"
            f" {times.cpu_ms:8.2f} {'' if beside is None else f'{beside:8.2f}':>8}"
            f" {'' if ratio is None else f'{ratio:6.1f}':>6}  {goal}",
            flush=True,
        )
    return missed


def _plain_ms(plain: sqlite3.Connection, case: Case) -> float | None:
    """Return what half of the same askings take as a bare join (a search: as bare matches)."""
    if not case.plain:
        return None

    def ask(thing: str) -> None:
        wanted = f'"{thing}"' if case.plain is _PLAIN_SEARCH and "." in thing else thing
        for sql in case.plain:
            plain.execute(sql, (wanted,)).fetchall()

    times: Times = ask_all(ask, case.things[:100], own_cpu_s)
    return times.at(50)


def some_documents(count: int, first: int) -> list[bytes]:
    """Return documents that no store has: fifty claims with a note each."""
    made = []
    for number in range(first, first + count):
        rng = random.Random(f"more {number}")
        claims = (" ".join(some_words(rng, 20)).capitalize() + f".[{n}]" for n in range(1, 51))
        notes = (f"[{n}] https://more{n % 20}.example/{number}/{n}" for n in range(1, 51))
        made.append((f"Update {number}\n\n" + "\n".join(claims) + "\n\nReferences\n\n" + "\n".join(notes)).encode())  # fmt: skip
    return made


def apply_more(db: Database, documents: Sequence[bytes]) -> Times:
    """Apply documents to a store as `ingest` does, parsed before, and time each transaction."""
    store = Store(db, derive_state=derive_state)
    parsed = {str(n): parse_document(read_bytes(data)) for n, data in enumerate(documents)}
    # a journal of its own: that of the documents is asked for in the archive

    def apply(name: str) -> None:
        each = parsed[name]
        line = DocumentLine(
            at=datetime.now(UTC), document_id=document_id_of(10**9) + each.document.sha256,
            sha256=each.document.sha256, size_bytes=1, path=f"/more/{each.document.sha256}", origin_url=None, format="text",
            warc=WarcPlace("w.warc.gz", 0, 1), warc_ends={},
        )  # fmt: skip
        position = JournalPosition("generated", "2026.jsonl", int(name) + 1)
        is_news = store.apply_document(line, each, identify_sources(each), position, parser=PARSER_VERSION)  # fmt: skip
        assert is_news

    spent = ask_all(apply, list(parsed), own_cpu_s)
    db.execute("DELETE FROM journal_positions WHERE journal = 'generated'")
    return spent


def print_ingest(path: Path, times: int) -> None:
    """Time one document more, in a store that is empty and in the large one."""
    print(f"\n{'one document more, ms':34} {'p50':>8} {'p95':>8} {'CPU':>8}   `ingest --no-fetch`: wall s, CPU s")  # fmt: skip
    first = time.time_ns()
    with tempfile.TemporaryDirectory() as folder:
        for name, where in (("empty store", Path(folder) / "provenance.db"), ("large store", path)):
            with open_database(where) as db:
                if where == path:
                    apply_more(db, some_documents(3, first + 1000))
                spent = apply_more(db, some_documents(times, first))
            command = _time_command(where, Path(folder))
            print(f"{name:34} {spent.at(50):8.1f} {spent.at(95):8.1f} {spent.cpu_ms:8.1f}   {command}", flush=True)  # fmt: skip


def _time_command(db: Path, folder: Path) -> str:
    said = []
    for document in some_documents(3, time.time_ns() + 5000):
        file = folder / "more.txt"
        file.write_bytes(document)
        command = this("-m", "provenance", "ingest", "--no-fetch", str(file), "--db", str(db))
        spent = spend([*command, "--archive", str(db.parent / "archive")], cwd=folder)
        if spent.code:
            return f"exit {spent.code}: {spent.errors.strip()[-200:]}"
        said.append(f"{spent.wall_s:.2f} {spent.cpu_s:.2f}")
    return " · ".join(said)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=0.01)
    arguments.add_argument("--folder", type=Path, help="where the store is kept, and found again")
    arguments.add_argument("--times", type=int, default=300)
    arguments.add_argument("--no-http", action="store_true")
    asked = arguments.parse_args()
    scale = Scale.of(asked.scale)
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="store-"))
    path = folder / "provenance.db"
    try:
        began, cpu = time.perf_counter(), time.process_time()
        fill_store(path, scale)
        print(
            f"{scale.documents:,} documents, {scale.claims:,} claims, {scale.sources:,} sources:"
            f" {path.stat().st_size / 1e9:.2f} GB, made in {time.perf_counter() - began:.0f} s"
            f" ({time.process_time() - cpu:.0f} s of CPU)\n"
        )
        print_all(path, choose(scale, asked.times), with_http=not asked.no_http)
    finally:
        if asked.folder is None:
            shutil.rmtree(folder)


def print_all(path: Path, things: Things, *, with_http: bool) -> None:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as plain:
        plain.execute("PRAGMA cache_size = -65536")
        with open_database(path, read_only=True) as db:
            missed = print_cases(in_process(db, things), own_cpu_s, plain)
        if with_http:
            print()
            with serve(path) as (base, server):
                client = Client(base)
                missed += print_cases(over_http(client, things), lambda: cpu_of(server.pid), plain)
    print_ingest(path, 30)
    print(f"\n{missed} goals missed" if missed else "\nevery goal met")


if __name__ == "__main__":
    sys.exit(main())
