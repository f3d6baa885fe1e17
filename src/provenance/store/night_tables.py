"""The indices by which a day's looks and captures are found, as SQL."""

__all__ = ["NIGHT_STATEMENTS"]

NIGHT_STATEMENTS = (
    "CREATE INDEX checks_by_time ON checks (at, source_id, outcome)",
    "CREATE INDEX captures_by_time ON captures (at, revisit_of)",
)
