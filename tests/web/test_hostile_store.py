"""Every text of the store is an attack: no page, no answer and no header says it otherwise than as text."""

import os
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

import httpx
import pytest

from provenance.demo.run import Demonstration
from provenance.web.library import Library
from support.asking_web import Asking, asking
from support.copied import copy_workplace
from support.crawling import Parsed, links_of, parse, routes
from support.hostile_store import OWNED, make_hostile, shown_texts

PAGE = {"Accept": "text/html"}
MOST_PAGES = 250
OURS = ("/static/",)
# Attributes that hold an address, and what such an address may begin with.
ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "hx-get", "hx-post", "xlink:href", "content"}  # fmt: skip


class Crawled(NamedTuple):
    """Every answer by the path that was asked, pages read."""

    answers: dict[str, httpx.Response]
    pages: dict[str, Parsed]


@pytest.fixture(scope="module")
def hostile(
    demonstrated: Demonstration, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("hostile")
    place = copy_workplace(demonstrated.workplace, folder)
    make_hostile(place.db_path)
    library = Library(place.db_path, place.archive_root)
    yield library
    library.close()


def named_things(library: Library) -> dict[str, list[str]]:
    """For each name in a route's path, some that the store has."""
    with library.reading() as db:

        def some(sql: str) -> list[str]:
            return [quote(str(each), safe="") for each in db.column(sql)]

        return {
            "document_id": some("SELECT document_id FROM documents"),
            "claim_id": some("SELECT DISTINCT claim_id FROM claims ORDER BY 1 LIMIT 12"),
            "source_id": some("SELECT source_id FROM captures ORDER BY source_id LIMIT 12"),
            "capture_id": some("SELECT capture_id FROM captures ORDER BY capture_id LIMIT 12"),
            "attachment_id": some("SELECT attachment_id FROM attachments ORDER BY 1 LIMIT 4"),
            "archive": some("SELECT DISTINCT archive FROM memento_lookups LIMIT 4"),
            "part": ["record", "payload", "text"],
            "code": ["FN103"],
        }  # fmt: skip


def is_local(address: str) -> bool:
    """Whether an address can only lead to this server."""
    return address.startswith("/") and not address.startswith(("//", "/\\"))


def seeds(things: dict[str, list[str]]) -> list[str]:
    """Every route that is read, with some of everything that its path may name."""
    found = []
    for route in routes():
        if "GET" not in route.methods:
            continue
        longest = max((len(things.get(name, [""])) for name in route.in_path), default=1)
        for number in range(longest):
            path = route.path
            for name in route.in_path:
                values = things.get(name, ["x"])
                path = path.replace("{" + name + "}", values[number % len(values)]).replace(
                    "{" + name + ":path}", values[number % len(values)]
                )
            found.append(path)
    return found


@pytest.fixture(scope="module")
def asker(hostile: Library) -> Iterator[Asking]:
    with asking(library=hostile) as web:
        yield web


@pytest.fixture(scope="module")
def crawled(hostile: Library) -> Crawled:
    answers: dict[str, httpx.Response] = {}
    pages: dict[str, Parsed] = {}
    with asking(library=hostile) as web:
        waiting = seeds(named_things(hostile))
        seen = set(waiting)
        while waiting and len(answers) < MOST_PAGES:
            path = waiting.pop(0)
            answers[path] = answer = web.get(path, headers=PAGE)
            led = answer.headers.get("location")
            if answer.headers.get("content-type", "").startswith("text/html"):
                pages[path] = parse(answer.text)
            more = [led] if led else list(links_of(pages[path], path)) if path in pages else []
            fresh = [
                each for each in dict.fromkeys(more) if each not in seen and each.startswith("/")
            ]
            seen.update(fresh)
            waiting += fresh
    return Crawled(answers, pages)


def test_what_is_hostile_is_shown_everywhere_and_breaks_nothing(crawled: Crawled) -> None:
    broken = {
        path: answer.status_code
        for path, answer in crawled.answers.items()
        if answer.status_code >= 500
    }
    assert broken == {}
    shown = set().union(*(shown_texts(answer.text) for answer in crawled.answers.values()))
    # were this little, the crawl would prove nothing
    assert {("contents", "title"), ("contents", "text"), ("claims", "text"), ("citations", "raw"),
            ("citations", "url"), ("states", "reason"), ("checks", "reason"), ("captures", "final_url"),
            ("texts", "title"), ("evidence", "reason"), ("attachments", "name"), ("attachments", "why"),
            ("sources", "title"), ("reviews", "why"), ("withdrawals", "reason")} <= shown  # fmt: skip
    assert len(crawled.pages) > 60


def test_no_page_has_an_element_or_an_attribute_of_theirs(crawled: Crawled) -> None:
    for path, page in crawled.pages.items():
        for tag, attributes in page.elements:
            where = f"{path}: <{tag} {attributes}>"
            assert tag != OWNED, where
            assert OWNED not in attributes, where
            assert tag not in {"object", "embed", "base", "style", "applet"}, where
            assert not any(name.startswith("on") for name in attributes), where
            assert "style" not in attributes, where
            assert "srcdoc" not in attributes, where
            if tag in {"script", "img", "link", "source"}:
                address = attributes.get("src") or attributes.get("href", "")
                assert is_local(address), where


def test_every_address_that_can_be_followed_is_one_of_the_web(crawled: Crawled) -> None:
    for path, page in crawled.pages.items():
        for tag, attributes in page.elements:
            for name in ADDRESSES & attributes.keys():
                if name == "content" and attributes.get("http-equiv", "") == "":
                    continue
                value = attributes[name]
                plain = "".join(each for each in value if each > " ").lower()
                where = f"{path}: <{tag} {name}={value!r}>"
                is_ours = plain.startswith(("/", "#", "?", "data:,")) or plain == ""
                assert is_ours or plain.startswith(("https://", "http://")), where
                assert not plain.startswith(("//", "/\\")), where


def test_links_to_the_pages_of_others_tell_them_nothing(crawled: Crawled) -> None:
    for path, page in crawled.pages.items():
        for tag, attributes in page.elements:
            if tag == "a" and attributes.get("href", "").startswith(("http:", "https:")):
                said = attributes.get("rel", "").split()
                assert "noreferrer" in said or "target" not in attributes, f"{path}: {attributes}"


def test_no_template_is_made_of_a_text(crawled: Crawled) -> None:
    for path, page in crawled.pages.items():
        assert "owned()>49" not in page.text, path
        assert "$49" not in page.text, path


def test_no_header_is_made_of_a_text(crawled: Crawled) -> None:
    for path, answer in crawled.answers.items():
        for name, value in answer.headers.items():
            assert OWNED not in name, path
            assert all(each >= " " and each != "\x7f" for each in value), (
                f"{path}: {name}: {value!r}"
            )
        said = answer.headers.get("content-disposition", "")
        assert said.count('"') in {0, 2}, f"{path}: {said}"
        assert OWNED not in answer.headers.get("set-cookie", ""), path


def test_what_is_no_page_is_never_taken_for_one(crawled: Crawled) -> None:
    for path, answer in crawled.answers.items():
        kind = answer.headers.get("content-type", "")
        assert answer.headers["x-content-type-options"] == "nosniff", path
        if OWNED in answer.text and path not in crawled.pages:
            assert not kind.startswith(
                ("text/html", "application/xhtml", "image/svg", "text/xml")
            ), f"{path}: {kind}"


def test_nothing_is_kept_by_caches_framed_or_run(crawled: Crawled) -> None:
    for path, answer in crawled.answers.items():
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "script-src 'self'" in policy or policy.startswith("sandbox;"), path
        kept = answer.headers["cache-control"]
        assert kept == ("no-cache" if path.startswith(OURS) else "no-store"), path


ATTACKS = {
    "or true": "' OR '1'='1", "drop": "x\"'; DROP TABLE claims;--", "union": "x') UNION SELECT sql,1,1 FROM sqlite_master--",
    "wildcards": "%_%*?[a-z]", "FTS5": '{text bare} : "a" NEAR("b" c, 2) AND NOT ^x*', "open FTS5": 'NEAR( "',
    "NUL and a surrogate": "a\x00b\udc80", "up": "../../../../etc/passwd", "up, encoded": "..%2f..%2f..\\..%2fetc%2fpasswd",
    "absolute": "/etc/passwd", "templates": "{{7*7}}${7*7}<%=7*7%>#{7*7}%s%n%x{0}{__class__}",
    "script": "<script>owned()</script>\"'><x-owned>", "headers": "a\r\nX-Owned: 1\u202e", "minus": "-1", "large": "9" * 40,
    "no number": "nan", "long": "a" * 2_000, "empty": "", "javascript": "javascript:owned()", "elsewhere": "//evil.example/",
}  # fmt: skip


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def filled(path: str, names: tuple[str, ...], things: dict[str, list[str]], **instead: str) -> str:
    for name in names:
        value = instead.get(name) or (things.get(name) or ["x"])[0]
        path = path.replace("{" + name + "}", value).replace("{" + name + ":path}", value)
    return path


def attacked_paths(attack: str, things: dict[str, list[str]]) -> Iterator[str]:
    """Every route with the attack in the place of each thing that it is asked by."""
    sent = encoded(attack)
    for route in routes():
        if "GET" not in route.methods:
            continue
        for name in route.in_path:
            yield filled(route.path, route.in_path, things, **{name: sent})
        right = filled(route.path, route.in_path, things)
        declared = [name for name in route.in_query if name != "query"]
        for name in declared if declared and declared == list(route.in_query) else ASKED_ALSO:
            yield f"{right}?{quote(name)}={sent}"
        yield f"{right}?" + "&".join(f"{quote(name)}={sent}" for name in ASKED_ALSO)


# Parameters that handlers read from the address themselves, not by their signature.
ASKED_ALSO = ("q", "claim", "start", "end", "after", "before", "sort", "state", "host", "date", "from", "to",
              "language", "kind", "document", "version", "page", "part", "limit", "tab", "status")  # fmt: skip
TOLD = (
    "create table",
    "sqlite3",
    "syntax error",
    "traceback",
    "operationalerror",
    "unrecognized token",
    "no such column",
    "root:x:0",
)


# The others need a minute of a core; each of these tries another kind.
ALWAYS = {"or true", "union", "open FTS5", "NUL and a surrogate", "up, encoded", "templates", "script", "headers", "large", "elsewhere"}  # fmt: skip
TRIED = list(ATTACKS) if os.environ.get("PROVENANCE_LONG_TESTS") else sorted(ALWAYS)


@pytest.mark.parametrize("what", TRIED)
def test_no_parameter_reaches_the_database_the_disk_or_a_template(
    what: str, hostile: Library, asker: Asking
) -> None:
    attack = ATTACKS[what]
    before = hostile.db_path.read_bytes()
    asked = dict.fromkeys(attacked_paths(attack, named_things(hostile)))
    assert len(asked) > 100
    for path in asked:
        answer = asker.get(path, headers=PAGE)
        assert answer.status_code < 500, f"{path[:300]}: {answer.status_code}"
        said = answer.text.lower()
        assert not any(each in said for each in TOLD), path[:300]
        assert "x-owned" not in answer.headers, path[:300]
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert not any(tag == OWNED for tag, _ in parse(answer.text).elements), path[:300]
        led = answer.headers.get("location", "/")
        assert is_local(led), f"{path[:300]}: {led[:300]}"
    assert hostile.db_path.read_bytes() == before
