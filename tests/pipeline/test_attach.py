"""A copy that a person brings is kept whole, with who, when and why, and is never ours."""

import itertools
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import IngestOptions, Workplace, ingest, rebuild
from provenance.demo.web import SampleWeb
from provenance.errors import UsageError
from provenance.formats.ids import sha256_hex
from provenance.keep.archive import Archive
from provenance.keep.reader import ArchiveReader
from provenance.model import WarcPlace
from provenance.pipeline.attach import AttachOrder, AttachReport, attach
from provenance.pipeline.catchup import open_store
from provenance.pipeline.withdraw import Order, withdraw
from provenance.settings import AttachSettings
from provenance.store.dump import dump_rows
from support.brought import (
    HTML,
    JPEG,
    MHTML,
    PNG,
    TIFF,
    WEBP,
    a_page,
    a_response,
    a_wacz,
    a_warc,
    a_zip,
    encrypted,
)
from support.docx_builder import a_docx, paragraph
from support.keeping import check_with_strangers
from support.pdf_builder import a_pdf
from support.runs import run_here
from support.workplace import (
    STAND_INS,
    Later,
    a_draft,
    a_workplace,
    archive_files,
    ingest_text,
    query,
    web_settings,
)

URL = f"https://{STAND_INS[0]}/paywalled"
OTHER = f"https://{STAND_INS[1]}/other"
WORDS = "Sixteen barges crossed at night, said the quartermaster of the guild."


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, web: SampleWeb) -> Path:
    folder = tmp_path_factory.mktemp("lived")
    ingest_text(
        a_workplace(folder, web_settings(web)),
        folder / "a.txt",
        a_draft([URL, OTHER]),
        IngestOptions(),
    )
    return folder


@pytest.fixture
def workplace(lived: Path, tmp_path: Path, web: SampleWeb) -> Workplace:
    shutil.copytree(lived, tmp_path / "copy")
    return a_workplace(tmp_path / "copy", web_settings(web), Later(days=1))


def bring(
    workplace: Workplace, *files: bytes, source: str = URL, **changes: object
) -> AttachReport:
    names = []
    for number, data in enumerate(files):
        path = workplace.db_path.parent / f"brought-{number}.bin"
        path.write_bytes(data)
        names.append(str(path))
    order = AttachOrder(source, tuple(names), "bought by the desk", "Ines", **changes)  # type: ignore[arg-type]
    return attach(workplace, order)


def text_row(workplace: Workplace, payload: str) -> tuple[str, str | None]:
    ((text, reason),) = query(
        workplace, "SELECT text, reason FROM texts WHERE payload_sha256 = ?", payload
    )
    return str(text), reason


def dumped(workplace: Workplace) -> list[dict[str, object]]:
    with open_store(workplace.db_path, read_only=True) as store:
        return list(dump_rows(store.db, stable=False))


