"""A store with years of history, for tests of the pages that show it: invented, and partly hostile.

`TOLLS` was looked at weekly for four years: it changed its words, died, came back and drifted.
`HOSTILE` has a hostile text wherever somebody else's text can stand.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from provenance.formats.ids import make_id, sha256_hex
from provenance.model import (
    Attachment,
    AttachmentLine,
    CheckLine,
    Citation,
    CitedMemento,
    Evidence,
    MementoLine,
    MementoLookup,
    Passage,
    Submission,
    SubmissionLine,
    Withdrawal,
    WithdrawalLine,
)
from provenance.store.database import Database, open_database
from provenance.store.evidence import put_evidence
from support.records import a_check_line, a_parsed, a_text_line, positions, source_id_of
from support.stores import FilledStore

__all__ = [
    "BARGES",
    "FIRST",
    "HOSTILE",
    "HOSTILE_CITATION",
    "HOSTILE_URL",
    "LATER",
    "OLD_TEXT",
    "TOLLS",
    "TOLLS_URL",
    "a_store_with_history",
    "day",
]

TOLLS_URL = "https://tolls.example/rates"
TOLLS = source_id_of(TOLLS_URL)
BARGES = source_id_of("https://barges.example/count")
HOSTILE = "</title><script>document.title='owned'</script><img src=https://evil.example/x onerror=alert(1)>\u202egpj {{7*7}}"
HOSTILE_URL = "javascript:alert(document.domain)//<b>"
HOSTILE_CITATION = Citation(
    index=0, kind="web", start=0, end=9, raw=HOSTILE, url=HOSTILE_URL, canonical_url=HOSTILE_URL,
    title=HOSTILE, publisher=HOSTILE,
)  # fmt: skip
FIRST = datetime(2020, 1, 6, 3, tzinfo=UTC)
OLD_TEXT = (
    "Tolls at the fords\n"
    "The toll at the upper ford is 16 crowns for a barge.\n"
    "Carts pay half of that.\n"
    "The ford is closed in the dry month.\n"
    "Boats that carry salt go free.\n"
    "Children ride free on market days.\n"
)
LATER = (
    "Tolls at the fords\n"
    "Boats that carry salt go free.\n"
    "The toll at the upper ford is 17 crowns for a barge.\n"
    "Carts pay half of that amount.\n"
    "A new line speaks of the winter.\n"
)
_CLAIMS = (
    ("A barge pays 16 crowns at the upper ford.", "The toll at the upper ford is 16 crowns for a barge.", "supported"),
    ("Carts pay half as much.", "Carts pay half of that.", "supported"),
    ("Salt boats pay nothing.", "Boats that carry salt go free.", "partial"),
    ("The ford closes every year.", "The ford is closed in the dry month.", "supported"),
)  # fmt: skip


def day(number: float) -> datetime:
    """So many days after the first look, at three in the morning."""
    return FIRST + timedelta(days=number)


def a_store_with_history(path: Path, weeks: int = 200, hostile: bool = True) -> Database:
    """Fill a store at `path` and return it open."""
    filled = FilledStore(open_database(path))
    memento = CitedMemento(
        TOLLS, "archive.example", f"https://archive.example/{TOLLS_URL}", day(90)
    )
    for number in range(3):
        parsed = a_parsed(
            {"1": [TOLLS_URL], "2": ["https://barges.example/count"]},
            [*((claim, ["1"]) for claim, _, _ in _CLAIMS), (f"Two barges in week {number}.", ["2"])],
            title=f"River update {number}",
            published=f"202{number}-02-03",
        )  # fmt: skip
        filled.document(parsed, document_id=f"document-{number}", path=None, mementos=[memento])
    if hostile:
        parsed = a_parsed({"1": [HOSTILE_CITATION]}, [(HOSTILE, ["1"])], title=HOSTILE)
        filled.document(parsed, document_id="document-hostile", path=None)
    filled.texts(
        a_text_line("old", OLD_TEXT), a_text_line("later", LATER), a_text_line("b", "Two barges.")
    )
    filled.checks(*_tolls(weeks), *_barges(weeks), *(_hostile() if hostile else ()))
    _hold(filled, hostile)
    _find(filled.db)
    return filled.db


def _tolls(weeks: int) -> Iterator[CheckLine]:
    held: dict[str, str] = {}
    for week in range(weeks):
        at = day(7 * week)
        if 60 <= week < 75:
            yield a_check_line(
                TOLLS, at, "gone", reason="HTTP 404", rule="status_gone", http_status=404
            )
            continue
        if week % 17 == 9:
            yield a_check_line(TOLLS, at, "temporary", reason="timeout", http_status=None)
            continue
        payload = "old" if week < 100 else "later"
        facts: dict[str, object] = {"drift": "the text changed"} if week > weeks - 5 else {}
        if payload == "later":
            facts["hops"] = [
                {"url": TOLLS_URL, "status": 301, "location": "https://tolls.example/new"},
                {"url": "https://tolls.example/new", "status": 200},
            ]
        line = a_check_line(
            TOLLS, at, payload=payload, url=TOLLS_URL, facts=facts,
            capture={"revisit_of": held.get(payload)},
        )  # fmt: skip
        assert line.capture is not None
        held.setdefault(payload, line.capture.id)
        yield line


def _barges(weeks: int) -> Iterator[CheckLine]:
    for week in range(0, weeks, 10):
        first = make_id("capture", BARGES, FIRST.isoformat()) if week else None
        yield a_check_line(
            BARGES, day(7 * week), payload="b", url="https://barges.example/count",
            capture={"revisit_of": first},
        )  # fmt: skip
    yield a_check_line(BARGES, day(7 * (weeks - 1) + 0.1), "gone", reason="HTTP 410")


def _hostile() -> Iterator[CheckLine]:
    source = source_id_of(HOSTILE_CITATION)
    facts = {"hops": [{"url": HOSTILE_URL, "status": 302, "location": HOSTILE}, {"url": HOSTILE, "status": 200}], "drift": HOSTILE}  # fmt: skip
    for number in range(2):
        yield a_check_line(
            source, day(number), payload=f"hostile {number}", url=HOSTILE_URL, reason=HOSTILE,
            rule=HOSTILE, final_url=HOSTILE_URL, facts=facts,
            capture={"media_type": HOSTILE, "final_url": HOSTILE, "truncated": "length"},
        )  # fmt: skip


def _hold(filled: FilledStore, hostile: bool) -> None:
    store, said = filled.store, HOSTILE if hostile else "said"
    source = source_id_of(HOSTILE_CITATION) if hostile else TOLLS
    attachment = Attachment(
        id=make_id("attachment", source, "x"), source_id=source, at=day(200), by=said, why=said,
        name=said, media_type="text/html", payload_sha256=sha256_hex(b"brought"), payload_bytes=7,
        warc_file="2023/a.warc.gz", warc_offset=0, warc_length=9,
        text_payload=sha256_hex(b"brought"), url=HOSTILE_URL, made_at=day(100),
    )  # fmt: skip
    lookups = (
        MementoLookup(source, "archive.example", day(201), HOSTILE_URL, "found", said,
                      uri_m=HOSTILE_URL, memento_at=day(50), count=2),
        MementoLookup(source, "none.example", day(201), HOSTILE_URL, "none", said),
    )  # fmt: skip
    submission = Submission(source, "keeper.example", day(202), HOSTILE_URL, "refused", said, uri_m=HOSTILE_URL)  # fmt: skip
    withdrawal = Withdrawal(
        make_id("withdrawal", source), source, day(300), said, said, sha256_hex(b"hostile 0"), None,
        (), (), (), forever=True,
    )  # fmt: skip
    empty: dict[str, int] = {}
    store.apply_holdings([(AttachmentLine(attachment, empty), next(positions("attachments")))])
    places = positions("mementos")
    store.apply_holdings([(MementoLine(each, empty), next(places)) for each in lookups])
    store.apply_holdings([(SubmissionLine(submission, empty), next(positions("submissions")))])
    store.apply_holdings([(WithdrawalLine(withdrawal, empty), next(positions("withdrawals")))])


def _find(db: Database) -> None:
    """Hold the claims against the first capture, as a run would."""
    capture_id = db.value("SELECT capture_id FROM captures WHERE source_id = ? ORDER BY at LIMIT 1", (TOLLS,))  # fmt: skip
    found: list[tuple[int, Evidence]] = []
    for text, exact, verdict in _CLAIMS:
        start = OLD_TEXT.index(exact)
        end = start + len(exact)
        passage = Passage(exact, OLD_TEXT[max(0, start - 32) : start], OLD_TEXT[end : end + 32], start, end)  # fmt: skip
        for row in db.rows("SELECT claim_key, claim_id FROM claims WHERE text = ?", (text,)):
            each = Evidence(
                row["claim_id"], TOLLS, verdict, "test/1", "because", capture_id, 0.9, passage  # type: ignore[arg-type]
            )  # fmt: skip
            found.append((row["claim_key"], replace(each)))
    put_evidence(db, found)
