"""What the sample web answers: a request in, a `Reply` out.

Sockets, TLS and waiting are the business of `web`; here is only what is said.
"""

import functools
import gzip
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from typing import NamedTuple
from urllib.parse import unquote

from provenance.demo.docx import DOCX_TYPE
from provenance.demo.render import (
    render_article,
    render_docx,
    render_login,
    render_pdf,
    render_words,
    stand_in_line,
)
from provenance.demo.scenes import Does, HostManners, Scene, load_hosts, load_scenes

__all__ = ["Clerk", "Reply", "Request"]

_SLOW_S = 2.0
_HTML = "text/html; charset=utf-8"
_ROBOTS = {
    "allow": "User-agent: *\nAllow: /\n",
    "disallow": "User-agent: *\nDisallow: /\n",
    "crawl-delay": "User-agent: *\nCrawl-delay: 1\nAllow: /\n",
}
_MEMENTO_AT = "Wed, 28 Feb 2024 10:15:00 GMT"  # the 20240228101500 of the memento's own address


class Request(NamedTuple):
    """What a client asked for; `target` is the path and query as received."""

    scheme: str
    method: str
    host: str
    target: str
    headers: Mapping[str, str]


class Reply(NamedTuple):
    """What goes back. `body` has its content-encoding; `chunked` is for the wire to do.

    `wait_s` passes before the first byte. With `breaks_after_bytes` the connection is
    cut when that much of the body has gone out.
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (("Content-Type", _HTML),)
    chunked: bool = False
    wait_s: float = 0.0
    breaks_after_bytes: int | None = None


class Clerk:
    """Answers requests for every scene, and for hosts that it is told to stand in for.

    `edition` chooses the text of changing pages; it may be set at any time.
    """

    def __init__(self, *, edition: int = 0, stand_in_for: Iterable[str] = ()) -> None:
        self.edition = edition
        self._hosts = load_hosts()
        self._scenes = {(s.scheme, s.host, unquote(s.path)): s for s in load_scenes()}
        self._real_hosts = frozenset(name.lower().rstrip(".") for name in stand_in_for)
        self._asked: Counter[str] = Counter()
        self._answers: dict[Does, Callable[[Scene], Reply]] = {
            "pdf": _pdf,
            "docx": lambda scene: Reply(200, render_docx(scene), (("Content-Type", DOCX_TYPE),)),
            "redirect": _redirect,
            "login": _login,
            "challenge": _challenge,
            "soft-404": lambda scene: _soft_404(scene.host),
            "404": lambda scene: _error(scene.host, 404, "Not Found"),
            "410": lambda scene: _error(scene.host, 410, "Gone"),
            "busy page": self._busy,
        }

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request; unknown hosts get 421, unknown paths 404."""
        if request.host in self._real_hosts:
            return _with_validators(_stand_in(request), request)
        manners = self._hosts.get(request.host)
        if manners is None or manners.answers == "not at all":
            return _error(request.host, 421, "Misdirected Request")
        if request.target == "/robots.txt":
            return _robots(request.host, manners)
        scene = self._scene_for(request)
        if scene is not None:
            return _with_validators(self._play(scene), request)
        if request.scheme == "http":
            return _moved(request.host, 301, f"https://{request.host}{request.target}")
        return self._without_a_scene(request, manners)

    def _scene_for(self, request: Request) -> Scene | None:
        target = unquote(request.target)
        path = target.partition("?")[0]
        candidates = [(request.scheme, request.host, each) for each in (target, path)]
        return next((self._scenes[key] for key in candidates if key in self._scenes), None)

    def _play(self, scene: Scene) -> Reply:
        answering = self._answers.get(scene.does)
        return answering(scene) if answering else _page(scene, self.edition)

    def _busy(self, scene: Scene) -> Reply:
        self._asked[scene.url] += 1
        if self._asked[scene.url] > 1:
            return _page(scene, self.edition)
        reply = _error(scene.host, 429, "Too Many Requests")
        return reply._replace(headers=(*reply.headers, ("Retry-After", "1")))

    def _without_a_scene(self, request: Request, manners: HostManners) -> Reply:
        if request.target == "/":
            words = "The front page of this host. Nothing in the sample update points here."
            return Reply(200, render_words(request.host, request.host, words))
        if manners.unknown == "soft-404":
            return _soft_404(request.host)
        return _error(request.host, 404, "Not Found")


