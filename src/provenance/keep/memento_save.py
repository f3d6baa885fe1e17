"""The answers of Save Page Now 2, by which an archive says what became of a page. PURE.

It takes a form (`url=…`) with POST and names a job; the job is asked about until it says that
it is done. Errors come with HTTP 200, at either step, as `status_ext` (documentation of
2022-04-05). No form of a job's name is promised, so none is checked.
"""

import urllib.parse
from typing import Literal

import msgspec
from msgspec import Struct

from provenance.keep.memento_index import read_stamp

__all__ = ["SaveAnswer", "read_save_answer", "save_form", "status_url"]

# Errors that speak of us and not of the page: whatever is sent next would end alike.
_OF_THE_ACCOUNT = frozenset({"error:user-session-limit", "error:max-daily-bandwidth-from-ip"})
# Errors that another day does not change, or that say that the page was kept often enough.
_FINAL = frozenset(
    f"error:{name}"
    for name in """blocked blocked-url blocked-client-ip filesize-limit invalid-host-resolution
    invalid-url-syntax method-not-allowed no-access not-found not-implemented unauthorized
    too-many-daily-captures too-many-redirects""".split()
)
_MOST_SAID = 200


class SaveAnswer(Struct, frozen=True):
    """`job`: it was taken. `pending`, `done` (`uri_m` is the copy), `refused`: what became of it.

    `later`: not this page now; `busy`: nothing more of ours now; `nothing`: no such answer.
    """

    kind: Literal["job", "pending", "done", "refused", "later", "busy", "nothing"]
    reason: str = ""
    job_id: str | None = None
    uri_m: str | None = None


class _Said(Struct):
    status: str | None = None
    status_ext: str | None = None
    message: str | None = None
    job_id: str | None = None
    timestamp: str | None = None
    original_url: str | None = None


def save_form(url: str) -> bytes:
    """Return the form that asks for a page; a copy of the last day will do."""
    asked = {"url": url, "if_not_archived_within": "1d", "skip_first_archive": "1"}
    return urllib.parse.urlencode(asked).encode()


def status_url(save_url: str, job_id: str) -> str:
    """Return where a job is asked about."""
    return f"{save_url.rstrip('/')}/status/{urllib.parse.quote(job_id, safe='')}"


def read_save_answer(body: bytes, replay_url: str) -> SaveAnswer:
    """Return what the service says; `replay_url` is what the address of a copy begins with.

    >>> read_save_answer(b'{"url": "http://a.org/", "job_id": "spn2-1"}', "").kind
    'job'
    """
    try:
        said = msgspec.json.decode(body, type=_Said)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return SaveAnswer("nothing", "the answer is none of the service's")
    words = ": ".join(filter(None, (said.status_ext, said.message)))[:_MOST_SAID]
    match said.status:
        case "error":
            return SaveAnswer(_kind_of_error(said.status_ext or ""), words or "an error")
        case "pending":
            return SaveAnswer("pending", job_id=said.job_id)
        case "success":
            return _made(said, words, replay_url)
    if said.job_id:
        return SaveAnswer("job", words, said.job_id)
    return SaveAnswer("nothing", words or "it names no job")


def _made(said: _Said, words: str, replay_url: str) -> SaveAnswer:
    if not (said.timestamp and said.original_url and read_stamp(said.timestamp)):
        return SaveAnswer("nothing", "it does not say which copy it made")
    uri_m = f"{replay_url}{said.timestamp}/{said.original_url}"
    return SaveAnswer("done", words, said.job_id, uri_m)


def _kind_of_error(code: str) -> Literal["busy", "refused", "later"]:
    if code in _OF_THE_ACCOUNT:
        return "busy"
    return "refused" if code in _FINAL else "later"