FILES = {
    "pdf": (a_pdf([WORDS]), "application/pdf", WORDS),
    "html": (HTML, "text/html", "ran aground"),
    "mhtml": (MHTML, "multipart/related", "the witnesses told"),
    "text": (WORDS.encode(), "text/plain", WORDS),
    "png": (PNG, "image/png", None),
    "jpeg": (JPEG, "image/jpeg", None),
    "webp": (WEBP, "image/webp", None),
    "tiff": (TIFF, "image/tiff", None),
    "warc": (a_warc(a_response(URL, a_page(WORDS)), gzip=False), "application/warc", WORDS),
    "warc.gz": (a_warc(a_response(URL, a_page(WORDS))), "application/warc", WORDS),
    "wacz": (a_wacz(a_warc(a_response(URL, a_page(WORDS)))), "application/wacz", WORDS),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_known_by_its_content_kept_whole_and_read(
    workplace: Workplace, kind: str
) -> None:
    data, media_type, words = FILES[kind]
    report = bring(workplace, data)
    assert report.faults == ()
    (done,) = report.attached
    made = done.attachment
    assert (done.is_new, made.media_type, made.payload_bytes) == (True, media_type, len(data))
    place = WarcPlace(made.warc_file, made.warc_offset, made.warc_length)
    record = ArchiveReader(workplace.archive_root).read(place)
    assert (record.type, record.payload) == ("resource", data)
    text, reason = text_row(workplace, made.text_payload)
    if words is None:
        assert text == ""
        assert reason is not None
        assert "image/" in reason
    else:
        assert words in text


def test_a_word_file_is_read(workplace: Workplace) -> None:
    (done,) = bring(workplace, a_docx(paragraph(WORDS))).attached
    assert done.attachment.media_type.endswith("wordprocessingml.document")
    assert WORDS in text_row(workplace, done.attachment.text_payload)[0]


def test_a_word_file_is_known_by_its_main_part_whatever_its_number(workplace: Workplace) -> None:
    numbered = renamed(a_docx(paragraph(WORDS)), "word/document.xml", "word/document2.xml")
    (done,) = bring(workplace, numbered).attached
    assert WORDS in text_row(workplace, done.attachment.text_payload)[0]


def renamed(docx: bytes, name: str, to: str) -> bytes:
    """The same package with its main part under another name, as some writers make it."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        files = {each: package.read(each) for each in package.namelist()}
    return a_zip({
        each.replace(name, to): data.replace(name.encode(), to.encode())
        for each, data in files.items()
    })  # fmt: skip


def test_an_errors_title_is_no_title_of_a_copy(workplace: Workplace) -> None:
    page = a_page(WORDS).replace(b"<title>Held</title>", b"<title>403 Forbidden</title>")
    (done,) = bring(workplace, page).attached
    payload = done.attachment.text_payload
    assert WORDS in text_row(workplace, payload)[0]
    found = query(workplace, "SELECT title FROM texts WHERE payload_sha256 = ?", payload)
    assert found == [(None,)]


def test_who_when_and_why_stand_beside_the_bytes(workplace: Workplace) -> None:
    made_at = datetime(2023, 12, 14, tzinfo=UTC)
    (done,) = bring(workplace, PNG, made_at=made_at).attached
    made = done.attachment
    assert (made.by, made.why, made.name) == ("Ines", "bought by the desk", "brought-0.bin")
    assert made.made_at == made_at
    notes = [
        record
        for path in (workplace.archive_root / "warc").rglob("*.warc.gz")
        for record in _records(path)
        if record.type == "metadata"
    ]
    (note,) = notes
    assert b"attached-by: Ines\r\nattached-at: " in note.payload
    assert b"why: bought by the desk\r\nfile-name: brought-0.bin\r\n" in note.payload
    place = WarcPlace(made.warc_file, made.warc_offset, made.warc_length)
    resource = ArchiveReader(workplace.archive_root).read(place)
    assert note.header("WARC-Refers-To") == resource.record_id
    check_with_strangers(workplace.archive_root)


def _records(path: Path):
    from provenance.keep.warc import iter_records

    return list(iter_records(path))


def test_replay_never_finds_it_under_the_address_of_the_source(workplace: Workplace) -> None:
    before = index_lines(workplace)
    bring(workplace, *(data for data, _, _ in FILES.values()))
    fresh = index_lines(workplace) - before
    assert len(fresh) == len(FILES)
    assert all(line.startswith("urn:sha256:") for line in fresh)
    assert query(workplace, "SELECT count(*) FROM captures") == [(2,)]


def index_lines(workplace: Workplace) -> set[str]:
    return {
        line
        for path in (workplace.archive_root / "index").glob("*.cdxj")
        for line in path.read_text().splitlines()
    }


def test_the_response_nearest_to_the_citation_is_read(workplace: Workplace) -> None:
    warc = a_warc(
        a_response(URL, a_page("too early to be it"), day="2023-11-01"),
        a_response(URL, b"no such page", day="2024-01-01", status="404 Not Found"),
        a_response(URL, a_page(WORDS), day="2024-01-03"),
        a_response(f"{URL}/deeper", a_page("another page"), day="2024-01-01"),
        a_response(URL.replace("https:", "http:"), a_page("much later"), day="2025-01-01"),
    )
    set_published(workplace, "2023-12-30")
    (done,) = bring(workplace, warc).attached
    made = done.attachment
    assert WORDS in text_row(workplace, made.text_payload)[0]
    assert made.made_at == datetime(2024, 1, 3, 12, tzinfo=UTC)
    assert [(each.at.year, each.status) for each in made.records] == [
        (2023, 200), (2024, 404), (2024, 200), (2025, 200),
    ]  # fmt: skip


def set_published(workplace: Workplace, day: str) -> None:
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect(workplace.db_path)) as connection, connection:
        connection.execute("UPDATE contents SET published = ?", (day,))


def test_a_redirect_inside_the_file_is_followed(workplace: Workplace) -> None:
    warc = a_warc(
        a_response(URL, b"", status="302 Found", headers=[("Location", "/moved")]),
        a_response(f"https://{STAND_INS[0]}/moved", a_page(WORDS)),
    )
    (done,) = bring(workplace, warc).attached
    assert WORDS in text_row(workplace, done.attachment.text_payload)[0]
    assert [each.status for each in done.attachment.records] == [302, 200]


def test_a_file_without_an_answer_of_200_is_kept_and_shows_nothing(workplace: Workplace) -> None:
    warc = a_warc(a_response(URL, b"gone", status="410 Gone"))
    (done,) = bring(workplace, warc).attached
    assert done.attachment.text_payload == done.attachment.payload_sha256
    assert query(workplace, "SELECT count(*) FROM texts WHERE text LIKE '%gone%'") == [(0,)]
    assert bring(workplace, PNG).faults == ()


@pytest.mark.parametrize("encoding", ["gzip", "chunked"])
def test_encoded_bodies_are_read(workplace: Workplace, encoding: str) -> None:
    import gzip

    page = a_page(WORDS)
    headers = [("Content-Type", "text/html")]
    if encoding == "gzip":
        body = gzip.compress(page, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    else:
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page)
        headers.append(("Transfer-Encoding", "chunked"))
    (done,) = bring(workplace, a_warc(a_response(URL, body, headers=headers))).attached
    assert WORDS in text_row(workplace, done.attachment.text_payload)[0]


def test_our_own_warc_can_be_brought_back(workplace: Workplace, tmp_path: Path) -> None:
    """As from a colleague's archive: the same payload, so the text is known already."""
    (path,) = (workplace.archive_root / "warc").rglob("*.warc.gz")
    (done,) = bring(workplace, path.read_bytes()).attached
    assert query(
        workplace,
        "SELECT count(*) FROM captures WHERE payload_sha256 = ?",
        done.attachment.text_payload,
    ) == [(1,)]


BAD = {
    "empty": (b" \n", "it is empty"),
    "encrypted zip": (encrypted(a_zip({"word/x.xml": b"x"})), "encrypted ZIP"),
    "encrypted wacz": (encrypted(FILES["wacz"][0]), "encrypted"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Office file"),
    "some zip": (a_zip({"a.txt": b"x"}), "neither DOCX nor WACZ"),
    "damaged zip": (a_zip({"a.txt": b"x"})[:40], "damaged ZIP"),
    "some gzip": (__import__("gzip").compress(b"hello there"), "no WARC"),
    "damaged gzip": (b"\x1f\x8b\x08" + b"\xff" * 40, "damaged gzip"),
    "gif": (b"GIF89a" + b"\0" * 20, "image/gif"),
    "binary": (bytes(range(256)), "it is application/octet-stream"),
    "other page": (a_warc(a_response(OTHER, b"x")), "holds no response of"),
    "empty warc": (a_warc(), "holds no response of"),
    "cut warc": (FILES["warc.gz"][0][:-60], "no whole WARC"),
    "cut plain warc": (FILES["warc"][0][:-60], "no whole WARC"),
    "wrong digest in wacz": (
        a_wacz(a_warc(a_response(URL, b"x")), stated="0" * 64),
        "not what datapackage.json says",
    ),
    "manifest of another shape": (
        a_zip({"archive/x.warc.gz": b"", "datapackage.json": b"[]"}),
        "no whole WACZ",
    ),
    "manifest without paths": (
        a_zip({"archive/x.warc.gz": b"", "datapackage.json": b'{"resources": ["x"]}'}),
        "no whole WACZ",
    ),
    "manifest that is a tower": (
        a_zip({"archive/x.warc.gz": b"", "datapackage.json": b"[" * 100_000}),
        "no whole WACZ",
    ),
    "warc without a date": (
        FILES["warc"][0].replace(b"WARC-Date: 2023", b"X-Date: 2023"),
        "no whole WARC",
    ),
    "altered warc": (
        a_warc(a_response(URL, a_page(WORDS)), gzip=False).replace(b"Sixteen", b"Sixty-6"),
        "not what its digest says",
    ),
    "mhtml without page": (MHTML.replace(b"text/html", b"text/none"), "without a page"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_attached_is_refused_with_the_reason(
    workplace: Workplace, kind: str
) -> None:
    data, words = BAD[kind]
    files = archive_files(workplace)
    report = bring(workplace, data)
    assert report.attached == ()
    (fault,) = report.faults
    assert words in fault.message
    assert "brought-0.bin" in fault.message
    assert warc_bytes(workplace) == {n: d for n, d in files.items() if n.endswith(".gz")}


def warc_bytes(workplace: Workplace) -> dict[str, bytes]:
    return {n: d for n, d in archive_files(workplace).items() if n.endswith(".gz")}


def test_a_locked_pdf_is_refused(workplace: Workplace) -> None:
    locked = a_pdf([WORDS]).replace(
        b"trailer",
        b"9 0 obj<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>endobj\ntrailer" % (b"o" * 32, b"u" * 32),
        1,
    ).replace(b"/Root", b"/ID[(1)(1)]/Encrypt 9 0 R/Root", 1)  # fmt: skip
    (fault,) = bring(workplace, locked).faults
    assert "locked with a password" in fault.message


def test_what_is_too_large_is_refused(workplace: Workplace) -> None:
    small = replace(
        workplace.settings, attach=AttachSettings(max_bytes=1_000, max_unpacked_bytes=500)
    )
    tight = Workplace(workplace.db_path, workplace.archive_root, small, workplace.clock)
    report = bring(tight, b"x" * 1_001, b"y" * 1_000, a_warc(a_response(URL, b"z" * 600)))
    assert [each.attachment.payload_bytes for each in report.attached] == [1_000]
    assert ["larger than 1,000" in fault.message for fault in report.faults] == [True, False]
    assert "unpacks to more than 500" in report.faults[1].message


def test_a_file_that_is_not_there_stops_none_of_the_others(workplace: Workplace) -> None:
    path = workplace.db_path.parent / "there.png"
    path.write_bytes(PNG)
    report = attach(
        workplace, AttachOrder(URL, ("nowhere.pdf", str(path.parent), str(path)), "w", "b")
    )
    assert [each.attachment.name for each in report.attached] == ["there.png"]
    assert ["nowhere.pdf" in report.faults[0].message, "directory" in report.faults[1].message] == [
        True,
        True,
    ]


def test_the_same_file_again_is_said_and_not_doubled(workplace: Workplace) -> None:
    (first,) = bring(workplace, PNG).attached
    files, rows = warc_bytes(workplace), dumped(workplace)
    (again,) = bring(workplace, PNG).attached
    assert not again.is_new
    assert again.attachment == first.attachment
    assert (warc_bytes(workplace), dumped(workplace)) == (files, rows)
    (other,) = bring(workplace, PNG, source=OTHER).attached
    assert other.is_new


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("https://nobody.example/x", "no source is known"),
        ("a.txt#77", "no source is known"),
    ],
)
def test_a_source_that_is_not_known_is_refused(
    workplace: Workplace, source: str, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        bring(workplace, PNG, source=source)


@pytest.mark.parametrize("source", [URL, URL.removeprefix("https://"), "a.txt#1", "a.txt#1:0"])
def test_a_source_is_named_by_url_or_note(workplace: Workplace, source: str) -> None:
    report = bring(workplace, PNG, source=source)
    assert [(report.source.id,)] == query(
        workplace, "SELECT source_id FROM sources WHERE url = ?", URL
    )


def test_a_note_with_two_citations_is_ambiguous_and_says_which_fit(
    workplace: Workplace, tmp_path: Path
) -> None:
    draft = a_draft([f"{URL}/one and {OTHER}/two"], title="Two")
    ingest_text(workplace, tmp_path / "two.txt", draft)
    with pytest.raises(UsageError, match=r"may mean 2 sources: #1:0 .* #1:1 "):
        bring(workplace, PNG, source="two.txt#1")
    assert bring(workplace, PNG, source="two.txt#1:1").source.shown.endswith("/two")


def test_it_needs_a_reason_and_a_database(workplace: Workplace, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a reason"):
        attach(workplace, AttachOrder(URL, ("x",), "  ", "b"))
    with pytest.raises(UsageError, match="no database"):
        attach(a_workplace(tmp_path / "empty"), AttachOrder(URL, ("x",), "w", "b"))
    assert not (tmp_path / "empty").exists()


def test_a_rebuild_brings_attachments_back(workplace: Workplace) -> None:
    bring(workplace, *(data for data, _, _ in FILES.values()))
    rows = dumped(workplace)
    rebuild(workplace)
    assert dumped(workplace) == rows


class Killed(BaseException):
    """As if the process ended here."""


@pytest.mark.parametrize("step", ["stored", "told", "written", "text_stored", "text_told"])
def test_killed_anywhere_and_run_again_nothing_is_missing_and_nothing_doubled(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    data = FILES["wacz"][0]

    def die(*_: object, **__: object) -> None:
        raise Killed

    commit, calls = Archive.commit, []

    def die_behind(self: Archive, lines: object) -> object:
        done = commit(self, lines)  # type: ignore[arg-type]
        calls.append(lines)
        if len(calls) == (1 if step == "told" else 2):
            raise Killed
        return done

    where: dict[str, tuple[object, str, object]] = {
        "stored": (Archive, "commit", die),
        "told": (Archive, "commit", die_behind),
        "written": (Archive, "add_text", die),
        "text_stored": (Archive, "commit", None),
        "text_told": (Archive, "commit", die_behind),
    }
    target, name, deed = where[step]
    if step == "text_stored":

        def die_second(self: Archive, lines: object) -> object:
            if calls:
                raise Killed
            calls.append(lines)
            return commit(self, lines)  # type: ignore[arg-type]

        deed = die_second
    monkeypatch.setattr(target, name, deed)
    with pytest.raises(Killed):
        bring(workplace, data)
    monkeypatch.undo()
    (done,) = bring(workplace, data).attached
    assert done.is_new == (step == "stored")
    assert WORDS in text_row(workplace, done.attachment.text_payload)[0]
    assert query(workplace, "SELECT count(*) FROM attachments") == [(1,)]
    for name_, count in (("attachments", 1), ("texts", 3)):
        (path,) = (workplace.archive_root / name_).glob("*.jsonl")
        assert path.read_bytes().count(b"\n") == count
    rows = dumped(workplace)
    rebuild(workplace)
    assert dumped(workplace) == rows


def test_what_was_withdrawn_is_not_attached_again(workplace: Workplace) -> None:
    data = FILES["pdf"][0]
    (done,) = bring(workplace, data).attached
    report = withdraw(workplace, Order(done.attachment.id, "not ours to keep", "Ines"))
    assert report.withdrawals[0].attachments == (done.attachment.id,)
    assert text_row(workplace, done.attachment.text_payload) == ("", "withdrawn")
    (fault,) = bring(workplace, data).faults
    assert "were withdrawn on" in fault.message
    assert "not ours to keep" in fault.message
    rows = dumped(workplace)
    rebuild(workplace)
    assert dumped(workplace) == rows
    check_with_strangers(workplace.archive_root)


def test_a_withdrawn_file_takes_the_text_of_its_page_with_it(workplace: Workplace) -> None:
    (done,) = bring(workplace, FILES["wacz"][0]).attached
    withdraw(workplace, Order(done.attachment.id, "licence", "Ines"))
    for path in workplace.db_path.parent.glob("provenance.db*"):
        assert b"quartermaster" not in path.read_bytes()
    rows = dumped(workplace)
    rebuild(workplace)
    assert dumped(workplace) == rows
    (again,) = bring(workplace, a_warc(a_response(URL, a_page(WORDS), day="2022-01-01"))).attached
    assert WORDS in text_row(workplace, again.attachment.text_payload)[0]
    rows = dumped(workplace)
    rebuild(workplace)
    assert dumped(workplace) == rows


def test_a_withdrawn_file_leaves_the_text_of_our_own_capture(workplace: Workplace) -> None:
    (path,) = (workplace.archive_root / "warc").rglob("*.warc.gz")
    (done,) = bring(workplace, path.read_bytes()).attached
    before = text_row(workplace, done.attachment.text_payload)
    withdraw(workplace, Order(done.attachment.id, "licence", "Ines"))
    assert text_row(workplace, done.attachment.text_payload) == before
    assert before[0]


def test_a_withdrawn_capture_takes_every_file_that_holds_it(workplace: Workplace) -> None:
    (path,) = (workplace.archive_root / "warc").rglob("*.warc.gz")
    (done,) = bring(workplace, path.read_bytes()).attached
    report = withdraw(workplace, Order(URL, "asked for", "Ines"))
    assert {each.payload_sha256 for each in report.withdrawals} == {
        done.attachment.payload_sha256,
        done.attachment.text_payload,
    }


@pytest.mark.parametrize("command", ["ingest", "attach", "rebuild"])
def test_no_other_command_changes_a_byte_that_is_archived(
    workplace: Workplace, command: str
) -> None:
    """Append-only: every file that was there begins with all that it held before."""
    before = warc_bytes(workplace)
    journals = {n: d for n, d in archive_files(workplace).items() if n.endswith(".jsonl")}
    if command == "ingest":
        later = Workplace(
            workplace.db_path, workplace.archive_root, workplace.settings, Later(days=50)
        )
        ingest([str(workplace.db_path.parent / "a.txt")], later)
    elif command == "attach":
        bring(workplace, *(data for data, _, _ in FILES.values()))
    else:
        rebuild(workplace)
    after = archive_files(workplace)
    assert before
    for name, data in {**before, **journals}.items():
        assert after[name].startswith(data), name
    grown = sum(map(len, after.values())) > sum(map(len, {**before, **journals}.values()))
    assert grown


@pytest.mark.parametrize("command", ["rejudge", "fixity", "dump", "trace"])
def test_nor_does_one_that_only_looks(workplace: Workplace, command: str) -> None:
    before = {name: data for name, data in archive_files(workplace).items() if "warc" in name}
    arguments = [command, URL] if command == "trace" else [command]
    assert run_here(workplace.db_path.parent, *arguments).code == 0
    after = archive_files(workplace)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("is_first", [True, False], ids=["before", "behind"])
def test_a_source_is_withdrawn_whole_in_whatever_order_its_digests_stand(
    workplace: Workplace, is_first: bool
) -> None:
    (seen,) = query(workplace, "SELECT payload_sha256 FROM captures WHERE url = ?", URL)
    texts = (f"A copy by hand, number {number}.".encode() for number in itertools.count())
    data = next(text for text in texts if (sha256_hex(text) < seen[0]) == is_first)
    (done,) = bring(workplace, data).attached
    report = withdraw(workplace, Order(URL, "asked for", "Ines"))
    assert {each.payload_sha256 for each in report.withdrawals} == {
        done.attachment.payload_sha256,
        seen[0],
    }
