"""The table of later judgements, as SQL (record: `Judgement` in model/fetching.py)."""

__all__ = ["JUDGEMENT_STATEMENTS"]

JUDGEMENT_STATEMENTS = (
    """CREATE TABLE judgements (
  check_id TEXT NOT NULL PRIMARY KEY REFERENCES checks (check_id),
  source_id TEXT NOT NULL REFERENCES sources (source_id),
  at TEXT NOT NULL,
  outcome TEXT NOT NULL, rule TEXT NOT NULL, rule_version INTEGER NOT NULL, reason TEXT NOT NULL,
  rules INTEGER NOT NULL,
  basis TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX judgements_by_source ON judgements (source_id)",
)
