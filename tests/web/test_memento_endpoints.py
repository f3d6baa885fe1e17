"""TimeGate and TimeMaps: the answers of RFC 7089 to addresses in every dress."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from provenance.demo.run import Demonstration
from provenance.formats.ids import make_id
from provenance.keep.memento_links import read_links, read_timemap
from provenance.web.library import Library
from support.asking_web import BASE, Asking, asking

CONVOY = "https://www.wirepress.example/2024/03/12/convoy-reaches-ouldane"
POST = "https://social.example/@orrinwatch/status/176437971340071?s=20"
ARABIC = "https://www.sawt-alnahr.example/akhbar/4502/مساعدات-عبر-النهر"
DASHBOARD = "https://www.conflictcounts.example/dashboard/#/dashboard"
GONE = "https://www.transport.gov.sarhenia.test/fr/communiques/2024/canonnieres-tinzaret"
DAYS = ("2024-03-01", "2024-03-05", "2024-03-09")


@pytest.fixture(scope="module")
def thrice(demonstrated: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store with two earlier captures of one source, and one more that was withdrawn."""
    path = tmp_path_factory.mktemp("thrice") / "provenance.db"
    with sqlite3.connect(demonstrated.workplace.db_path) as there, sqlite3.connect(path) as here:
        there.backup(here)
        columns = [row[1] for row in here.execute("PRAGMA table_info(captures)")]
        said = {name: name for name in columns} | {
            "capture_id": "?",
            "at": "?",
            "payload_sha256": "?",
        }
        here.execute(
            "UPDATE captures SET at = ? WHERE url = ?", (f"{DAYS[2]}T12:00:00.000000Z", CONVOY)
        )
        for number, day in enumerate((*DAYS[:2], "2024-03-07")):
            here.execute(
                f"INSERT INTO captures SELECT {', '.join(said[name] for name in columns)} FROM captures"
                " WHERE url = ? AND revisit_of IS NULL LIMIT 1",
                (make_id("capture", day), f"{day}T12:00:00.000000Z", f"{number:064x}", CONVOY),
            )
        here.execute(
            'INSERT INTO withdrawals (withdrawal_id, source_id, at, "by", reason, payload_sha256,'
            " captures, attachments, places, texts, forever, scrubbed)"
            " VALUES ('w', 's', '2024-03-08', 'Ines', 'asked for', ?, '[]', '[]', '[]', '[]', 0, 1)",
            (f"{2:064x}",),
        )
    here.close()
    there.close()
    return path


@pytest.fixture(scope="module")
def gate(thrice: Path, demonstrated: Demonstration) -> Iterator[Asking]:
    library = Library(thrice, demonstrated.workplace.archive_root)
    with asking(library=library) as ask:
        yield ask
    library.close()


def day_of(gate: Asking, location: str) -> str:
    """The day of the capture that a client is led to, as its JSON says."""
    return str(gate.get(location.replace(BASE, f"{BASE}/api")).json()["at"][:10])


@pytest.mark.parametrize(
    ("wanted", "day"),
    [
        (None, "2024-03-09"),
        ("Fri, 01 Mar 2024 12:00:00 GMT", "2024-03-01"),
        ("Tue, 01 Jan 1980 00:00:00 GMT", "2024-03-01"),
        ("Sun, 03 Mar 2024 12:00:00 GMT", "2024-03-01"),
        ("Sun, 03 Mar 2024 12:00:01 GMT", "2024-03-05"),
        ("Thu, 07 Mar 2024 12:00:00 GMT", "2024-03-05"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "2024-03-09"),
    ],
)
def test_who_asks_for_a_day_is_led_to_the_capture_nearest_to_it(
    gate: Asking, wanted: str | None, day: str
) -> None:
    headers = {} if wanted is None else {"Accept-Datetime": wanted}
    answer = gate.get(f"/timegate/{CONVOY}", headers=headers)
    assert answer.status_code == 302
    assert answer.headers["vary"] == "accept-datetime"
    assert "memento-datetime" not in answer.headers, "the gate itself is no memento"
    links = {rel: link.target for link in read_links(answer.headers["link"]) for rel in link.rels}
    assert links["original"] == CONVOY
    assert links["timemap"] == f"{BASE}/timemap/link/{CONVOY}"
    assert {"first", "last", "memento"} <= set(links)
    assert day_of(gate, answer.headers["location"]) == day
    assert gate("HEAD", f"/timegate/{CONVOY}", headers=headers).headers["location"] == answer.headers["location"]  # fmt: skip


