"""A store of any size, made of invented rows by bulk SQL through the real schema: for `store.py` and `readers.py`.

Scale 1 is 20,000 documents, a million claims, three million links (claim x citation), a million
sources, three million checks and a million captures. A document has 50 claims and 50 notes; each claim
has one marker or two, each note one citation to three. The first citation of a note is of a source of
its own, the others are of sources that many cite (the most cited one by some 10,000 notes); hosts are as
unequal (the largest has a twelfth of the sources). Words come from a made-up vocabulary of 60,000 and
are as frequent as their rank is low (Zipf), so that there are words in every other claim and words in three.
Of the captures three in ten have a text of 150 to 450 words, the others a text without words: full
text of all would be 2 GB more and says nothing new, since a search ranks so many and no more.

The same scale gives the same rows every time. Each block of rows is one transaction that also notes
that it is done: after a crash the same call does the rest. Indices and triggers are laid aside while
tables are filled and made again, so that what is measured has the schema of `store.schema` to the letter.
"""

import bisect
import itertools
import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from provenance.formats.ids import make_id, sha256_hex
from provenance.link.method import LEXICAL_METHOD
from provenance.store import rows
from provenance.store.database import open_database
from provenance.store.name_tables import _FILL as FILL_NAMES
from provenance.store.rows import insert_sql
from provenance.watch.verdict import STATE_RULES_VERSION

PER_DOCUMENT = 50
DOCUMENTS, SOURCES = 20_000, 1_000_000
_SEED = 20231216
_VOCABULARY, _HOSTS = 60_000, 20_000
_FIRST_DAY, _DAYS = date(2004, 1, 1), 7_300
_TEXT_SHARE = 0.3
_REAL = "the of and to in a at on toll barge ford ferry lock river bridge grain levy".split()
_SYLLABLES = "ka mo ti ra ne su lo vi da pe gu sha ber tor lin mar con dre ing al".split()
_STATES = ("alive",) * 70 + ("dead",) * 12 + ("failing",) * 3 + ("drifted",) * 8 + ("walled",) * 7
_MIB = 1024 * 1024


class Scale(NamedTuple):
    """How much of what a store of that size holds."""

    documents: int
    sources: int

    @classmethod
    def of(cls, scale: float) -> "Scale":
        return cls(max(20, round(DOCUMENTS * scale)), max(1000, round(SOURCES * scale)))

    @property
    def claims(self) -> int:
        return self.documents * PER_DOCUMENT

    @property
    def hosts(self) -> int:
        return max(50, _HOSTS * self.sources // SOURCES)


def _words_of(rng: random.Random) -> list[str]:
    made = ("".join(rng.choices(_SYLLABLES, k=rng.randint(2, 5))) for _ in itertools.count())
    return _REAL + list(itertools.islice(dict.fromkeys(itertools.islice(made, 4 * _VOCABULARY)), _VOCABULARY))  # fmt: skip


WORDS = _words_of(random.Random(_SEED))
_FREQUENCY = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(WORDS))))


def some_words(rng: random.Random, count: int) -> list[str]:
    """Return so many words, each as often as its rank has it."""
    return rng.choices(WORDS, cum_weights=_FREQUENCY, k=count)


def word_of_rank(share: float) -> str:
    """Return the word below which this share of all words said lies."""
    return WORDS[bisect.bisect(_FREQUENCY, share * _FREQUENCY[-1])]


def _mixed(number: int, salt: int) -> float:
    """Return a number from 0 to 1 that looks random and is the same for the same arguments."""
    value = (number * 2_654_435_761 + salt * 40_503) & 0xFFFFFFFF
    value = ((value ^ (value >> 15)) * 2_246_822_519) & 0xFFFFFFFF
    return ((value ^ (value >> 13)) & 0xFFFFFFFF) / 0x100000000


