"""A house style is read as it is meant, or refused with the line and what may be meant."""

import re
from pathlib import Path

import pytest

from provenance.errors import SettingsError
from provenance.pipeline.validation import read_house
from provenance.settings import Settings, ValidateSettings
from provenance.validate.house import House, Style, nearest_rule, parse_house, refuse_unknown_rules
from provenance.validate.rules import all_rules

SAMPLE = Path(__file__).parents[2] / "footnotes" / "house.toml"
RULES = [(rule.code, rule.name) for rule in all_rules()]
WAIVER = '[[waiver]]\nrule = "FN103"\nreason = "so"\nowner = "desk"\nexpires = 2027-01-31\n'


def fault_of(text: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        refuse_unknown_rules(parse_house(text, "house.toml"), text, "house.toml", RULES)
    return caught.value


def test_the_sample_asks_for_nothing_as_it_stands() -> None:
    assert parse_house(SAMPLE.read_text("utf-8"), "house.toml") == House()


def test_everything_that_the_sample_shows_may_be_said() -> None:
    text = re.sub(
        r"^# ?(?=[a-zA-Z_]+\d* = |\[\[)", "", SAMPLE.read_text("utf-8"), flags=re.MULTILINE
    )
    house = parse_house(text, "house.toml")
    refuse_unknown_rules(house, text, "house.toml", RULES)
    assert house.style == Style(), "the sample shows the defaults"
    assert set(Style.__struct_fields__) == {
        key for key in Style.__struct_fields__ if re.search(rf"^{key} = ", text, re.MULTILINE)
    }
    assert house.rules == {"FN107": "error", "shortener": "off"}
    assert len(house.section) == len(house.host) == len(house.waiver) == 1


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("nope = 1\n", 1, "`nope`"),
        ('\n[style]\nadresses = "any"\n', 3, "`adresses`"),
        ("[style]\nmin_sources = 0\n", 2, "at least 1"),
        ('[style]\narchived = "in the archive"\n', 2, "archived"),
        ('[rules]\nFN107 = "fatal"\n', 2, "error, warning, info or off"),
        ('[[host]]\nname = "a.example"\nrules = { FN107 = "of" }\n', 3, "`of` is no level"),
        ('[[host]]\nname = ""\nrules = {}\n', 2, "is empty"),
        (WAIVER + 'url = "https://a.example"\n\n' + WAIVER.replace("2027-01-31", "'soon'"), 12, "is a day"),
        (WAIVER, 1, "names a `url` or a `document`"),
        ("[rules\n", 1, "no TOML"),
        ("a = [", 1, "no TOML"),
        ('[rules]\nFN1O7 = "off"\n', 2, "there is no rule FN1O7; FN107 may be meant"),
        ('[rules]\nFN104 = "off"\n[[section]]\nname = "A"\nrules = { glued-adress = "off" }\n', 5, "glued-addresses may be meant"),
        (WAIVER.replace("FN103", "FN999") + 'document = "a.txt"\n', 2, "there is no rule FN999"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 and value.isprintable() else "",
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, words: str) -> None:
    error = fault_of(text)
    assert error.exit_code == 2
    assert error.message.startswith(f"house.toml:{line}: ")
    assert words in error.message
    assert error.hint


def test_the_place_of_a_fault_is_drawn_where_there_is_one() -> None:
    error = fault_of('[rules]\nFN107 = "fatal"\n')
    assert error.span is not None
    assert error.span.of(error.source) == "fatal"


def test_rules_are_known_by_code_and_by_name() -> None:
    text = '[rules]\nFN107 = "off"\nglued-addresses = "warning"\n'
    refuse_unknown_rules(parse_house(text, "house.toml"), text, "house.toml", RULES)


def test_only_what_resembles_a_rule_is_proposed() -> None:
    assert nearest_rule("Glued_Addresses", ["glued-addresses", "FN103"]) == "glued-addresses"
    assert nearest_rule("weather", ["glued-addresses", "FN103"]) is None


def test_the_house_style_named_first_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_house(None, Settings()) == House()
    (tmp_path / "footnotes").mkdir()
    (tmp_path / "footnotes" / "house.toml").write_text('fail_on = "info"')
    assert read_house(None, Settings()).fail_on == "info"
    (tmp_path / "ours.toml").write_text('fail_on = "warning"')
    settings = Settings(validate=ValidateSettings(house="ours.toml"))
    assert read_house(None, settings).fail_on == "warning"
    (tmp_path / "mine.toml").write_text("\ufefffail_on = 'error'", "utf-8")
    assert read_house(Path("mine.toml"), settings).fail_on == "error"


def test_a_house_style_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        read_house(tmp_path / "house.toml")
    (tmp_path / "house.toml").write_bytes(b"# \xff")
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_house(tmp_path / "house.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_house(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = " + "[" * 100_000, "nested too deep"),
        ("# " + "x" * 200_000, "200,000 characters at most"),
        ("x." * 100_000 + "y = 1", "200,000 characters at most"),
        ('[style]\nseparator = "; \\u001b[31m"\n', "separator"),
        ('[style]\nseparator = "\\u0000"\n', "separator"),
        ('[style]\ndefang = "\\n"\n', "defang"),
        ('[style]\narchived = ", at {url}\\u0007"\n', "archived"),
    ],
    ids=["deep", "long", "long key", "escape", "nul", "line end", "bell"],
)  # fmt: skip
def test_a_hostile_house_style_is_refused_in_words(text: str, words: str) -> None:
    fault = fault_of(text)
    assert words in fault.message + (fault.source or "")
    assert fault.message.startswith("house.toml:")
    assert len(fault.message) < 300
