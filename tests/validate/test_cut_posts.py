"""A post that is cut inside of what tracks its readers: one finding says so, and the post is not called lost."""

from datetime import UTC, datetime

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.house import House, Style
from provenance.validate.rules import all_rules

POST = "https://x.com/ada_writer/status/1700000000000000001"


def rules_at(address: str, **style: str) -> list[str]:
    text = f"A Short Update\n\nBy Ada Writer\n\nTwo barges were stopped.[1]\n\nReferences\n\n[1] {address}\n"
    parsed = parse_document(read_document(text.encode(), "draft.txt"))
    house = House(style=Style(**style))  # type: ignore[arg-type]
    draft = Draft(parsed, house=house, today=datetime(2024, 3, 8, tzinfo=UTC).date())
    return [one.rule for one in find_findings(draft, all_rules())]


@pytest.mark.parametrize(
    ("address", "rules"),
    [
        (f"{POST}?s=20&t=Abc...", ["FN107"]),
        (f"{POST}?cxt=HHw...", ["FN107"]),
        (f"{POST.replace('x.com', 'mobile.twitter.com')}?s=20&t=A...", ["FN107"]),
        (f"{POST[:-6]}...", ["FN102"]),
        (f"{POST}/pho...", ["FN102"]),
        ("https://www.tolls.example/watch?fbclid=Abc...", ["FN102", "FN107"]),
    ],
    ids=["two", "one", "older host", "number cut", "path cut", "no post"],
)
def test_a_post_is_lost_only_where_its_number_is(address: str, rules: list[str]) -> None:
    assert rules_at(address) == rules


def test_where_the_house_lives_with_tracking_the_cut_is_told() -> None:
    assert rules_at(f"{POST}?s=20&t=Abc...", tracking="any") == ["FN102"]
