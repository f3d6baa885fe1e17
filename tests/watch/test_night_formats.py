"""A night as Markdown, HTML, Atom, SARIF, metrics and data: valid for strangers, and never theirs to steer."""

import json
import re
import string
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import lxml.etree
import lxml.html
import msgspec
import pytest
from markdown_it import MarkdownIt

from provenance.model import NightReport, PassageChange, Replacement, Standing, State
from provenance.store.touched import StoreAnswers
from provenance.watch.changes import Looked, tell
from provenance.watch.report.atom import is_told, render_atom
from provenance.watch.report.data import report_to_data
from provenance.watch.report.html_night import render_html
from provenance.watch.report.markdown import render_markdown
from provenance.watch.report.metrics import render_metrics
from provenance.watch.report.sarif import FINGERPRINT, render_sarif
from support.histories import HOSTILE as HOSTILE_TITLE
from support.histories import HOSTILE_URL, a_store_with_history
from support.nights import (
    NIGHT,
    a_blind_night,
    a_busy_night,
    a_change,
    a_hostile_night,
    a_quiet_night,
    a_report,
    a_run,
)

NIGHTS = {
    "quiet": a_quiet_night(),
    "blind": a_blind_night(),
    "busy": a_busy_night(),
    "hostile": a_hostile_night(),
}
SARIF = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parents[1] / "files/sarif-2.1.0.schema.json").read_text("utf-8"))
)
REPORT = Path(__file__).parents[2] / "docs/schema/provenance.nightly-1.schema.json"
every_night = pytest.mark.parametrize("night", NIGHTS.values(), ids=NIGHTS.keys())
ATOM = "{http://www.w3.org/2005/Atom}"


