"""How right the parser is on the development gold, and what changed since the last run.

    PROVENANCE_CORPUS=... python benchmarks/accuracy.py [--kinds isw_html,glued] [--show 5] [--keep FILE]

`$PROVENANCE_CORPUS` is a folder with `corpus/` (the documents), `gold/dev/` (the
truth) and `gold/score.py` (the scorer, which is imported as it is). Printed are
the scorer's table, one row a kind, and for each document the citations gained,
lost and changed against the last run, which is kept in build/accuracy.json. A
document in a format that has no reader yet counts as unread, not as wrong.
"""

import argparse
import importlib.util
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from provenance.cite.contract import parse_to_json
from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.errors import UnreadableDocument

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


class Scored(NamedTuple):
    """One document: the scorer's tally and the citations that were found."""

    path: str
    kind: str
    tally: Any
    citations: list[CitationRow]


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


def score_all(folder: Path, kinds: set[str], show: Any) -> tuple[list[Scored], list[str]]:
    scorer = import_scorer(folder)
    scored, unread = [], []
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
            unread.append(f"{name}: no source file")
            continue
        began = time.process_time()
        try:
            document = read_document(source.read_bytes(), source.name)
        except UnreadableDocument as error:
            unread.append(f"{name}: {error}")
            continue
        found = json.loads(json.dumps(parse_to_json(parse_document(document))))
        tally = scorer.score_doc(gold, found, None, time.process_time() - began, show)
        scored.append(Scored(name, gold["kind"], tally, rows_of(found)))
    return scored, unread


def rows_of(found: dict[str, Any]) -> list[CitationRow]:
    return [
        (note["label"], citation["kind"], citation["url"] or citation["raw"])
        for note in found["notes"]
        for citation in note["citations"]
    ]


def print_table(folder: Path, scored: list[Scored]) -> None:
    scorer = import_scorer(folder)
    tallies: dict[str, Any] = {}
    for one in scored:
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
        before = Counter(tuple(row) for row in last.get(one.path, []))
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
    scored, unread = score_all(folder, kinds, show)
    for line in unread:
        print(f"unread: {line}")
    print_table(folder, scored)
    last = json.loads(options.keep.read_text("utf-8")) if options.keep.is_file() else {}
    print_changes(scored, last)
    options.keep.parent.mkdir(parents=True, exist_ok=True)
    kept = last | {one.path: one.citations for one in scored}
    options.keep.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
