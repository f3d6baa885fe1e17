"""Fixes of drafts that nobody typed: edits at random, words in pieces, thousands at once."""

import io
import os
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from provenance.cite.document import read_document
from provenance.formats.url import canonical_url
from provenance.validate.draft import Draft
from provenance.validate.fix.placed import PlacedEdits
from provenance.validate.fix.proof import edited_text
from provenance.validate.records import Edit
from provenance.validate.rules import all_rules
from provenance.validate.rules.fn103_glued_addresses import RULE as GLUED
from support.docx_builder import a_docx, paragraph, run
from support.growth import assert_grows_in_step
from support.mending import editing, looker, mended

EXAMPLES = int(os.environ.get("PROVENANCE_FIX_EXAMPLES", "25"))
few = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # each reads a draft several times

places = st.tuples(st.integers(0, 60), st.integers(0, 8), st.sampled_from(["", "a", "toll ford"]))
edits = st.lists(places.map(lambda one: Edit(one[0], one[0] + one[1], one[2])), max_size=12)


@given(edits, st.integers(0, 70), st.integers(0, 9))
def test_placed_edits_answer_as_a_walk_over_all_of_them_would(
    some: list[Edit], start: int, length: int
) -> None:
    placed, end = PlacedEdits(some), start + length
    growth = {id(one): len(one.replacement) - (one.end - one.start) for one in some}
    assert placed.meet(start, end) == any(one.start <= end and start <= one.end for one in some)
    assert placed.push(start) == sum(growth[id(one)] for one in some if one.end < start)
    assert placed.push(start, is_behind=True) == sum(
        growth[id(one)] for one in some if one.start <= start
    )


DRAFT = """A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll rose.[2]

References

[1] Ada Writer, “Ford & toll,” https://www.tolls.example/2024/03/barges

[2] Ilse Marrow, “Нет брода,” https://www.fords.example/news/12?utm_source=post
"""


@few
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(DRAFT) - 1), st.integers(0, 30), st.text("ab é<&*_`[\\\u202e", max_size=6)
        ),
        min_size=1, max_size=8,
    ),
    st.sampled_from(["draft.txt", "draft.md"]),
)  # fmt: skip
def test_what_is_made_of_edits_at_random_is_those_edits_and_nothing_else(
    asked: list[tuple[int, int, str]], name: str
) -> None:
    document = read_document(DRAFT.encode(), name)
    first = document.text
    wanted = [(at, min(at + size, len(first)), new) for at, size, new in asked if at < len(first)]

    def find(text: str) -> list[tuple[int, int, str]]:
        return wanted if text == first else []

    done = mended(DRAFT.encode(), name, editing(find, safe=False), unsafe=True)
    made = [edit for finding in done.fixed if finding.fix for edit in finding.fix.edits]
    after = read_document(done.data, name)
    # blanks may be said anew by a format; every other word is where the edits say, or was left alone
    assert after.text.split() == edited_text(first, made).split()
    if name == "draft.txt":
        assert done.data.decode() == edited_text(DRAFT, made)
    assert all(left.reason for left in done.left)


GLUE = "[1] https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12"


def in_pieces(words: str, cuts: list[int]) -> str:
    ends = sorted({each for each in cuts if each < len(words)} | {len(words)})
    starts = [0, *ends[:-1]]
    kinds = ("<w:b/>", "", "<w:i/>")
    return paragraph(
        *(
            run(words[start:end], kinds[at % 3])
            for at, (start, end) in enumerate(zip(starts, ends, strict=True))
        )
    )


def word_file(note: str) -> bytes:
    said = "Two barges were stopped below the ford.[1]"
    return a_docx(paragraph(said), paragraph("References"), note)


@few
@given(st.lists(st.integers(1, len(GLUE)), max_size=30))
def test_words_are_mended_alike_in_however_many_runs_they_stand(cuts: list[int]) -> None:
    whole = mended(word_file(paragraph(GLUE)), "a.docx", GLUED)
    pieces = mended(word_file(in_pieces(GLUE, cuts)), "a.docx", GLUED)
    assert len(whole.fixed) == len(pieces.fixed) == 1
    text = read_document(pieces.data, "a.docx").text
    assert text == read_document(whole.data, "a.docx").text
    assert "barges; https" in text
    assert mended(pieces.data, "a.docx", GLUED).data == pieces.data


