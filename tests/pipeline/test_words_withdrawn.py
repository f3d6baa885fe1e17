"""No file below a workplace keeps a word of a withdrawn page, and the journals stay journals."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance import IngestOptions, Workplace, ingest, rebuild
from provenance.demo.web import SampleWeb
from provenance.errors import CorruptRecord
from provenance.keep.archive import Archive
from provenance.keep.redaction import blank_words
from provenance.keep.tombstone import read_withdrawals
from provenance.model import WordsPlace
from provenance.pipeline.catchup import open_store
from provenance.pipeline.fixity import check_fixity
from provenance.pipeline.rejudge import rejudge
from provenance.pipeline.withdraw import Order, withdraw
from provenance.settings import ArchiveSettings
from provenance.store.dump import dump_rows
from support.workplace import (
    STAND_INS,
    Later,
    a_draft,
    a_workplace,
    ingest_text,
    query,
    web_settings,
)

URL = f"https://{STAND_INS[0]}/a?page=0"
OTHER = f"https://{STAND_INS[1]}/a?page=1"
# Words of a headline, a heading and a name as strangers write them.
UGLY = (
    'Zylo "quoted\\" \u0417\u0430\u0433\u043e\u043b\u043e\u0432\u043e\u043a \U0001f525 \u2028]},{'
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, web: SampleWeb) -> Path:
    """Two pages, looked at twice; what journals say of the first is made ugly, row and line."""
    folder = tmp_path_factory.mktemp("words")
    now = a_workplace(folder, web_settings(web))
    ingest_text(now, folder / "a.txt", a_draft([URL, OTHER]), IngestOptions())
    ingest([str(folder / "a.txt")], a_workplace(folder, web_settings(web), Later(days=9)))
    source, payload = source_of(now, URL)
    for path in (folder / "archive" / "checks").glob("*.jsonl"):
        change(path, lambda line: make_check_ugly(line, source))
    for path in (folder / "archive" / "texts").glob("*.jsonl"):
        change(path, lambda line: make_text_ugly(line, payload))
    rebuild(now)
    return folder


def change(path: Path, how) -> None:  # type: ignore[no-untyped-def]
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line in lines:
        how(line)
    written = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
    path.write_text("".join(f"{line}\n" for line in written), "utf-8")


def make_check_ugly(line, source: str) -> None:  # type: ignore[no-untyped-def]
    if line["check"]["source_id"] != source:
        return
    page = {"title": UGLY, "text_start": f"{UGLY} first", "headings": [UGLY, "heading"]}
    line["check"]["facts"]["page"] |= page
    line["check"]["facts"]["title_before"] = UGLY
    line["check"]["facts"]["probe"] = {"url": "https://a.test/x", "status": 404, "page": page}


def make_text_ugly(line, payload: str) -> None:  # type: ignore[no-untyped-def]
    if line["payload_sha256"] == payload:
        line["title"], line["authors"] = UGLY, [UGLY, "Quorlo Vandersteen"]


def source_of(workplace: Workplace, url: str) -> tuple[str, str]:
    ((source, payload),) = query(
        workplace,
        "SELECT DISTINCT source_id, payload_sha256 FROM captures JOIN sources USING (source_id)"
        " WHERE sources.url = ?",
        url,
    )
    return source, payload


@pytest.fixture
def workplace(lived: Path, tmp_path: Path, web: SampleWeb) -> Workplace:
    shutil.copytree(lived, tmp_path / "copy")
    return a_workplace(tmp_path / "copy", web_settings(web), Later(days=10))


def journals(workplace: Workplace) -> dict[str, bytes]:
    root = workplace.archive_root
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.glob("*/*.jsonl")}


def files_with(workplace: Workplace, *words: str) -> set[str]:
    """Every file of the workplace but the document that holds one of these words, as bytes or in JSON."""
    needles = {each.encode() for each in words} | {json.dumps(w)[1:-1].encode() for w in words}
    folder = workplace.db_path.parent
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(each in path.read_bytes() for each in needles)
    }


def dumped(workplace: Workplace) -> list[dict[str, object]]:
    with open_store(workplace.db_path, read_only=True) as store:
        return list(dump_rows(store.db, stable=False))


def an_order() -> Order:
    return Order(URL, "case 4711", "an archivist")


WORDS = ("Zylo", "Quorlo", "Vandersteen", "\u0417\u0430\u0433\u043e\u043b\u043e\u0432\u043e\u043a")


def text_of(workplace: Workplace, url: str) -> str:
    ((text,),) = query(
        workplace,
        "SELECT text FROM texts WHERE payload_sha256 = ?",
        source_of(workplace, url)[1],
    )
    return str(text)


def test_no_file_keeps_a_word_of_the_page(workplace: Workplace) -> None:
    text, other = text_of(workplace, URL), text_of(workplace, OTHER)
    pieces = [text[at : at + 40] for at in range(0, len(text) - 40, 40)]
    own = [each for each in pieces if each not in other]
    assert own
    assert {name.split("/")[-2] for name in files_with(workplace, *WORDS) if "/" in name} == {
        "checks", "texts",
    }  # fmt: skip
    assert withdraw(workplace, an_order()).scrubbed
    assert files_with(workplace, *WORDS, *own) == set()


def test_every_line_stays_where_it_is_and_says_the_rest(workplace: Workplace) -> None:
    before = journals(workplace)
    withdraw(workplace, an_order())
    after = journals(workplace)
    changed = {name for name in before if after[name] != before[name]}
    assert {name.split("/")[0] for name in changed} == {"checks", "texts"}
    for name, data in before.items():
        assert len(after[name]) == len(data)
        old, new = data.splitlines(), after[name].splitlines()
        assert list(map(len, old)) == list(map(len, new))
        for was, now in zip(map(json.loads, old), map(json.loads, new), strict=True):
            differing = {path for path, value in flat(was) if dict(flat(now)).get(path) != value}
            assert {path.rsplit("/", 1)[-1] for path in differing} <= {
                "title", "text_start", "headings", "title_before", "authors",
            }  # fmt: skip


def flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from flat(each, f"{path}/{name}")
    else:
        yield path, json.dumps(value)


def test_a_rebuild_makes_the_same_rows_and_fixity_finds_nothing(workplace: Workplace) -> None:
    assert check_fixity(workplace).found == 0
    later = a_workplace(workplace.db_path.parent, workplace.settings, Later(days=11))
    withdraw(later, an_order())
    rows = dumped(later)
    assert "Zylo" not in json.dumps(rows, ensure_ascii=False)
    assert check_fixity(later).found == 0
    assert check_fixity(later).found == 0
    rebuild(later)
    assert dumped(later) == rows


def test_fixity_still_sees_who_changes_a_line_afterwards(workplace: Workplace) -> None:
    withdraw(workplace, an_order())
    assert check_fixity(workplace).found == 0
    path = min((workplace.archive_root / "texts").glob("*.jsonl"))
    path.write_bytes(path.read_bytes().replace(b'"language":"en"', b'"language":"fr"', 1))
    kinds = {(each.kind, each.what) for each in check_fixity(workplace).findings}
    assert ("altered", "journal") in kinds


def test_other_pages_keep_their_words(workplace: Workplace) -> None:
    _, payload = source_of(workplace, OTHER)
    ((title,),) = query(workplace, "SELECT title FROM texts WHERE payload_sha256 = ?", payload)
    withdraw(workplace, an_order())
    assert files_with(workplace, title)
    ((again,),) = query(workplace, "SELECT title FROM texts WHERE payload_sha256 = ?", payload)
    assert again == title


def test_looks_without_words_can_be_judged_again(workplace: Workplace) -> None:
    withdraw(workplace, an_order())
    rejudge(workplace)
    rows = dumped(workplace)
    rebuild(workplace)
    assert dumped(workplace) == rows


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_line_that_a_power_cut_left_half_blank_is_finished_by_the_next_writer(
    workplace: Workplace, share: float
) -> None:
    """The blanks are on disk in any order: here those of the beginning, then those of the end."""
    old = journals(workplace)
    withdraw(workplace, an_order())
    whole = journals(workplace)
    for is_beginning in (True, False):
        for withdrawal in read_withdrawals(workplace.archive_root):
            for words in withdrawal.words:
                name = f"{words.journal}/{words.file}"
                path = workplace.archive_root / name
                data = bytearray(path.read_bytes())
                cut = words.offset + max(1, int(words.length * share))
                start, end = (cut, words.offset + words.length) if is_beginning else (
                    words.offset, cut,
                )  # fmt: skip
                data[start:end] = old[name][start:end]
                path.write_bytes(data)
        assert journals(workplace) != whole
        with Archive.open(workplace.archive_root, ArchiveSettings(), clock=workplace.clock):
            pass
        assert journals(workplace) == whole


@pytest.mark.parametrize(
    "place",
    [
        WordsPlace("documents", "2026-11.jsonl", 0, 4),
        WordsPlace("checks", "../warc/x.jsonl", 0, 4),
        WordsPlace("checks", "2026-11.jsonl\n", 0, 4),
        WordsPlace("checks", "FILE", 0, 4),
        WordsPlace("checks", "FILE", 1 << 60, 4),
        WordsPlace("checks", "FILE", 2, 1 << 20),
    ],
    ids=["other-journal", "outside", "newline", "no-value", "beyond-the-end", "over-lines"],
)
def test_a_place_that_is_none_of_words_is_refused(workplace: Workplace, place: WordsPlace) -> None:
    withdraw(workplace, an_order())
    path = min((workplace.archive_root / "checks").glob("*.jsonl"))
    (withdrawal,) = read_withdrawals(workplace.archive_root)
    named = place if place.file != "FILE" else WordsPlace(
        place.journal, path.name, place.offset, place.length
    )  # fmt: skip
    before = journals(workplace)
    forged = type(withdrawal)(**{
        name: getattr(withdrawal, name) for name in withdrawal.__struct_fields__
    } | {"words": (named,)})  # fmt: skip
    with pytest.raises(CorruptRecord):
        blank_words(workplace.archive_root, [forged])
    assert journals(workplace) == before
