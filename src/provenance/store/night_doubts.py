"""Of which sources a night asks for a second opinion, and what our own looks say of their hosts."""

from datetime import datetime

from msgspec import Struct

from provenance.model import Opinion
from provenance.store.database import Database
from provenance.store.rows import parse_time, time_text

__all__ = ["DoubtedSource", "list_doubted", "others_of_host", "said_tonight"]

# Gone tonight, and dead by that or by the next look, or kept from it by an opinion only: where the night
# ends before the last strike is held against anybody's word, there is one from the strike before.
_DOUBTED = """
SELECT s.source_id, s.url, s.host,
  (SELECT min(b.at) FROM checks b WHERE b.source_id = s.source_id AND b.outcome = 'gone'
   AND b.at > coalesce(t.last_ok, '')) AS since
FROM _night_work w
JOIN states t ON t.source_id = w.source_id
JOIN sources s ON s.source_id = w.source_id
WHERE t.checks > w.checks AND s.url IS NOT NULL AND s.host IS NOT NULL
  AND ((t.state = 'dead' AND w.state <> 'dead')
    OR (t.rule = 'gone_counting' AND t.reason = 'gone 2/3')
    OR t.rule IN ('seen_elsewhere', 'host_refuses', 'last_look_held'))
  AND (SELECT coalesce(j.outcome, k.outcome) FROM checks k
    LEFT JOIN judgements j ON j.check_id = k.check_id
    WHERE k.source_id = w.source_id ORDER BY k.rowid DESC LIMIT 1) = 'gone'
  AND NOT EXISTS (SELECT 1 FROM opinions o, _night n
    WHERE o.source_id = w.source_id AND o.at >= n.started)
ORDER BY s.host, s.source_id
"""
_SAID = """
SELECT o.* FROM _night n JOIN _night_work w
JOIN opinions o ON o.source_id = w.source_id AND o.at >= n.started
WHERE o.who = ? ORDER BY o.at
"""
# The last look at each other source of a host since a moment; the first five hundred say enough.
_OTHERS = """
SELECT count(*) AS looked_at, coalesce(sum(outcome = 'ok'), 0) AS found FROM (
  SELECT (SELECT coalesce(j.outcome, k.outcome) FROM checks k
      LEFT JOIN judgements j ON j.check_id = k.check_id
      WHERE k.source_id = s.source_id ORDER BY k.rowid DESC LIMIT 1) AS outcome
  FROM sources s JOIN states t ON t.source_id = s.source_id
  WHERE s.host = ?1 AND s.source_id <> ?2 AND t.last_checked >= ?3 AND t.last_vantage = 'online'
  LIMIT 500)
"""


class DoubtedSource(Struct, frozen=True):
    """A source that is gone for us; `since` is the first look that said so."""

    id: str
    url: str
    host: str
    since: datetime


def list_doubted(db: Database) -> list[DoubtedSource]:
    """Return the sources of the night under way of which others are to be asked, host by host.

    Those of which a run of this night asked before it was killed are not among them.
    """
    return [
        DoubtedSource(row["source_id"], row["url"], row["host"], parse_time(row["since"]))
        for row in db.rows(_DOUBTED)
        if row["since"]
    ]


def said_tonight(db: Database, who: str) -> list[Opinion]:
    """Return what one of those who are asked said in the night under way, oldest first."""
    return [
        Opinion(
            row["source_id"], parse_time(row["at"]), row["who"], row["url"], row["outcome"],
            row["reason"], parse_time(row["seen_at"]) if row["seen_at"] else None, row["uri_m"],
            row["status"],
        )
        for row in db.rows(_SAID, (who,))
    ]  # fmt: skip


def others_of_host(db: Database, source: DoubtedSource) -> tuple[int, int]:
    """Return how many other sources of the host were looked at since then, and how many were there."""
    row = db.first(_OTHERS, (source.host, source.id, time_text(source.since)))
    return (int(row["looked_at"]), int(row["found"])) if row else (0, 0)