class Cited(NamedTuple):
    """What is known of a source by its number alone."""

    id: str
    kind: str
    url: str | None
    host: str | None
    publisher: str | None
    title: str | None
    raw: str


def source_of(number: int, scale: Scale) -> Cited:
    """Return the source of that number."""
    title = None
    if _mixed(number, 1) < 0.3:
        title = " ".join(WORDS[int(3000 * _mixed(number, salt) ** 2)] for salt in range(10, 15))
        title = title.capitalize()
    if _mixed(number, 2) < 0.88:
        host = host_of(int(scale.hosts * _mixed(number, 3) ** 4))
        url = f"https://{host}/{WORDS[int(999 * _mixed(number, 4))]}/{number}"
        return Cited(make_id("source", f"web {url}"), "web", url, host, None, title, url)
    publisher = WORDS[100 + int(2000 * _mixed(number, 5) ** 2)].capitalize() + " Press"
    title = title or f"Ledger {number}"
    raw = f'{publisher}, "{title}," {2000 + number % 24}'
    kind = "work" if number % 3 else "subscription"
    return Cited(make_id("source", f"work {raw}"), kind, None, None, publisher, title, raw)


def host_of(number: int) -> str:
    """Return the host of that number: two words and an ending."""
    return f"{WORDS[20 + number % 997]}{WORDS[40 + number // 997]}.example"


def document_id_of(number: int) -> str:
    return make_id("document", number)


def claim_id_of(document: int, ordinal: int) -> str:
    return make_id("claim", document, ordinal)


