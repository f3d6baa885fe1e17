"""Prose in notes: what must never be taken for something else, and time that grows with the length."""

import pytest

from provenance.cite.prose import kind_of_prose
from provenance.cite.sources import identify_sources
from provenance.cite.split import split_note
from provenance.cite.stretches import is_comment
from support.cite_builders import parse_text, update_with_notes
from support.growth import assert_grows_in_step

WORKS = """Doe v. Roe, 12 U.S. 345 (1999)|28 U.S.C. § 586(b)|P.L. 116-283|A/HRC/22/53|Ibid.|a.a.O.|там же, с. 5
المرجع نفسه|همان، ص 4|Erlandson 1994, p. 171.|American Ornithologists' Union 1998.|Joachim Hahn, 1991, S. 169
CRS Report R12345, Boats.|ISBN 978-0-470-04212-0|NY Laws of 2022, Chapter 628|См. прим. 12|See above n 12"""
COMMENTS = """Each dot on the map stands for one boat.|The bridge of 1901.|See Appendix B for details.
Boats are machines that are struck by waves.|An officer said that they “left early” on Monday.
The ministry of Exampleland (2010 census) is not the source.|Emphasis added by the writers of this text."""


def rows(table: str) -> list[str]:
    return [row for line in table.splitlines() for row in line.split("|")]


@pytest.mark.parametrize("words", rows(WORKS))
def test_what_names_a_work_is_a_work(words: str) -> None:
    assert kind_of_prose(words) == "work"


@pytest.mark.parametrize("words", rows(COMMENTS))
def test_what_only_says_something_is_commentary(words: str) -> None:
    assert kind_of_prose(words) == "commentary"


@pytest.mark.parametrize(
    "title", ["Envoy Visited the Front, Checked 4 Posts", "PMC 12 Leaves; Stand 3 Falls", "An Interview with a Mayor"]
)  # fmt: skip
def test_the_words_of_a_title_mean_nothing_outside_it(title: str) -> None:
    note = f"Jane Doe, “{title},” News Weekly, May 3, 2023, accessed May 4, 2023"
    (citation,) = split_note(note, 0, len(note))
    assert (citation.kind, citation.title) == ("work", title)
    assert (citation.date, citation.accessed) == ("2023-05-03", "2023-05-04")


def test_a_title_that_is_a_sentence_is_no_comment() -> None:
    assert not is_comment("Doe, J. (2010). Boats are what we need to see. Journal, 12.")


def test_a_book_is_one_source_under_its_old_and_its_new_number() -> None:
    parsed = parse_text(
        update_with_notes("Boats. Wiley, 2007. ISBN 0-470-04212-5", "ISBN 978-0-470-04212-0")
    )
    assert len(identify_sources(parsed).sources) == 1


def test_a_copy_beside_an_address_is_its_memento_and_no_source() -> None:
    parsed = parse_text(update_with_notes("https://a.example/x [https://perma.cc/AB12-CD34]"))
    found = identify_sources(parsed)
    assert [source.url for source in found.sources] == ["https://a.example/x"]
    assert [memento.uri_m for memento in found.mementos] == ["https://perma.cc/AB12-CD34"]


def test_a_reference_to_a_later_note_shares_its_source() -> None:
    parsed = parse_text(
        update_with_notes("See note 2 below.", "Jane Doe, “Boats,” Daily, May 3, 2023.")
    )
    ids = identify_sources(parsed).source_ids
    assert len(set(ids.values())) == 1


def test_a_short_form_that_fits_two_works_names_both_and_chooses_none() -> None:
    parsed = parse_text(
        update_with_notes(
            "Ann Poe, Lakes, 2015, p. 3.", "Ann Poe, Seas, 2015, p. 4.", "Poe, op. cit."
        )
    )
    assert parsed.notes[2].citations[0].antecedent is None
    (finding,) = [one for one in parsed.findings if one.rule == "FN202"]
    assert "note [1]" in finding.message
    assert "note [2]" in finding.message


