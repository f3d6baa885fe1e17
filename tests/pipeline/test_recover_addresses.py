"""Cut addresses are completed with proof, by rule, once, and the journals know all of it."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from provenance import IngestOptions, IngestReport, Workplace, ingest, rebuild
from provenance.demo.web import SampleWeb
from provenance.errors import SettingsError
from provenance.pipeline.catchup import open_store
from provenance.trace.chain import trace
from provenance.trace.records import TracedCitation
from support.workplace import a_draft, a_workplace, all_rows, archive_files, query, web_settings

CUT = "https://www.river-bulletin.org/analysis/how-the-low-water-of-spring-chan..."
WHOLE = "https://www.river-bulletin.org/analysis/how-the-low-water-of-spring-changed-the-fairs"
OTHER = "https://www.river-bulletin.org/analysis/how-the-low-water-of-spring-changes-nothing"
SERIES_CUT = "https://www.river-bulletin.org/backgrounder/weekly-update-of-the-bor..."
SERIES = "https://www.river-bulletin.org/backgrounder/weekly-update-of-the-border-march-9"
ORIGIN = "http://origin.example.org/updates/march"
NO_FETCH = IngestOptions(fetch=False)

Answer = Callable[[str], tuple[int, bytes]]


class Stand:
    """One loopback server that stands in for the origin page and for a web archive's index."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Answer] = {}
        stand = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                if path != "/robots.txt":
                    stand.asked.append(self.path)
                status, body = stand.answers.get(path, lambda _: (404, b"none"))(self.path)
                kind = "application/json" if path == "/cdx" else "text/html; charset=utf-8"
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server.server_address[1]

    def index_says(self, *urls: str) -> None:
        rows = [["original", "timestamp"], *([url, "20230309101112"] for url in urls)]
        body = json.dumps(rows).encode()
        self.answers["/cdx"] = lambda _: (200, body)


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def workplace(tmp_path: Path, web: SampleWeb, stand: Stand, monkeypatch: Any) -> Workplace:
    """A folder whose settings lead to the sample web, and to the stand for two names."""
    monkeypatch.chdir(tmp_path)
    settings = web_settings(web)
    here = f"127.0.0.1:{stand.port}"
    names = {"origin.example.org:80": here, "index.example.org:80": here}
    fetch = replace(
        settings.fetch,
        connect_to=settings.fetch.connect_to | names,
        attempts=1,
        total_timeout_s=5.0,
    )
    return a_workplace(tmp_path, replace(settings, fetch=fetch))


def with_index(workplace: Workplace, **changes: Any) -> Workplace:
    recover = replace(workplace.settings.recover, cdx_url="http://index.example.org/cdx", **changes)
    return replace(workplace, settings=replace(workplace.settings, recover=recover))


def take(
    workplace: Workplace, name: str, text: str, options: IngestOptions | None = None
) -> IngestReport:
    path = Path(name)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    return ingest([name], workplace, options or IngestOptions())


def cited(workplace: Workplace, cut: str = CUT) -> tuple[Any, ...]:
    (row,) = query(
        workplace,
        "SELECT i.url, i.truncated, s.url, i.canonical_url = s.canonical_url FROM citations i"
        " JOIN sources s USING (source_id) WHERE i.raw = ?",
        cut,
    )
    return row


def decisions(workplace: Workplace) -> list[tuple[Any, ...]]:
    return query(workplace, "SELECT decision, rule, url FROM recoveries ORDER BY cut, note_id")


def traced(workplace: Workplace, url: str) -> list[TracedCitation]:
    with open_store(workplace.db_path, read_only=True) as store:
        found = trace(store.db, url)
    return [citation for claim in found.claims for citation in claim.citations]


def assert_rebuilt_alike(workplace: Workplace) -> None:
    before = all_rows(workplace.db_path)
    rebuild(workplace)
    after = all_rows(workplace.db_path)
    for name, rows in before.items():
        assert after[name] == rows, name


def assert_second_run_adds_nothing(workplace: Workplace, name: str, options: Any = None) -> None:
    rows, files = all_rows(workplace.db_path), archive_files(workplace)
    ingest([name], workplace, options or IngestOptions())
    assert all_rows(workplace.db_path) == rows
    assert archive_files(workplace) == files


