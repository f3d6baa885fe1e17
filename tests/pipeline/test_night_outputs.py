"""The files that a night is told in: whole, where they were asked for, or said before the night begins."""

import json
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import lxml.etree
import pytest
from msgspec.structs import replace

from provenance.errors import ProvenanceError, SettingsError, UsageError
from provenance.model import NightReport
from provenance.pipeline.night_outputs import Outputs, check_outputs, tell_people, write_outputs
from provenance.settings import Settings
from provenance.settings_night import NightSettings
from provenance.store.database import Database
from provenance.store.touched import document_paths, list_standing
from provenance.store.watching import apply_night, latest_nights
from support.nights import a_busy_night, a_change, a_quiet_night, a_report
from support.records import a_check_line, a_parsed, on_day, source_id_of
from support.stores import FilledStore
from support.workplace import a_workplace

GONE = "https://tolls.example/gone"
DESK = Settings(night=NightSettings(desk_url="https://desk.example"))


@pytest.fixture
def db() -> Iterator[Database]:
    filled = FilledStore()
    filled.document(a_parsed({"1": [GONE]}), document_id="d1", path="footnotes/update.txt")
    source = source_id_of(GONE)
    filled.checks(
        a_check_line(source, on_day(0), payload="toll list", url=GONE),
        *(a_check_line(source, on_day(7 + 4 * n), "gone", url=GONE) for n in range(3)),
    )
    yield filled.db
    filled.db.close()


def keep(db: Database, *reports: NightReport) -> None:
    with db.atomic():
        for report in reports:
            apply_night(db, report)


def everything_in(folder: Path) -> Outputs:
    return Outputs(
        folder / "n.md", folder / "n.html", folder / "n.xml", folder / "n.sarif", folder / "n.prom"
    )


def test_every_form_is_written_and_nothing_beside(db: Database, tmp_path: Path) -> None:
    night = a_busy_night()
    keep(db, night)
    write_outputs(db, night, everything_in(tmp_path), DESK)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "n.html", "n.md", "n.prom", "n.sarif", "n.xml",
    ]  # fmt: skip
    assert (tmp_path / "n.md").read_text("utf-8").startswith("# Night of 2026")
    assert "provenance_night_requests 1310" in (tmp_path / "n.prom").read_text("utf-8")
    feed = lxml.etree.fromstring((tmp_path / "n.xml").read_bytes())
    assert b"https://desk.example/nights/run/night-1" in lxml.etree.tostring(feed)


def test_the_page_shows_the_year(db: Database, tmp_path: Path) -> None:
    night = a_busy_night()
    write_outputs(db, night, Outputs(html=tmp_path / "n.html"), Settings())
    page = (tmp_path / "n.html").read_text("utf-8")
    assert page.count("<svg") >= 1
    assert page.index("Worse: 146 sources") < page.index("<svg")


def test_only_what_was_asked_for_is_written(db: Database, tmp_path: Path) -> None:
    write_outputs(db, a_quiet_night(), Outputs(metrics=tmp_path / "x.prom"), Settings())
    assert [path.name for path in tmp_path.iterdir()] == ["x.prom"]


