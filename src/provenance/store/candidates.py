"""Which rows of a full-text index hold the words and pass the filters, the best first, in bounded time.

bm25 is computed for each match, about a microsecond a row: a word that stands in every other claim
would rank half a million. So of more than `MOST_RANKED` matches the latest (by key, which is the
order of reading) are ranked, and the answer says so. Where few of these pass the filters, the rows
that pass are read from the filters' own index, and all matches among them are ranked.
"""

from typing import NamedTuple

from provenance.store.database import Database
from provenance.store.filters import MOST_DRIVEN, FoundIn, Passing
from provenance.store.rows import json_text

__all__ = ["MOST_RANKED", "Candidates", "find_candidates", "is_common"]

MOST_RANKED = 1_000
# So many of the latest that pass are as good as all of them: nobody reads on.
_ENOUGH = 50
# The words in the order in which they were typed: as good as twice the score. A bm25 is negative.
_IN_ORDER = 2.0
_INDEX: dict[FoundIn, tuple[str, str, str]] = {
    # table, key, score: in an archived text a word of the title weighs as much as five of the text
    "claims": ("claims", "claim_key", "bm25(claims_fts)"),
    "notes": ("notes", "note_key", "bm25(notes_fts)"),
    "texts": ("texts", "text_key", "bm25(texts_fts, 5.0, 1.0, 1.0)"),
}


class Candidates(NamedTuple):
    """Keys with their scores, the best first; `found` matched, all of them unless `is_bounded`."""

    scored: list[tuple[int, float]]
    found: int
    is_bounded: bool


def find_candidates(
    db: Database, of: FoundIn, asked: tuple[str, str], passing: Passing, limit: int
) -> Candidates:
    """Return the best `limit` rows that pass and match what is asked: the words, and as a phrase.

    Those that match the phrase (which may be empty) too count double.
    """
    words, phrase = asked
    scored, is_bounded = _matching(db, of, words, passing)
    if scored and phrase:
        for key in _in_order(db, of, phrase, min(scored)):
            if key in scored:
                scored[key] *= _IN_ORDER
    # of what is equally good the latest read comes first
    best = sorted(scored.items(), key=lambda item: (item[1], -item[0]))
    return Candidates(best[:limit], len(scored), is_bounded)


def is_common(db: Database, words: str) -> bool:
    """Tell whether more claims or archived texts match than are ranked."""
    lists: tuple[FoundIn, ...] = ("claims", "texts")
    return any(_count(db, of, words) > MOST_RANKED for of in lists)


def _count(db: Database, of: FoundIn, words: str) -> int:
    """Count the matches, but none beyond those that are ranked."""
    index = f"{_INDEX[of][0]}_fts"
    matches = f"SELECT rowid FROM {index} WHERE {index} MATCH ? LIMIT ?"  # noqa: S608
    found: int = db.value(f"SELECT count(*) FROM ({matches})", (words, MOST_RANKED + 1))  # noqa: S608
    return found


def _matching(
    db: Database, of: FoundIn, words: str, passing: Passing
) -> tuple[dict[int, float], bool]:
    """Return the matches that pass with their scores, and whether there may be more."""
    has_more = _count(db, of, words) > MOST_RANKED
    skips = has_more and passing.is_small
    scored = {} if skips else _by_words(db, of, words, passing)
    if not has_more or passing.keys is None or len(scored) >= _ENOUGH:
        return scored, has_more
    keys = db.column(passing.keys, passing.parameters)
    # both may be many: then what either way found is told
    return {**scored, **_by_filters(db, of, words, passing, keys)}, len(keys) >= MOST_DRIVEN


def _in_order(db: Database, of: FoundIn, phrase: str, least: int) -> list[int]:
    """Return the latest rows from a key on that have the words in this order: older ones were not ranked."""
    index = f"{_INDEX[of][0]}_fts"
    return db.column(
        f"SELECT rowid FROM {index} WHERE {index} MATCH ? AND rowid >= ?"  # noqa: S608
        " ORDER BY rowid DESC LIMIT ?",
        (phrase, least, MOST_RANKED),
    )


def _by_words(db: Database, of: FoundIn, words: str, passing: Passing) -> dict[int, float]:
    """Ask each of the latest matches whether it passes."""
    some = "ORDER BY rowid DESC LIMIT :most"
    return _scored(db, of, some, passing, {"words": words, "most": MOST_RANKED})


def _by_filters(
    db: Database, of: FoundIn, words: str, passing: Passing, keys: list[int]
) -> dict[int, float]:
    """Ask every match whether it is among `keys`, and only those for the rest."""
    # `+` keeps SQLite from looking the keys up in the full-text index one by one
    some = "AND +rowid IN (SELECT value FROM json_each(:keys))"
    return _scored(db, of, some, passing, {"words": words, "keys": json_text(keys)})


def _scored(
    db: Database, of: FoundIn, some: str, passing: Passing, values: dict[str, object]
) -> dict[int, float]:
    table, key, score = _INDEX[of]
    index = f"{table}_fts"
    found = db.rows(
        f"SELECT f.key, f.score FROM (SELECT rowid AS key, {score} AS score FROM {index}"  # noqa: S608
        f" WHERE {index} MATCH :words {some}) f"
        f" CROSS JOIN {table} x ON x.{key} = f.key WHERE {passing.where}",
        {**passing.parameters, **values},
    )
    return {row["key"]: row["score"] for row in found}
