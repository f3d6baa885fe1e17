"""What another archive, or a host's front page, says of a page that is gone for us."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance.keep.memento import OtherArchive
from provenance.model import Exchange, Failure, FailureKind, Visit
from provenance.pipeline.night_opinions import ask_second_opinions
from provenance.pipeline.opinions import Heard, Question, ask_archive, hear_front_page
from provenance.pipeline.progress import silent_progress
from provenance.pipeline.writing import open_for_writing
from provenance.settings import MementoSettings, Settings
from provenance.store.night_doubts import DoubtedSource
from support.brought import a_page
from support.keeping import an_exchange as a_bare_exchange
from support.workplace import a_draft, a_workplace, ingest_text

PAGE = "https://tolls.example/ford/2024/the-toll-of-the-ford"
SINCE = datetime(2024, 3, 1, 4, tzinfo=UTC)
NOW = SINCE + timedelta(days=9)
QUESTION = Question(PAGE, SINCE, NOW)
CDX = OtherArchive(
    "archive.example", "cdx", "https://archive.example/cdx", "https://archive.example/web/"
)
TIMEMAP = OtherArchive("archive.example", "timemap", "https://archive.example/timemap/")
SETTINGS = MementoSettings()
TEXT = a_page("The toll of the ford is due at noon. " * 80)


def an_exchange(url: str, status: int, body: bytes = b"", **headers: str) -> Exchange:
    return replace(a_bare_exchange(url, status=status, body=body), headers=tuple(headers.items()))


def answered(url: str, status: int, body: bytes, **headers: str) -> Visit:
    return Visit(
        url, NOW, (an_exchange(url, status, body, **{"Content-Type": "text/html", **headers}),)
    )


def hear(other: OtherArchive, answers: Mapping[str, Visit]) -> tuple[Heard, list[str]]:
    """Ask an archive that answers by what a URL begins with; return what was asked beside what it said."""
    asked: list[str] = []

    async def ask(url: str) -> Visit:
        asked.append(url)
        return next(
            (visit for start, visit in answers.items() if url.startswith(start)), silent(url)
        )

    return asyncio.run(ask_archive(other, QUESTION, ask, SETTINGS)), asked


def silent(url: str, kind: FailureKind = "timeout") -> Visit:
    return Visit(url, NOW, failure=Failure(kind, "no answer"))


def timemap(*copies: datetime) -> Visit:
    lines = [f'<{PAGE}>;rel="original"']
    lines += [
        f'<https://archive.example/web/{at:%Y%m%d%H%M%S}/{PAGE}>;rel="memento";'
        f'datetime="{at:%a, %d %b %Y %H:%M:%S GMT}"'
        for at in copies
    ]
    body = ",\n".join(lines).encode()
    return answered(TIMEMAP.url + PAGE, 200, body, **{"Content-Type": "application/link-format"})


def memento(at: datetime, status: int = 200, body: bytes = TEXT) -> tuple[str, Visit]:
    start = f"https://archive.example/web/{at:%Y%m%d%H%M%S}"
    stamp = f"{at:%a, %d %b %Y %H:%M:%S GMT}"
    return start, answered(f"{start}id_/{PAGE}", status, body, **{"Memento-Datetime": stamp})


def after(days: float) -> datetime:
    return SINCE + timedelta(days=days)


PARKED = b"<title>tolls.example is for sale</title><p>This domain is for sale. Buy this domain.</p>"


def test_a_newer_copy_that_is_the_page_was_seen() -> None:
    heard, _ = hear(
        TIMEMAP, {TIMEMAP.url: timemap(after(-9), after(3)), **dict([memento(after(3))])}
    )
    assert (heard.outcome, heard.seen_at) == ("seen", after(3))
    assert heard.reason == "it has a copy of 2024-03-04"
    assert heard.uri_m == f"https://archive.example/web/20240304040000/{PAGE}"


def test_copies_from_before_say_nothing_and_are_not_looked_at() -> None:
    heard, asked = hear(TIMEMAP, {TIMEMAP.url: timemap(after(-9), after(-2))})
    assert (heard.outcome, heard.reason) == ("nothing", "its newest copy is of 2024-02-28")
    assert len(asked) == 1


def test_an_archived_404_is_another_who_met_the_same() -> None:
    newer = dict([memento(after(3), 404, b"<title>Not found</title>")])
    heard, _ = hear(TIMEMAP, {TIMEMAP.url: timemap(after(3)), **newer})
    assert (heard.outcome, heard.seen_at) == ("missing", after(3))


def test_a_copy_with_status_200_of_a_domain_for_sale_is_no_copy_of_the_page() -> None:
    heard, _ = hear(
        TIMEMAP, {TIMEMAP.url: timemap(after(3)), **dict([memento(after(3), 200, PARKED)])}
    )
    assert heard.outcome in {"missing", "nothing"}


def test_the_newest_that_tells_anything_decides() -> None:
    challenge = b"<title>Just a moment...</title>"
    copies = dict([memento(after(5), 200, challenge), memento(after(3))])
    heard, _ = hear(TIMEMAP, {TIMEMAP.url: timemap(after(-9), after(3), after(5)), **copies})
    assert (heard.outcome, heard.seen_at) == ("seen", after(3))


def test_a_service_that_leads_on_to_an_older_copy_has_not_seen_it_since() -> None:
    start, _ = memento(after(3))
    _, older = memento(after(-30))
    heard, _ = hear(TIMEMAP, {TIMEMAP.url: timemap(after(3)), start: older})
    assert heard.outcome == "nothing"
    assert "it shows the copy of 2024-01-31" in heard.reason


@pytest.mark.parametrize("ahead", [1, 26_000], ids=["a day", "70 years"])
def test_a_copy_of_a_day_to_come_is_none(ahead: float) -> None:
    named, shown = after(3), NOW + timedelta(days=ahead)
    heard, asked = hear(TIMEMAP, {TIMEMAP.url: timemap(shown)})
    assert (heard.outcome, len(asked)) == ("nothing", 1)
    start, _ = memento(named)
    heard, _ = hear(TIMEMAP, {TIMEMAP.url: timemap(named), start: memento(shown)[1]})
    assert heard.outcome == "nothing"
    assert "which is to come" in heard.reason


def test_no_more_copies_are_looked_at_than_the_settings_say() -> None:
    copies = [after(day) for day in (1, 2, 3, 4, 5)]
    heard, asked = hear(TIMEMAP, {TIMEMAP.url: timemap(*copies)})
    assert heard.outcome == "nothing"
    assert len(asked) == 1 + SETTINGS.max_looks


def test_an_index_that_names_a_200_speaks_where_the_copy_is_not_shown() -> None:
    rows = b'[["original","timestamp","statuscode"],["%s","20240304040000","200"]]' % PAGE.encode()
    heard, _ = hear(
        CDX, {CDX.url: answered(CDX.url, 200, rows, **{"Content-Type": "application/json"})}
    )
    assert (heard.outcome, heard.reason) == ("seen", "by its index it has a copy of 2024-03-04")


@pytest.mark.parametrize(
    ("visit", "outcome", "is_silent"),
    [
        (silent(CDX.url), "unknown", True),
        (answered(CDX.url, 503, b""), "unknown", True),
        (answered(CDX.url, 403, b"no"), "unknown", False),
        (answered(CDX.url, 200, b"<p>sorry</p>"), "unknown", False),
        (answered(CDX.url, 200, b"[]"), "nothing", False),
    ],
    ids=["no answer", "503", "403", "no CDX", "no copies"],
)
def test_an_archive_that_says_nothing_is_no_witness(
    visit: Visit, outcome: str, is_silent: bool
) -> None:
    heard, asked = hear(CDX, {CDX.url: visit})
    assert (heard.outcome, heard.is_silent) == (outcome, is_silent)
    assert len(asked) == 1


# --- the front page of the host

ROOT = "https://tolls.example/"


def root(status: int, body: bytes = TEXT, **headers: str) -> Visit:
    return answered(ROOT, status, body, **headers)


def sold() -> Visit:
    moved = an_exchange(ROOT, 302, Location="https://sedoparking.com/")
    bought = an_exchange("https://sedoparking.com/", 200, PARKED, **{"Content-Type": "text/html"})
    return Visit(ROOT, NOW, (moved, bought))


@pytest.mark.parametrize(
    ("visit", "outcome"),
    [
        (root(200), "seen"),
        (root(401), "seen"),
        (root(403), "refused"),
        (root(403, b"", **{"cf-mitigated": "challenge"}), "refused"),
        (root(404), "empty"),
        (root(410), "empty"),
        (root(503), "unknown"),
        (silent(ROOT), "unknown"),
        (silent(ROOT, "refused"), "unknown"),
        (silent(ROOT, "robots"), "refused"),
        (silent(ROOT, "nxdomain"), "missing"),
        (root(200, PARKED), "missing"),
        (sold(), "missing"),
    ],
    ids=["there", "login", "403", "challenge", "404", "410", "503", "silent", "connection refused",
         "robots", "no such name", "for sale", "parked"],
)  # fmt: skip
def test_a_front_page_tells_of_its_host(visit: Visit, outcome: str) -> None:
    heard = hear_front_page(visit)
    assert heard.outcome == outcome
    assert heard.reason.startswith("its front page: ")


class SilentWeb:
    """Stands in for a fetcher: nobody answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch(self, url: str) -> Visit:
        self.asked.append(url)
        return silent(url)

    async def ask(self, url: str, _max_bytes: int) -> Visit:
        return await self.fetch(url)


