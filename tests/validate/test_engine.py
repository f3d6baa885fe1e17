"""Levels of the house, order, fingerprints: what the engine makes of what rules find."""

from datetime import UTC, datetime

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.errors import UsageError
from provenance.validate.draft import Draft, once_a_draft
from provenance.validate.engine import find_findings
from provenance.validate.house import parse_house
from provenance.validate.records import DraftFinding
from provenance.validate.rules import all_rules
from provenance.validate.selection import choose_rules, find_rule

BODY = """# A Short Update

By Ada Writer

## Key Takeaways

Two barges were stopped below the ford.[^1]

## The River

The toll was doubled.[^2] So were the fords.[^3]

## Endnotes

[^1]: https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12

[^2]: https://www.tolls.example/2024/03/dayshttps://t.fords.example/news/13

[^3]: https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12
"""


def a_draft(text: str = BODY, house: str = "") -> Draft:
    return Draft(
        parse_document(read_document(text.encode(), "draft.md")),
        house=parse_house(house, "house.toml"),
        today=datetime(2024, 3, 8, tzinfo=UTC).date(),
    )


def looked_at(house: str = "", text: str = BODY) -> tuple[DraftFinding, ...]:
    return find_findings(a_draft(text, house), all_rules())


def glued(house: str) -> list[tuple[str | None, str]]:
    return [(each.label, each.severity) for each in looked_at(house) if each.rule == "FN103"]


@pytest.mark.parametrize(
    ("house", "levels"),
    [
        ("", "error error error"),
        ('[rules]\nFN103 = "info"', "info info info"),
        ('[rules]\nglued-addresses = "info"', "info info info"),
        ('[rules]\nFN103 = "off"', "- - -"),
        ('[[section]]\nname = "key takeaways:"\nrules = { FN103 = "warning" }', "warning error error"),
        ('[[section]]\nname = "Endnotes"\nrules = { FN103 = "info" }', "info info info"),
        ('[[section]]\nname = "A Short Update"\nrules = { FN103 = "info" }', "info info info"),
        ('[[section]]\nname = "Key"\nrules = { FN103 = "off" }', "error error error"),
        ('[[host]]\nname = "fords.example"\nrules = { FN103 = "warning" }', "warning warning warning"),
        ('[[host]]\nname = "t.fords.example"\nrules = { FN103 = "off" }', "error - error"),
        ('[[host]]\nname = "ords.example"\nrules = { FN103 = "off" }', "error error error"),
        (
            ('[[host]]\nname = "fords.example"\nrules = { FN103 = "info" }\n'
            '[[host]]\nname = "t.fords.example"\nrules = { FN103 = "error" }'),
            "info error info",
        ),
        (
            ('[rules]\nFN103 = "off"\n[[section]]\nname = "The River"\nrules = { FN103 = "warning" }\n'
            '[[host]]\nname = "t.fords.example"\nrules = { FN103 = "error" }'),
            "- error warning",
        ),
    ],
    ids=["none", "code", "name", "off", "section", "notes", "title", "part of a heading", "host",
         "below", "part of a host", "nearest host", "all three"],
)  # fmt: skip
def test_the_level_that_says_most_about_a_finding_counts(house: str, levels: str) -> None:
    found = dict(glued(house))
    assert [found.get(label, "-") for label in ("1", "2", "3")] == levels.split()


def test_a_rule_that_is_off_in_the_house_may_be_on_for_a_host() -> None:
    assert glued('[rules]\nFN103 = "off"\n[[host]]\nname = "t.fords.example"\nrules = { FN103 = "info" }') == [("2", "info")]  # fmt: skip


def test_findings_come_in_the_order_of_the_text() -> None:
    found = looked_at()
    assert [each.start for each in found] == sorted(each.start for each in found)


def test_fingerprints_are_distinct_and_stay_when_text_is_added_elsewhere() -> None:
    before = {each.fingerprint for each in looked_at()}
    assert len(before) == len(looked_at())
    longer = BODY.replace("## Key", "A paragraph that is new.\n\n## Key")
    assert {each.fingerprint for each in looked_at(text=longer)} == before


def test_rules_are_chosen_by_code_by_its_beginning_and_by_name() -> None:
    rules = all_rules()
    chosen = choose_rules(rules, ["FN10", "fn201"], ["FN103", "cut-address"])
    codes = {rule.code for rule in chosen}
    assert codes == {c.code for c in rules if c.code.startswith("FN10")} - {"FN103", "FN102"} | {
        "FN201"
    }
    assert choose_rules(rules, [], []) == rules
    assert find_rule(rules, "glued-addresses") == find_rule(rules, "fn103")


@pytest.mark.parametrize("name", ["FN7777", "glued-adresses", ""])
def test_a_rule_that_is_not_there_is_refused(name: str) -> None:
    for choose in (choose_rules, lambda rules, names, _: find_rule(rules, names[0])):
        with pytest.raises(UsageError, match="there is no rule"):
            choose(all_rules(), [name], [])


def test_an_analysis_that_several_rules_lean_on_is_made_once_a_draft() -> None:
    asked: list[Draft] = []

    @once_a_draft
    def count_notes(draft: Draft) -> int:
        asked.append(draft)
        return len(draft.parsed.notes)

    one, other = a_draft(), a_draft("No notes at all.\n")
    assert [count_notes(one), count_notes(one)] == [len(one.parsed.notes)] * 2
    assert count_notes(other) == len(other.parsed.notes)
    assert asked == [one, other]
