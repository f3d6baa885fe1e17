"""How right the parser is on the development gold, and what changed since the last run.

    PROVENANCE_CORPUS=... python benchmarks/accuracy.py [--kinds isw_html,glued] [--show 5] [--keep FILE]

`$PROVENANCE_CORPUS` is a folder with `corpus/` (the documents), `gold/dev/` (the
truth) and `gold/score.py` (the scorer, which is imported as it is). Printed are
the scorer's table, one row a kind, the share of the single-note cases of
`gold/tricky_dev.json` that are right, and for each document of `gold/` and of
`corpus/` the citations gained, lost and changed against the last run, which is kept
in build/accuracy.json. A document that cannot be read is named, and wrong.
"""

import argparse
import importlib.util
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from provenance.cite.contract import parse_to_json
from provenance.cite.parse import parse_document
from provenance.errors import UnreadableDocument
from provenance.pipeline.reading import DocumentReader
from provenance.settings import ExtractSettings

KEPT = Path(__file__).parents[1] / "build" / "accuracy.json"
COLUMNS = (
    ("docs", "documents"),
    ("notes", "notes_gold"),
    ("URLs", "urls_gold"),
    ("url P", "url_precision"),
    ("url R", "url_recall"),
    ("url F1", "url_f1"),
    ("note=", "notes_exact"),
    ("kind", "kind_accuracy"),
    ("cut F1", "truncated_f1"),
    ("defang", "defanged_recall"),
    ("hidden", "hidden_recall"),
    ("mk seq", "marker_sequence_exact"),
    ("claim=", "claim_exact"),
    ("offs", "offsets_valid"),
    ("nolost", "notes_nothing_lost"),
    ("s/doc", "seconds_per_document"),
)
# A citation as it is compared between runs: where it stands in its note, and what it is.
CitationRow = tuple[str, str, str]


# No documents: lists of what stands beside them.
_PASSED_OVER = (".csv", ".json")


class Scored(NamedTuple):
    """One document: the scorer's tally (None where there is no truth) and the citations found."""

    path: str
    kind: str
    tally: Any
    citations: list[CitationRow]


class Found(NamedTuple):
    """The JSON of `parse` (None where the document is unreadable), why not, and the CPU time."""

    parsed: dict[str, Any] | None
    fault: str | None
    cpu_s: float


def corpus_folder() -> Path:
    named = os.environ.get("PROVENANCE_CORPUS")
    if not named:
        print("skipped: PROVENANCE_CORPUS is not set: name the folder that holds corpus/ and gold/")
        sys.exit(0)
    folder = Path(named)
    if not (folder / "gold" / "score.py").is_file():
        sys.exit(f"PROVENANCE_CORPUS={named}: there is no gold/score.py in it")
    return folder