def page_with(*notes: str, title: str = "March on the River") -> bytes:
    items = "".join(f"<p>[{number}] {note}</p>" for number, note in enumerate(notes, 1))
    body = "".join(f"The guild counted {n} barges.[{n}] " for n in range(1, len(notes) + 1))
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{body}</p>"
    return f"{html}<h2>References</h2>{items}</body></html>".encode()


def anchor(cut: str, href: str) -> str:
    return f'<a href="{href}">{cut}</a>'


def test_a_whole_address_elsewhere_in_the_document_completes_a_cut_one(
    workplace: Workplace,
) -> None:
    report = take(workplace, "a.txt", a_draft([CUT, WHOLE]), NO_FETCH)
    assert cited(workplace) == (WHOLE, 0, WHOLE, 1)
    assert decisions(workplace) == [("adopted", "document", WHOLE)]
    assert report.recovered.adopted == report.recovered.cut == 1
    assert report.recovered.by_rule["document"] == sum(report.recovered.by_rule.values()) == 1
    assert report.documents[0].sources == 1
    assert_second_run_adds_nothing(workplace, "a.txt", NO_FETCH)
    assert_rebuilt_alike(workplace)


def test_two_addresses_that_fit_are_shown_and_none_is_taken(workplace: Workplace) -> None:
    report = take(workplace, "a.txt", a_draft([CUT, WHOLE, OTHER]))
    assert cited(workplace)[:2] == (CUT, 1)
    assert decisions(workplace) == [("ambiguous", "document", None)]
    assert report.recovered.ambiguous == 1
    (citation,) = traced(workplace, CUT)
    assert citation.recovery is not None
    assert {each.url for each in citation.recovery.candidates} == {WHOLE, OTHER}
    assert_second_run_adds_nothing(workplace, "a.txt")


def test_an_issue_of_a_series_proves_nothing_about_another(workplace: Workplace) -> None:
    take(workplace, "a.txt", a_draft([SERIES_CUT, SERIES]), NO_FETCH)
    assert decisions(workplace) == [("unproven", "document", None)]
    assert cited(workplace, SERIES_CUT)[:2] == (SERIES_CUT, 1)


def test_the_same_note_on_the_page_it_was_copied_from_proves_even_a_series(
    workplace: Workplace, stand: Stand
) -> None:
    beside = "https://desk1.example.org/a"
    page = page_with(beside, f"{beside} ; {anchor(SERIES_CUT, SERIES)}")
    stand.answers["/updates/march"] = lambda _: (200, page)
    text = a_draft([beside, f"{beside} ; {SERIES_CUT}", SERIES[:-1] + "8"], origin=ORIGIN)
    take(workplace, "a.txt", text)
    assert decisions(workplace) == [("adopted", "origin_page", SERIES)]
    assert cited(workplace, SERIES_CUT) == (SERIES, 0, SERIES, 1)
    (proof,) = {c.recovery for c in traced(workplace, SERIES) if c.recovery}
    ((digest, at),) = query(
        workplace, "SELECT payload_sha256, at FROM captures WHERE url = ?", ORIGIN
    )
    assert (proof.page, proof.page_sha256) == (ORIGIN, digest)
    assert proof.at is not None
    assert at.startswith(proof.at[:19])
    asked = list(stand.asked)
    assert_second_run_adds_nothing(workplace, "a.txt")
    assert stand.asked == asked
    assert_rebuilt_alike(workplace)


def test_a_page_whose_note_of_that_number_is_another_proves_nothing(
    workplace: Workplace, stand: Stand
) -> None:
    page = page_with(f"https://desk1.example.org/other ; {anchor(SERIES_CUT, SERIES)}")
    stand.answers["/updates/march"] = lambda _: (200, page)
    text = a_draft([f"https://desk1.example.org/a ; {SERIES_CUT}"], origin=ORIGIN)
    take(workplace, "a.txt", text)
    assert decisions(workplace) == []
    assert cited(workplace, SERIES_CUT)[:2] == (SERIES_CUT, 1)


def test_a_page_that_is_gone_is_not_asked_for_in_every_run(
    workplace: Workplace, stand: Stand
) -> None:
    take(workplace, "a.txt", a_draft([CUT], origin=ORIGIN))
    asked = list(stand.asked)
    assert asked == ["/updates/march"]
    assert_second_run_adds_nothing(workplace, "a.txt")
    assert stand.asked == asked


def dated(urls: list[str], day: str, title: str) -> str:
    return a_draft(urls, title=title).replace(f"{title}\n", f"{title}\n\n{day}\n", 1)