HOSTS = ("www.tolls.example/2024/a", "fords.example/b?id=1&utm_source=post", "gazette.example/(c)")
TAILS = (
    "",
    ".",
    ",",
    ";",
    "…",
    "...",
    "]",
    "\u200b",
    "\u202e",
    "\x1b[2J",
    "\x00",
    "&amp;",
    " (accessed 3 May 2021)",
)
ADDRESSES = [
    start + host + tail
    for start in ("https://", "http://", "hxxps://", "htps://", "https//", "https://web.archive.org/web/2020/https://")
    for host in (*HOSTS, HOSTS[0].replace(".", "[.]"), HOSTS[0].replace(".", " dot "))
    for tail in TAILS
]  # fmt: skip
lines = st.tuples(
    st.sampled_from(["[{}] ", "{}. ", "[^{}]: ", "[{}]", ""]),
    st.integers(0, 5),
    st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=3),
    st.sampled_from(["", "; ", " ", ", "]),
).map(lambda one: one[0].format(one[1]) + one[3].join(one[2]))


@few
@given(
    st.lists(lines, min_size=1, max_size=6),
    st.lists(st.sampled_from(["ford.[1]", "toll[2] ", "barge [ 3]", "x.[1, 2]", "y[^4]"]), max_size=5),
    st.sampled_from(["a.txt", "a.md", "a.html", "a.rst", "a.wiki"]),
    st.booleans(),
)  # fmt: skip
def test_a_mended_draft_of_any_words_has_the_same_sources_and_is_mended_no_more(
    notes: list[str], claims: list[str], name: str, unsafe: bool
) -> None:
    joined = "<p>".join if name == "a.html" else "\n\n".join
    data = joined(["A Short Update", *claims, "References", *notes]).encode()
    look = looker(name, *all_rules())
    before = look(data)
    assume(before is not None)
    done = mended(data, name, *all_rules(), unsafe=unsafe)
    again = mended(done.data, name, *all_rules(), unsafe=unsafe)
    assert again.data == done.data
    after = look(done.data)
    assert before is not None
    assert after is not None
    if not unsafe:
        assert sources_of(before.draft) == sources_of(after.draft)


def sources_of(draft: Draft) -> set[str]:
    """The addresses of the sources; that of a cut one is the one that was proved for it."""
    found = set()
    for each in draft.cited:
        recovery = each.citation.recovery
        if recovery is not None and recovery.decision == "adopted" and recovery.url:
            found.add(canonical_url(recovery.url))
        elif each.source is not None and each.source.canonical_url:
            found.add(each.source.canonical_url)
    return found


def text_of(count: int) -> bytes:
    claims = "\n\n".join(f"The toll of ford {each} rose.[{each}]" for each in range(1, count + 1))
    listed = "\n".join(glued(count))
    return f"{claims}\n\nReferences\n\n{listed}\n".encode()


def word_of(count: int) -> bytes:
    claims = (paragraph(f"The toll of ford {each} rose.[{each}]") for each in range(1, count + 1))
    return a_docx(*claims, paragraph("References"), *map(paragraph, glued(count)))


def glued(count: int) -> list[str]:
    return [f"[{at}] https://a.example/{at}https://b.example/{at}" for at in range(1, count + 1)]


@pytest.mark.parametrize(("make", "name"), [(text_of, "a.txt"), (word_of, "a.docx")])
def test_mending_takes_time_that_grows_with_the_fixes_and_not_with_their_square(
    make: Callable[[int], bytes], name: str
) -> None:
    def mend(given: tuple[int, bytes]) -> None:
        count, data = given
        assert len(mended(data, name, GLUED).fixed) == count

    assert_grows_in_step(mend, lambda count: (count, make(count)), 100, 800)


@pytest.mark.parametrize("encoding", ["utf-7", "x-none", "utf-32"])
def test_a_part_that_declares_an_odd_encoding_is_left_with_a_reason(encoding: str) -> None:
    odd = with_declaration(word_file(paragraph(GLUE)), encoding)
    look = looker("a.docx", GLUED)
    if look(odd) is None:
        pytest.skip("such a file is not read at all")
    done = mended(odd, "a.docx", GLUED)
    assert done.data == odd
    assert "save it anew" in done.left[0].reason


def with_declaration(data: bytes, encoding: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "word/document.xml":
                body = body[body.index(b"<w:document") :]
                body = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + body
            new.writestr(name, body)
    return out.getvalue()
