"""Rules whose faults the parser sees: cut and broken addresses, short forms, and what the page form adds."""

from datetime import date

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.rules import RULES
from provenance.validate.draft import Draft
from provenance.validate.house import House
from provenance.validate.records import Found
from provenance.validate.rules import all_rules
from provenance.validate.rules.fn101_broken_address import RULE as BROKEN
from provenance.validate.rules.fn102_cut_address import RULE as CUT
from support.cite_builders import update_with_notes
from support.mending import mended

WHOLE = "https://www.tolls.example/2024/03/barges-stopped-below-the-ford-again"
CUT_SHORT = "https://www.tolls.example/2024/03/barges-stopped-below-the-fo..."


def cuts_in(text: str, name: str = "draft.txt") -> list[Found]:
    parsed = parse_document(read_document(text.encode(), name))
    return list(CUT.check(Draft(parsed, house=House(), today=date(2024, 3, 8))))


def test_every_code_of_the_parser_has_a_rule_with_the_parser_s_name() -> None:
    names = {rule.code: rule.name for rule in all_rules()}
    assert {code: names.get(code) for code in RULES} == {
        code: rule.name for code, rule in RULES.items()
    }


class TestCutAddresses:
    def test_each_cut_address_of_a_note_is_a_finding_of_its_own(self) -> None:
        found = cuts_in(
            update_with_notes(f"{CUT_SHORT}https://www.fords.example/news/2024/low-wa...")
        )
        assert [each.message for each in found] == [
            "the address is cut, and nothing in this draft completes it: put the whole one here"
        ] * 2
        assert [each.fix for each in found] == [None, None]

    def test_a_page_whose_link_is_whole_has_no_fault(self) -> None:
        page = (
            '<p>Barges were stopped.<a href="#n1">[1]</a></p><h2>References</h2>'
            f'<p id="n1">[1] <a href="{WHOLE}">{CUT_SHORT}</a></p>'
        )
        assert cuts_in(page, "page.html") == []

    def test_what_the_draft_shows_elsewhere_is_put_in_without_touching_the_rest(self) -> None:
        text = update_with_notes(f"{CUT_SHORT}; https://t.example/a/1", WHOLE)
        done = mended(text.encode(), "draft.txt", CUT)
        assert done.data.decode() == text.replace(CUT_SHORT, WHOLE)

    def test_where_two_addresses_begin_alike_both_are_shown_and_none_is_put_in(self) -> None:
        (found,) = cuts_in(update_with_notes(CUT_SHORT, WHOLE, f"{WHOLE}-and-again"))
        assert "2 addresses of the same document begin like this" in found.message
        assert WHOLE in found.message
        assert found.fix is None

    def test_markdown_and_pages_are_mended_too(self) -> None:
        text = f"# Update\n\nBarges.[^1] Tolls.[^2]\n\n[^1]: {CUT_SHORT}\n[^2]: {WHOLE}\n"
        assert mended(text.encode(), "draft.md", CUT).data.decode() == text.replace(
            CUT_SHORT, WHOLE
        )
        page = (
            "<p>Barges.[1] Tolls.[2]</p><h2>References</h2>"
            f"<p>[1] {CUT_SHORT}</p><p>[2] {WHOLE}</p>"
        )
        assert mended(page.encode(), "page.html", CUT).data.decode() == page.replace(
            CUT_SHORT, WHOLE
        )


@pytest.mark.parametrize(
    ("note", "whole"),
    [
        ("https://a.example/2024/ two-barges-stopped", "https://a.example/2024/two-barges-stopped"),
        ("https://a.example/2024 /two-barges", "https://a.example/2024/two-barges"),
    ],
)
def test_a_broken_address_is_closed_up_only_when_a_person_asks(note: str, whole: str) -> None:
    text = update_with_notes(note)
    assert mended(text.encode(), "draft.txt", BROKEN).data == text.encode()
    done = mended(text.encode(), "draft.txt", BROKEN, unsafe=True)
    assert done.data.decode() == text.replace(note, whole)