def test_an_archive_that_does_not_answer_is_asked_once_a_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question would wait as long as the first, and a night has hundreds."""
    settings = Settings(
        mementos=MementoSettings(timemap_urls=("https://archive.example/timemap/",))
    )
    place, web = a_workplace(tmp_path, settings), SilentWeb()
    ingest_text(place, tmp_path / "draft.txt", a_draft([f"{PAGE}/{number}" for number in range(3)]))
    with open_for_writing(place) as (store, archive):
        doubted = [
            DoubtedSource(row["source_id"], row["url"], "tolls.example", SINCE)
            for row in store.db.rows(
                "SELECT source_id, url FROM sources WHERE url LIKE ?", (f"{PAGE}%",)
            )
        ]
        monkeypatch.setattr("provenance.pipeline.night_opinions.list_doubted", lambda _: doubted)
        asked = asyncio.run(
            ask_second_opinions(store, archive, place, web, silent_progress)  # type: ignore[arg-type]
        )
        assert asked == len(doubted) == 3
        said = Counter(store.db.column("SELECT who FROM opinions"))
    assert said == {"front page": 3, "archive.example": 1}
    assert Counter(url.partition("/")[2][1:].partition("/")[0] for url in web.asked) == {
        "tolls.example": 1, "archive.example": 1,
    }  # fmt: skip
