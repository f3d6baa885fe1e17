"""PDF drafts: notes at page bottoms and at the end, addresses over lines, columns, furniture."""

from collections.abc import Sequence
from contextlib import suppress

import pytest

from provenance.cite.parse import parse_document
from provenance.cite.readers.pdf import read_pdf_document
from provenance.errors import UnreadableDocument
from provenance.model import Document, Parsed
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true
from support.growth import assert_grows_in_step
from support.pdf_builder import LinkAt, RuleAt, Shown, a_pdf, a_set_pdf, set_lines

BODY, NOTE = 11.0, 9.0
FOOT = 200.0  # the first note's baseline; the rule stands above it
FILLER = [
    "The committee met on four days in spring and heard those who",
    "had been in the field, and its members went through papers",
    "that nobody had asked for until then, line by line, at night.",
]


def a_page(
    body: Sequence[str], notes: Sequence[str] = (), *, number: int = 0, head: str = ""
) -> list[Shown]:
    """A page of a law review: body, a short rule, notes in smaller type, the page's number."""
    page = set_lines([*FILLER, *body], size=BODY)
    if notes:
        page += [RuleAt(72, 200, FOOT + 14), *set_lines(notes, top=FOOT, size=NOTE)]
    if number:
        page += set_lines([f"{number}"], x=300, top=30, size=NOTE)
    if head:
        page += set_lines([head], x=150, top=770, size=NOTE)
    return page


def read(*pages: Sequence[Shown], title: str = "", author: str = "") -> Document:
    return read_pdf_document(a_set_pdf(*pages, title=title, author=author), "0" * 64)


def parse(*pages: Sequence[Shown]) -> Parsed:
    parsed = parse_document(read(*pages))
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    return parsed


def notes_of(parsed: Parsed) -> list[tuple[str, str]]:
    return [(note.label, note.text) for note in parsed.notes]


def urls_of(parsed: Parsed) -> list[str | None]:
    return [citation.url for note in parsed.notes for citation in note.citations if citation.url]


def test_raised_numbers_lead_to_the_notes_below_the_rule() -> None:
    parsed = parse(
        a_page(
            ["The strait is open.^1^ Tolls are charged,^2^ which is new."],
            ["^1^ Ada Writer, A Treatise on Straits 12 (2020).", "^2^ https://a.example/tolls."],
        )
    )
    assert notes_of(parsed) == [
        ("1", "1 Ada Writer, A Treatise on Straits 12 (2020)."),
        ("2", "2 https://a.example/tolls."),
    ]
    assert [(claim.text, claim.markers[0].label) for claim in parsed.claims] == [
        ("The strait is open.", "1"),
        ("Tolls are charged,", "2"),
    ]
    assert [claim.markers[0].note_id for claim in parsed.claims] == [n.id for n in parsed.notes]


def test_a_sentence_that_runs_over_a_page_is_whole() -> None:
    parsed = parse(
        a_page(["It was then that the fleet, having waited for weeks, was"], ["^1^ Ibid."], number=1),
        [*set_lines(["seen leaving the harbour at dawn.^2^ Nothing else was seen by"], size=BODY),
         *set_lines(["the people on the shore, who had stood there all night."], top=687, size=BODY),
         RuleAt(72, 200, 214), *set_lines(["^2^ https://a.example/dawn"], top=200, size=NOTE)],
    )  # fmt: skip
    assert parsed.claims[0].text == (
        "It was then that the fleet, having waited for weeks, was seen leaving the harbour at dawn."
    )


def test_a_note_goes_on_at_the_bottom_of_the_next_page() -> None:
    parsed = parse(
        a_page(["One.^1^"], ["^1^ A long note that has much to say about the ways in which"]),
        a_page(
            ["Two.^2^"], ["straits are named, see https://a.example/names.", "^2^ Supra note 1."]
        ),
    )
    assert notes_of(parsed) == [
        ("1", "1 A long note that has much to say about the ways in which straits are named, see https://a.example/names."),
        ("2", "2 Supra note 1."),
    ]  # fmt: skip


