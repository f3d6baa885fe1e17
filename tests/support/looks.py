"""Looks to judge, with short ways to say what came back."""

from datetime import UTC, datetime

from provenance.fetch.classify import observe
from provenance.fetch.seen import Known, Sibling
from provenance.formats.page import read_page_facts
from provenance.model import Exchange, Verdict, Visit

AT = datetime(2026, 11, 22, tzinfo=UTC)
LONG = "<p>" + "word " * 400
URL = "https://a.test/2023/12/report"


def an_answer(
    url: str = URL, status: int = 200, body: str | bytes = "", *, asked: bytes = b"", **headers: str
) -> Exchange:
    """Return an exchange; header names are written with `_` for `-`, None takes one away."""
    fields = {"Content-Type": "text/html; charset=utf-8"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    data = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status} Whatever\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    asked = asked or b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"
    return Exchange(
        url, "GET", AT, "192.0.2.1", asked, status, head.encode() + b"\r\n",
        tuple(fields.items()), data, 5,
    )  # fmt: skip


def a_look(
    body: str | bytes = "<title>Report</title>" + LONG,
    status: int = 200,
    url: str = URL,
    to: str | None = None,
    asked: bytes = b"",
    **headers: str,
) -> Visit:
    """Return a look at `url` that ends there, or at `to` after a redirect."""
    hops = () if to is None else (an_answer(url, 302, Location=to),)
    return Visit(url, AT, (*hops, an_answer(to or url, status, body, asked=asked, **headers)))


def judged(visit: Visit, **known: object) -> Verdict:
    """Return the verdict of a look, with what is known beside it."""
    return observe(visit, Known(**known))[0]  # type: ignore[arg-type]


def a_sibling(body: str, status: int = 200) -> Sibling:
    """Return what a random path answered."""
    return Sibling("https://a.test/2023/12/zqxj", status, read_page_facts(body.encode()))
