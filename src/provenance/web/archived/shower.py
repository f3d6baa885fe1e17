"""Asks the cage what an archived page looks like, keeps what was shown last, signs where it is shown.

The address of a shown page is a capability: who has it sees this one copy with these passages, for
a quarter of an hour. It bears everything that the answer depends on and a signature over that; the
key is made with the process and ends with it. So the other origin needs neither cookie nor token,
and none of ours ever reaches it.
"""

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from types import TracebackType
from typing import Literal, NamedTuple, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import msgspec

from provenance.errors import ArchiveError, FixityError
from provenance.formats.body import decode_body
from provenance.formats.cage import Cage, Done, Refused
from provenance.model import Passage, WarcPlace
from provenance.settings import FetchSettings
from provenance.trace.capture_records import Copy, CopyKind
from provenance.trace.captures import Held, find_copy
from provenance.web.archived.page import ShowJob, ShownPage
from provenance.web.library import Library

__all__ = ["CAPABILITY_S", "Shower", "Wanted", "choose_passages"]

_WORKER = "provenance.web.archived.page:show_job"
# A page of 5 MB takes three seconds here; what takes longer is built to.
_TIMEOUT_S = 15.0
_MEMORY_BYTES = 2_000_000_000
_WORKERS = 2
# Larger pages are archives of something else; pictures of this size are shown at once.
_MOST_SHOWN_BYTES = 20_000_000
CAPABILITY_S = 900
_REFUSED_FOR_S = 300.0
# Pages as shown that are kept: the frame asks for what the page around it has just asked for.
_MOST_KEPT_CHARACTERS = 30_000_000
_MOST_REFUSED = 1_000
_NEIGHBOUR_CHARACTERS = 64
_MAX_PASSAGE_CHARACTERS = 5_000
_MOST_MARKED = 20
# What waits for a reader of pages waits in a thread that others need, too.
_MOST_WAITING = 4
# What the page is to blame for: it is not tried again for a while, since each time costs as much. On
# a busy machine a sound page may take too long, too.
_REFUSALS = {
    "timeout": "it takes too long to read it",
    "memory": "it takes too much memory to read it",
}
_KINDS: dict[str, CopyKind] = {
    "captures": "capture",
    "attachments": "attachment",
    "mementos": "memento",
}


class Wanted(NamedTuple):
    """One copy, shown for a claim or with a span of its text (code points; -1: none) marked.

    `shows` is "page" for the payload itself, "screenshot" for what a browser made of it.
    """

    kind: CopyKind
    id: str
    claim_id: str = ""
    start: int = -1
    end: int = -1
    shows: Literal["page", "screenshot"] = "page"


