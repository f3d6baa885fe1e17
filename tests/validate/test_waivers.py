"""Waivers hold where they say, until their day; past it, and where they do nothing, that is said."""

from datetime import UTC, datetime

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.validate.draft import Draft, nothing_known
from provenance.validate.engine import find_findings
from provenance.validate.house import parse_house
from provenance.validate.records import DraftFinding
from provenance.validate.rules import all_rules
from provenance.validate.selection import choose_rules

TEXT = """A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12

[2] https://www.tolls.example/2024/03/dayshttps://www.fords.example/news/13
"""


def waiver(rule: str = "FN103", expires: str = "2027-01-31", **keys: str) -> str:
    said = "".join(f'{key} = "{value}"\n' for key, value in keys.items())
    return f'[[waiver]]\nrule = "{rule}"\nreason = "so it is"\nowner = "desk"\nexpires = {expires}\n{said}'


def looked_at(
    house: str, path: str = "/drafts/march/draft.txt", select: str = "", *, asks: bool = False
) -> list[DraftFinding]:
    draft = Draft(
        parse_document(read_document(TEXT.encode(), "draft.txt")),
        house=parse_house(house, "house.toml"),
        today=datetime(2024, 3, 8, tzinfo=UTC).date(),
        knowledge=nothing_known if asks else None,
    )
    rules = choose_rules(all_rules(), [select] if select else [], [])
    return list(find_findings(draft, rules, path=path))


def waived(findings: list[DraftFinding]) -> list[str | None]:
    return [each.label for each in findings if each.standing == "waived"]


@pytest.mark.parametrize(
    ("keys", "labels"),
    [
        ({"url": "https://www.fords.example/news/12"}, ["1"]),
        ({"url": "http://fords.example/news/12?utm_source=a"}, ["1"]),
        ({"document": "draft.txt"}, ["1", "2"]),
        ({"document": "march/draft.txt"}, ["1", "2"]),
        ({"document": "/drafts/march/draft.txt"}, ["1", "2"]),
        ({"document": "A Short Update"}, ["1", "2"]),
        ({"document": "raft.txt"}, []),
        ({"document": "april/draft.txt"}, []),
        ({"document": "draft.txt", "label": "2"}, ["2"]),
        ({"document": "draft.txt", "url": "https://www.fords.example/news/13"}, ["2"]),
        ({"url": "https://www.fords.example/news"}, []),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_a_waiver_holds_for_its_address_document_and_note(
    keys: dict[str, str], labels: list[str]
) -> None:
    assert waived(looked_at(waiver(**keys))) == labels


def test_a_waiver_names_its_rule_by_code_or_name_and_holds_for_no_other() -> None:
    assert waived(looked_at(waiver("glued-addresses", document="draft.txt"))) == ["1", "2"]
    assert waived(looked_at(waiver("FN107", document="draft.txt"))) == []


def test_what_is_waived_is_kept_with_reason_owner_and_day() -> None:
    found = looked_at(waiver(document="draft.txt", label="1"))
    assert next(each.reason for each in found if each.standing == "waived") == (
        "so it is (desk, until 2027-01-31)"
    )


def test_on_its_last_day_it_holds_and_on_the_next_it_does_not() -> None:
    assert waived(looked_at(waiver(expires="2024-03-08", document="draft.txt"))) == ["1", "2"]
    found = looked_at(waiver(expires="2024-03-07", document="draft.txt"))
    assert waived(found) == []
    late = [each for each in found if each.rule == "FN901"]
    assert [each.label for each in late] == ["1"], "one for all that it let pass"
    assert "2 findings (FN103) count again" in late[0].message
    assert "2024-03-07" in late[0].message


def test_a_waiver_of_this_document_that_lets_nothing_pass_is_told() -> None:
    idle = [
        each for each in looked_at(waiver("FN120", document="draft.txt")) if each.rule == "FN902"
    ]
    assert [each.severity for each in idle] == ["info"]
    assert "FN120" in idle[0].message


@pytest.mark.parametrize(
    ("house", "select"),
    [
        (waiver("FN120", url="https://www.fords.example/news/99"), ""),
        (waiver("FN120", document="another.txt"), ""),
        (waiver("FN120", document="draft.txt"), "FN103"),
        (waiver("FN301", document="draft.txt"), ""),
        ('[rules]\nFN120 = "off"\n' + waiver("FN120", document="draft.txt"), ""),
    ],
    ids=["of an address", "of another document", "not asked", "nothing known", "off"],
)
def test_a_waiver_whose_rule_could_say_nothing_here_is_left_in_peace(
    house: str, select: str
) -> None:
    assert [each for each in looked_at(house, select=select) if each.rule == "FN902"] == []


def test_a_waiver_of_what_is_known_is_told_where_somebody_was_asked() -> None:
    found = looked_at(waiver("FN301", document="draft.txt"), asks=True)
    assert [each.rule for each in found if each.rule == "FN902"] == ["FN902"]


def test_a_file_on_somebody_s_disk_is_waived_by_its_address() -> None:
    text = TEXT.replace("https://www.tolls.example/2024/03/days", "file:///C:/drafts/envoy.html; ")
    for expires, standing in (("2027-01-31", "waived"), ("2024-01-31", "open")):
        said = waiver("FN111", expires, url="file:///C:/drafts/envoy.html")
        draft = Draft(
            parse_document(read_document(text.encode(), "draft.txt")),
            house=parse_house(said, "house.toml"),
            today=datetime(2024, 3, 8, tzinfo=UTC).date(),
        )
        found = {each.rule: each for each in find_findings(draft, all_rules(), path="draft.txt")}
        assert found["FN111"].standing == standing
        assert ("FN901" in found) == (standing == "open")
