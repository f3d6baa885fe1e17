"""Draw findings of the development corpus to be judged by eye, and count them by rule.

    PROVENANCE_CORPUS=FOLDER python benchmarks/audit_findings.py [--seed 20231215] [--counts] [--words FILE]

Every document of `$PROVENANCE_CORPUS/corpus` is validated offline: no store, no live look, the
default house style, a fixed day for today. The draw is 100 errors and 100 warnings: those that are
open, sorted by path, start and rule, through `random.Random(seed).sample`; so it is the
same for everybody, and is settled before anybody looks at a finding. It is printed as a Markdown table
with places and no words: the documents belong to their authors. `--counts` prints instead how
often each rule fires; `--words` writes all findings with what stands around them, as JSON lines, for
whoever judges them (not to be published). Verdicts are kept in docs/audit/.
"""

import argparse
import collections
import json
import os
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from provenance.errors import UnreadableDocument
from provenance.pipeline.inputs import READ_SUFFIXES
from provenance.pipeline.validation import Desk, Validated
from provenance.settings import Settings
from provenance.validate.house import House
from provenance.validate.records import DraftFinding

SEED = 20231215
DRAWN = 100
TODAY = date(2026, 11, 23)
AROUND = 240


class Case(NamedTuple):
    """A finding, and the document that it was made in."""

    path: str
    finding: DraftFinding
    before: str
    words: str
    after: str


def validate_corpus(folder: Path) -> Iterator[Case]:
    """Yield the findings of every document under a folder, by path, start and rule."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in READ_SUFFIXES)
    with Desk(Settings(), House(), today=TODAY) as desk:
        for number, path in enumerate(paths, 1):
            print(f"\r{number}/{len(paths)}", end="", file=sys.stderr, flush=True)
            name = path.relative_to(folder).as_posix()
            try:
                seen = desk.validate(path.read_bytes(), name)
            except UnreadableDocument as error:
                print(f"\n{name}: {error.message}", file=sys.stderr)
                continue
            yield from sorted(_cases(name, seen), key=_order)
    print(file=sys.stderr)


def _cases(name: str, seen: Validated) -> Iterator[Case]:
    text = seen.draft.text
    for one in seen.findings:
        before, after = text[max(0, one.start - AROUND) : one.start], text[one.end :][:AROUND]
        yield Case(name, one, before, text[one.start : one.end], after)


def _order(case: Case) -> tuple[str, int, str, int, str]:
    one = case.finding
    return case.path, one.start, one.rule, one.end, one.message


def draw(cases: Iterable[Case], severity: str, seed: int) -> list[Case]:
    """Return the findings of one severity that the seed draws, in their order."""
    pool = [
        case
        for case in cases
        if case.finding.severity == severity and case.finding.standing == "open"
    ]
    return sorted(random.Random(seed).sample(pool, min(DRAWN, len(pool))), key=_order)


def print_draw(cases: Sequence[Case], seed: int) -> None:
    """Print both draws as tables with places, verdicts to be filled in."""
    for severity in ("error", "warning"):
        print(f"\n## {severity.capitalize()}s, seed {seed}\n")
        print("| no. | document | place | rule | label | verdict | why |")
        print("|---|---|---|---|---|---|---|")
        for number, case in enumerate(draw(cases, severity, seed), 1):
            one = case.finding
            place = f"{one.start}-{one.end}"
            cells = (number, case.path, place, f"{one.rule} {one.name}", one.label or "", "", "")
            print(f"| {' | '.join(map(str, cells))} |")


def print_counts(cases: Sequence[Case]) -> None:
    """Print how often each rule fires, and in how many documents."""
    found: dict[tuple[str, str, str], list[str]] = collections.defaultdict(list)
    for case in cases:
        one = case.finding
        found[one.rule, one.name, one.severity].append(case.path)
    print("| rule | severity | findings | documents |\n|---|---|---|---|")
    for (rule, name, severity), paths in sorted(found.items()):
        print(f"| {rule} {name} | {severity} | {len(paths)} | {len(set(paths))} |")


def _as_json(case: Case) -> str:
    one = case.finding
    shown = {name: getattr(one, name) for name in ("rule", "severity", "label", "start", "end")}
    fix = one.fix and [[edit.start, edit.end, edit.replacement] for edit in one.fix.edits]
    shown |= {"path": case.path, "message": one.message, "fix": fix, "standing": one.standing}
    shown |= {"before": case.before, "words": case.words, "after": case.after}
    return json.dumps(shown, ensure_ascii=True)


def main() -> int:
    """Validate the corpus and print what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--counts", action="store_true", help="count by rule, draw nothing")
    parser.add_argument("--words", type=Path, help="write all findings, with their words")
    args = parser.parse_args()
    corpus = os.environ.get("PROVENANCE_CORPUS")
    if corpus is None:
        print("PROVENANCE_CORPUS is not set: there is nothing to draw from")
        return 0
    cases = list(validate_corpus(Path(corpus) / "corpus"))
    if args.words:
        args.words.write_text("".join(f"{_as_json(case)}\n" for case in cases), encoding="ascii")
    if args.counts:
        print_counts(cases)
    else:
        print_draw(cases, args.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