def _page(scene: Scene, edition: int) -> Reply:
    body = render_article(scene, edition=edition)
    headers = [("Content-Type", f"text/html; charset={scene.charset}")]
    if "gzip" in scene.sent_as:
        # mtime=0: the same page is the same bytes, or every look would seem a change.
        body = gzip.compress(body, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    if scene.does == "memento":
        original = scene.path.split("/", 3)[3]
        headers += [("Memento-Datetime", _MEMENTO_AT), ("Link", f'<{original}>; rel="original"')]
    return Reply(
        200,
        body,
        tuple(headers),
        chunked="chunked" in scene.sent_as,
        wait_s=_SLOW_S if scene.does == "slow page" else 0.0,
        breaks_after_bytes=len(body) // 2 if scene.does == "broken page" else None,
    )


def _pdf(scene: Scene) -> Reply:
    return Reply(200, render_pdf(scene), (("Content-Type", "application/pdf"),))


def _redirect(scene: Scene) -> Reply:
    return _moved(scene.host, scene.status, scene.location)


def _moved(host: str, status: int, location: str) -> Reply:
    body = render_words(host, "Moved", f"This page has moved to {location}")
    return Reply(status, body, (("Content-Type", _HTML), ("Location", location)))


def _login(scene: Scene) -> Reply:
    return Reply(200, render_login(scene))


def _challenge(scene: Scene) -> Reply:
    words = "Checking that you are a person. This takes a few seconds."
    body = render_words(scene.host, "Just a moment...", words)
    return Reply(403, body, (("Content-Type", _HTML), ("cf-mitigated", "challenge")))


def _soft_404(host: str) -> Reply:
    words = "The page that you are looking for may have been moved or deleted."
    return Reply(200, render_words(host, "Page not found", words))


def _error(host: str, status: int, phrase: str) -> Reply:
    return Reply(status, render_words(host, f"{status} {phrase}", phrase))


def _robots(host: str, manners: HostManners) -> Reply:
    if manners.robots == "missing":
        return _error(host, 404, "Not Found")
    text = f"# {stand_in_line(host)}\n{_ROBOTS[manners.robots]}"
    return Reply(200, text.encode(), (("Content-Type", "text/plain; charset=utf-8"),))


@functools.cache
def _about_standing_in() -> tuple[str, ...]:
    """The paragraphs of a stand-in page.

    Longer than what a host shows to whoever is not logged in: a page of a few words on
    a host that asks for a login or for money is taken for that wall, and rightly.
    """
    pages = resources.files("provenance.demo") / "pages"
    return tuple((pages / "standing_in.txt").read_text(encoding="utf-8").splitlines())


def _stand_in(request: Request) -> Reply:
    """Answer for a host that does exist: a simple article that says it is not that host's."""
    if request.target == "/robots.txt":
        text = f"# {stand_in_line(request.host, is_invented=False)}\n{_ROBOTS['allow']}"
        return Reply(200, text.encode(), (("Content-Type", "text/plain; charset=utf-8"),))
    scene = Scene(
        host=request.host,
        path=request.target,
        does="page",
        scheme="http" if request.scheme == "http" else "https",
        title=f"Stand-in for {unquote(request.target)}",
        author="provenance sample web",
        published="2024-01-01",
        text=(
            f"This page stands in for {unquote(request.target)} on {request.host}.",
            *_about_standing_in(),
        ),
    )
    return Reply(200, render_article(scene, is_invented=False))


def _with_validators(reply: Reply, request: Request) -> Reply:
    """Add an ETag to whole 200 pages, and answer 304 to a client that has the page already."""
    if reply.status != 200 or reply.breaks_after_bytes is not None:
        return reply
    etag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
    if request.headers.get("if-none-match") == etag:
        return Reply(304, b"", (("ETag", etag),))
    return reply._replace(headers=(*reply.headers, ("ETag", etag)))
