"""Names that read nearly like what was typed: hosts, titles, publishers, authors.

Candidates come from the trigram index: whoever mistypes a letter or two of a name still shares most
of its trigrams with it. Each trigram of what was typed gives its names a vote (one that very many
names share gives none, unless all are such); the names with the most votes are compared letter by
letter. All of it is bounded, however many names there are.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Literal, TypeVar

from msgspec import Struct
from rapidfuzz import fuzz

from provenance.formats.strangers import storable
from provenance.formats.url import host_of, registrable_domain
from provenance.store.database import Database
from provenance.store.rows import json_text

__all__ = ["HostHit", "TitleHit", "hosts_like", "titles_like"]

NameKind = Literal["document", "work", "publisher", "author"]
_Kind = TypeVar("_Kind", bound=str)
_TITLES: tuple[NameKind, ...] = ("document", "work", "publisher", "author")
_SHOWN = 5
_MAX_CHARS = 120
_MAX_TRIGRAMS = 48
# A trigram of more names than this says little, and costs much: "the", "com".
_COMMON = 1_000
_COMPARED = 200
# Of 100. One wrong letter in a host of six letters leaves 83, two in one of twelve likewise; two
# unrelated hosts of the same ending seldom pass 70. Titles are compared word by word.
_ALIKE_HOST = 80.0
_ALIKE_TITLE = 82.0
_HOST_SHAPE = re.compile(r"[\w-]+(\.[\w-]+)*", re.ASCII)


class HostHit(Struct, frozen=True):
    """A host like the one typed, how alike it is (of 100), and on how many sources it stands."""

    host: str
    alike: float
    sources: int


class TitleHit(Struct, frozen=True):
    """A name like the one typed; `document_id` or `source_id` leads to what carries it.

    Where several carry it one of them is named, and `uses` says how many there are; an author has
    neither.
    """

    kind: NameKind
    name: str
    alike: float
    uses: int
    document_id: str | None = None
    source_id: str | None = None


def hosts_like(db: Database, query: str, *, limit: int = _SHOWN) -> tuple[HostHit, ...]:
    """Return the known hosts that read nearly like the host or address that was typed, the best first.

    A single word may also be the name of a site without its ending.
    """
    typed = storable(query.strip().lower())
    wanted = (host_of(typed) or typed) if "/" in typed else typed
    wanted = wanted.removeprefix("www.")
    if not _HOST_SHAPE.fullmatch(wanted) or len(wanted) < 3:
        return ()
    scored = []
    for _, name, uses in _candidates(db, wanted, ("host",)):
        alike = _alike_hosts(wanted, name)
        if alike >= _ALIKE_HOST:
            scored.append(HostHit(name, round(alike, 1), uses))
    return tuple(sorted(scored, key=lambda hit: (-hit.alike, -hit.sources, hit.host))[:limit])


def _alike_hosts(wanted: str, host: str) -> float:
    """Compare whole names, and where no ending was typed the names without theirs."""
    whole = fuzz.ratio(wanted, host.removeprefix("www."))
    site = registrable_domain(host) or host
    if "." in wanted:
        return max(whole, fuzz.ratio(wanted, site) - 1)  # the site that a subdomain belongs to
    return max(whole, fuzz.ratio(wanted, site.partition(".")[0]) - 1)


def titles_like(db: Database, query: str, *, limit: int = _SHOWN) -> tuple[TitleHit, ...]:
    """Return titles, publishers and authors that read nearly like `query`, the best first."""
    wanted = _plain(storable(query))
    if len(wanted) < 3:
        return ()
    known = _candidates(db, wanted, _TITLES)
    alike = [(_alike_titles(wanted, _plain(name)), kind, name, uses) for kind, name, uses in known]
    best = sorted(
        (each for each in alike if each[0] >= _ALIKE_TITLE),
        key=lambda each: (-each[0], -each[3], _TITLES.index(each[1]), each[2]),
    )
    return tuple(
        TitleHit(kind, name, round(score, 1), uses, *_carrier(db, kind, name))
        for score, kind, name, uses in best[:limit]
    )


def _alike_titles(wanted: str, name: str) -> float:
    """Compare all of it, in any order of words; and what was typed of a longer title with that part."""
    alike = max(fuzz.ratio(wanted, name), fuzz.token_sort_ratio(wanted, name) - 1)
    if 8 <= len(wanted) <= len(name):
        alike = max(alike, fuzz.partial_ratio(wanted, name) - 2)
    return alike


def _plain(text: str) -> str:
    """Return lower case without diacritics, spaces in one width, and no more than can be compared."""
    decomposed = unicodedata.normalize("NFKD", text[: 2 * _MAX_CHARS]).lower()
    bare = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    return " ".join(bare.split())[:_MAX_CHARS]


def _candidates(db: Database, wanted: str, kinds: Sequence[_Kind]) -> list[tuple[_Kind, str, int]]:
    """Return kind, name and uses of the names that share the most trigrams with `wanted`."""
    votes = _votes(db, _trigrams(wanted))
    keys = json_text([key for key, _ in votes.most_common(_COMPARED)])
    rows = db.rows(
        "SELECT n.kind, n.name, n.uses FROM json_each(?) w CROSS JOIN names n"
        " ON n.name_key = w.value WHERE n.kind IN (SELECT value FROM json_each(?))",
        (keys, json_text(list(kinds))),
    )
    return [(row["kind"], row["name"], row["uses"]) for row in rows]


def _trigrams(wanted: str) -> list[str]:
    """Return the trigrams of a text, spread over all of it where there are too many."""
    found = list(dict.fromkeys(wanted[at : at + 3] for at in range(len(wanted) - 2)))
    step = -(-len(found) // _MAX_TRIGRAMS)
    return found[:: max(step, 1)]


def _votes(db: Database, trigrams: Sequence[str]) -> Counter[int]:
    rare: Counter[int] = Counter()
    common: Counter[int] = Counter()
    for trigram in trigrams:
        keys = db.column(
            "SELECT rowid FROM names_fts WHERE names_fts MATCH ? ORDER BY rowid DESC LIMIT ?",
            ('"' + trigram.replace('"', '""').replace("\0", " ") + '"', _COMMON),
        )
        (common if len(keys) == _COMMON else rare).update(keys)
    return rare or common


def _carrier(db: Database, kind: NameKind, name: str) -> tuple[str | None, str | None]:
    """Return the document or the source that carries a name, the latest document's where several do."""
    if kind == "document":
        # `+`: else SQLite puts ?1 in the place of the title in lower(), and reads all documents
        found = db.value(
            "SELECT d.document_id FROM contents k JOIN documents d ON d.content_key = k.content_key"
            " WHERE lower(k.title) = lower(?1) AND +k.title = ?1 ORDER BY +k.published DESC, d.document_id LIMIT 1",
            (name,),
        )
        return found, None
    fits = {"work": "title = ?", "publisher": "publisher = ? COLLATE NOCASE"}.get(kind)
    if fits is None:
        return None, None
    return None, db.value(
        f"SELECT source_id FROM sources WHERE {fits} ORDER BY source_id LIMIT 1",  # noqa: S608
        (name,),
    )