def test_the_word_continued_is_no_part_of_a_note() -> None:
    parsed = parse(
        a_page(["One.^1^"], ["^1^ A note that has much to say about the", "(continued...)"]),
        a_page(["Two.^2^"], ["(...continued)", "names of straits.", "^2^ Id."]),
    )
    assert notes_of(parsed)[0] == ("1", "1 A note that has much to say about the names of straits.")


def test_numbers_that_begin_anew_on_each_page_stay_apart() -> None:
    parsed = parse(
        a_page(["The first is so.^1^"], ["^1^ https://a.example/first"]),
        a_page(["The second is so.^1^"], ["^1^ https://a.example/second"]),
    )
    ids = {note.id: note.citations[0].url for note in parsed.notes}
    assert [ids[claim.markers[0].note_id or ""] for claim in parsed.claims] == [
        "https://a.example/first",
        "https://a.example/second",
    ]


def test_a_plain_number_begins_a_note_when_it_counts_on() -> None:
    parsed = parse(
        a_page(
            ["One.^1^ Two.^2^"],
            ["1. See the report of", "1987 and 12 others that were written then.", "2. Id. at 4."],
        )
    )
    assert notes_of(parsed) == [
        ("1", "1. See the report of 1987 and 12 others that were written then."),
        ("2", "2. Id. at 4."),
    ]


def test_an_excerpt_may_begin_with_any_number() -> None:
    parsed = parse(a_page(["One.^123^ Two.^124^"], ["^123^ See infra note 240.", "^124^ Id."]))
    assert [label for label, _ in notes_of(parsed)] == ["123", "124"]


def test_a_lost_number_does_not_lose_the_notes_behind_it() -> None:
    parsed = parse(
        a_page(
            ["One.^1^ Two.^2^ Three.^3^ Four.^4^"],
            ["1. Ibid. 2. Id. at 3.", "3. See Doe, supra note 1.", "4. https://a.example/4"],
        )
    )
    assert [label for label, _ in notes_of(parsed)] == ["1", "3", "4"]


def test_a_power_is_no_marker() -> None:
    parsed = parse(
        a_page(
            ["An area of 5 m^2^ and a factor of 10^2^ were measured.^1^", "So it was.^2^"],
            ["^1^ Id.", "^2^ Id."],
        )
    )
    assert [claim.text for claim in parsed.claims] == [
        "An area of 5 m2 and a factor of 102 were measured.",
        "So it was.",
    ]


def test_a_raised_number_without_a_note_is_no_marker() -> None:
    assert not parse(a_page(["The area is 7 km^2^, and x^3^ is a cube."])).claims


# Each line is as long as the longest of the notes, so that it is full.
@pytest.mark.parametrize(
    ("first", "second", "url"),
    [
        ("^1^ Available at https://a.example/reports/2023/", "attacks-in-mali.", "https://a.example/reports/2023/attacks-in-mali"),
        ("^1^ Available at https://a.example/shipping-", "lanes.html.", "https://a.example/shipping-lanes.html"),
        ("^1^ Available at https://a.example/shipping_", "lanes_2.html.", "https://a.example/shipping_lanes_2.html"),
        ("^1^ Available at https://a.example/list?page=", "12&sort=up.", "https://a.example/list?page=12&sort=up"),
        ("^1^ Available at https://a.example/list?", "page=12.", "https://a.example/list?page=12"),
        ("^1^ Available at https://a.example/report.", "pdf.", "https://a.example/report.pdf"),
        ("^1^ Available at https://", "a.example/deep/path.", "https://a.example/deep/path"),
        ("^1^ Available at https://a.example/a-long-one", "/with-more-of-it.", "https://a.example/a-long-one/with-more-of-it"),
        ("^1^ Archived at https://perma.cc/9QKL-", "7RTX.", "https://perma.cc/9QKL-7RTX"),
    ],
)  # fmt: skip
def test_an_address_broken_over_lines_is_whole(first: str, second: str, url: str) -> None:
    assert urls_of(parse(a_page(["So.^1^"], [first, second]))) == [url]