def published_of(document: int, scale: Scale) -> str:
    return (_FIRST_DAY + timedelta(days=document * _DAYS // scale.documents)).isoformat()


def _at(days: float) -> str:
    moment = datetime.combine(_FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=days)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


Rows = dict[str, list[tuple[object, ...]]]


def _document_rows(scale: Scale, numbers: range) -> Rows:
    """The rows of some documents, their texts put together so that every span is right."""
    made: Rows = {name: [] for name in ("contents", "versions", "documents", "notes", "citations", "claims", "markers")}  # fmt: skip
    rng = random.Random(f"{_SEED} documents {numbers.start} of {scale.documents}")
    for number in numbers:
        _add_document(made, rng, number, scale)
    return made


def _add_document(made: Rows, rng: random.Random, number: int, scale: Scale) -> None:
    content_key, first = number + 1, number * PER_DOCUMENT
    published = published_of(number, scale)
    topic = " ".join(rng.choices(WORDS[50:4000], k=3))
    title = f"Tolls and barges, {published}: {topic}"
    parts, length = [title, "\n\n"], len(title) + 2

    def write(text: str) -> tuple[int, int]:
        nonlocal length
        parts.append(text)
        length += len(text)
        return length - len(text), length

    for ordinal in range(PER_DOCUMENT):
        said = " ".join(some_words(rng, rng.randint(14, 30))).capitalize() + "."
        start, end = write(said)
        key = first + ordinal + 1
        made["claims"].append(
            (key, content_key, ordinal, claim_id_of(number, ordinal), start, end, said, "[]", None)
        )
        cited = [ordinal] if rng.random() < 0.5 else [ordinal, rng.randrange(PER_DOCUMENT)]
        for place, note in enumerate(dict.fromkeys(cited)):
            at, to = write(f"[{note + 1}]")
            made["markers"].append((key, place, str(note + 1), at, to, first + note + 1, 0))
        write("\n\n" if ordinal % 5 == 4 else " ")
    write("Notes\n\n")
    for note in range(PER_DOCUMENT):
        _add_note(made, rng, scale, (content_key, first + note, note), write)
    text = "".join(parts)
    sha256 = sha256_hex(text.encode())
    path = f"/desk/{published}-{number}.txt"
    at = _at(number * _DAYS / scale.documents + 1)
    made["contents"].append((
        content_key, sha256, "generated 1", "text", title, '["I. Toll"]', published, None, None,
        "en", text, "[]",
    ))  # fmt: skip
    made["versions"].append((
        document_id_of(number), 1, content_key, at, path, None, len(text), "w.warc.gz", number, 9,
    ))  # fmt: skip
    made["documents"].append((document_id_of(number), 1, content_key, path, None))


def _add_note(
    made: Rows, rng: random.Random, scale: Scale, place: tuple[int, int, int],
    write: Callable[[str], tuple[int, int]],
) -> None:  # fmt: skip
    content_key, number, ordinal = place
    begin, _ = write(f"[{ordinal + 1}] ")
    told = []
    for index in range(rng.randint(1, 3)):
        which = number % scale.sources if index == 0 else int(scale.sources * rng.random() ** 3)
        source = source_of(which, scale)
        if index:
            told.append("; ")
            write("; ")
        start, end = write(source.raw)
        told.append(source.raw)
        made["citations"].append((
            number + 1, index, source.kind, start, end, source.raw, source.url, source.url, 0, 0,
            None, "[]", source.publisher, source.title, "[]", None, "open", None, None, None, None,
            source.id, None, None, None, None, None, None,
        ))  # fmt: skip
    _, end = write("\n")
    text = f"[{ordinal + 1}] " + "".join(told)
    made["notes"].append((
        number + 1, content_key, ordinal, make_id("note", number), "notes", str(ordinal + 1), begin,
        end - 1, text, None,
    ))  # fmt: skip


def _source_rows(scale: Scale, numbers: range) -> Rows:
    """The rows of some sources: themselves, what was looked at, what was kept."""
    made: Rows = {name: [] for name in ("sources", "states", "captures", "texts", "checks")}
    rng = random.Random(f"{_SEED} sources {numbers.start} of {scale.sources}")
    for number in numbers:
        source = source_of(number, scale)
        made["sources"].append((
            source.id, f"{source.kind} {source.raw}", source.kind, source.url, source.url,
            source.host, 0, source.publisher, source.title, None, "open",
        ))  # fmt: skip
        if source.url is None:
            made["states"].append((
                source.id, "not_checkable", "kind", "it has no address", None, None, None, None, 0, 0,
                STATE_RULES_VERSION,
            ))  # fmt: skip
            continue
        # of sources with an address: a million captures and three million checks at scale 1
        looks = rng.choices((1, 2, 3, 4, 5, 12), (20, 20, 20, 20, 15, 5))[0]
        kept = min(looks, rng.choices((0, 1, 2, 3, 4), (22, 49, 20, 7, 2))[0])
        first = number * _DAYS / scale.sources + 1
        state = _STATES[int(100 * _mixed(number, 6))]
        days = [first + look * 30 + rng.random() for look in range(looks)]
        for look, day in enumerate(days):
            capture = make_id("capture", number, look) if look < kept else None
            if capture:
                _add_capture(made, rng, source, (capture, number, look, day))
            made["checks"].append((
                make_id("check", number, look), source.id, _at(day), source.url,
                "ok" if state == "alive" or look + 1 < looks else "gone", "ok", 1, "HTTP 200", 200,
                source.url, rng.randint(20, 3000), "online", capture, _facts(source.url, _at(day)),
            ))  # fmt: skip
        made["states"].append((
            source.id, state, "last_look", f"so said {looks} looks", _at(days[-1]), _at(days[0]),
            _at(_DAYS + 400 + number % 30), "online", looks, kept,
            STATE_RULES_VERSION,
        ))  # fmt: skip
    return made


def _add_capture(
    made: Rows, rng: random.Random, source: Cited, kept: tuple[str, int, int, float]
) -> None:
    capture, number, look, day = kept
    payload = sha256_hex(f"{number} {look}".encode())
    made["captures"].append((
        capture, source.id, _at(day), source.url, source.url, 200, "text/html", "w.warc.gz",
        number * 9000, 8000, payload, 40_000, None, None,
    ))  # fmt: skip
    has_words = rng.random() < _TEXT_SHARE
    text = " ".join(some_words(rng, rng.randint(150, 450))) if has_words else ""
    made["texts"].append((
        payload, sha256_hex(text.encode()), _at(day), "generated 1",
        source.title or f"Page {number}", "[]", None, "en", None if has_words else "no words in it",
        None, None, None, text, None,
    ))  # fmt: skip


def _facts(url: str, at: str) -> str:
    # as long as those of the sample web are: 870 bytes
    headers = [["Date", at], ["Server", "sample-web"], ["Content-Type", "text/html; charset=utf-8"]]
    hop = {"at": at, "elapsed_ms": 80, "ip": "203.0.113.7", "status": 200, "url": url, "warc": ["w.warc.gz", 1, 1]}  # fmt: skip
    seen = {"title": "A page", "words": 300, "canonical": url, "robots": [], "signs": ["none"] * 20}
    return json.dumps({"body_bytes": 40_000, "headers": headers * 2, "hops": [hop], "page": seen})


_EVIDENCE = """
INSERT INTO evidence (evidence_id, claim_key, source_id, capture_id, verdict, score, exact, prefix,
  suffix, start, "end", method, reason)
SELECT made_id(f.claim_key, f.capture_id), f.claim_key, f.source_id, f.capture_id,
  CASE WHEN f.text = '' THEN 'not_found' WHEN f.claim_key % 3 THEN 'supported' ELSE 'partial' END,
  CASE WHEN f.text <> '' THEN (f.claim_key % 97) / 97.0 END,
  CASE WHEN f.text <> '' THEN substr(f.text, 33, 120) END,
  CASE WHEN f.text <> '' THEN substr(f.text, 1, 32) END,
  CASE WHEN f.text <> '' THEN substr(f.text, 153, 32) END,
  CASE WHEN f.text <> '' THEN 32 END, CASE WHEN f.text <> '' THEN 152 END, :method,
  CASE WHEN f.text = '' THEN 'no words in it' ELSE 'words in common' END
FROM (
  SELECT DISTINCT m.claim_key, i.source_id, p.capture_id, x.text
  FROM markers m CROSS JOIN citations i ON i.note_key = m.note_key
  CROSS JOIN captures p ON p.source_id = i.source_id
  CROSS JOIN texts x ON x.payload_sha256 = p.payload_sha256
  WHERE m.claim_key BETWEEN :first AND :last) f
"""
# by another method than the store knows, the next run would look at all claims anew
_ALL_FOUND = f"INSERT INTO _evidence_method (method) VALUES ('{LEXICAL_METHOD}')"
_COLUMNS = {
    "contents": rows.CONTENT_COLUMNS, "versions": rows.VERSION_COLUMNS,
    "documents": ("document_id", "seq", "content_key", "path", "origin_url"),
    "notes": rows.NOTE_COLUMNS, "citations": rows.CITATION_COLUMNS, "claims": rows.CLAIM_COLUMNS,
    "markers": rows.MARKER_COLUMNS, "sources": rows.SOURCE_COLUMNS, "states": rows.STATE_COLUMNS,
    "captures": rows.CAPTURE_COLUMNS, "texts": rows.TEXT_COLUMNS, "checks": rows.CHECK_COLUMNS,
}  # fmt: skip
_LAID_ASIDE = (
    "SELECT name, type, sql FROM sqlite_master"
    " WHERE sql IS NOT NULL AND type IN ('index', 'trigger') AND tbl_name NOT LIKE '\\_%' ESCAPE '\\'"
)


class _Filling:
    """A connection that fills a store block by block, and knows which blocks were filled before."""

    def __init__(self, path: Path) -> None:
        open_database(path).close()
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.create_function("made_id", 2, lambda *of: make_id("evidence", *of), deterministic=True)  # fmt: skip
        for pragma in ("synchronous = OFF", "cache_size = -2000000", "foreign_keys = OFF"):
            self.db.execute(f"PRAGMA {pragma}")
        self.db.execute("CREATE TABLE IF NOT EXISTS _generated (step TEXT PRIMARY KEY) STRICT")
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS _aside (name TEXT PRIMARY KEY, type TEXT, sql TEXT) STRICT"
        )
        self.done = {step for (step,) in self.db.execute("SELECT step FROM _generated")}

    def once(self, step: str, work: Callable[[], object]) -> None:
        if step in self.done:
            return
        began = time.perf_counter()
        self.db.execute("BEGIN IMMEDIATE")
        try:
            work()
            self.db.execute("INSERT INTO _generated VALUES (?)", (step,))
            self.db.execute("COMMIT")
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        if time.perf_counter() - began > 5:
            print(f"  {step}: {time.perf_counter() - began:.0f} s", file=sys.stderr)

    def put(self, made: Rows) -> None:
        for table, values in made.items():
            self.db.executemany(insert_sql(table, _COLUMNS[table]), values)

    def lay_aside(self) -> None:
        self.db.execute(f"INSERT INTO _aside {_LAID_ASIDE}")
        for name, kind in self.db.execute("SELECT name, type FROM _aside").fetchall():
            self.db.execute(f"DROP {kind} {name}")

    def make_again(self, kind: str, only: str = "%") -> None:
        wanted = "SELECT name, sql FROM _aside WHERE type = ? AND name LIKE ? ORDER BY name"
        there = {name for (name,) in self.db.execute("SELECT name FROM sqlite_master")}
        for name, sql in self.db.execute(wanted, (kind, only)).fetchall():
            if name not in there:
                self.db.execute(sql)


def _blocks(count: int, size: int) -> Iterator[range]:
    for start in range(0, count, size):
        yield range(start, min(count, start + size))


def fill_store(path: Path, scale: Scale) -> None:
    """Make the store at `path`, or what is missing of it.

    Raises:
        ValueError: there is one of another scale.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    note = path.with_suffix(".scale.json")
    if note.exists() and json.loads(note.read_text()) != list(scale):
        raise ValueError(f"{path} is of another scale; name another folder")
    note.write_text(json.dumps(scale))
    filling = _Filling(path)
    if "ready" in filling.done:
        return
    filling.once("aside", filling.lay_aside)
    _fill_tables(filling, scale)
    filling.once("indices", lambda: filling.make_again("index"))
    for span in _blocks(scale.claims, 50_000):
        where = {"first": span.start + 1, "last": span.stop, "method": LEXICAL_METHOD}
        filling.once(f"evidence {span}", lambda where=where: filling.db.execute(_EVIDENCE, where))
    for index in ("claims_fts", "notes_fts", "texts_fts"):
        _statements(filling, index, (f"INSERT INTO {index} ({index}) VALUES ('rebuild')",))
    names = [sql for sql in FILL_NAMES if "notes_fts" not in sql]
    names += [
        "INSERT INTO names_fts (names_fts) VALUES ('rebuild')",
        _ALL_FOUND,
        "DELETE FROM _evidence_due",
    ]
    _statements(filling, "names", names)
    filling.once("triggers", lambda: filling.make_again("trigger"))
    filling.once("ready", lambda: None)
    filling.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    filling.db.close()


def _statements(filling: _Filling, step: str, statements: Iterable[str]) -> None:
    filling.once(step, lambda: [filling.db.execute(sql) for sql in statements])


def _fill_tables(filling: _Filling, scale: Scale) -> None:
    for span in _blocks(scale.documents, 500):
        filling.once(
            f"documents {span}", lambda span=span: filling.put(_document_rows(scale, span))
        )
    for span in _blocks(scale.sources, 20_000):
        filling.once(f"sources {span}", lambda span=span: filling.put(_source_rows(scale, span)))
