"""Each page that shows another text against the one that claims lean on -> rows; only what is missing.

Nothing here is journalled: it follows from the archived texts, and a rebuild finds the same. Each
source is read by itself and written with its state in one transaction with up to a hundred others, so
that a run that is cut off is taken up where it ended. In memory are the texts of one source, one at a
time beside its base, and the lines of a few pages of the host that is being looked at.
"""

import itertools
from collections import OrderedDict
from typing import NamedTuple

import msgspec

from provenance.formats.ids import make_id
from provenance.pipeline.progress import Progress
from provenance.store.database import Database
from provenance.store.follow_due import settle_followed, sources_to_follow
from provenance.store.rot import (
    DriftRow,
    FollowedRow,
    Leaned,
    ShownText,
    base_text,
    put_rot,
    read_bases,
    read_leaned,
    read_neighbours,
    read_shown,
)
from provenance.store.rot_read import read_page
from provenance.store.states import refresh_states
from provenance.store.write import Store
from provenance.watch.drift import PageText, find_furniture, read_lines
from provenance.watch.rot import ROT_METHOD, Rot, find_rot
from provenance.watch.verdict import derive_state

__all__ = ["follow_all"]

_BATCH = 100
# Pages of a host that tell what its furniture is, and of how many their lines are kept in memory.
_NEIGHBOURS = 4
_KEPT_PAGES = 64


class _Found(NamedTuple):
    """What is to be written of one source: texts whose rows go, and rows that come."""

    source_id: str
    gone: list[str]
    drifts: list[DriftRow]
    followed: list[FollowedRow]

    @property
    def is_news(self) -> bool:
        return bool(self.gone or self.drifts)


class _Wanted(NamedTuple):
    """A text of a source that is to have a row, with the passages to look for in it."""

    text: ShownText
    passages: list[Leaned]
    basis: str


def follow_all(store: Store, progress: Progress) -> int:
    """Follow what claims lean on into every text that its source showed since; return how many texts.

    Looks only at sources of which something changed (`store.rot_tables`) and at texts that were
    not compared yet, or with something else. States are derived anew where anything was found.
    """
    due = sources_to_follow(store.db, ROT_METHOD)
    if not due:
        return 0
    following = _Following(store.db)
    texts = 0
    with progress("Following passages", len(due)) as stage:
        for first in range(0, len(due), _BATCH):
            batch = due[first : first + _BATCH]
            found = [following.follow(source_id) for source_id in batch]
            with store.db.atomic():
                for each in found:
                    if each.is_news:
                        put_rot(store.db, each.source_id, each.gone, each.drifts, each.followed)
                news = {each.source_id for each in found if each.is_news}
                refresh_states(store.db, derive_state, news)
                settle_followed(store.db, batch)
            texts += sum(len(each.drifts) for each in found)
            for source_id in batch:
                stage.advance(source_id)
    return texts


class _Following:
    """Follows source by source; pages of one host come together and share what is known of it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lines: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def follow(self, source_id: str) -> _Found:
        """Return what is to be written of a source."""
        shown = read_shown(self._db, source_id)
        known = read_bases(self._db, source_id)
        leaned = read_leaned(self._db, source_id) if shown else []
        if not known and len(shown) < 2 and all(_is_of(each, shown) for each in leaned):
            return _Found(source_id, [], [], [])
        base = base_text(self._db, source_id)
        wanted = {each.text.text_sha256: each for each in _wanted_of(shown, leaned, base)}
        gone = [text for text, basis in known.items()
                if text not in wanted or wanted[text].basis != basis]  # fmt: skip
        found = _Found(source_id, gone, [], [])
        of_base = next((each for each in shown if each.text_sha256 == base), None)
        before = self._page(of_base) if of_base else None
        for each in wanted.values():
            if known.get(each.text.text_sha256) != each.basis and of_base and before:
                rot = self._compare(source_id, of_base, before, each)
                found.drifts.append(_drift_row(source_id, of_base, each, rot))
                found.followed.extend(_followed_rows(source_id, each, rot))
        return found

    def _compare(
        self, source_id: str, of_base: ShownText, before: PageText, wanted: _Wanted
    ) -> Rot:
        passages = [leaned.passage for leaned in wanted.passages]
        if wanted.text.text_sha256 == of_base.text_sha256:
            return find_rot(None, before, passages)
        neighbours = read_neighbours(
            self._db, source_id, of_base.first_at, wanted.text.first_at, _NEIGHBOURS
        )
        furniture = find_furniture(
            itertools.chain.from_iterable(map(self._lines_of, payloads)) for payloads in neighbours
        )
        return find_rot(before, self._page(wanted.text), passages, furniture)

    def _page(self, shown: ShownText) -> PageText:
        row = read_page(self._db, shown.payload_sha256)
        return PageText(row["text"], row["title"], row["canonical_url"], row["language"])

    def _lines_of(self, payload_sha256: str) -> tuple[str, ...]:
        lines = self._lines.pop(payload_sha256, None)
        if lines is None:
            lines = read_lines(read_page(self._db, payload_sha256)["text"])
        self._lines[payload_sha256] = lines
        if len(self._lines) > _KEPT_PAGES:
            self._lines.popitem(last=False)
        return lines


def _is_of(leaned: Leaned, shown: list[ShownText]) -> bool:
    return any(each.text_sha256 == leaned.text_sha256 for each in shown)


def _wanted_of(shown: list[ShownText], leaned: list[Leaned], base: str | None) -> list[_Wanted]:
    """Return the texts that are to have a row.

    A passage is not looked for in the text that it was quoted from, nor in one that was seen
    for the last time before that. A page that only ever showed its base has no row.
    """
    wanted = []
    for text in shown:
        passages = [
            each
            for each in leaned
            if each.text_sha256 != text.text_sha256 and text.last_at >= (each.at or "")
        ]
        if len(shown) > 1 or passages:
            wanted.append(_Wanted(text, passages, _basis_of(base, text, passages)))
    return wanted


def _basis_of(base: str | None, text: ShownText, passages: list[Leaned]) -> str:
    told = [(each.claim_id, each.passage) for each in passages]
    digest = msgspec.json.encode(told).decode()
    return make_id("rot", ROT_METHOD, base or "", text.payload_sha256, digest)


def _drift_row(source_id: str, base: ShownText, wanted: _Wanted, rot: Rot) -> DriftRow:
    states = [each.found.state for each in rot.followed]
    return DriftRow(
        source_id,
        wanted.text.text_sha256,
        base.text_sha256,
        rot.drift.share,
        rot.drift.words_lost,
        rot.drift.words_gained,
        msgspec.json.encode(rot.drift.said).decode(),
        len(states),
        states.count("altered"),
        states.count("missing"),
        rot.reason,
        wanted.basis,
    )


def _followed_rows(source_id: str, wanted: _Wanted, rot: Rot) -> list[FollowedRow]:
    return [
        FollowedRow(
            source_id,
            leaned.claim_key,
            wanted.text.text_sha256,
            each.found.state,
            each.found.score,
            each.found.reason,
            each.passage.exact,
            each.now,
            each.found.span.start if each.found.span else None,
            each.found.span.end if each.found.span else None,
        )
        for leaned, each in zip(wanted.passages, rot.followed, strict=True)
        if each.found.state != "intact"
    ]
