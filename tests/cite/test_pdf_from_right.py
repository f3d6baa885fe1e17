"""PDFs in Hebrew, Arabic and Persian: what stands right to left comes back in the order of reading."""

from collections.abc import Sequence

import pytest

from provenance.cite.parse import parse_document
from provenance.cite.readers.pdf import read_pdf_document
from provenance.cite.readers.pdf_bidi import reading_order, with_true_brackets
from provenance.cite.readers.pdf_sight import arrange_page
from provenance.formats.pdf_layout import PageLayout, TextRun
from provenance.model import Parsed
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true
from support.growth import assert_grows_in_step
from support.pdf_builder import Piece, a_pdf_of_letters, a_set_pdf, from_right, set_lines

ADDRESS = "https://a.example/reports/2024-05/a.html?id=12"


def parse(*pages: Sequence[Piece]) -> Parsed:
    parsed = parse_document(read_pdf_document(a_pdf_of_letters(*pages), "0" * 64))
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    return parsed


def claims_of(parsed: Parsed) -> list[tuple[str, list[str]]]:
    return [(claim.text, [one.label for one in claim.markers]) for claim in parsed.claims]


def a_page(*, one_by_one: bool = False) -> list[Piece]:
    body = [
        ["הנמל נסגר ביום שני.", "^1^", " הספינות חיכו מחוץ לנמל."],
        ["חברת ", "Harbour Watch Ltd.", " פרסמה ב-", "14%", " מן הימים (כך נמסר).", "^2^"],
        ["איש לא הודיע על כך לצוות, כך נאמר אחר כך לכל מי ששאל."],
        ["מספר המכולות ירד בתוך שנה אחת ולא עלה מאז עד עצם היום."],
    ]
    notes = [
        ["^1^", " ראיון עם פקיד, ", ADDRESS, "."],
        ["^2^", " דוח שנתי, עמודים ", "12-14", ", ", "https://b.example/x", "."],
    ]
    page: list[Piece] = []
    for number, parts in enumerate(body):
        page += from_right(*parts, y=700 - 13 * number, one_by_one=one_by_one)
    for number, parts in enumerate(notes):
        page += from_right(*parts, y=100 - 10 * number, size=8, one_by_one=one_by_one)
    return page


@pytest.mark.parametrize("one_by_one", [False, True], ids=["as seen", "as read"])
def test_notes_and_claims_in_hebrew_are_whole_in_whatever_order_they_were_drawn(
    one_by_one: bool,
) -> None:
    parsed = parse(a_page(one_by_one=one_by_one))
    assert claims_of(parsed) == [
        ("הנמל נסגר ביום שני.", ["1"]),
        ("חברת Harbour Watch Ltd. פרסמה ב-14% מן הימים (כך נמסר).", ["2"]),
    ]
    assert [[one.url for one in note.citations if one.url] for note in parsed.notes] == [
        [ADDRESS],
        ["https://b.example/x"],
    ]
    assert "עמודים 12-14," in parsed.notes[1].text


def test_a_list_in_brackets_begins_at_the_right_margin() -> None:
    page: list[Piece] = []
    for y, parts in [
        (700, ["أغلق الميناء يوم الاثنين.", "[1]", " انتظرت السفن خارج الخليج.", "[2]"]),
        (688, ["لم يعرف أحد ما حدث."]),
        (650, ["المراجع"]),
        (620, ["[1]", " مقابلة مع موظف الميناء، ", "https://a.example/ships", "."]),
        (608, ["[2]", " ", "J. Cole, “Tolls at sea,” May 3, 2024, https://b.example/x", "."]),
    ]:
        page += from_right(*parts, y=y)
    parsed = parse(page)
    assert claims_of(parsed) == [
        ("أغلق الميناء يوم الاثنين.", ["1"]),
        ("انتظرت السفن خارج الخليج.", ["2"]),
    ]
    assert [one.url for note in parsed.notes for one in note.citations] == [
        "https://a.example/ships",
        "https://b.example/x",
    ]
    assert "Cole, “Tolls at sea,” May 3, 2024" in parsed.notes[1].text


def test_presentation_forms_are_letters() -> None:
    text = parse(
        from_right("\ufeb3\ufefc\ufee1 \ufe8d\ufedf\ufe92\ufea4\ufeae", y=700)
    ).document.text
    assert text == "سلام البحر"


def a_letter(char: str, left: float, *, width: float = 6.0) -> TextRun:
    return TextRun(char, left, left + width, 700.0, 10.0, False, (left,), False)


@pytest.mark.parametrize("is_first", [False, True])
def test_marks_stay_behind_their_letters(is_first: bool) -> None:
    marked = [a_letter("א", 112), a_letter("\u05b6", 113, width=4)]
    runs = [*(reversed(marked) if is_first else marked), a_letter("ח", 106), a_letter("ד", 100)]
    page = arrange_page(PageLayout(600, 800, tuple(runs), (), (), has_rightward=True))
    assert [run.text for run in page.runs] == ["א\u05b6חד"]
    assert page.is_mirrored


def test_a_hebrew_name_in_an_english_line_is_turned_alone() -> None:
    page = [
        Piece("The port (", 72, 700),
        Piece("הפיח למנ", 132, 700),
        Piece(") is open.", 180, 700),
    ]
    assert parse(page).document.text == "The port (נמל חיפה) is open."


@pytest.mark.parametrize(
    ("seen", "read"),
    [
        ("אבג 4202 דהו", "אבג 2024 דהו"),
        ("ב-4202 dtL hctaW פרסמה", "ב-2024 Watch Ltd פרסמה"),
        ("אתר /a/elpmaxe.b//:sptth", "אתר https://b.example/a/"),
        ("أ 41% ب", "أ 14% ب"),
        ("ירד ב-%41 אז", "ירד ב-14% אז"),
        ("אב 50-4202", "אב 2024-05"),
    ],
)
def test_what_runs_from_the_left_is_turned_back(seen: str, read: str) -> None:
    order = reading_order(seen, [False] * len(seen), from_right=True)
    assert "".join(seen[index] for index in order) == read


def test_brackets_open_before_they_close_however_they_were_named() -> None:
    for text in ("סוף )כך נמסר(.]2[ ועוד", "סוף (כך נמסר).[2] ועוד"):
        assert with_true_brackets(text) == "סוף (כך נמסר).[2] ועוד"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_text_that_is_shown_on_its_side_only_is_read(turn: int) -> None:
    data = a_set_pdf(set_lines(["The strait is open to all.", "Tolls are charged at the port."]))
    data = data.replace(b"/Type/Page/", b"/Type/Page/Rotate %d/" % turn)
    text = read_pdf_document(data, "0" * 64).text
    assert text.split() == "The strait is open to all. Tolls are charged at the port.".split()


@pytest.mark.parametrize("unit", ["1", "א1 ", "a1 .", "1a-", "א(", "]1[ ", "- ", "a א"])
@pytest.mark.parametrize("is_raised", [False, True])
def test_every_line_is_put_in_order_without_a_loss_and_in_linear_time(
    unit: str, is_raised: bool
) -> None:
    def put_in_order(text: str) -> None:
        for is_from_right in (False, True):
            order = reading_order(text, [is_raised] * len(text), from_right=is_from_right)
            assert sorted(order) == list(range(len(text)))
        assert len(with_true_brackets(text)) == len(text)

    assert_grows_in_step(put_in_order, lambda count: unit * count, 1_000, 10_000)
