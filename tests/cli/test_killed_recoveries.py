"""kill -9 while cut addresses are being completed: nothing missing, nothing twice, and a rebuild agrees."""

import random
import shutil
import signal
import time
from pathlib import Path

from support.runs import Running, run, run_here
from support.workplace import a_draft, all_rows

DOCUMENTS = 30
KILLS = 12


def cut_and_whole(number: int, part: str) -> tuple[str, str]:
    start = f"https://www.river-bulletin.org/{part}-{number:03}/how-the-low-water-of-spring-chan"
    return f"{start}...", f"{start}ged-the-fairs"


def lay_out(folder: Path) -> None:
    """Documents that each complete one address themselves, one by another, one by a person."""
    (folder / "drafts").mkdir(parents=True)
    (folder / "footnotes").mkdir()
    corrections = []
    for number in range(DOCUMENTS):
        own, other, decided = (cut_and_whole(number, part) for part in ("own", "other", "said"))
        before = cut_and_whole((number + 1) % DOCUMENTS, "other")
        title = f"Update {number}"
        text = a_draft([*own, other[0], before[1], decided[0]], title=title)
        text = text.replace(f"{title}\n", f"{title}\n\nMarch {number + 1}, 2023\n", 1)
        (folder / "drafts" / f"update-{number:02}.txt").write_text(text)
        corrections.append(f'[[correction]]\nurl = "{decided[0]}"\nis = "{decided[1]}"\n')
    (folder / "footnotes" / "corrections.toml").write_text("\n".join(corrections))


def dump_of(folder: Path) -> str:
    """The rows without what tells the time, and with no place but the folder's own."""
    done = run_here(folder, "dump", "--stable")
    assert done.code == 0, done.err
    return done.out.replace(str(folder), "")


def test_recoveries_that_were_killed_again_and_again_end_as_in_one_clean_run(
    tmp_path: Path,
) -> None:
    clean, killed = tmp_path / "desk" / "clean", tmp_path / "desk" / "other"
    lay_out(clean)
    shutil.copytree(clean, killed)
    began_s = time.monotonic()
    done = run(clean, "ingest", clean / "drafts", "--no-fetch", "--json")
    took_s = time.monotonic() - began_s
    assert done.code == 0, done.err
    recovered = done.json["recovered"]
    assert recovered["adopted"] == 3 * DOCUMENTS == recovered["cut"]
    dice, kills = random.Random(7), 0
    while True:
        running = Running(killed, "ingest", killed / "drafts", "--no-fetch", "--json")
        if kills < KILLS:
            # what was done before is not done again: each run is shorter than the one before
            time.sleep(dice.uniform(0.15, 0.6) * took_s)
            running.signal(signal.SIGKILL)
        ended = running.end()
        if ended.code == 0:
            break
        assert ended.code == -signal.SIGKILL
        kills += 1
    assert kills >= 2
    assert counted(killed) == counted(clean) == 3 * DOCUMENTS
    assert decisions_in(dump_of(killed)) == decisions_in(dump_of(clean))
    rows = all_rows(killed / "provenance.db")
    assert run_here(killed, "rebuild").code == 0
    assert all_rows(killed / "provenance.db") == rows


def counted(folder: Path) -> int:
    """Lines of the journal of recoveries: one for each decision, however often it was begun."""
    journals = (folder / "archive" / "recoveries").glob("*.jsonl")
    return sum(path.read_bytes().count(b"\n") for path in journals)


def decisions_in(dump: str) -> list[str]:
    """Recoveries and citations of a dump, without ids that come from a document's folder."""
    return [
        line
        for line in dump.splitlines()
        if '"table":"citations"' in line
        or ('"table":"recoveries"' in line and '"rule":"known_source"' not in line)
    ]
