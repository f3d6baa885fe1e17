"""The scenes of the sample web: what each host and path stands for, read from `pages/*.toml`.

A scene is data, so that the table that a person reads, the pages that are served
and the tests that hold them to it cannot drift apart.
"""

import functools
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Literal
from urllib.parse import unquote

import msgspec
from msgspec import Struct

__all__ = [
    "Does",
    "HostManners",
    "Scene",
    "SentAs",
    "describe",
    "load_hosts",
    "load_scenes",
    "table",
]

Does = Literal[
    "page", "post", "changing page", "slow page", "busy page", "broken page", "memento", "pdf", "docx",
    "redirect", "paywall", "login", "challenge", "soft-404", "404", "410", "nothing",
]  # fmt: skip
SentAs = Literal["plain", "gzip", "chunked", "chunked and gzip"]

_WORDS: dict[Does, str] = {
    "page": "an article",
    "post": "a short post",
    "changing page": "a page that changes",
    "slow page": "a slow page",
    "busy page": "429, then an article",
    "broken page": "a page that breaks off",
    "memento": "an archived copy",
    "pdf": "a PDF",
    "docx": "a Word file",
    "redirect": "a redirect",
    "paywall": "a paywall after the first lines",
    "login": "a login page",
    "challenge": "a bot challenge",
    "soft-404": "an error page sent as 200",
    "404": "404",
    "410": "410",
    "nothing": "nothing at all",
}


class Scene(Struct, frozen=True, forbid_unknown_fields=True):
    """What one path of one host answers.

    `passage` is the sentence on the page that the claims with the markers `labels`
    lean on; `text` are the page's paragraphs, `text_later` those of its odd
    editions. `path` is written unescaped and may hold a query.
    """

    host: str
    path: str
    does: Does
    scheme: Literal["http", "https"] = "https"
    title: str = ""
    author: str = ""
    published: str = ""
    language: str = "en"
    charset: str = "utf-8"
    sent_as: SentAs = "plain"
    labels: tuple[str, ...] = ()
    passage: str = ""
    text: tuple[str, ...] = ()
    text_later: tuple[str, ...] = ()
    status: int = 200
    location: str = ""
    note: str = ""

    @property
    def url(self) -> str:
        """The address that the scene answers at, unescaped."""
        return f"{self.scheme}://{self.host}{self.path}"


class HostManners(Struct, frozen=True, forbid_unknown_fields=True):
    """How a host behaves as a whole, whatever the path."""

    robots: Literal["allow", "missing", "disallow", "crawl-delay"] = "allow"
    answers: Literal["yes", "refuses", "wrong name", "not at all"] = "yes"
    unknown: Literal["404", "soft-404"] = "404"


class _SceneFile(Struct, frozen=True, forbid_unknown_fields=True):
    scene: tuple[Scene, ...]


def _read(name: str) -> dict[str, object]:
    return tomllib.loads((resources.files("provenance.demo") / "pages" / name).read_text("utf-8"))


@functools.cache
def load_scenes() -> tuple[Scene, ...]:
    """Return every scene of the sample web, in the order of the files."""
    files = ("news.toml", "institutions.toml", "languages.toml", "posts.toml", "next_week.toml")
    return tuple(
        scene for name in files for scene in msgspec.convert(_read(name), _SceneFile).scene
    )


@functools.cache
def load_hosts() -> dict[str, HostManners]:
    """Return the manners of every host that is named anywhere, sorted by name."""
    named = msgspec.convert(_read("hosts.toml"), dict[str, HostManners])
    hosts = {scene.host for scene in load_scenes()} | set(named)
    return {host: named.get(host, HostManners()) for host in sorted(hosts)}


def describe(scene: Scene) -> str:
    """Say in a few words what a scene does.

    >>> describe(Scene(host="a.example", path="/", does="page", sent_as="gzip", language="fr"))
    'an article, gzip, fr'
    """
    words = [scene.note or _WORDS[scene.does]]
    if scene.sent_as != "plain":
        words.append(scene.sent_as)
    if scene.language != "en":
        words.append(scene.language)
    if scene.charset != "utf-8":
        words.append(scene.charset)
    return ", ".join(words)


def _rows() -> Iterator[tuple[str, str, str]]:
    for scene in sorted(load_scenes(), key=lambda scene: (scene.host, scene.path)):
        yield scene.host, unquote(scene.path), describe(scene)
    shown = {scene.host for scene in load_scenes()}
    for host, manners in load_hosts().items():
        if manners.answers == "not at all" and host not in shown:
            yield host, "", "no stand-in: the name does not resolve"


def table(path_width: int = 48) -> str:
    """Return the sample web as a table in plain text: host, path, what it does.

    Paths longer than `path_width` characters are cut in the middle.
    """
    rows = [(host, _shortened(path, path_width), does) for host, path, does in _rows()]
    host_width = max(len(host) for host, _, _ in rows)
    return "\n".join(
        f"{host:{host_width}}  {path:{path_width}}  {does}" for host, path, does in rows
    )


def _shortened(path: str, width: int) -> str:
    if len(path) <= width:
        return path
    head = (width - 3) // 2
    return f"{path[:head]}...{path[-(width - 3 - head) :]}"