def test_the_log_names_what_stands_in_the_file_that_cites_it(db: Database, tmp_path: Path) -> None:
    write_outputs(db, a_quiet_night(), Outputs(sarif=tmp_path / "n.sarif"), Settings())
    (result,) = json.loads((tmp_path / "n.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert (result["baselineState"], result["ruleId"]) == ("unchanged", "PN101")
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "footnotes/update.txt"


def test_a_log_of_more_than_is_shown_says_so(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.pipeline.night_outputs._MOST_STANDING", 1)
    night = replace(a_quiet_night(), states={"dead": 7})
    write_outputs(db, night, Outputs(sarif=tmp_path / "n.sarif"), Settings())
    assert "6 more sources in trouble are not listed" in (tmp_path / "n.sarif").read_text("utf-8")


def test_a_feed_has_the_latest_thirty_nights(db: Database, tmp_path: Path) -> None:
    night = a_report(a_change())
    nights = [
        replace(
            night, run=replace(night.run, id=f"n{n}", started=night.run.started + timedelta(days=n))
        )
        for n in range(40)
    ]
    keep(db, *nights)
    write_outputs(db, nights[-1], Outputs(atom=tmp_path / "n.xml"), Settings())
    assert len(re.findall("<entry>", (tmp_path / "n.xml").read_text("utf-8"))) == 30
    assert [each.run.id for each in latest_nights(db, 2)] == ["n39", "n38"]


def test_a_file_that_could_not_be_written_is_told_before_the_night(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--html .*no folder"):
        check_outputs(Outputs(html=tmp_path / "missing" / "n.html"), a_workplace(tmp_path))
    with pytest.raises(UsageError, match=r"--sarif .*is a folder"):
        check_outputs(Outputs(sarif=tmp_path), a_workplace(tmp_path))
    check_outputs(everything_in(tmp_path), a_workplace(tmp_path))


def test_no_file_of_ours_and_no_device_is_written_over(tmp_path: Path) -> None:
    here = a_workplace(tmp_path)
    (tmp_path / "archive").mkdir()
    (tmp_path / "link.md").symlink_to(here.db_path)
    for name in ("provenance.db", "link.md", "archive/n.md", "archive/../provenance.db"):
        with pytest.raises(UsageError, match=r"--markdown .* is of the archive itself"):
            check_outputs(Outputs(markdown=tmp_path / name), here)
    os.mkfifo(tmp_path / "pipe")
    for device in (Path("/dev/null"), tmp_path / "pipe"):
        with pytest.raises(UsageError, match=r"--metrics .* is no file"):
            check_outputs(Outputs(metrics=device), here)
    both = Outputs(html=tmp_path / "n", atom=tmp_path / "." / "n")
    with pytest.raises(UsageError, match="--html and --atom name the same file"):
        check_outputs(both, here)


def test_what_a_link_leads_to_stays_as_it_is(db: Database, tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("tolls", "utf-8")
    for name in ("n.prom", ".n.prom.new"):
        (tmp_path / name).symlink_to("theirs")
    write_outputs(db, a_quiet_night(), Outputs(metrics=tmp_path / "n.prom"), Settings())
    assert (tmp_path / "theirs").read_text("utf-8") == "tolls"
    assert not (tmp_path / "n.prom").is_symlink()
    assert "provenance_night_requests" in (tmp_path / "n.prom").read_text("utf-8")


def test_a_missing_file_of_services_is_told_before_the_night(tmp_path: Path) -> None:
    settings = Settings(night=NightSettings(notify_file=str(tmp_path / "notify.txt")))
    with pytest.raises(SettingsError, match="notify_file"):
        check_outputs(Outputs(), a_workplace(tmp_path, settings))


def test_a_missing_extra_is_told_before_the_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notify.txt").write_text("json://127.0.0.1/", "utf-8")
    settings = Settings(night=NightSettings(notify_file=str(tmp_path / "notify.txt")))
    check_outputs(Outputs(), a_workplace(tmp_path, settings))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"pip install 'provenance-desk\[notify\]'"):
        check_outputs(Outputs(), a_workplace(tmp_path, settings))


def test_a_file_that_cannot_be_replaced_is_a_fault_with_its_name(
    db: Database, tmp_path: Path
) -> None:
    (tmp_path / ".n.md.new").mkdir()
    with pytest.raises(ProvenanceError, match=r"n\.md") as caught:
        write_outputs(db, a_quiet_night(), everything_in(tmp_path), Settings())
    assert "--last" in caught.value.hint
    assert (tmp_path / "n.prom").exists(), "those behind it are written"


def test_what_was_not_told_to_people_is_said_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "notify.txt"
    path.write_text("# who\njson://ada:s3cret@127.0.0.1:1/\n", "utf-8")
    settings = Settings(night=NightSettings(notify_file=str(path)))
    (said,) = tell_people(a_busy_night(), settings)
    assert f"json (line 2 of {path})" in said
    assert "s3cret" not in said
    assert tell_people(a_quiet_night(), settings) == ()
    assert tell_people(a_busy_night(), Settings()) == ()


def test_what_leads_into_a_private_network_by_now_stands_in_the_log(tmp_path: Path) -> None:
    filled = FilledStore()
    filled.document(a_parsed({"1": [GONE], "2": [f"{GONE}/never"]}), document_id="d1", path=None)
    filled.checks(
        a_check_line(source_id_of(GONE), on_day(0), payload="toll list", url=GONE),
        *(a_check_line(source, on_day(7 + day), "not_checkable", url=GONE)
          for source in (source_id_of(GONE), source_id_of(f"{GONE}/never")) for day in (0, 1)),
    )  # fmt: skip
    write_outputs(filled.db, a_quiet_night(), Outputs(sarif=tmp_path / "n.sarif"), Settings())
    filled.db.close()
    (result,) = json.loads((tmp_path / "n.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert (result["baselineState"], result["ruleId"]) == ("unchanged", "PN104")
    assert result["properties"]["sourceId"] == source_id_of(GONE)


def test_standing_names_cited_sources_in_trouble_alone(db: Database) -> None:
    (one,) = list_standing(db, 10)
    assert (one.state.state, one.documents) == ("dead", ("d1",))
    assert document_paths(db, ["d1", "unheard-of"]) == {"d1": "footnotes/update.txt"}