def test_another_document_of_the_same_month_completes_a_cut_address(workplace: Workplace) -> None:
    take(workplace, "b.txt", dated([WHOLE], "March 20, 2023", "Other News"), NO_FETCH)
    take(workplace, "a.txt", dated([CUT], "March 9, 2023", "News"), NO_FETCH)
    assert decisions(workplace) == [("adopted", "known_source", WHOLE)]
    (citation,) = [c for c in traced(workplace, WHOLE) if c.recovery]
    assert citation.recovery is not None
    assert citation.recovery.at == "2023-03-20"
    assert_second_run_adds_nothing(workplace, "a.txt", NO_FETCH)
    assert_rebuilt_alike(workplace)


def test_a_document_of_another_month_is_no_proof(workplace: Workplace) -> None:
    take(workplace, "b.txt", dated([WHOLE], "April 20, 2023", "Other News"), NO_FETCH)
    take(workplace, "a.txt", dated([CUT], "March 9, 2023", "News"), NO_FETCH)
    assert decisions(workplace) == []


def test_a_web_archives_index_completes_a_cut_address_and_its_answer_is_kept(
    workplace: Workplace, stand: Stand
) -> None:
    stand.index_says(WHOLE.replace("https:", "http:").replace(".org/", ".org:80/"))
    online = with_index(workplace)
    take(online, "a.txt", a_draft([CUT]))
    ((decision, rule, url),) = decisions(online)
    assert (decision, rule) == ("adopted", "web_archive")
    assert url == WHOLE.replace("https:", "http:")
    (query_sent,) = stand.asked
    assert "matchType=prefix" in query_sent
    assert "chan..." not in query_sent
    kept = b"".join(data for name, data in archive_files(online).items() if name.endswith("cdxj"))
    assert b"index.example.org/cdx" in kept
    assert_second_run_adds_nothing(online, "a.txt")
    assert len(stand.asked) == 1
    assert_rebuilt_alike(online)


def test_an_index_that_knows_nothing_is_not_asked_again_for_a_month(
    workplace: Workplace, stand: Stand
) -> None:
    stand.index_says()
    online = with_index(workplace)
    take(online, "a.txt", a_draft([CUT]))
    assert decisions(online) == [("nothing", "web_archive", None)]
    assert cited(online)[:2] == (CUT, 1)
    assert_second_run_adds_nothing(online, "a.txt")
    assert len(stand.asked) == 1
    assert_rebuilt_alike(online)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b'[["original","timestamp"],["https://www.river-bull'),
        (200, b"<html>nothing of the kind</html>"),
        (200, b"[" * 100_000),
        (200, b'[["original"],[' + b'"x",' * 300_000 + b'"x"]]'),
        (200, b"\xff\xfe\x00"),
        (503, b"later"),
        (404, b"none"),
    ],
    ids=["torn", "html", "deep", "huge", "bytes", "503", "404"],
)
def test_an_answer_that_is_none_proves_nothing_and_is_no_fault(
    workplace: Workplace, stand: Stand, status: int, body: bytes
) -> None:
    stand.answers["/cdx"] = lambda _: (status, body)
    online = with_index(workplace)
    take(online, "a.txt", a_draft([CUT, CUT.replace("spring", "autumn")]))
    assert decisions(online) == []
    assert len(stand.asked) == 1, "the index was silent, and was asked again"
    stand.index_says(WHOLE)
    take(online, "a.txt", a_draft([CUT, CUT.replace("spring", "autumn")]))
    assert ("adopted", "web_archive", WHOLE) in decisions(online)


def test_an_answer_as_long_as_the_limit_is_not_all_there_is(
    workplace: Workplace, stand: Stand
) -> None:
    stand.index_says(WHOLE, "https://elsewhere.org/x")
    take(with_index(workplace, cdx_limit=2), "a.txt", a_draft([CUT]))
    assert decisions(workplace) == [("ambiguous", "web_archive", None)]


def test_nobody_is_asked_where_no_index_is_set(workplace: Workplace, stand: Stand) -> None:
    stand.index_says(WHOLE)
    take(workplace, "a.txt", a_draft([CUT]))
    assert (stand.asked, decisions(workplace)) == ([], [])


def correct(text: str) -> None:
    Path("footnotes").mkdir(exist_ok=True)
    Path("footnotes/corrections.toml").write_text(text, encoding="utf-8")