@pytest.mark.parametrize(
    "wanted",
    ["yesterday", "", "2024-03-01", "Fri, 01 Mar 2024 12:00:00", "Fri, 01 Mar 2024 12:00:00 +0100",
     "Fri, 31 Feb 2024 12:00:00 GMT", "Fri, 01 Mar 2024 25:00:00 GMT", "Fri, 01 Mar 0000 12:00:00 GMT",
     "fri, 01 mar 2024 12:00:00 gmt", "Fri, 01 Mar 2024 12:00:00 GMT GMT", "Fri, ٠١ Mar 2024 12:00:00 GMT"],
)  # fmt: skip
def test_a_date_that_is_none_is_told(gate: Asking, wanted: str) -> None:
    answer = gate.get(f"/timegate/{CONVOY}", headers={"Accept-Datetime": wanted.encode()})
    assert answer.status_code == 400
    assert answer.headers["vary"] == "accept-datetime"
    assert "GMT" in answer.json()["hint"]


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        (CONVOY, CONVOY),
        (quote(CONVOY, safe=""), CONVOY),
        (CONVOY.replace("https://", "https:/"), CONVOY),
        (CONVOY.replace("https://www.", "http://"), CONVOY),
        (f"{CONVOY}/", CONVOY),
        (CONVOY.removeprefix("https://"), CONVOY),
        (POST, POST),
        (quote(POST, safe=""), POST),
        (ARABIC, quote(ARABIC, safe=":/")),
        (quote(ARABIC, safe=":/"), quote(ARABIC, safe=":/")),
        (quote(ARABIC, safe=""), quote(ARABIC, safe=":/")),
        (quote(DASHBOARD, safe=""), DASHBOARD),
    ],
)
def test_an_address_is_known_in_every_dress(gate: Asking, url: str, meant: str) -> None:
    answer = gate.get(f"/timemap/link/{url}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/link-format"
    links = list(read_links(answer.text))
    assert links[0].target == meant
    self_link = next(link.target for link in links if "self" in link.rels)
    assert gate.get(self_link).text == answer.text, "it names where it can be had again"
    as_json = gate.get(f"/timemap/json/{url}").json()
    assert as_json["original_uri"] == meant
    assert gate.get(as_json["self"]).json() == as_json
    assert gate.get(as_json["timegate_uri"]).headers["location"].startswith(f"{BASE}/captures/")


def test_a_timemap_names_our_captures_and_others_mementos_but_not_what_was_withdrawn(
    gate: Asking,
) -> None:
    read = read_timemap(gate.get(f"/timemap/link/{CONVOY}").content, BASE, CONVOY)
    assert read is not None
    assert [copy.at for copy in read.copies] == [
        datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC) for day in DAYS
    ]
    as_json = gate.get(f"/timemap/json/{CONVOY}").json()["mementos"]
    assert [copy["uri"] for copy in as_json["list"]] == [copy.uri_m for copy in read.copies]
    assert (as_json["first"], as_json["last"]) == (as_json["list"][0], as_json["list"][-1])
    assert make_id("capture", "2024-03-07") not in gate.get(f"/timemap/link/{CONVOY}").text


def test_what_only_another_archive_has_is_named_and_not_led_to(gate: Asking) -> None:
    (copy,) = gate.get(f"/timemap/json/{GONE}").json()["mementos"]["list"]
    assert copy["uri"].startswith("https://web.archive.example/web/20240228101500/")
    answer = gate.get(f"/timegate/{GONE}")
    assert answer.status_code == 404
    assert "location" not in answer.headers, "nobody is sent elsewhere by what a note says"
    assert f"{BASE}/timemap/link/{GONE}" in answer.headers["link"]


@pytest.mark.parametrize(
    "url",
    ["https://nobody.example/", "", "javascript:alert(1)", "https://", "%00", "https%3A%2F%2F%FF%FE", "../../etc/passwd",
     "https://a.example/%0d%0aSet-Cookie:%20x=1", "https://a.example/?" + "x" * 5000, "'%20OR%201=1--"],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/timegate/", "/timemap/link/", "/timemap/json/", "/memento/20240301000000/"]
)
def test_what_nobody_cites_is_not_there(gate: Asking, path: str, url: str) -> None:
    answer = gate.get(path + url)
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


def test_a_stamp_leads_to_the_capture_nearest_to_it(gate: Asking) -> None:
    answer = gate.get(f"/memento/20240305120000/{CONVOY}")
    assert (answer.status_code, day_of(gate, answer.headers["location"])) == (302, "2024-03-05")
    for stamp in ("20241305120000", "2024", "now"):
        assert gate.get(f"/memento/{stamp}/{CONVOY}").status_code == 404
    assert gate.get(f"/timemap/cdx/{CONVOY}").status_code in {404, 422}


def test_the_page_of_a_capture_says_that_it_is_a_memento(gate: Asking) -> None:
    location = gate.get(
        f"/timegate/{CONVOY}", headers={"Accept-Datetime": "Tue, 05 Mar 2024 12:00:00 GMT"}
    ).headers["location"]
    page = gate.get(location, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["memento-datetime"] == "Tue, 05 Mar 2024 12:00:00 GMT"
    links = {rel: link for link in read_links(page.headers["link"]) for rel in link.rels}
    assert links["original"].target == CONVOY
    assert links["timegate"].target == f"{BASE}/timegate/{CONVOY}"
    assert links["timemap"].target == f"{BASE}/timemap/link/{CONVOY}"
    assert links["prev"].params["datetime"] == "Fri, 01 Mar 2024 12:00:00 GMT"
    assert day_of(gate, links["next"].target) in {"2024-03-07", "2024-03-09"}
