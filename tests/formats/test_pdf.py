"""PDF: text by page, with words and URLs mended that the layout broke."""

import pytest

from provenance.errors import UnreadableDocument
from provenance.formats.pdf import join_broken_lines, read_pdf
from support.pdf_builder import a_pdf

LONG = "a line of the body that is as long as the lines of this page are, give or take a few"


def test_each_page_has_its_own_text_in_order() -> None:
    pdf = read_pdf(a_pdf(["First page."], [], ["Third page,", "second line."]))
    assert pdf.pages == ("First page.", "", "Third page,\nsecond line.")


def test_what_the_file_says_about_itself() -> None:
    pdf = read_pdf(
        a_pdf(
            ["x"],
            title="Mali: a  review",
            author="Anya L. Fink, Erin H. Ward",
            created="D:20231213101112+01'00'",
            language="fr-FR",
        )
    )
    assert pdf.title == "Mali: a review"
    assert pdf.authors == ("Anya L. Fink", "Erin H. Ward")
    assert pdf.created == "2023-12-13"
    assert pdf.language == "fr-FR"


def test_a_file_that_says_nothing_has_no_metadata() -> None:
    pdf = read_pdf(a_pdf(["x"]))
    assert (pdf.title, pdf.authors, pdf.created, pdf.language) == (None, (), None, None)


@pytest.mark.parametrize(
    ("author", "authors"),
    [
        ("Karr, Liam", ("Karr, Liam",)),
        ("Karr, Liam; Fink, Anya", ("Karr, Liam", "Fink, Anya")),
        ("Anonymous", ("Anonymous",)),
    ],
)
def test_a_name_turned_round_is_one_author(author: str, authors: tuple[str, ...]) -> None:
    assert read_pdf(a_pdf(["x"], author=author)).authors == authors


@pytest.mark.parametrize("created", ["D:20231399", "yesterday", "D:2023", "D:00000000"])
def test_an_impossible_date_is_no_date(created: str) -> None:
    assert read_pdf(a_pdf(["x"], created=created)).created is None


@pytest.mark.parametrize("cut", [0, 5, 9, 200, 400])
def test_a_cut_or_empty_file_is_refused(cut: int) -> None:
    with pytest.raises(UnreadableDocument, match="no readable PDF"):
        read_pdf(a_pdf(["Some text."])[:cut])


def test_a_word_broken_at_a_line_end_is_one_word_in_a_real_file() -> None:
    pdf = read_pdf(a_pdf(["The attack shows an under-", "standing of Franco-", "German ties."]))
    assert pdf.pages == ("The attack shows an understanding of Franco-German ties.",)


def test_a_claim_sentence_survives_with_its_accents() -> None:
    sentence = "L’armée évoque seize attaques – « un record » – depuis le 19 novembre."
    assert sentence in read_pdf(a_pdf(["Mali", sentence, "Fin."])).pages[0]


# as PDFium gives them (shapes seen in reports of a parliament's research service and in papers)
@pytest.mark.parametrize(
    ("page", "joined"),
    [
        ("see https://a.example/2023/12/\r\n16/attacks-in-mali) and", "https://a.example/2023/12/16/attacks-in-mali) and"),
        ("https://a.example/51-\r\nattack.asp#toc", "https://a.example/51-attack.asp#toc"),
        ("https://a.example/D-2019-\r\nVACCINE.PDF.", "https://a.example/D-2019-VACCINE.PDF."),
        ("https://a.example/x?id=4B121-\r\n868F2D2D5804", "https://a.example/x?id=4B121-868F2D2D5804"),
        ("2016. URL https://www.\r\nnhtsa.example/risky/x", "https://www.nhtsa.example/risky/x"),
        ("https://a.example/1/\r\n2/three-\r\nfour/five", "https://a.example/1/2/three-four/five"),
        (f"{LONG}\r\n{LONG[:60]} https://a.example/attac\r\nks-in-mali now", "https://a.example/attacks-in-mali now"),
        (f"{LONG}\r\n{LONG[:60]} https://a.example/data\r\n?gad_campaignid=19556349769", "https://a.example/data?gad_campaignid=19556349769"),
        ("https://a.example/agree\x02ment", "https://a.example/agree-ment"),
    ],
)  # fmt: skip
def test_a_url_broken_by_the_layout_is_one_url(page: str, joined: str) -> None:
    assert joined in join_broken_lines(page)


@pytest.mark.parametrize(
    "page",
    [
        "https://a.example\nUpdated April 22, 2026",
        "https://a.example\nemployment scenarios are unknown",
        "https://a.example/x.pdf.\n17 Government of the Netherlands, p. 2",
        "https://a.example/x/\n[31] X. Zhang, N. Zheng",
        "https://a.example/x/\n3. Another note",
        "https://a.example/x/;\nAssociated Press, “City”",
        "https://a.example/2013.\ncoded, or widely shared",
        "https://a.example/x/\nhttps://b.example/y/",
        "https://a.example/x/\nwww.b.example/y",
        "in central Mali\nhttps://a.example/x",
        "and/\nor so-called",
    ],
)
def test_what_is_no_broken_url_keeps_its_line_break(page: str) -> None:
    assert join_broken_lines(page.replace("\n", "\r\n")) == page


@pytest.mark.parametrize("mark", ["\x02", "\ufffe"])
def test_both_of_pdfiums_marks_for_a_soft_hyphen_are_understood(mark: str) -> None:
    assert join_broken_lines(f"under{mark}standing Sino{mark}Russian 120{mark}page") == (
        "understanding Sino-Russian 120-page"
    )


def test_no_nul_comes_out() -> None:
    assert join_broken_lines("a\0b\r\n\0") == "ab"
