"""A trace says what became of a claim's passage on the page: since when, and how often it was seen."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from provenance.formats.ids import sha256_hex
from provenance.trace.chain import trace
from provenance.trace.records import TracedPassageNow
from provenance.trace.render import render_trace
from support.passages_now import EDITED, FORD, PAGE, TOLL, told_after
from support.stores import FilledStore


def now_of(filled: FilledStore) -> TracedPassageNow | None:
    return trace(filled.db, FORD).claims[0].citations[0].passage_now


def lines_of(filled: FilledStore) -> str:
    return "\n".join(line.text for line in render_trace(trace(filled.db, FORD), width=200))


def test_what_was_altered_is_told_with_its_day_and_the_words_that_stand_there() -> None:
    filled = told_after([PAGE, EDITED, EDITED])
    now = now_of(filled)
    assert now is not None
    assert (now.state, now.looks, now.reason) == ("altered", 2, "number: 16 is now 17")
    assert (now.since[:10], now.seen[:10]) == ("2023-12-23", "2023-12-30")
    assert (
        "passage now: altered since 2023-12-23 – number: 16 is now 17: "
        "“The toll at the upper ford is 17 crowns for a barge.”" in lines_of(filled)
    )


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        ([PAGE, EDITED], "altered since 2023-12-23 (seen once) – number: 16 is now 17: “The toll"),
        ([PAGE, EDITED, PAGE], "intact, last read 2023-12-30"),
        ([PAGE, "Boats only."], "missing since 2023-12-23 (seen once) – nothing like it stands"),
        ([PAGE, f"Tolls. {PAGE}"], "intact, last read 2023-12-23"),
    ],
    ids=["seen once", "back again", "gone", "unharmed"],
)
def test_each_state_is_a_line_of_the_tree(texts: list[str], line: str) -> None:
    assert f"passage now: {line}" in lines_of(told_after(texts))


@pytest.mark.parametrize("with_passage", [True, False], ids=["one text", "no passage"])
def test_nothing_is_said_where_there_is_nothing_to_follow(with_passage: bool) -> None:
    filled = told_after([PAGE] if with_passage else [PAGE, EDITED], with_passage=with_passage)
    assert now_of(filled) is None
    assert "passage now" not in lines_of(filled)


def test_the_json_has_it_beside_the_evidence() -> None:
    told = msgspec.to_builtins(trace(told_after([PAGE, EDITED]).db, FORD))
    (citation,) = told["claims"][0]["citations"]
    assert citation["passage_now"]["state"] == "altered"
    path = Path(__file__).parents[2] / "docs" / "schema" / "provenance.trace-1.schema.json"
    jsonschema.validate(json.loads(msgspec.json.encode(told)), json.loads(path.read_text("utf-8")))
    assert citation["evidence"][0]["exact"] == TOLL
    assert sha256_hex(PAGE.encode()) == citation["captures"][0]["text_sha256"]
