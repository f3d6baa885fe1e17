"""What a night quoted of a page goes with the page: from the row, from the journal, and from a rebuild."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from provenance import IngestOptions, Workplace, rebuild
from provenance.demo.web import SampleWeb
from provenance.model import NightLine, NightReport, PassageChange
from provenance.pipeline.catchup import open_store
from provenance.pipeline.fixity import check_fixity
from provenance.pipeline.progress import silent_progress
from provenance.pipeline.withdraw import Order, withdraw
from provenance.pipeline.writing import open_for_writing
from provenance.store.dump import dump_rows
from provenance.store.watching import latest_nights
from support.nights import a_change, a_report
from support.workplace import (
    STAND_INS,
    Later,
    a_draft,
    a_workplace,
    ingest_text,
    query,
    web_settings,
)

URL = f"https://{STAND_INS[0]}/a?page=0"
OTHER = f"https://{STAND_INS[1]}/a?page=1"
UGLY = (
    'Zylo "quoted\\" \u0417\u0430\u0433\u043e\u043b\u043e\u0432\u043e\u043a \U0001f525 \u2028]},{'
)


def a_night(workplace: Workplace, url: str, **run: object) -> NightReport:
    ((source,),) = query(workplace, "SELECT source_id FROM sources WHERE url = ?", url)
    passages = (
        PassageChange("c1", "d1", "altered", UGLY, f"now {UGLY}", UGLY),
        PassageChange("c2", "d1", "missing", "Zylo alone", ""),
    )
    quoting = a_change(1, source_id=source, to="drifted", passage="missing", passages=passages,
                       reason=f"the title was {UGLY!r} and is 'Zylo'")  # fmt: skip
    return a_report(a_change(9), quoting, a_change(2), **run)


def journalled(workplace: Workplace, *nights: NightReport) -> None:
    with open_for_writing(workplace, silent_progress) as (store, archive):
        lines = archive.commit([NightLine(night, {}) for night in nights])
        store.apply_holdings((line, at) for line, at in lines if isinstance(line, NightLine))


def files_with(workplace: Workplace, word: str) -> set[str]:
    needles = (word.encode(), json.dumps(word)[1:-1].encode())
    folder = workplace.db_path.parent
    return {
        path.relative_to(folder).parts[0]
        for path in folder.rglob("*")
        if path.is_file() and any(each in path.read_bytes() for each in needles)
    }


def dumped(workplace: Workplace) -> list[dict[str, object]]:
    with open_store(workplace.db_path, read_only=True) as store:
        return list(dump_rows(store.db, stable=False))


def test_a_nights_quotations_go_with_the_page(tmp_path: Path, web: SampleWeb) -> None:
    workplace = a_workplace(tmp_path, web_settings(web))
    ingest_text(workplace, tmp_path / "a.txt", a_draft([URL, OTHER]), IngestOptions())
    journalled(workplace, a_night(workplace, URL))
    assert files_with(workplace, "Zylo") == {"archive", "provenance.db"}
    later = replace(workplace, clock=Later(days=9))
    withdraw(later, Order(URL, "case 4711", "an archivist"))
    assert files_with(later, "Zylo") == set()
    assert check_fixity(later).found == 0
    with open_store(later.db_path, read_only=True) as store:
        (night,) = latest_nights(store.db, 5)
    assert [change.name for change in night.changes] == [a_change(n).name for n in (9, 1, 2)]
    (_, blanked, _) = night.changes
    assert [each.state for each in blanked.passages] == ["altered", "missing"]
    rows = dumped(later)
    rebuild(later)
    assert dumped(later) == rows


def test_other_pages_and_later_nights_keep_their_words(tmp_path: Path, web: SampleWeb) -> None:
    workplace = a_workplace(tmp_path, web_settings(web))
    ingest_text(workplace, tmp_path / "a.txt", a_draft([URL, OTHER]), IngestOptions())
    future = datetime.now(UTC) + timedelta(days=30)
    journalled(
        workplace,
        a_night(workplace, OTHER),
        a_night(workplace, URL, id="night-2", started=future, finished=future),
    )
    later = replace(workplace, clock=Later(days=9))
    withdraw(later, Order(URL, "case 4711", "an archivist"))
    with open_store(later.db_path, read_only=True) as store:
        after, before = latest_nights(store.db, 5)
    assert UGLY in {each.before for change in before.changes for each in change.passages}
    assert UGLY in {each.before for change in after.changes for each in change.passages}
    rows = dumped(later)
    rebuild(later)
    assert dumped(later) == rows
