"""Documents of the corpus, mended by all rules: the same sources, nothing left to mend, nothing else touched.

`PROVENANCE_LONG_TESTS` goes over every document and tries edits at the borders of citations, else
every seventh is mended.
"""

import os
import random
from pathlib import Path

import pytest

from provenance.formats.url import canonical_url
from provenance.validate.draft import Draft
from provenance.validate.fix.mend import mend
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule
from provenance.validate.rules import all_rules
from support.mending import Seen, looker

CORPUS = os.environ.get("PROVENANCE_CORPUS")
IS_LONG = bool(os.environ.get("PROVENANCE_LONG_TESTS"))
_FORMATS = {".txt", ".md", ".rst", ".wiki", ".mediawiki", ".html", ".docx"}
_EVERY = 1 if IS_LONG else 7
_EDITS_A_DOCUMENT = 4
SEED = 20231215
# The most bytes that `See `, `; seen` or ` & so` replace: one character, in any encoding.
_WIDEST_EDIT = 4


def documents() -> list[Path]:
    if CORPUS is None:
        return []
    folder = Path(CORPUS) / "corpus"
    found = sorted(path for path in folder.rglob("*") if path.suffix in _FORMATS)
    return [*found[::_EVERY], *(path for path in found if path.suffix == ".docx" and not IS_LONG)]


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


DOCUMENTS = list(dict.fromkeys(documents()))
pytestmark = pytest.mark.skipif(CORPUS is None, reason="$PROVENANCE_CORPUS is not set")


def sources_by_note(draft: Draft) -> list[set[str]]:
    """What each note names, a recovered address as the whole one; told apart from how the proof says it."""
    places = {note.id: place for place, note in enumerate(draft.parsed.notes)}
    found = []
    for note in draft.parsed.notes:
        named = set()
        for one in note.citations:
            recovery = one.recovery
            if recovery is not None and recovery.decision == "adopted" and recovery.url:
                named.add(canonical_url(recovery.url))
            elif one.canonical_url:
                named.add(one.canonical_url)
            elif one.antecedent:
                named.add(f"note {places[one.antecedent.note_id]}")
        found.append(named)
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_a_mended_document_has_the_same_sources_and_nothing_left_to_mend(path: Path) -> None:
    look = looker(path.name, *all_rules())
    before = look(path.read_bytes())
    assert before is not None
    done = mend(before, look)
    wanted, found = (sources_by_note(one.draft) for one in (before, done.looked))
    if not any(finding.fix and finding.fix.notes == "moved" for finding in done.fixed):
        assert found == wanted
    assert sorted(map(sorted, found)) == sorted(map(sorted, wanted))
    again = look(done.data)
    assert again is not None
    assert mend(again, look).data == done.data


@pytest.mark.skipif(not IS_LONG, reason="$PROVENANCE_LONG_TESTS is not set")
@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_an_edit_at_the_border_of_a_citation_touches_nothing_else(path: Path) -> None:
    base = looker(path.name)(path.read_bytes())
    assert isinstance(base, Seen)
    cited = [
        one.citation for one in base.draft.cited if one.citation.url and not one.citation.hidden
    ]
    drawn = random.Random(f"{SEED} {path.name}")
    for one in drawn.sample(cited, min(_EDITS_A_DOCUMENT, len(cited))):
        last = base.draft.text[one.end - 1]
        edit = drawn.choice(
            [Edit(one.start, one.start, "See "), Edit(one.end, one.end, "; seen"), Edit(one.end - 1, one.end, f"{last} & so")]
        )  # fmt: skip
        look = looker(path.name, _once(edit, base.draft.text))
        seen = look(base.data)
        assert seen is not None
        done = mend(seen, look, unsafe=True)
        if done.is_changed and base.draft.parsed.document.format != "docx":
            assert _replaced(base.data, done.data) <= _WIDEST_EDIT, edit
        text = base.draft.text
        wanted = text[: edit.start] + edit.replacement + text[edit.end :]
        read = done.looked.draft.text
        assert " ".join(read.split()) == " ".join((wanted if done.is_changed else text).split())


def _once(edit: Edit, text: str) -> Rule:
    def check(draft: Draft) -> list[Found]:
        if draft.text != text:
            return []
        return [Found("to mend", edit.start, edit.end + 1, fix=Fix(False, (edit,)))]

    return Rule("FN999", "made-for-a-test", "error", check)


def _replaced(old: bytes, new: bytes) -> int:
    """How many bytes of the old file stand between what both begin and what both end with."""
    before = _shared(old, new)
    return len(old) - before - _shared(old[before:][::-1], new[before:][::-1])


def _shared(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
