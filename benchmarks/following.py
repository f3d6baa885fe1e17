"""What following passages costs in a night: many looks, of which few saw another page.

    python benchmarks/following.py [--sources 100000] [--changed 0.02] [--chars 8000]

Fills a store (on disk, in a temporary folder) with sources of hosts of fifty pages, each captured and
read once with one claim that leans on a sentence of it; then plays a night in which every page is looked
at, and some show another text: one number in the passage is another. Prints the CPU that the marks cost
while looks are written, that of `follow_all`, by changed page, again with nothing due, and the peak of
memory before and after.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from provenance.formats.ids import sha256_hex
from provenance.pipeline.following import follow_all
from provenance.pipeline.progress import silent_progress
from provenance.store.database import Database, open_database
from provenance.store.rows import time_text
from provenance.store.write import Store
from provenance.watch.verdict import derive_state

FIRST, NIGHT = (time_text(datetime(2026, month, 1, tzinfo=UTC)) for month in (1, 2))
PER_HOST = 50
AT_ONCE = 1_000
WORDS = [f"{first}{second}" for first in ("ba", "fo", "to", "ra", "li", "we") for second in (
    "rge", "rd", "ll", "ft", "me", "ir", "nd", "st", "ck", "wer", "ter", "ner")]  # fmt: skip


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sources", type=int, default=100_000)
    arguments.add_argument("--changed", type=float, default=0.02)
    arguments.add_argument("--chars", type=int, default=8_000)
    options = arguments.parse_args()
    changed = max(1, int(options.sources * options.changed))
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "provenance.db")
        took = timed(lambda: fill(db, options.sources, options.chars))
        print(f"{options.sources:,} sources laid down in {took:.1f} s CPU")
        store = Store(db, derive_state=derive_state)
        took = timed(lambda: follow_all(store, silent_progress))
        print(f"first run, nothing to follow   {took:8.2f} s CPU")
        before = peak_mib()
        took = timed(lambda: play_night(db, options.sources, changed, options.chars))
        print(f"a night's captures written     {took:8.2f} s CPU")
        due = db.value("SELECT count(*) FROM _follow_due")
        took = timed(lambda: follow_all(store, silent_progress))
        print(
            f"followed {changed:,} changed pages    {took:8.2f} s CPU, {1000 * took / changed:.1f} ms a page"
        )
        again = timed(lambda: follow_all(store, silent_progress))
        print(f"again, with nothing due        {1000 * again:8.2f} ms CPU")
        found = db.rows("SELECT state, count(*) AS n FROM followed GROUP BY state")
        print(f"{due:,} sources were marked; {[(row['state'], row['n']) for row in found]}")
        print(f"peak memory {before:.0f} MiB before the night, {peak_mib():.0f} MiB after it")
        db.close()
    return 0


def fill(db: Database, sources: int, chars: int) -> None:
    db.execute("INSERT INTO contents SELECT 1, 'c', 'p', 'text', 'Update', '[]', '2026-01-01', NULL,"
               " NULL, 'en', '', '[]'")  # fmt: skip
    with db.atomic():
        db.execute("INSERT INTO documents VALUES ('document-1', 1, 1, 'update.txt', NULL)")
        db.execute(
            "INSERT INTO versions VALUES ('document-1', 1, 1, ?, 'u', NULL, 1, 'w', 0, 1)", (FIRST,)
        )
    for first in range(0, sources, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, sources))
        with db.atomic():
            put_sources(db, numbers)
            put_pages(db, ((n, page_of(n, chars), FIRST) for n in numbers))
            put_evidence_rows(db, numbers, chars)


def put_sources(db: Database, numbers: range) -> None:
    for n in numbers:
        host = f"h{n // PER_HOST}.example"
        url = f"https://{host}/{n}"
        db.execute("INSERT INTO sources VALUES (?, ?, 'web', ?, ?, ?, 0, NULL, NULL, NULL, 'open')",
                   (f"source-{n}", url, url, url, host))  # fmt: skip
        db.execute("INSERT INTO claims VALUES (?, 1, ?, ?, 0, 9, ?, '[]', NULL)",
                   (n + 1, n, f"claim-{n}", f"Claim number {n}."))  # fmt: skip
        db.execute("INSERT INTO notes VALUES (?, 1, ?, ?, 'notes', ?, 0, 9, 'x', NULL)",
                   (n + 1, n, f"note-{n}", str(n)))  # fmt: skip
        db.execute("INSERT INTO markers VALUES (?, 0, ?, 9, 12, ?, 0)", (n + 1, str(n), n + 1))
        db.execute("INSERT INTO citations (note_key, citation_index, kind, start, \"end\", raw, url,"
                   " canonical_url, truncated, hidden, repairs, authors, access, source_id) VALUES"
                   " (?, 0, 'web', 0, 9, ?, ?, ?, 0, 0, '[]', '[]', 'open', ?)",
                   (n + 1, url, url, url, f"source-{n}"))  # fmt: skip


def put_pages(db: Database, pages: Iterator[tuple[int, str, str]]) -> None:
    for n, text, at in pages:
        digest = sha256_hex(text.encode())
        put_capture(db, n, digest, at, None)
        db.execute("INSERT INTO texts (payload_sha256, text_sha256, at, extractor, authors, text)"
                   " VALUES (?, ?, ?, 'x', '[]', ?)", (digest, digest, at, text))  # fmt: skip


def put_capture(db: Database, n: int, digest: str, at: str, revisit_of: str | None) -> None:
    capture = f"capture-{n}-{at[:10]}"
    db.execute("INSERT INTO captures VALUES (?, ?, ?, 'u', 'u', 200, 'text/html', 'w', 0, 1, ?, 1, NULL, ?)",
               (capture, f"source-{n}", at, digest, revisit_of))  # fmt: skip
    db.execute("INSERT INTO checks VALUES (?, ?, ?, 'u', 'ok', 'ok', 1, 'HTTP 200', 200, 'u', 1, 'online', ?, '{}')",
               (f"check-{n}-{at[:10]}", f"source-{n}", at, capture))  # fmt: skip


def put_evidence_rows(db: Database, numbers: range, chars: int) -> None:
    for n in numbers:
        text, exact = page_of(n, chars), passage_of(n)
        start = text.index(exact)
        end = start + len(exact)
        db.execute("INSERT INTO evidence (evidence_id, claim_key, source_id, capture_id, verdict, score,"
                   " exact, prefix, suffix, start, \"end\", method, reason)"
                   " VALUES (?, ?, ?, ?, 'supported', 0.9, ?, ?, ?, ?, ?, 'm', '')",
                   (f"evidence-{n}", n + 1, f"source-{n}", f"capture-{n}-{FIRST[:10]}", exact,
                    text[max(0, start - 32) : start], text[end : end + 32], start, end))  # fmt: skip


def passage_of(number: int) -> str:
    return (
        f"The toll at ford {number} is {number % 90 + 10} crowns for a barge and half for a raft."
    )


def page_of(number: int, chars: int) -> str:
    chance = random.Random(number)
    host = random.Random(number // PER_HOST)
    menu = [" ".join(host.choices(WORDS, k=6)) for _ in range(10)]
    lines = [f"{' '.join(chance.choices(WORDS, k=18)).capitalize()}." for _ in range(chars // 100)]
    lines.insert(len(lines) // 2, passage_of(number))
    return "\n".join([*menu, *lines])


def play_night(db: Database, sources: int, changed: int, chars: int) -> None:
    step = sources // changed
    for first in range(0, sources, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, sources))
        digests = {row["source_id"]: row["payload_sha256"] for row in db.rows(
            "SELECT source_id, payload_sha256 FROM captures WHERE source_id IN (SELECT value FROM json_each(?))",
            (str([f"source-{n}" for n in numbers]).replace("'", '"'),))}  # fmt: skip
        with db.atomic():
            for n in numbers:
                if n % step:
                    before = f"capture-{n}-{FIRST[:10]}"
                    put_capture(db, n, digests[f"source-{n}"], NIGHT, before)
                    continue
                text = page_of(n, chars).replace(" crowns for a barge", "5 crowns for a barge")
                put_pages(db, iter([(n, text, NIGHT)]))


def timed(call: object) -> float:
    began = time.process_time()
    call()  # type: ignore[operator]
    return time.process_time() - began


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