def test_what_a_person_decided_wins_over_every_rule(workplace: Workplace) -> None:
    correct(
        f'[[correction]]\nurl = "{CUT}"\nis = "{OTHER}"\nwho = "Ada"\nwhen = 2026-11-01\n'
        'why = "asked the author"\n'
    )
    report = take(workplace, "a.txt", a_draft([CUT, WHOLE]), NO_FETCH)
    assert decisions(workplace) == [("adopted", "correction", OTHER)]
    assert cited(workplace)[0] == OTHER
    assert report.recovered.by_rule["correction"] == 1
    (citation,) = [c for c in traced(workplace, OTHER) if c.recovery]
    assert citation.recovery is not None
    assert citation.recovery.reason == "a person said so (Ada, 2026-11-01: asked the author)"
    assert_second_run_adds_nothing(workplace, "a.txt", NO_FETCH)
    assert_rebuilt_alike(workplace)


def test_a_later_correction_overrules_what_was_adopted_and_can_be_taken_back(
    workplace: Workplace,
) -> None:
    text = a_draft([CUT, WHOLE])
    take(workplace, "a.txt", text, NO_FETCH)
    assert cited(workplace)[0] == WHOLE
    correct(f'[[correction]]\nurl = "{CUT}"\nleave = true\n')
    take(workplace, "a.txt", text, NO_FETCH)
    assert cited(workplace)[:3] == (CUT, 1, CUT)
    assert decisions(workplace) == [("left", "correction", None)]
    assert_rebuilt_alike(workplace)
    correct("")
    take(workplace, "a.txt", text, NO_FETCH)
    assert cited(workplace)[0] == WHOLE
    assert_rebuilt_alike(workplace)


def test_a_wrong_address_is_put_right_by_document_label_and_index(workplace: Workplace) -> None:
    wrong = "https://www.river-bulletin.org/typo"
    correct(f'[[correction]]\ndocument = "a.txt"\nlabel = "2"\nindex = 0\nis = "{WHOLE}"\n')
    report = take(workplace, "a.txt", a_draft([wrong, wrong]), NO_FETCH)
    rows = query(workplace, "SELECT i.raw, i.url FROM citations i JOIN notes USING (note_key)"
                 " ORDER BY label")  # fmt: skip
    assert rows == [(wrong, wrong), (wrong, WHOLE)]
    assert report.recovered.corrected == 1
    assert_rebuilt_alike(workplace)
    correct("")
    take(workplace, "a.txt", a_draft([wrong, wrong]), NO_FETCH)
    assert query(workplace, "SELECT DISTINCT url FROM citations") == [(wrong,)]
    assert_rebuilt_alike(workplace)


def test_a_short_form_follows_the_address_that_it_stands_for(workplace: Workplace) -> None:
    take(workplace, "a.txt", a_draft([CUT, "Ibid.", WHOLE]), NO_FETCH)
    assert query(workplace, "SELECT count(DISTINCT source_id) FROM citations") == [(1,)]
    assert_rebuilt_alike(workplace)


def test_a_broken_file_of_corrections_stops_the_run_before_it_begins(workplace: Workplace) -> None:
    correct('[[correction]]\nurl = "x"\n\n[[correction]]\nurls = "y"\nleave = true\n')
    with pytest.raises(SettingsError, match="line 5"):
        take(workplace, "a.txt", a_draft([CUT]), NO_FETCH)
    assert not workplace.archive_root.exists()


def test_an_offline_look_first_and_a_proof_later_rebuild_alike(
    workplace: Workplace, tmp_path: Path
) -> None:
    take(workplace, "a.txt", dated([CUT], "March 9, 2023", "News"), IngestOptions(offline=True))
    take(workplace, "b.txt", dated([WHOLE], "March 2, 2023", "Other News"), NO_FETCH)
    take(workplace, "a.txt", dated([CUT], "March 9, 2023", "News"), NO_FETCH)
    assert cited(workplace)[0] == WHOLE
    take(workplace, "c.txt", dated([CUT], "May 2, 2023", "Third News"), NO_FETCH)
    assert_rebuilt_alike(workplace)


def test_a_copy_at_another_path_is_settled_too(workplace: Workplace) -> None:
    text = a_draft([CUT, WHOLE])
    take(workplace, "a.txt", text, NO_FETCH)
    take(workplace, "copy.txt", text, NO_FETCH)
    assert cited(workplace)[0] == WHOLE
    assert query(workplace, "SELECT count(*) FROM sources") == [(1,)]
    assert_rebuilt_alike(workplace)
