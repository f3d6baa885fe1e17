"""A tree that fits the terminal and cannot steer it."""

import pytest
from msgspec.structs import replace

from provenance.formats.strangers import printable
from provenance.trace.chain import trace
from provenance.trace.records import Trace, TracedEvidence
from provenance.trace.render import render_trace
from support.records import a_check_line, a_parsed, on_day, source_id_of
from support.stores import FilledStore

A = "https://a.example/" + "long/" * 12
CLAIM = "Soldiers left the town, and " + "then more happened " * 6 + "at last."


def a_trace(claim: str = CLAIM, captures: int = 1) -> Trace:
    filled = FilledStore()
    filled.document(a_parsed({"1": [A, "a remark"], "2": ["https://cut.example/x..."]},
                             [(claim, ["1", "2"]), ("Another claim.", ["2"])]))  # fmt: skip
    filled.checks(
        *(a_check_line(source_id_of(A), on_day(day), payload=f"p{day}") for day in range(captures))
    )
    found = trace(filled.db, "document-one:2")
    filled.db.close()
    return found


@pytest.mark.parametrize("width", [40, 59, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal_but_for_a_whole_address(width: int) -> None:
    lines = render_trace(a_trace(), width=width)
    for line in lines:
        assert len(str(line)) <= width or " " not in line.text, line
    shown = " ".join("".join(line.text for line in lines if line.role == "citation").split())
    assert A in shown


def test_the_tree_reads_from_the_claim_down_to_the_capture() -> None:
    drawn = "\n".join(map(str, render_trace(a_trace("Soldiers left."), width=100)))
    claim_id = a_trace("Soldiers left.").claims[0].id
    assert drawn.startswith(
        f"“Soldiers left.”\n"
        f"├── Weekly update · 2023-12-15 · {claim_id}\n"
        f"├── [1]\n"
        f"│   ├── {A}\n"
        f"│   │   ├── alive\n"
        f"│   │   └── archived 2023-12-16 12:00 · 200 text/html · "
        f"archive/warc/2023/a.warc.gz at byte 1000\n"
        f"│   └── a remark (commentary)\n"
        f"└── [2]\n"
        f"    └── https://cut.example/x...\n"
        f"        └── unchecked: never looked at\n"
        f"\n"
        f"“Another claim.”\n"
    )


@pytest.mark.parametrize(
    ("verdict", "exact", "shown"),
    [
        (
            "supported",
            "Two barges.",
            "supported? (chance that it is the passage meant: 0.91): “Two barges.”",
        ),
        (
            "partial",
            "Two barges.",
            "partial? (chance that it is the passage meant: 0.91): “Two barges.” – it does not have “14”",
        ),
        (
            "not_found",
            None,
            "not found (chance that the nearest is the passage meant: 0.91): it does not have “14”",
        ),
    ],
    ids=["supported", "partial", "not-found"],
)
def test_a_passage_is_shown_and_what_it_lacks(verdict: str, exact: str | None, shown: str) -> None:
    evidence = TracedEvidence(
        verdict, 0.91, None, exact, "", "", 0, 1, "m/1", "it does not have “14”"
    )
    found = a_trace("Soldiers left.")
    claim = found.claims[0]
    cited = replace(claim.citations[0], evidence=(evidence,))
    found = replace(found, claims=(replace(claim, citations=(cited,)),))
    assert [line.text for line in render_trace(found, width=200) if line.role == "evidence"] == [
        shown
    ]


def test_the_latest_captures_stand_for_many() -> None:
    captures = [line.text for line in render_trace(a_trace(captures=5)) if line.role == "capture"]
    assert [text[9:19] for text in captures[:-1] if text.startswith("archived")] == [
        "2023-12-20",
        "2023-12-19",
        "2023-12-18",
    ]
    assert captures[-1] == "and 2 earlier"


def test_hostile_text_cannot_steer_the_terminal() -> None:
    drawn = "".join(map(str, render_trace(a_trace("a\x1b[2Jb\x9b1mc\0d\u202ee"))))
    assert not {"\x1b", "\x9b", "\0", "\u202e"} & set(drawn)
    assert "a\ufffd[2Jb\ufffd1mc\ufffdd\ufffde" in drawn


def test_nothing_found_is_nothing_drawn() -> None:
    assert render_trace(Trace(query="x", claims=())) == ()


def test_what_is_made_printable_keeps_its_offsets() -> None:
    """So that highlighted ranges still fit."""
    hostile = "a\x1b[1m\tb\r\n\u2066c\ud800 é مالي"
    assert len(printable(hostile)) == len(hostile)
    assert printable(hostile) == "a\ufffd[1m b  \ufffdc\ufffd é مالي"


@pytest.mark.parametrize(
    ("final_url", "is_told"),
    [
        ("https://news.example/story", True),
        ("https://www.a.example/other", False),
        (A, False),
        ("", False),
    ],
    ids=["elsewhere", "same-site", "same", "none"],
)
def test_where_a_short_address_led_is_told(final_url: str, is_told: bool) -> None:
    found = a_trace("Soldiers left.")
    citation = found.claims[0].citations[0]
    capture = replace(citation.captures[0], final_url=final_url)
    claim = replace(found.claims[0], citations=(replace(citation, captures=(capture,)),))
    drawn = "\n".join(map(str, render_trace(replace(found, claims=(claim,)), width=300)))
    assert (f"led to {final_url} · archived" in drawn) == is_told