@pytest.mark.parametrize(
    ("first", "second", "url"),
    [
        ("^1^ See https://a.example/reports/2023/", "and the papers that came with it.", "https://a.example/reports/2023/"),
        ("^1^ See https://a.example/reports/2023/", "last visited May 3, 2023.", "https://a.example/reports/2023/"),
        ("^1^ See https://a.example/reports/attacks.", "The author thanks all of them.", "https://a.example/reports/attacks"),
        ("^1^ See https://a.example/reports/attacks", "(noting that and/or is a poor form).", "https://a.example/reports/attacks"),
        ("^1^ See https://a.example/reports/attacks;", "a-b-c.example has more.", "https://a.example/reports/attacks"),
        ("^1^ See https://a.example/reports/attacks,", "cf. Annex 2/b.", "https://a.example/reports/attacks"),
    ],
)  # fmt: skip
def test_an_address_does_not_swallow_the_next_word(first: str, second: str, url: str) -> None:
    assert urls_of(parse(a_page(["So.^1^"], [first, second])))[0] == url


def test_two_addresses_on_two_lines_are_two() -> None:
    parsed = parse(a_page(["So.^1^"], ["^1^ https://a.example/one/", "https://b.example/two"]))
    assert urls_of(parsed) == ["https://a.example/one/", "https://b.example/two"]


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        ("https://a.example/understanding", "https://a.example/understanding"),
        ("https://a.example/under-standing", "https://a.example/under-standing"),
    ],
)
def test_a_link_says_whether_a_hyphen_belongs_to_the_address(uri: str, url: str) -> None:
    notes = ["^1^ See https://a.example/under-", "standing."]
    width = NOTE * 0.6
    start = 72 + 0.6 * width + 5 * width
    page = [
        *a_page(["So.^1^"], notes),
        LinkAt(start, FOOT - 2, start + len("https://a.example/under-") * width, FOOT + 7, uri),
        LinkAt(72, FOOT - 2 - 10.8, 72 + len("standing") * width, FOOT + 7 - 10.8, uri),
    ]
    assert urls_of(parse(page)) == [url]


def test_running_heads_and_page_numbers_are_no_text() -> None:
    pages = [
        a_page([f"Claim {n} stands.^{n}^"], [f"^{n}^ https://a.example/{n}"], number=100 + n,
               head="HARVEST LAW REVIEW [Vol. 71:1" if n % 2 else "2023] THE LAW OF STRAITS")
        for n in range(1, 7)
    ]  # fmt: skip
    document = read(*pages)
    assert "REVIEW" not in document.text
    assert "STRAITS" not in document.text
    assert not any(str(100 + n) in document.text for n in range(1, 7))
    assert urls_of(parse_document(document)) == [f"https://a.example/{n}" for n in range(1, 7)]


def test_the_number_of_a_nearly_empty_page_is_no_text() -> None:
    pages = [a_page([f"Claim {n} stands."], number=100 + n, head="THE LAW OF STRAITS") for n in (1, 2)]  # fmt: skip
    last = [
        *set_lines(["The end."], top=700, size=BODY),
        *set_lines(["103"], x=300, top=30, size=NOTE),
        *set_lines(["THE LAW OF STRAITS"], x=150, top=770, size=NOTE),
    ]
    assert read(*pages, last).text.endswith("The end.")


def test_short_notes_that_end_two_pages_alike_are_kept() -> None:
    pages = [a_page([f"Claim {n}.^{n}^"], [f"^{n}^ Id."]) for n in range(1, 4)]
    assert [label for label, _ in notes_of(parse(*pages))] == ["1", "2", "3"]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [f"left column line number {n:02} is here" for n in range(20)]
    right = [f"right column line number {n:02} is here" for n in range(20)]
    page = set_lines(["A TITLE OVER BOTH OF THE COLUMNS OF THE PAGE"], x=100, top=760, size=14)
    page += set_lines(left, x=50, size=9) + set_lines(right, x=310, size=9)
    text = read(page).text
    assert text.index("TITLE") < text.index(left[0]) < text.index(left[-1]) < text.index(right[0])
    assert "left column line number 00 is here left column line number 01 is here" in text


