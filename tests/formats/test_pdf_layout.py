"""The layout of a PDF: runs with place, size and weight, rules, links, pages that are turned."""

import pytest

from provenance.errors import UnreadableDocument
from provenance.formats.pdf_layout import read_pdf_layout
from support.pdf_builder import LinkAt, Piece, RuleAt, a_set_pdf


def test_a_run_says_where_it_stands_and_how_it_is_set() -> None:
    page = read_pdf_layout(a_set_pdf([Piece("So it was.", 72, 700, 10)])).pages[0]
    (run,) = page.runs
    assert (run.text, run.size, run.is_bold) == ("So it was.", 10, False)
    assert (run.left, run.right, run.baseline) == pytest.approx((72, 132, 700), abs=0.5)
    assert run.edges[3] == pytest.approx(90, abs=0.5)  # the "i" behind three characters of 6 points


def test_raised_type_and_bold_type_are_runs_of_their_own() -> None:
    page = [Piece("law", 72, 700), Piece("8", 90, 704, 6), Piece("Bold", 100, 700, is_bold=True)]
    runs = read_pdf_layout(a_set_pdf(page)).pages[0].runs
    assert [(run.text, round(run.size), run.is_bold) for run in runs] == [
        ("law", 10, False),
        ("8", 6, False),
        ("Bold", 10, True),
    ]


def test_text_that_is_shown_on_its_side_is_read_where_there_is_no_other() -> None:
    data = a_set_pdf([Piece("upright", 72, 700)])
    upright = read_pdf_layout(data).pages[0]
    turned = read_pdf_layout(data.replace(b"/MediaBox[0 0 600 800]", b"/MediaBox[0 0 600 800]/Rotate 90")).pages[0]  # fmt: skip
    assert [run.text for run in upright.runs] == ["upright"]
    assert turned.runs == upright.runs
    assert (turned.width, turned.height) == (600, 800)


def test_a_stamp_on_the_margin_of_an_upright_page_is_left_out() -> None:
    data = a_set_pdf([Piece("seen", 72, 700), Piece("stamp", 72, 600)])
    data = data.replace(b"72.00 600.00 Td", b"0 1 -1 0 9 9 Tm")  # runs up the page
    assert [run.text for run in read_pdf_layout(data).pages[0].runs] == ["seen"]


def test_a_table_on_a_page_in_landscape_is_upright() -> None:
    data = a_set_pdf([Piece("cell", 72, 700)])
    data = data.replace(b"72.00 700.00 Td", b"0 1 -1 0 9 9 Tm")  # runs up the page
    data = data.replace(b"/MediaBox[0 0 600 800]", b"/MediaBox[0 0 600 800]/Rotate 90")
    (run,) = read_pdf_layout(data).pages[0].runs
    assert run.text == "cell"
    assert (run.left, run.right, run.baseline) == pytest.approx((9, 33, 591), abs=0.5)


@pytest.mark.parametrize(("x", "y"), [(-99_999, 700), (72, 1e7), (1e15, 1e15)])
def test_what_stands_off_every_page_is_left_out(x: float, y: float) -> None:
    data = a_set_pdf([Piece("seen", 72, 700), Piece("off", x, y)])
    runs = read_pdf_layout(data).pages[0].runs
    assert [run.text for run in runs] == ["seen"]


def test_rules_and_links_have_their_places() -> None:
    page = read_pdf_layout(
        a_set_pdf([RuleAt(72, 216, 200), LinkAt(72, 690, 132, 710, "https://a.example/x")])
    ).pages[0]
    assert [(round(rule.left), round(rule.right), round(rule.y)) for rule in page.rules] == [
        (72, 216, 200)
    ]
    assert [(link.uri, round(link.left)) for link in page.links] == [("https://a.example/x", 72)]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"%PDF-1.7 garbage" * 100])
def test_what_is_no_pdf_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="no readable PDF") as raised:
        read_pdf_layout(data)
    assert raised.value.hint
