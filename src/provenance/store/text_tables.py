"""Which payloads wait for their text to be read, as SQL.

Without it each night would hold every capture against every text: 3 million rows for the few hundred
pages that are new. Triggers mark a payload that comes without a text, and take the mark away when it has
one. A mark too many costs one look at its rows: whoever reads the marks asks of each whether it still waits.
Names with a leading line are the store's own and in no dump.
"""

__all__ = ["TEXT_DUE_STATEMENTS"]


def _mark(row: str) -> str:
    """Mark a payload; not by OR IGNORE, which the statement that fires a trigger overrules."""
    return (
        f"INSERT INTO _text_due (payload_sha256) SELECT {row}.payload_sha256"  # noqa: S608
        f" WHERE NOT EXISTS (SELECT 1 FROM _text_due d WHERE d.payload_sha256 = {row}.payload_sha256)"
    )


_SETTLE = "DELETE FROM _text_due WHERE payload_sha256 = new.payload_sha256"
_HAS_NO_TEXT = """NOT EXISTS (SELECT 1 FROM texts x
  WHERE x.payload_sha256 = new.payload_sha256 AND x.reason IS NOT 'withdrawn')"""
# What happens to a table, when it matters -> what is done.
_WHEN = (
    ("captures", f"INSERT ON captures WHEN new.revisit_of IS NULL AND {_HAS_NO_TEXT}", _mark("new")),
    ("texts", "INSERT ON texts WHEN new.reason IS NOT 'withdrawn'", _SETTLE),
    ("texts_change", "UPDATE OF reason ON texts WHEN new.reason IS NOT 'withdrawn'", _SETTLE),
    ("texts_withdrawn", "UPDATE OF reason ON texts WHEN new.reason IS 'withdrawn'", _mark("new")),
    ("texts_drop", "DELETE ON texts", _mark("old")),
)  # fmt: skip
TEXT_DUE_STATEMENTS = (
    "CREATE TABLE _text_due (payload_sha256 TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID",
    *(
        f"CREATE TRIGGER text_due_{name} AFTER {event} BEGIN {statement}; END"
        for name, event, statement in _WHEN
    ),
    """INSERT INTO _text_due (payload_sha256)
    SELECT DISTINCT c.payload_sha256 FROM captures c
    LEFT JOIN texts x ON x.payload_sha256 = c.payload_sha256
    WHERE c.revisit_of IS NULL AND (x.text_key IS NULL OR x.reason = 'withdrawn')""",
)