class Elements(HTMLParser):
    """The elements of a page with their attributes, as a browser would find them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def check_elements(page: str, allowed_scripts: int) -> None:
    found = Elements(page).found
    assert sum(tag == "script" for tag, _ in found) == allowed_scripts
    for tag, attributes in found:
        assert tag not in {"img", "iframe", "object", "embed", "base", "form", "template"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        if tag == "a" and attributes.get("href") != "#found":
            assert (attributes["href"] or "").startswith(("https://", "http://"))


# -- HTML


@every_night
def test_strangers_words_are_words_in_html(night: NightReport) -> None:
    page = render_html(night)
    page.encode()
    check_elements(page, allowed_scripts=1)
    assert "alert(1)</script>" not in page


def test_the_page_names_every_change_and_links_to_its_copy() -> None:
    night = a_busy_night()
    links = {
        attributes.get("href")
        for tag, attributes in Elements(render_html(night)).found
        if tag == "a"
    }
    for change in night.changes:
        assert change.url in links
    assert night.changes[-1].url is not None
    assert any("archive.example" in (link or "") for link in links)


def test_pictures_stand_below_what_is_to_be_done() -> None:
    page = render_html(a_busy_night(), pictures=[("A year", "<svg role='img'></svg>")])
    assert page.index("Worse: 146 sources") < page.index("<svg role='img'></svg>")


def test_our_own_copies_lead_to_the_desk_where_there_is_one() -> None:
    assert 'href="https://desk.example/captures/p5"' in render_html(
        a_busy_night(), desk="https://desk.example"
    )
    assert 'href="/captures/p5"' not in render_html(a_busy_night())


@pytest.mark.parametrize(
    "make",
    [
        render_html,
        lambda night: MarkdownIt("commonmark").enable("table").render(render_markdown(night)),
    ],
    ids=["HTML", "Markdown"],
)
def test_a_table_counts_all_sources_by_state(make: Callable[[NightReport], str]) -> None:
    night = a_busy_night()
    rows = [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in lxml.html.fromstring(make(night)).iter("tr")
    ]
    for state, count in night.states.items():
        assert [state, f"{count:,}"] in rows


# -- Markdown


@every_night
def test_strangers_words_are_words_in_markdown(night: NightReport) -> None:
    text = render_markdown(night)
    text.encode()
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inline = [child for token in tokens for child in (token.children or ())]
    assert not [token for token in tokens if token.type in {"html_block", "fence", "code_block"}]
    assert not [child for child in inline if child.type in {"html_inline", "image", "code_inline"}]
    for child in inline:
        if child.type == "link_open":
            assert str(child.attrs["href"]).startswith(("https://", "http://"))
    headings = [token for token in tokens if token.type == "heading_open"]
    assert {token.tag for token in headings} <= {"h1", "h2"}
    assert sum(token.tag == "h1" for token in headings) == 1


def test_markdown_shows_a_hostile_title_whole() -> None:
    night = a_report(a_change(name="*Tolls* <b>and</b> [fords](x) | @ada #7", host="tolls.example"))
    shown = MarkdownIt("commonmark").render(render_markdown(night))
    assert "*Tolls* &lt;b&gt;and&lt;/b&gt; [fords](x) | @ada #7" in shown


@pytest.mark.parametrize("sign", string.punctuation)
@pytest.mark.parametrize("words", ["{0}", "{0} a", "7{0} a", "a{0}b", "{0}a{0} b", "{0}{0}{0}"])
def test_no_sign_says_anything_but_itself_in_markdown(sign: str, words: str) -> None:
    title = f"{words.format(sign)} ford"
    changes = [a_change(number, name=title, cause=None) for number in range(3)]
    for night in (a_report(changes[0]), a_report(*changes)):
        shown = lxml.html.fromstring(MarkdownIt("commonmark").render(render_markdown(night)))
        items = [" ".join(each.text_content().split()) for each in shown.iter("li")]
        assert any(title in each for each in items), items


def test_markdown_can_be_read_as_it_is() -> None:
    change = a_change(
        name="Tolls (list 7), and who pays", reason="asks for a password; only 28 words",
        replacement=Replacement("capture", "/captures/capture-1"),
    )  # fmt: skip
    text = render_markdown(a_report(change))
    assert "Tolls (list 7), and who pays" in text
    assert "asks for a password; only 28 words" in text
    assert "instead: /captures/capture-1 at the desk" in text


# -- Atom


def check_atom(feed: str) -> Any:
    """The rules of RFC 4287 that a reader leans on (4.1.1, 4.1.2, 3.3, 4.2.6)."""
    root = lxml.etree.fromstring(feed.encode())
    assert root.tag == f"{ATOM}feed"
    times, ids = [], []
    for holder in (root, *root.iterfind(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = holder.findall(f"{ATOM}{name}")
            assert found.text
        ids.append(holder.findtext(f"{ATOM}id"))
        times.append(datetime.fromisoformat(holder.findtext(f"{ATOM}updated")))
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", holder.findtext(f"{ATOM}updated"))
        for link in holder.iterfind(f"{ATOM}link"):
            assert link.get("href").startswith("https://")
        alternates = [
            (link.get("type"), link.get("hreflang")) for link in holder.iterfind(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        ]  # fmt: skip
        assert len(alternates) == len(set(alternates))
    assert root.find(f"{ATOM}author/{ATOM}name").text
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", each) for each in ids)  # fmt: skip
    assert times[0] == max(times)
    for content in root.iter(f"{ATOM}content"):
        assert content.get("type") == "html"
        assert len(content) == 0
        check_elements(content.text, allowed_scripts=0)
    return root


@every_night
@pytest.mark.parametrize("desk", ["", "https://desk.example/"])
def test_a_feed_is_one_that_readers_read(night: NightReport, desk: str) -> None:
    check_atom(render_atom([night], desk=desk))


def test_a_feed_without_nights_is_one_too() -> None:
    check_atom(render_atom([]))


def test_ids_stay_the_same_however_often_a_feed_is_written() -> None:
    nights = [
        a_busy_night(),
        a_report(a_change(), id="night-2", finished=NIGHT + timedelta(days=1)),
    ]
    first = check_atom(render_atom(nights))
    second = check_atom(render_atom([*nights, a_report(a_change(), id="night-3", finished=NIGHT + timedelta(days=2))]))  # fmt: skip
    ids = [
        [each.findtext(f"{ATOM}id") for each in feed.iter(f"{ATOM}entry")]
        for feed in (first, second)
    ]
    assert ids[1][1:] == ids[0]
    assert first.findtext(f"{ATOM}id") == second.findtext(f"{ATOM}id")


def test_a_night_that_changed_nothing_is_no_entry_but_moves_the_feed_on() -> None:
    quiet = a_report(id="night-2", finished=NIGHT + timedelta(days=1))
    feed = check_atom(render_atom([a_busy_night(), quiet]))
    assert len(feed.findall(f"{ATOM}entry")) == 1
    assert feed.findtext(f"{ATOM}updated") == "2026-03-05T03:00:00Z"


def test_first_signs_alone_are_told_to_nobody() -> None:
    assert not is_told(a_quiet_night())
    assert not is_told(a_report(a_change(group="watch", to="failing")))
    assert is_told(a_report(a_change(group="fixed", to="revived")))
    assert is_told(a_blind_night())


# -- SARIF


def log_of(night: NightReport, *standing: Standing, **options: Any) -> dict[str, Any]:
    log = json.loads(render_sarif(night, standing, **options))
    SARIF.validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


def in_trouble(source_id: str, state: State) -> Standing:
    return Standing(source_id=source_id, url=f"https://tolls.example/{source_id}",
                    name="Toll list", state=state, documents=("document-1",))  # fmt: skip


DEAD = State("dead", "gone_thrice", "gone 3/3")


@every_night
def test_a_log_is_valid_sarif(night: NightReport) -> None:
    log_of(night, in_trouble("s9", DEAD), left_out=3)


def test_results_tell_what_is_new_what_stands_and_what_is_gone() -> None:
    night = a_report(
        a_change(1),
        a_change(2, from_="walled"),
        a_change(3, group="still", from_="failing", to="failing"),
        a_change(4, group="fixed", from_="dead", to="revived"),
        a_change(5, group="watch", from_="alive", to="failing"),
    )
    run = log_of(
        night,
        in_trouble("source-1", DEAD),
        in_trouble("source-7", DEAD),
        in_trouble("source-5", State("failing", "gone_counting", "gone 1/3")),
    )
    states = {each["properties"]["sourceId"]: each["baselineState"] for each in run["results"]}
    assert states == {
        "source-1": "new", "source-2": "updated", "source-3": "updated", "source-4": "absent",
        "source-7": "unchanged",
    }  # fmt: skip


def test_what_stands_has_the_fingerprint_that_it_was_new_with_and_goes_with_it() -> None:
    new = log_of(a_report(a_change(1)))["results"][0]
    unchanged = log_of(a_quiet_night(), in_trouble("source-1", DEAD))["results"][0]
    absent = log_of(a_report(a_change(1, group="fixed", from_="dead", to="revived")))["results"][0]
    fingerprints = {each["partialFingerprints"][FINGERPRINT] for each in (new, unchanged, absent)}
    assert len(fingerprints) == 1
    assert {each["ruleId"] for each in (new, unchanged, absent)} == {"PN101"}


def test_a_lost_passage_is_a_rule_of_its_own() -> None:
    passages = (
        PassageChange("c1", "d1", "missing", "The toll is 16 crowns.", ""),
        PassageChange("c2", "d1", "altered", "Carts pay half.", "Carts pay all."),
    )
    change = a_change(1, from_="alive", to="alive", passage="missing", passages=passages)
    assert [each["ruleId"] for each in log_of(a_report(change))["results"]] == ["PN202"]


def test_a_result_stands_in_the_documents_that_cite_the_source() -> None:
    change = a_change(1, documents=("d1", "d2"), documents_in_all=2)
    (result,) = log_of(a_report(change), paths={"d1": "footnotes/a b.txt"})["results"]
    first, second = result["locations"]
    assert first["physicalLocation"]["artifactLocation"]["uri"] == "footnotes/a%20b.txt"
    assert "physicalLocation" not in second
    assert second["logicalLocations"][0]["fullyQualifiedName"] == "d2"


# -- metrics

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_SAMPLE = re.compile(
    rf'(?P<name>{_NAME})(?:\{{(?P<labels>(?:{_NAME}="(?:[^"\\\n]|\\[\\"n])*",?)*)\}})? '
    r"(?P<value>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
)


def read_metrics(text: str) -> dict[tuple[str, str], float]:
    """Exposition format 0.0.4, strictly: HELP, TYPE, then the samples of that name, each once."""
    assert text.endswith("\n")
    found: dict[tuple[str, str], float] = {}
    families: list[str] = []
    current = ""
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            current = line.split(" ")[2]
            assert current not in families
            families.append(current)
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {current} gauge"
        else:
            match = _SAMPLE.fullmatch(line)
            assert match, line
            assert match["name"] == current
            key = (match["name"], match["labels"] or "")
            assert key not in found
            found[key] = float(match["value"])
    return found


@every_night
def test_metrics_are_what_prometheus_reads(night: NightReport) -> None:
    read_metrics(render_metrics(night))


def test_every_series_is_there_every_night() -> None:
    assert (
        read_metrics(render_metrics(a_quiet_night())).keys()
        == read_metrics(render_metrics(a_busy_night())).keys()
    )


def test_metrics_say_what_the_night_said() -> None:
    night = a_busy_night()
    found = read_metrics(render_metrics(night))
    assert found["provenance_night_sources", 'result="checked"'] == 1200
    assert found["provenance_night_changes", 'group="worse"'] == 146
    assert found["provenance_sources", 'state="alive"'] == 9120
    assert found["provenance_sources", 'state="revived"'] == 0
    assert found["provenance_night_online", ""] == 1
    assert found["provenance_night_started_timestamp_seconds", ""] == datetime(
        2026, 3, 4, 3, tzinfo=UTC
    ).timestamp()  # fmt: skip
    assert found["provenance_night_ended_early", ""] == 0
    assert found["provenance_night_host_causes", ""] == len(night.hosts) > 0
    assert found["provenance_night_claims_touched", 'group="fixed"'] == 2 * 12
    blind = read_metrics(render_metrics(a_blind_night()))
    assert blind["provenance_night_online", ""] == 0


def test_metrics_have_each_number_of_the_run_where_it_belongs() -> None:
    run = a_run(
        due=60, checked=30, failed=20, skipped=10, requests=77, captured=5, ended_by="minutes"
    )
    found = read_metrics(render_metrics(NightReport(run=run)))
    looks = {result: found["provenance_night_sources", f'result="{result}"']
             for result in ("checked", "failed", "skipped")}  # fmt: skip
    assert looks == {"checked": 30, "failed": 20, "skipped": 10}
    assert found["provenance_night_requests", ""] == 77
    assert found["provenance_night_captures", ""] == 5
    assert found["provenance_night_ended_early", ""] == 1
    assert found["provenance_night_finished_timestamp_seconds", ""] == run.finished.timestamp()


def test_no_stranger_makes_a_series() -> None:
    told = [line for line in render_metrics(a_hostile_night()).split("\n") if "alert(1)" in line]
    (line,) = told  # the one that the store counts as a state
    assert line.startswith('provenance_sources{state="')


# -- data


@every_night
def test_the_data_is_what_the_schema_says(night: NightReport) -> None:
    data = json.loads(msgspec.json.encode(_storable(report_to_data(night))))
    schema = json.loads(REPORT.read_text("utf-8"))
    jsonschema.validate(data, schema)
    run = data["run"]
    assert {"id", "started", "finished", "due", "checked", "skipped", "failed"} <= run.keys()
    for change in data["changes"]:
        assert {"source_id", "url", "from", "to", "rule", "reason", "passage", "documents", "claims"} <= change.keys()  # fmt: skip
    for host in data["hosts"]:
        assert {"host", "cause", "sources"} <= host.keys()


def _storable(data: Any) -> Any:
    return json.loads(json.dumps(data).replace("\\ud800", "?"))


def test_pages_lead_to_the_claims_where_there_is_a_desk() -> None:
    page = render_html(a_report(a_change(1)), desk="https://desk.example")
    links = {attributes.get("href") for tag, attributes in Elements(page).found if tag == "a"}
    assert "https://desk.example/claims/claim-1a" in links
    assert "A barge pays 16 crowns at the upper ford." in page
    assert "A barge pays 16 crowns" in render_markdown(a_report(a_change(1)))


def test_what_a_hostile_store_answers_goes_into_every_form(tmp_path: Path) -> None:
    with a_store_with_history(tmp_path / "history.db", weeks=12) as db:
        source = db.value("SELECT source_id FROM sources WHERE url LIKE 'javascript:%'")
        dead = State("dead", "gone_thrice", "gone 3/3")
        looked = Looked(
            source_id=source, url=HOSTILE_URL, host=None, before=State("alive", "last_look", "x"),
            after=dead, outcome="gone", rule="status_gone", reason=HOSTILE_TITLE, status=404,
        )  # fmt: skip
        night = tell(a_quiet_night().run, [looked], StoreAnswers(db), states={"dead": 1})
    (change,) = night.changes
    assert change.documents_in_all == 1
    assert change.citing[0].title == HOSTILE_TITLE
    assert change.replacement is not None
    assert change.replacement.url == HOSTILE_URL
    for page in (render_html(night), render_html(night, desk="https://desk.example")):
        check_elements(page, allowed_scripts=1)
    check_atom(render_atom([night], desk="https://desk.example"))
    log_of(night)
    read_metrics(render_metrics(night))
