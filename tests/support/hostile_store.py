"""A store in which every text that a page may show is an attack: on HTML, on templates, on headers, on terminals.

Ids, digests, times, places and the words that the program itself chose (states, outcomes) stay; all else that is
text is replaced by something that names its own table and column, so that what breaks out says where it came
from. Columns that are added later are attacked as well, unless they are named in `_KEPT`.
"""

import itertools
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["OWNED", "make_hostile", "shown_texts"]

# An element, an attribute and a function that none of our pages has.
OWNED = "x-owned"
_BREAKS = (
    ("{where}'\"></textarea></title></style></script></noscript>--><x-owned></x-owned>"
    "<script>owned()</script><img src=x onerror=owned()>{{{{7*7}}}}"),
    "{where}\" x-owned=\"1\" onmouseover=\"owned()\" autofocus onfocus=\"owned()\" '",
    "{where}\u202e\u2066gpj\u2069 \u2028\u2029\x1b[2J\x07\x00\x7f\x9b <svg/onload=owned()>{{% raw %}}${{7*7}}<%= 7*7 %>",
    "{where}\r\nSet-Cookie: x-owned=1\r\n\r\n<x-owned>&lt;x-owned&gt;&#60;x-owned&#62;",
    "=HYPERLINK(\"https://evil.example/{where}\") <!--<x-owned x-owned>--><![CDATA[<x-owned>]]>\ud7ff\uffff",
)  # fmt: skip
_URLS = (
    "javascript:owned('{where}')//",
    'https://evil.example/"onmouseover="owned()" x-owned="{where}',
    "data:text/html,<script>owned()</script>{where}",
    "JaVa\tScRiPt:owned()//{where}",
    "https://evil.example/'><x-owned>/{where}?a=b&lt;x-owned&gt;#</a><x-owned>",
    "//evil.example/{where}",
    "vbscript:owned()//{where}",
    "\x01javascript:owned()//{where}",
)
_KEPT = re.compile(
    r"""(?x)
      .*_id | .*_sha256 | sha256 | text_payload
    | at | .*_at | last_.* | next_due | near | published | data_cutoff | date | accessed
    | warc_file | file | journal | line
    | kind | state | rule | outcome | vantage | access | verdict | method | decision | format | media_type
    | truncated | parser | extractor | list | antecedent_note | revisit_of | overruled_by
    | places | captures | attachments | records | texts | findings | repairs | facts | basis | note_id
    """
)
_ADDRESSES = re.compile(r"url|.*_url|href|uri_m|archive_of|key|archive")
_LISTS = frozenset({"authors", "section"})
_UNTOUCHED = frozenset({"journal_positions", "warc_ends", "_sqlite_migrations", "names"})
# Offsets point into these: they keep their length.
_MEASURED = frozenset({("contents", "text"), ("texts", "text")})
_MARK = re.compile(r"\b(\w+)\.(\w+)#\d+")


def make_hostile(db_path: Path) -> None:
    """Attack with everything that a store's tables hold."""
    numbers = itertools.count(1)

    def attack(table: str, column: str, before: str | None) -> str:
        number = next(numbers)
        where = f"{table}.{column}#{number}"
        shapes = _URLS if _ADDRESSES.fullmatch(column) else _BREAKS
        text = shapes[number % len(shapes)].format(where=where)
        if column in _LISTS:
            return json.dumps([text, _BREAKS[0].format(where=where)])
        if (table, column) in _MEASURED:
            size = len(before or "")
            paragraphs = (each.format(where=where) for each in itertools.cycle(_BREAKS))
            long = ""
            while len(long) < size:
                long += next(paragraphs) + "\n\n"
            return long[:size]
        return text

    db = sqlite3.connect(db_path)
    with db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.create_function("attack", 3, attack)
        for statement in _ROWS:
            db.execute(statement)
        for table, columns in _tables(db):
            attacked = [each for each in columns if not _KEPT.fullmatch(each)]
            if attacked and table not in _UNTOUCHED:
                values = ", ".join(f'"{each}" = attack(\'{table}\', \'{each}\', "{each}")' for each in attacked)  # fmt: skip
                db.execute(f"UPDATE {table} SET {values}")
    db.close()


def shown_texts(page: str) -> set[tuple[str, str]]:
    """Return of which tables and columns a page shows something."""
    return {(found[1], found[2]) for found in _MARK.finditer(page)}


def _tables(db: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    names = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%_fts%'"
    ).fetchall()
    for (name,) in names:
        columns: list[tuple[Any, ...]] = db.execute(f"PRAGMA table_info({name})").fetchall()
        yield name, [str(column[1]) for column in columns if column[2] == "TEXT"]


# What the sample update has none of: one of each for every source that was captured.
_ROWS = (
    """INSERT OR IGNORE INTO attachments SELECT 'attachment-' || substr(source_id, 8), source_id, at, 'by', 'why', 'name',
      media_type, payload_sha256, payload_bytes, warc_file, warc_offset, warc_length, payload_sha256, url, at, '[]'
    FROM captures""",
    """INSERT OR IGNORE INTO memento_lookups (source_id, archive, at, url, outcome, reason, near, uri_m, memento_at, status,
      "count", media_type, payload_sha256, payload_bytes, warc_file, warc_offset, warc_length)
    SELECT source_id, 'archive', at, url, 'found', 'reason', at, url, at, 200, 1, media_type, payload_sha256,
      payload_bytes, warc_file, warc_offset, warc_length FROM captures""",
    """INSERT OR IGNORE INTO submissions
    SELECT source_id, 'service', at, url, 'refused', 'reason', 'job', url FROM captures""",
    """INSERT OR IGNORE INTO judgements
    SELECT check_id, source_id, at, outcome, rule, rule_version, reason, 1, '{}' FROM checks LIMIT 5""",
    """INSERT OR IGNORE INTO reviews (review_id, claim_id, source_id, at, "by", decision, why, claim_text, capture_id,
      text_sha256, exact, prefix, suffix, start, "end")
    SELECT 'review-' || substr(e.evidence_id, 10), c.claim_id, e.source_id, '2024-03-08T12:00:00.000000Z', 'by',
      CASE WHEN e.claim_key % 2 THEN 'confirmed' ELSE 'rejected' END, 'why', c.text, e.capture_id,
      t.text_sha256, e.exact, e.prefix, e.suffix, e.start, e."end"
    FROM evidence e JOIN claims c ON c.claim_key = e.claim_key JOIN captures p ON p.capture_id = e.capture_id
    JOIN texts t ON t.payload_sha256 = p.payload_sha256 WHERE e.exact IS NOT NULL""",
    """INSERT OR IGNORE INTO withdrawals
    SELECT 'withdrawal-' || substr(capture_id, 9), source_id, at, 'by', 'reason', payload_sha256, NULL,
      '["' || capture_id || '"]', '[]', '[]', '[]', 0, 1 FROM captures ORDER BY capture_id LIMIT 3""",
)