class Shower:
    """Shows archived copies; safe for many threads. `now` is the time in seconds since 1970.

    `limits` bound what an encoded body may become.
    """

    def __init__(
        self, library: Library, limits: FetchSettings, *, now: Callable[[], float]
    ) -> None:
        self._library = library
        self._limits = limits
        self._now = now
        self._key = secrets.token_bytes(32)
        self._cage = Cage(
            _WORKER, workers=_WORKERS, timeout_s=_TIMEOUT_S, memory_bytes=_MEMORY_BYTES
        )
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, ShownPage] = OrderedDict()
        self._refused: OrderedDict[bytes, tuple[float, ShownPage]] = OrderedDict()
        self._turns = threading.BoundedSemaphore(_WORKERS + _MOST_WAITING)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cage.close()

    def address(self, wanted: Wanted, framer: str) -> str:
        """Return the path and query under which a copy is shown to a page of the host `framer`."""
        path = quote(f"/{wanted.kind}s/{wanted.id}/{wanted.shows}", safe="/")
        query = urlencode(
            {
                "claim": wanted.claim_id,
                "start": wanted.start,
                "end": wanted.end,
                "by": framer,
                "until": int(self._now()) + CAPABILITY_S,
            }
        )
        return f"{path}?{query}&key={self._sign(f'{path}?{query}')}"

    def read_address(self, target: str) -> tuple[Wanted, str] | None:
        """Return what an address of ours shows and to which host; None where it is not ours or over."""
        signed, _, key = target.rpartition("&key=")
        if not hmac.compare_digest(self._sign(signed).encode(), key.encode("utf-8", "replace")):
            return None
        parts = urlsplit(signed)
        told = dict(parse_qsl(parts.query, keep_blank_values=True))
        if int(told["until"]) < self._now():
            return None
        kind, _, rest = unquote(parts.path).lstrip("/").partition("/")
        id_, _, shows = rest.rpartition("/")
        wanted = Wanted(
            _KINDS[kind], id_, told["claim"], int(told["start"]), int(told["end"]),
            "screenshot" if shows == "screenshot" else "page",
        )  # fmt: skip
        return wanted, told["by"]

    def show(self, wanted: Wanted) -> tuple[ShownPage, Copy | None]:
        """Return what is shown at an address. Blocks: call it in a thread.

        Raises:
            Problem: there is no store.
            StoreError: it cannot be read.
        """
        with self._library.reading() as db:
            held = find_copy(
                db, self._library.archive(), wanted.kind, wanted.id, claim_id=wanted.claim_id
            )
        if held is None:
            return ShownPage("none", reason="there is no such copy"), None
        if wanted.shows == "screenshot":
            return self._screenshot(held.copy), held.copy
        return self.show_held(held, choose_passages(held, wanted)), held.copy

    def show_held(self, held: Held, passages: tuple[Passage, ...]) -> ShownPage:
        """Return what is shown of a copy with these passages marked, the first of them chosen."""
        if held.payload is None or held.copy.fixity.state == "withdrawn":
            return ShownPage("none", reason=held.copy.fixity.reason)
        decoded = decode_body(
            held.copy.headers,
            held.payload,
            self._limits.max_decoded_bytes,
            self._limits.max_decoded_ratio,
        )
        if len(decoded.data) > _MOST_SHOWN_BYTES:
            return ShownPage(
                "none", reason=f"it has {len(decoded.data) / 1e6:.0f} MB, too many to be shown"
            )
        declared = next(
            (value for name, value in held.copy.headers if name.lower() == "content-type"),
            held.copy.media_type,
        )
        return self._ask(ShowJob(decoded.data, declared, passages))

    def _screenshot(self, copy: Copy) -> ShownPage:
        found = next((view.warc for view in copy.views if view.shows == "screenshot"), None)
        if found is None or copy.withdrawn is not None:
            return ShownPage("none", reason="there is no screenshot of it")
        try:
            data = self._library.archive().read_payload(
                WarcPlace(found.file, found.offset, found.length)
            )
        except (ArchiveError, FixityError) as error:
            return ShownPage("none", reason=error.message)
        return self._ask(ShowJob(data, "image/png"))

    def _ask(self, job: ShowJob) -> ShownPage:
        frame = msgspec.msgpack.encode(job)
        name = hashlib.sha256(frame).digest()
        known = self._known(name)
        if known is not None:
            return known
        if not self._turns.acquire(blocking=False):
            return ShownPage("none", reason="other pages are being read just now: try again")
        try:
            result = self._cage.run_sync(frame)
        finally:
            self._turns.release()
        match result:
            case Done(value):
                shown = msgspec.msgpack.decode(value, type=ShownPage)
                self._keep(name, shown)
            case Refused(reason, detail):
                shown = ShownPage("none", reason=_REFUSALS.get(reason, detail or reason))
                if reason in _REFUSALS:  # else it may have been our fault: the next one tries again
                    self._keep_refused(name, shown)
        return shown

    def _known(self, name: bytes) -> ShownPage | None:
        """Return what was shown before, or why nothing was a while ago."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
            until, shown = self._refused.get(name, (0.0, None))
            return shown if self._now() < until else None

    def _keep(self, name: bytes, shown: ShownPage) -> None:
        with self._lock:
            self._kept[name] = shown
            while sum(len(each.body) for each in self._kept.values()) > _MOST_KEPT_CHARACTERS:
                self._kept.popitem(last=False)

    def _keep_refused(self, name: bytes, shown: ShownPage) -> None:
        with self._lock:
            self._refused[name] = (self._now() + _REFUSED_FOR_S, shown)
            while len(self._refused) > _MOST_REFUSED:
                self._refused.popitem(last=False)

    def _sign(self, signed: str) -> str:
        return hmac.new(self._key, signed.encode(), hashlib.sha256).hexdigest()


def choose_passages(held: Held, wanted: Wanted) -> tuple[Passage, ...]:
    """Return what is to be marked: the span or the claim's passage that was asked for, then the others'.

    Empty where nothing was found in this copy for any claim.
    """
    found: list[Passage] = []
    if 0 <= wanted.start < wanted.end:
        end = min(wanted.end, wanted.start + _MAX_PASSAGE_CHARACTERS)
        before = max(0, wanted.start - _NEIGHBOUR_CHARACTERS)
        found.append(
            Passage(
                exact=held.text[wanted.start : end],
                prefix=held.text[before : wanted.start],
                suffix=held.text[end : end + _NEIGHBOUR_CHARACTERS],
                start=wanted.start,
                end=end,
            )
        )
    for each in held.copy.passages:
        if each.exact and each.start is not None and each.end is not None:
            passage = Passage(
                each.exact, each.prefix or "", each.suffix or "", each.start, each.end
            )
            if passage not in found:
                found.append(passage)
    return tuple(found[:_MOST_MARKED])
