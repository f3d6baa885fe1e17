"""The public sets that finding passages is fitted and measured on, read from `$PROVENANCE_CORPUS/evidence`.

WiCE (claims of an encyclopedia with the pages they cite; annotations ODC-BY 1.0) and NTREX-128
(news in parallel languages; CC BY-SA 4.0). Nothing of them is part of this project but the
weights fitted on them.
"""

import hashlib
import json
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

# NTREX pages are made of so many documents that follow each other: about 98 sentences.
DOCUMENTS_PER_PAGE = 6
NTREX_LANGUAGES = {"fr": "fra", "ru": "rus"}


class Task(NamedTuple):
    """A claim, the page it cites as sentences, and which of them support it (none: nothing does)."""

    claim: str
    page: int
    gold: frozenset[int]
    label: str


class Collection(NamedTuple):
    """Tasks over pages, of one set in one language; `digest` is that of the file read."""

    name: str
    language: str
    pages: tuple[tuple[str, ...], ...]
    tasks: tuple[Task, ...]
    digest: str


def folder() -> Path:
    """Where the sets stand; ends the script with a reason where they do not."""
    corpus = os.environ.get("PROVENANCE_CORPUS")
    found = Path(corpus) / "evidence" if corpus else None
    if found is None or not (found / "wice").is_dir():
        print("skipped: $PROVENANCE_CORPUS/evidence is not there", file=sys.stderr)
        raise SystemExit(0)
    return found


def read_wice(at: Path) -> Collection:
    """WiCE dev: 349 claims, each with its own page; gold is any sentence of any annotated set."""
    data = (at / "wice" / "dev.jsonl").read_bytes()
    rows = [json.loads(line) for line in data.splitlines()]
    tasks = tuple(
        Task(
            row["claim"],
            number,
            frozenset(at for group in row["supporting_sentences"] for at in group)
            if row["label"] != "not_supported"
            else frozenset(),
            row["label"],
        )
        for number, row in enumerate(rows)
    )
    pages = tuple(tuple(row["evidence"]) for row in rows)
    return Collection("WiCE dev", "en", pages, tasks, hashlib.sha256(data).hexdigest())


def read_ntrex(at: Path, language: str) -> Collection:
    """English sentences against pages of one language; gold is the sentence's own translation."""
    ids, english, _ = _lines(at / "ntrex" / "DOCUMENT_IDS.tsv", at / "ntrex" / "eng.txt")
    _, foreign, data = _lines(
        at / "ntrex" / "DOCUMENT_IDS.tsv", at / "ntrex" / f"{NTREX_LANGUAGES[language]}.txt"
    )
    lines_of: dict[str, list[int]] = defaultdict(list)
    for number, document in enumerate(ids):
        lines_of[document].append(number)
    documents = list(lines_of)
    pages, tasks = [], []
    for first in range(0, len(documents), DOCUMENTS_PER_PAGE):
        group = documents[first : first + DOCUMENTS_PER_PAGE]
        numbers = [number for document in group for number in lines_of[document]]
        for place, number in enumerate(numbers):
            tasks.append(Task(english[number], len(pages), frozenset({place}), "supported"))
        pages.append(tuple(foreign[number] for number in numbers))
    digest = hashlib.sha256(data).hexdigest()
    return Collection(f"NTREX {language}", language, tuple(pages), tuple(tasks), digest)


def _lines(ids: Path, texts: Path) -> tuple[list[str], list[str], bytes]:
    data = texts.read_bytes()
    return (
        ids.read_text(encoding="utf-8").split("\n")[:-1],
        data.decode("utf-8").split("\n")[:-1],
        data,
    )
