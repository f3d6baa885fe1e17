"""What an editor is told about a house style that cannot be taken: what, where, and what would do."""

import pytest

from provenance.errors import SettingsError
from provenance.validate.house import parse_house

WAIVER = """[[waiver]]
rule = "FN102"
document = "draft.md"
reason = "the site is down"
owner = "desk@tolls.example"
expires = 2027-01-31
"""


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[style]\naddreses = "plain"', 2, "there is no key `addreses` here; addresses may be meant"),
        ('[house]\na = "b"', 1, "there is no key `house` here; there are fail_on, style, rules"),
        ('[style]\naddresses = "Plain"', 2, "“Plain” is no value of `addresses`: any, consistent, defanged, plain"),
        ("[style]\naddresses = 3", 2, "`addresses` is text, in quotation marks"),
        ('[style]\nmin_sources = "2"', 2, "`min_sources` is a number, without quotation marks"),
        ("[style]\nmin_sources = 0", 2, "`min_sources` is at least 1"),
        ('fail_on = "never"', 1, "“never” is no value of `fail_on`: error, info, warning"),
        ("[rules]\nFN102 = warning", 2, "this is no TOML: a value that is text stands in quotation marks"),
        ("[rules", 1, "this is no TOML: expected"),
        ("rules = 3", 1, "`rules` is a table of rules and levels"),
        ('[[style]]\nx = "3"', 1, "`style` is a table: write its head as [style]"),
        ('[[host]]\nname = "t.me"\nFN303 = "off"', 3, "there is no key `FN303` here; there are name, rules"),
        (WAIVER.replace("[[", "[").replace("]]", "]"), 1, "`waiver` is a list: write its head as [[waiver]]"),
        (WAIVER.replace('owner = "desk@tolls.example"', ""), 1, "`owner` is missing here"),
        (WAIVER.replace("the site is down", ""), 4, "`reason` is empty"),
        (WAIVER.replace('"draft.md"', "3"), 3, "`document` is text, in quotation marks"),
        (WAIVER.replace("2027-01-31", '"soon"'), 6, "`expires` is a day, such as 2027-01-31, without"),
        (WAIVER.replace("2027-01-31", "2027-01-31T10:00:00"), 6, "`expires` is a day, such as 2027-01-31"),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)  # fmt: skip
def test_what_is_wrong_is_said_in_an_editor_s_words(text: str, line: int, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_house(text, "house.toml")
    said = caught.value.message
    assert said.startswith(f"house.toml:{line}: ")
    assert words in said
    assert "$." not in said
    assert "Object" not in said