def test_references_at_the_end_are_notes_and_brackets_their_markers() -> None:
    parsed = parse(
        set_lines([*FILLER, "It was shown [1, 3] and shown again [2-3], at 2^3^ times the cost."], size=BODY),
        [*set_lines(["References"], size=14, bold=True),
         *set_lines(["[1] A. Writer. On straits. https://a.example/", "    straits.pdf, 2020.", "[2] B. Reader. On tolls. 2021.", "[3] C. Editor. On ships. 2022."], top=660, size=BODY)],
    )  # fmt: skip
    assert [label for label, _ in notes_of(parsed)] == ["1", "2", "3"]
    assert urls_of(parsed) == ["https://a.example/straits.pdf"]
    markers = [marker for claim in parsed.claims for marker in claim.markers]
    assert [marker.label for marker in markers] == ["1", "3", "2", "3"]
    assert all(marker.note_id for marker in markers)


def test_endnotes_are_the_notes_of_raised_markers() -> None:
    parsed = parse(
        set_lines([*FILLER, "It was so.^1^ It stayed so,^2^ and it", "was so once more.^1^"], size=BODY),
        [*set_lines(["Notes"], size=14, bold=True),
         *set_lines(["1. https://a.example/so", "2. Id. at 3."], top=660, size=BODY)],
    )  # fmt: skip
    assert [claim.markers[0].label for claim in parsed.claims] == ["1", "2", "1"]
    assert [label for label, _ in notes_of(parsed)] == ["1", "2"]


def test_words_broken_by_a_typesetter_are_whole_and_compounds_keep_their_hyphen() -> None:
    text = read(set_lines(
        ["All of it was a misunder-", "standing of what the Franco-", "German plan, which is a well-", "known one, had been; a well-known", "misunderstanding at that."],
        size=BODY)).text  # fmt: skip
    assert "a misunderstanding of what the Franco-German plan, which is a well-known one" in text


def test_spans_are_told_by_page() -> None:
    document = read(a_page(["One.^1^"], ["^1^ Id."]), a_page(["Two.^2^"], ["^2^ Ead."]))
    pages = [(place.place.page, document.text[place.start :][:3]) for place in document.places]
    assert pages == [(1, "The"), (2, "The"), (1, "1 I"), (2, "2 E")]


def test_headings_give_the_section_path_and_the_biggest_type_the_title() -> None:
    page = [
        *set_lines(["The Law of Straits"], top=770, size=20),
        *set_lines(["Tolls"], top=720, size=15, bold=True),
        *set_lines([*FILLER, "They are charged.^1^"], top=690, size=BODY),
        RuleAt(72, 200, 214),
        *set_lines(["^1^ Id."], top=200, size=NOTE),
    ]
    parsed = parse(page)
    assert parsed.document.metadata.title == "The Law of Straits"
    assert parsed.claims[0].section == ("Tolls",)


def test_a_scan_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableDocument, match="2 pages and no text") as raised:
        read([RuleAt(72, 200, 214)], [])
    assert "OCR" in str(raised.value.hint)


def test_a_locked_file_is_refused_by_name() -> None:
    data = a_pdf(["x"]).replace(
        b"trailer<<",
        b"trailer<</Encrypt<</Filter/Standard/V 1/R 2/P -4/O(" + b"o" * 32 + b")/U(" + b"u" * 32
        + b")>>/ID[(a)(a)]",
    )  # fmt: skip
    with pytest.raises(UnreadableDocument, match="password"):
        read_pdf_document(data, "0" * 64)


def test_bytes_knocked_out_of_a_file_never_crash_the_reader() -> None:
    sound = a_set_pdf(a_page(["So.^1^"], ["^1^ https://a.example/x"], number=1))
    for index in range(0, len(sound), 7):
        torn = sound[:index] + bytes([255 - sound[index]]) + sound[index + 1 :]
        with suppress(UnreadableDocument):
            assert_offsets_are_true(parse_document(read_pdf_document(torn, "0" * 64)))


def test_time_grows_with_the_number_of_pages() -> None:
    def file_of(count: int) -> bytes:
        pages = [a_page([f"So.^{n}^"] * 20, [f"^{n}^ https://a.example/{n}/"] * 10) for n in range(1, count + 1)]  # fmt: skip
        return a_set_pdf(*pages)

    assert_grows_in_step(lambda data: read_pdf_document(data, "0" * 64), file_of, 10, 100)
