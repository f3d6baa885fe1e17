"""Kill writers of an archive, many times, and look at what they left. Run as a script.

`crash_rounds.py ROOT steps` kills one writer at each of its calls of write, fsync
and ftruncate in turn (a write is torn in the middle first); `crash_rounds.py ROOT
SEED` kills fifteen at random moments. Prints what was seen as JSON; an assertion
that fails is a broken promise.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from provenance.formats.ids import sha256_hex
from provenance.keep.reader import ArchiveReader
from provenance.keep.recovery import merge_ends
from provenance.keep.warc import iter_records
from support.keeping import (
    a_check_line,
    a_visit,
    an_exchange,
    nothing_earlier,
    open_archive,
    place_of,
    warc_files,
)

BODIES = [b"", b"the same page again", b"<p>" + b"sixteen attacks " * 300]


def write_pages(root: Path, acknowledge: int, name: str, commits: int) -> None:
    """Store pages and commit them two at a time; say so once each commit has returned."""
    with open_archive(root, rotate_bytes=60_000) as archive:
        for commit in range(commits):
            lines = []
            for page in range(2):
                url = f"https://site.test/{name}/{commit}/{page}"
                body = BODIES[(commit + page) % 3] + os.urandom(page * 500)
                (stored,) = archive.add_visit(a_visit(an_exchange(url, body=body)), nothing_earlier)
                lines.append(a_check_line(stored, url=url))
            archive.commit(lines)
            said = "".join(line.check.id + "\n" for line in lines)
            write(acknowledge, said.encode())


write, fsync, ftruncate = os.write, os.fsync, os.ftruncate


def die_at(step: int) -> None:
    """Make the `step`-th call of write, fsync or ftruncate of this process its last."""
    calls = 0

    def counted(call, torn=None):
        def instead(handle, *arguments):
            nonlocal calls
            calls += 1
            if calls == step:
                if torn:
                    torn(handle, *arguments)
                os.kill(os.getpid(), signal.SIGKILL)
            return call(handle, *arguments)

        return instead

    os.write = counted(write, lambda handle, data: write(handle, data[: len(data) // 2]))
    os.fsync = counted(fsync)
    os.ftruncate = counted(ftruncate)


def run_writer(root: Path, name: str, commits: int, step: int = 0, life_s: float = 0.0):
    """Run a writer until it is killed or done; return its exit status and what it acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            if step:
                die_at(step)
            write_pages(root, writing, name, commits)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    if life_s:
        time.sleep(life_s)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        acknowledged = pipe.read().split()
    return os.waitpid(child, 0)[1], acknowledged


def look(root: Path, acknowledged: set[str], recovers: bool) -> int:
    """Check every promise; return the number of lines that count."""
    reader = ArchiveReader(root)
    lines = [line for line, _ in reader.journal_lines()]
    found = {line.check.id for line in lines}
    assert acknowledged <= found, "a committed line is lost"
    assert len(found) == len(lines), "a line counts twice"
    for line in lines:
        record = reader.read(place_of(line))
        assert record.header("WARC-Target-URI") == line.check.url
        if record.type == "response":
            assert sha256_hex(record.payload) == line.capture.payload_sha256
    if recovers:
        open_archive(root).close()
        ends = merge_ends({}, lines)
        for path in warc_files(root):
            assert path.stat().st_size == ends[f"2026/{path.name}"], "uncommitted bytes are visible"
            assert all(iter_records(path))
    return len(lines)


def main() -> None:
    root, how = Path(sys.argv[1]), sys.argv[2]
    acknowledged: set[str] = set()
    killed = rounds = 0
    dice = random.Random(how)
    while True:
        rounds += 1
        if how == "steps":
            status, said = run_writer(root, f"round-{rounds}", 6, step=rounds)
        else:
            life_s = dice.uniform(0.002, 0.06)
            status, said = run_writer(root, f"round-{rounds}", 10_000, life_s=life_s)
        assert status in (0, signal.SIGKILL), f"a writer failed by itself: {status}"
        killed += status == signal.SIGKILL
        acknowledged.update(said)
        # every other crash is left to the next writer, who may be killed while mending it
        counted = look(root, acknowledged, recovers=rounds % 2 == 0 or status == 0)
        if (how == "steps" and status == 0) or (how != "steps" and rounds == 15):
            break
    counted = look(root, acknowledged, recovers=True)
    print(json.dumps({"killed": killed, "lines": counted, "acknowledged": len(acknowledged)}))


if __name__ == "__main__":
    main()