@pytest.mark.parametrize(
    "unit",
    ["Doe, ", "Doe, J.; ", "“", '"', "(", "See ", "; ", ". ", "(2010). ", "p. 12, ", "v. ", "A/1/", "10.1234/",
     "archived at ", "[https://perma.cc/A] ", "(hereinafter ", "for example, ", "accessed 2020 ", "قرار ", "and ", "Ibid. "],
)  # fmt: skip
def test_ten_times_the_prose_takes_about_ten_times_as_long(unit: str) -> None:
    assert_grows_in_step(
        lambda note: split_note(note, 0, len(note)),
        lambda size: (unit * (size // len(unit) + 1))[:size],
        2_000,
        20_000,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("38 C.F.R. §3.12(a).", "See 38 CFR § 3.12(c), (d)."),
        ("S/RES/2231 (2015), para. 4.", "UN Security Council, Resolution 2231 (2015), S/RES/2231."),
        ("P.L. 116-92, §523.", "Pub. L. No. 116-92, § 525."),
        ("Executive Order 14184, “On Boats,” January 27, 2025.", "Exec. Order No. 14,184, 90 Fed. Reg. 8761 (Jan. 27, 2025)."),
    ],
)  # fmt: skip
def test_a_numbered_paper_is_one_source_in_every_document(one: str, other: str) -> None:
    sources = [
        identify_sources(parse_text(update_with_notes(note))).sources for note in (one, other)
    ]
    assert [len(found) for found in sources] == [1, 1]
    assert sources[0][0].id == sources[1][0].id


def test_two_numbers_in_one_citation_are_not_one_paper() -> None:
    parsed = parse_text(
        update_with_notes("10 U.S.C. §1553 and 10 U.S.C. §1552.", "10 U.S.C. §1553.")
    )
    assert len(identify_sources(parsed).sources) == 2


@pytest.mark.parametrize(
    "words",
    ["Karl Muster: Was ist der Fluss? Kiel 1996, S. 3", "J. Doe and A. Roe. What is a boat? In Lakes, 2014.", "Roe, R. (2021, March 4). The bridge is down. Times."],
)  # fmt: skip
def test_a_title_that_asks_or_says_something_is_cut_nowhere(words: str) -> None:
    assert [one.kind for one in split_note(words, 0, len(words))] == ["work"]


@pytest.mark.parametrize("words", ["GRAPHIC:", "Jane Doe:", "See:", "For more on boats see:", "Text available here:", "He told the press:"])  # fmt: skip
def test_words_that_are_no_label_give_an_address_no_title(words: str) -> None:
    note = f"{words} https://a.example/x"
    assert [one.title for one in split_note(note, 0, len(note)) if one.url] == [None]


def test_ibid_behind_a_note_that_only_comments_names_the_candidate_and_ties_nothing() -> None:
    parsed = parse_text(
        update_with_notes("Ann Poe, Lakes, 2015, p. 3.", "The lake was closed to us then.", "Ibid.")
    )
    assert parsed.notes[2].citations[0].antecedent is None
    assert "note [1]" in next(one.message for one in parsed.findings if one.rule == "FN201")


def test_a_reference_by_number_is_not_tied_to_what_somebody_else_wrote() -> None:
    parsed = parse_text(
        update_with_notes(
            "Ann Poe, Lakes, 2015, p. 3.", "Smith, supra note 1.", "Poe, supra note 1."
        )
    )
    assert [note.citations[0].antecedent is None for note in parsed.notes[1:]] == [True, False]


def test_the_day_of_a_reader_beside_a_linked_title_is_no_day_of_the_work() -> None:
    wiki = "One.<ref>CIO, [http://a.example/x The Factbook]. Retrieved 17 July 2013</ref>\n\n== Notes ==\n<references />\n"
    (citation,) = parse_text(wiki, "page.wiki").notes[0].citations
    assert (citation.date, citation.accessed) == (None, "2013-07-17")


def test_a_note_in_somebodys_work_is_no_note_of_this_document() -> None:
    parsed = parse_text(
        update_with_notes("Ann Poe, Lakes, 2015, p. 3.", "Crane 1971, p. 147, n. 1.")
    )
    assert parsed.notes[1].citations[0].antecedent is None
    assert parsed.findings == ()


def test_works_of_one_year_are_told_apart_by_their_letters() -> None:
    parsed = parse_text(
        update_with_notes(
            "Ann Poe (2007b). Lakes. Orrin Press.", "Poe 2007a, p. 77", "Poe 2007b, p. 3"
        )
    )
    antecedents = [note.citations[0].antecedent for note in parsed.notes]
    assert [one and one.label for one in antecedents] == [None, None, "1"]