def import_scorer(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("gold_score", folder / "gold" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer


def find_source(folder: Path, gold_file: Path, named: str) -> Path | None:
    for root in (folder / "corpus", folder / "gold", folder / "gold" / "dev", gold_file.parent):
        if (root / named).is_file():
            return root / named
    beside = gold_file.parent / Path(named).name
    return beside if beside.is_file() else None


def parse_bytes(reader: DocumentReader, data: bytes, name: str) -> Found:
    began_s = time.process_time()
    try:
        parsed = parse_document(reader.read(data, name))
    except UnreadableDocument as error:
        return Found(None, str(error), time.process_time() - began_s)
    found = json.loads(json.dumps(parse_to_json(parsed)))
    return Found(found, None, time.process_time() - began_s)


def read_golds(folder: Path, kinds: set[str]) -> Iterator[tuple[str, dict[str, Any], Path]]:
    """Yield for each document with a truth: its name, the truth, its file."""
    for path in sorted((folder / "gold" / "dev").rglob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        name = path.relative_to(folder / "gold" / "dev").as_posix()
        if (
            not isinstance(gold, dict)
            or "notes" not in gold
            or (kinds and gold["kind"] not in kinds)
        ):
            continue
        source = find_source(folder, path, gold["file"])
        if source is None:
            print(f"no source file: {name}")
        else:
            yield name, gold, source


def score_all(
    folder: Path, kinds: set[str], reader: DocumentReader, show: Any
) -> tuple[list[Scored], set[Path]]:
    """Score every document that has a truth; return the scores and the files read."""
    scorer = import_scorer(folder)
    scored, sources = [], set()
    for name, gold, source in read_golds(folder, kinds):
        sources.add(source)
        found = parse_bytes(reader, source.read_bytes(), source.name)
        if found.fault:
            print(f"unread: {name}: {found.fault}")
        tally = scorer.score_doc(gold, found.parsed or {}, found.fault, found.cpu_s, show)
        scored.append(Scored(name, gold["kind"], tally, rows_of(found.parsed)))
    return scored, sources


def parse_rest(
    folder: Path, kinds: set[str], reader: DocumentReader, known: set[Path]
) -> Iterator[Scored]:
    """Parse the documents that have no truth: what is gained and lost there is to be read, too."""
    for source in sorted((folder / "corpus").rglob("*.*")):
        kind = source.relative_to(folder / "corpus").parts[0]
        if source in known or source.suffix in _PASSED_OVER or (kinds and kind not in kinds):
            continue
        found = parse_bytes(reader, source.read_bytes(), source.name)
        if found.fault:
            print(f"unread: {kind}/{source.name}: {found.fault}")
        yield Scored(f"{kind}/{source.name}", kind, None, rows_of(found.parsed))


def tricky_document(case: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the small document that the scorer writes around a single note, and its truth."""
    label = case.get("label", "1")
    before = case.get("before") or {}
    body = "".join(f" A statement.[{key}]" for key in before).strip()
    notes = "".join(f"[{key}] {note}\n\n" for key, note in before.items())
    text = (
        f"A short report\n\nBy the author\n\n{body} Another statement stands here.[{label}]\n\n"
        f"References\n\n{notes}[{label}] {case['note']}\n"
    )
    return text, {
        "file": case["name"],
        "notes": {label: case["citations"]},
        "markers": None,
        "note_flags": {label: "loose"} if case.get("loose") else {},
    }


def score_tricky(folder: Path, reader: DocumentReader, show: Any) -> tuple[int, int]:
    """Return how many of the single-note cases are exactly right, and how many there are."""
    scorer = import_scorer(folder)
    cases = json.loads((folder / "gold" / "tricky_dev.json").read_text("utf-8"))
    right = 0
    for case in cases:
        text, gold = tricky_document(case)
        found = parse_bytes(reader, text.encode("utf-8"), "case.txt")
        if found.parsed is not None:
            notes = found.parsed["notes"]
            found.parsed["notes"] = [note for note in notes if note["label"] in gold["notes"]]
        tally = scorer.score_doc(gold, found.parsed or {}, found.fault, found.cpu_s, show)
        right += scorer.derive(tally)["notes_exact"] == 100
    return right, len(cases)


def rows_of(found: dict[str, Any] | None) -> list[CitationRow]:
    return [
        (note["label"], citation["kind"], citation["url"] or citation["raw"])
        for note in (found or {"notes": ()})["notes"]
        for citation in note["citations"]
    ]


def print_table(folder: Path, scored: list[Scored]) -> None:
    scorer = import_scorer(folder)
    tallies: dict[str, Any] = {}
    for one in scored:
        if one.tally is None:
            continue
        for kind in (one.kind, "ALL"):
            tallies.setdefault(kind, scorer.Tally()).update(one.tally)
    rows = [("kind", *(title for title, _ in COLUMNS))]
    for kind in [*sorted(tallies.keys() - {"ALL"}), "ALL"]:
        derived = scorer.derive(tallies[kind])
        rows.append((kind, *(scorer.cell(derived[key], key) for _, key in COLUMNS)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def print_changes(scored: list[Scored], last: dict[str, list[list[str]]]) -> None:
    """A citation of another kind or URL in the same note is changed; else it is gained or lost."""
    if not last:
        print("\nno earlier run to compare with")
        return
    totals: Counter[str] = Counter()
    for one in scored:
        if one.path not in last:
            print(f"! {one.path}: {len(one.citations)} citations, none to compare them with")
            continue
        before = Counter((label, kind, what) for label, kind, what in last[one.path])
        after = Counter(one.citations)
        gone, new = list((before - after).elements()), list((after - before).elements())
        for row in list(new):
            old = next((other for other in gone if other[0] == row[0]), None)
            if old is not None:
                gone.remove(old)
                new.remove(row)
                totals["changed"] += 1
                print(f"~ {one.path} [{row[0]}] {old[1]} {old[2]} -> {row[1]} {row[2]}")
        for sign, word, rows in (("+", "gained", new), ("-", "lost", gone)):
            totals[word] += len(rows)
            for label, kind, what in rows:
                print(f"{sign} {one.path} [{label}] {kind} {what}")
    print(
        "\nagainst the last run: "
        + ", ".join(f"{totals[w]} {w}" for w in ("gained", "lost", "changed"))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the parser on the development gold.")
    parser.add_argument("--kinds", default="", help="only these kinds, separated by commas")
    parser.add_argument("--show", type=int, default=0, help="how many differences of each sort")
    parser.add_argument("--keep", type=Path, default=KEPT, help="where the run is kept")
    options = parser.parse_args()
    folder = corpus_folder()
    shown: Counter[str] = Counter()

    def show(what: str, where: str, message: str) -> None:
        shown[what] += 1
        if shown[what] <= options.show:
            print(f"{what}: {where}: {message}")

    kinds = set(filter(None, options.kinds.split(",")))
    with DocumentReader(ExtractSettings()) as reader:
        scored, sources = score_all(folder, kinds, reader, show)
        print_table(folder, scored)
        if not kinds:
            right, count = score_tricky(folder, reader, show)
            print(f"\ntricky: {right} of {count} single notes exactly right")
        scored += parse_rest(folder, kinds, reader, sources)
    last = json.loads(options.keep.read_text("utf-8")) if options.keep.is_file() else {}
    print_changes(scored, last)
    options.keep.parent.mkdir(parents=True, exist_ok=True)
    kept = last | {one.path: one.citations for one in scored}
    options.keep.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
