"""Every page and every answer of the application, found by its links and by the routes that it has."""

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from fastapi.routing import APIRoute

from provenance.web import app

__all__ = ["Parsed", "links_of", "parse", "routes"]

_LINKS = {
    ("a", "href"),
    ("link", "href"),
    ("form", "action"),
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
}
_GETS = ("hx-get", "data-href", "data-src")


class Parsed(NamedTuple):
    """The elements of a page, each with its attributes as a browser would read them, and its text."""

    elements: tuple[tuple[str, dict[str, str]], ...]
    text: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parse(page: str) -> Parsed:
    """Read a page."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return Parsed(tuple(reader.elements), "".join(reader.text))


def links_of(parsed: Parsed, at: str) -> Iterator[str]:
    """Yield where a page leads on this server, by path and query."""
    for tag, attributes in parsed.elements:
        if tag == "form" and attributes.get("method", "get").lower() != "get":
            continue
        for name, value in attributes.items():
            if (tag, name) in _LINKS or name in _GETS:
                try:
                    led = urlsplit(urljoin(f"http://here.example{at}", value.strip()))
                except ValueError:
                    continue
                if led.netloc == "here.example" and led.scheme == "http":
                    yield led.path + (f"?{led.query}" if led.query else "")


class Route(NamedTuple):
    """A route with the names of what stands in its path and in its query."""

    methods: frozenset[str]
    path: str
    in_path: tuple[str, ...]
    in_query: tuple[str, ...]


def routes() -> list[Route]:
    """Return every route of the application."""
    modules: Iterable[Any] = (*app._APIS, *app._PAGES)
    return [
        Route(
            frozenset(route.methods or ()),
            route.path,
            tuple(each.alias for each in route.dependant.path_params),
            tuple(each.alias for each in route.dependant.query_params),
        )
        for module in modules
        for route in module.router.routes
        if isinstance(route, APIRoute)
    ]
