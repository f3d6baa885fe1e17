"""What narrows a search, as conditions in SQL that indices answer.

Two ways lead to the rows that have the words and pass the filters. *By words*: the matches are read,
the latest first, and each is asked whether it passes. *By filters*: the rows that pass are read from
the narrowest filter's index, and the matches are asked whether they are among them. `candidates`
takes the first, and the second where the words are common and few of their latest rows pass.
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from msgspec import Struct

from provenance.formats.strangers import storable
from provenance.formats.url import host_of
from provenance.model import CitationKind, SourceState
from provenance.store.database import Database
from provenance.store.lookup import documents_named
from provenance.store.rows import json_text

__all__ = ["MOST_DRIVEN", "FoundIn", "Passing", "SearchFilters", "hosts_below", "passing"]

FoundIn = Literal["claims", "notes", "texts"]
_MAX_HOSTS = 2_000
# So many rows of the narrowest filter are read before the other filters are asked.
MOST_DRIVEN = 2_000
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


class SearchFilters(Struct, frozen=True):
    """What narrows a search; None narrows nothing.

    `document` is an id, a path, a title; `since` and `until` are ISO days (or months, or years), both
    included, of a document's publication, of an archived text the day on which it was archived; `host`
    means itself and what is below it; `state` and `kind` are those of a cited source; `language` is
    that of the document or the archived page (`en`, `fr`).
    """

    document: str | None = None
    since: str | None = None
    until: str | None = None
    host: str | None = None
    state: SourceState | None = None
    language: str | None = None
    kind: CitationKind | None = None

    def faults(self) -> list[str]:
        """Return in words what of this can be no filter."""
        found = [
            f"{name} is no day such as 2024-03-08, 2024-03 or 2024: {value}"
            for name in ("since", "until")
            if (value := getattr(self, name)) is not None and not _DAY.fullmatch(value)
        ]
        for name, words in (("state", get_args(SourceState)), ("kind", get_args(CitationKind))):
            value = getattr(self, name)
            if value is not None and value not in words:
                found.append(f"{name} is none of {', '.join(words)}: {value}")
        return found

    @property
    def is_narrow(self) -> bool:
        """Whether any of them is set."""
        return any(getattr(self, name) is not None for name in self.__struct_fields__)


class Passing(NamedTuple):
    """Conditions on the row `x` that a match leads to, and a statement that gives keys that pass.

    `keys` is None where no index narrows the rows; both take `parameters`. `is_small` says that
    few rows pass, whatever else is asked.
    """

    where: str
    keys: str | None
    parameters: dict[str, object]
    is_small: bool


def hosts_below(db: Database, typed: str) -> list[str]:
    """Return the known hosts that `typed` (a host or an address) means: itself and those below it."""
    wanted = storable(typed.strip().lower())
    wanted = (host_of(wanted) or wanted) if "/" in wanted else wanted
    wanted = wanted.removeprefix("www.").strip(".")
    if not wanted:
        return []
    exact = db.column("SELECT name FROM names WHERE kind = 'host' AND name = ?", (wanted,))
    literal = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    below = db.column(
        "SELECT n.name FROM names_fts f JOIN names n ON n.name_key = f.rowid"
        " WHERE f.name LIKE ? AND n.kind = 'host' AND n.name LIKE ? ESCAPE '\\' LIMIT ?",
        (f"%.{wanted}", f"%.{literal}", _MAX_HOSTS),
    )
    return sorted({*exact, *below})


def passing(db: Database, filters: SearchFilters, of: FoundIn) -> Passing:
    """Return what passes the filters among claims (`x` is `claims`), notes or archived texts."""
    values: dict[str, object] = {}
    if filters.document is not None:
        values["documents"] = json_text(documents_named(db, filters.document))
    if filters.since is not None:
        values["since"] = filters.since
    if filters.until is not None:
        # "2024-03" means all of it: no day of it is greater than this
        values["until"] = f"{filters.until}\x7f"
    if filters.host is not None:
        values["hosts"] = json_text(hosts_below(db, filters.host))
    for name in ("state", "language", "kind"):
        if getattr(filters, name) is not None:
            values[name] = storable(getattr(filters, name))
    where = _of_text(values) if of == "texts" else _of_reading(values, of)
    return Passing(" AND ".join(where) or "1", _keys(values, of), values, "documents" in values)


_SOURCE = {
    # `+`: asked of the few sources behind one row, never by walking all sources of the host for it
    "hosts": "+s.host IN (SELECT value FROM json_each(:hosts))",
    "state": "EXISTS (SELECT 1 FROM states t WHERE t.source_id = s.source_id AND t.state = :state)",
}


def _of_reading(values: dict[str, object], of: FoundIn) -> list[str]:
    """What a claim or a note has to pass, one condition a filter."""
    content = {
        "since": "k.published >= :since",
        "until": "k.published <= :until",
        "language": "k.language = :language",
    }
    where = [
        f"x.content_key = k.content_key AND {content[name]}" for name in content if name in values
    ]
    if where:
        joined = " AND ".join(content[name] for name in content if name in values)
        where = [
            f"EXISTS (SELECT 1 FROM contents k WHERE k.content_key = x.content_key AND {joined})"  # noqa: S608
        ]
    is_document = "d.document_id IN (SELECT value FROM json_each(:documents))"
    asked = f" AND {is_document}" if "documents" in values else ""
    where.append(f"EXISTS (SELECT 1 FROM documents d WHERE d.content_key = x.content_key{asked})")  # noqa: S608
    cited = [_SOURCE[name] for name in _SOURCE if name in values]
    if "kind" in values:
        cited.append("i.kind = :kind")
    if cited:
        begin = (
            "markers m JOIN citations i ON i.note_key = m.note_key AND m.claim_key = x.claim_key"
            if of == "claims"
            else "citations i"
        )
        own = "1" if of == "claims" else "i.note_key = x.note_key"
        joined = (
            " JOIN sources s ON s.source_id = i.source_id" if set(_SOURCE) & set(values) else ""
        )
        where.append(
            f"EXISTS (SELECT 1 FROM {begin}{joined} WHERE {own} AND {' AND '.join(cited)})"  # noqa: S608
        )
    return where


_COPIES = """
SELECT source_id, at FROM captures WHERE payload_sha256 = x.payload_sha256
UNION ALL SELECT source_id, at FROM attachments WHERE text_payload = x.payload_sha256
UNION ALL SELECT source_id, at FROM memento_lookups WHERE payload_sha256 = x.payload_sha256
"""


def _of_text(values: dict[str, object]) -> list[str]:
    """What an archived text has to pass: it is a copy of some source that passes."""
    where = ["x.language = :language"] if "language" in values else []
    of_source = [_SOURCE[name] for name in _SOURCE if name in values]
    if "kind" in values:
        of_source.append("s.kind = :kind")
    if "since" in values:
        of_source.append("o.at >= :since")
    if "until" in values:
        of_source.append("o.at <= :until")
    if "documents" in values:
        of_source.append(
            "EXISTS (SELECT 1 FROM citations i JOIN notes n ON n.note_key = i.note_key"
            " JOIN documents d ON d.content_key = n.content_key WHERE i.source_id = s.source_id"
            " AND d.document_id IN (SELECT value FROM json_each(:documents)))"
        )
    asked = " AND ".join(of_source) or "1"
    joined = f"({_COPIES}) o JOIN sources s ON s.source_id = o.source_id"
    return [*where, f"EXISTS (SELECT 1 FROM {joined} WHERE {asked})"]  # noqa: S608


# The narrowest first: the first that is asked for drives. `CROSS JOIN` keeps the order as written.
_CONTENTS = {
    "documents": "SELECT d.content_key FROM json_each(:documents) w"
    " CROSS JOIN documents d ON d.document_id = w.value",
    "since": "SELECT k.content_key FROM contents k WHERE k.published >= :since"
    " ORDER BY k.published DESC",
    "until": "SELECT k.content_key FROM contents k WHERE k.published <= :until"
    " ORDER BY k.published DESC",
}
_SPAN = (
    "SELECT k.content_key FROM contents k WHERE k.published BETWEEN :since AND :until"
    " ORDER BY k.published DESC"
)
_SOURCES = {
    "hosts": "SELECT s.source_id FROM json_each(:hosts) w CROSS JOIN sources s ON s.host = w.value",
    "state": "SELECT t.source_id FROM states t WHERE t.state = :state",
}
_FROM_SOURCES: dict[FoundIn, str] = {
    "claims": "SELECT DISTINCT m.claim_key FROM ({sources}) g"
    " CROSS JOIN citations i ON i.source_id = g.source_id"
    " CROSS JOIN markers m ON m.note_key = i.note_key",
    "notes": "SELECT DISTINCT i.note_key FROM ({sources}) g"
    " CROSS JOIN citations i ON i.source_id = g.source_id",
    "texts": "SELECT DISTINCT x.text_key FROM ({sources}) g"
    " CROSS JOIN captures c ON c.source_id = g.source_id"
    " CROSS JOIN texts x ON x.payload_sha256 = c.payload_sha256",
}
_FROM_CONTENTS: dict[FoundIn, str] = {
    "claims": "SELECT x.claim_key FROM ({contents}) g"
    " CROSS JOIN claims x ON x.content_key = g.content_key",
    "notes": "SELECT x.note_key FROM ({contents}) g"
    " CROSS JOIN notes x ON x.content_key = g.content_key",
    "texts": "SELECT DISTINCT x.text_key FROM ({contents}) g"
    " CROSS JOIN notes n ON n.content_key = g.content_key"
    " CROSS JOIN citations i ON i.note_key = n.note_key"
    " CROSS JOIN captures c ON c.source_id = i.source_id"
    " CROSS JOIN texts x ON x.payload_sha256 = c.payload_sha256",
}


def _keys(values: dict[str, object], of: FoundIn) -> str | None:
    contents = _driving_contents(values, of)
    sources = next((_SOURCES[name] for name in _SOURCES if name in values), None)
    # a document is narrower than any host, a host than a span of days, that than a state
    if contents and ("documents" in values or "hosts" not in values):
        driven = _FROM_CONTENTS[of].format(contents=contents)
    elif sources:
        driven = _FROM_SOURCES[of].format(sources=sources)
    else:
        return None
    return f"{driven} LIMIT {MOST_DRIVEN}"


def _driving_contents(values: dict[str, object], of: FoundIn) -> str | None:
    if "documents" in values:
        return _CONTENTS["documents"]
    if of == "texts":  # its days are those of its copies, not of a document
        return None
    if "since" in values and "until" in values:
        return _SPAN
    names: Sequence[str] = ("since", "until")
    return next((_CONTENTS[name] for name in names if name in values), None)
