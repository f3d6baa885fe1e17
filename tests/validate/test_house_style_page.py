"""docs/house-style.md says what a house style may hold: every key of `[style]`, its values, its default."""

import re
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

from provenance.validate.house import Style

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "house-style.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| (.+) \| `([^`]+)` \|$", PAGE, re.MULTILINE)


def test_the_table_has_every_key_of_the_style_with_its_default() -> None:
    said = {key: default.strip('"') for key, _, default in ROWS}
    assert said == {key: str(value) for key, value in msgspec.structs.asdict(Style()).items()}


@pytest.mark.parametrize(("key", "says"), [row[:2] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_row_names_every_value_that_its_key_may_have(key: str, says: str) -> None:
    values = [each for each in get_args(get_type_hints(Style)[key]) if isinstance(each, str)]
    missing = [value for value in values if f"`{value}`" not in f"{says} `{_default_of(key)}`"]
    assert missing == []


def _default_of(key: str) -> str:
    return str(getattr(Style(), key))
