"""Rules about descriptions: what fires, what stays silent, and what a fix leaves behind."""

import importlib
import pkgutil
from datetime import date

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.sources import identify_sources
from provenance.validate import rules
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.house import House, Style
from provenance.validate.records import DraftFinding
from provenance.validate.rule import Rule
from support.growth import assert_grows_in_step
from support.told_knowledge import ask_told

DESCRIPTIONS: tuple[Rule, ...] = tuple(
    importlib.import_module(f"{rules.__name__}.{each.name}").RULE
    for each in pkgutil.iter_modules(rules.__path__)
    if each.name.startswith("fn2")
)
NEWS = "https://www.tolls.example/news/"


def a_text(*notes: str, top: str = "A Short Update\n\nBy Ada Writer") -> str:
    body = " ".join(f"Barge {number} was stopped.[{number}]" for number in range(1, len(notes) + 1))
    entries = "\n\n".join(f"[{number}] {note}" for number, note in enumerate(notes, 1))
    return f"{top}\n\n{body}\n\nReferences\n\n{entries}\n"


def a_draft(text: str, known: str | None = None, **style: str) -> Draft:
    parsed = parse_document(read_document(text.encode(), "draft.txt"))
    draft = Draft(parsed, house=House(style=Style(**style)), today=date(2024, 3, 8))  # type: ignore[arg-type]
    if known is not None:
        draft.knowledge = ask_told(known)(draft.source_map.sources)
    return draft


def findings_of(text: str, known: str | None = None, **style: str) -> tuple[DraftFinding, ...]:
    return find_findings(a_draft(text, known, **style), DESCRIPTIONS)


def said_of(*notes: str, **style: str) -> list[tuple[str, str | None, str]]:
    """Rule, note and severity of what is found in notes."""
    return [(each.rule, each.label, each.severity) for each in findings_of(a_text(*notes), **style)]


def mended(text: str, rule: str, *, safe: bool) -> str:
    """The text after all fixes of a rule."""
    fixes = [each.fix for each in findings_of(text) if each.rule == rule and each.fix]
    assert fixes
    assert all(fix.safe is safe for fix in fixes)
    edits = {edit for fix in fixes for edit in fix.edits}
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.replacement + text[edit.end :]
    return text


def dated(day: str, number: int = 1) -> str:
    return f"“Barges Wait Below the Ford,” Tolls Daily, {day}, {NEWS}{number}"


REPORT = "Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,”"
AT = "available by subscription at www.meridianintel.example"


# --- short forms and subscriptions ---


def test_ibid_behind_a_note_of_two_sources_lists_both() -> None:
    text = a_text("Ann Poe, Lakes, 2015, p. 3; Ann Poe, Seas, 2016, p. 4.", "Ibid., p. 9.")
    (found,) = findings_of(text)
    assert (found.rule, found.label, found.fix) == ("FN202", "2", None)
    assert "citation 1 of note [1]" in found.message
    assert "citation 2 of note [1]" in found.message


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ((f"{REPORT} February 23, 2024, {AT}",), []),
        ((f"{REPORT} 2024, {AT}",), []),
        ((f"{REPORT} {AT}",), [("FN204", "1", "warning")]),
        ((f"{REPORT} February 23, 2024, available by subscription.",), [("FN205", "1", "warning")]),
        # no word of a subscription anywhere: a report like others
        ((f"{REPORT} February 23, 2024.",), []),
        (
            (f"{REPORT} February 23, 2024, {AT}", "Meridian Intelligence Group, “A Second Report on the River,” March 1, 2024."),
            [("FN205", "2", "warning")],
        ),
        # named again by title: said once, not as undated and inaccessible too
        ((f"{REPORT} February 23, 2024, {AT}", REPORT.replace(",”", "”")), [("FN214", "2", "warning")]),
        ((f"{REPORT} February 23, 2024, {AT}", "Meridian Intelligence Group, supra note 1."), []),
        ((f"{REPORT} February 23, 2024, {AT}", "Ibid."), []),
    ],
    ids=["whole", "a year", "no date", "no place", "open", "silent", "title again", "supra", "ibid"],
)  # fmt: skip
def test_a_subscription_report_says_when_and_where(
    notes: tuple[str, ...], expected: list[tuple[str, str, str]]
) -> None:
    assert said_of(*notes) == expected


def test_a_report_that_is_had_at_two_places_is_given_none() -> None:
    text = a_text(
        f"{REPORT} February 23, 2024, {AT}",
        "Meridian Intelligence Group, “A Second Report on the River,” March 1, 2024, available by subscription at www.mig.example",
        "Meridian Intelligence Group, “A Third Report on the River,” March 2, 2024.",
    )
    (found,) = findings_of(text)
    assert (found.rule, found.label, found.fix) == ("FN205", "3", None)


def test_a_shortened_report_in_full_is_the_same_source() -> None:
    text = a_text(f"{REPORT} February 23, 2024, {AT}", f"{REPORT.replace(',”', '”')}; {NEWS}1")
    after = mended(text, "FN214", safe=False)
    assert findings_of(after) == ()
    assert sources_of(after) == sources_of(text)


def sources_of(text: str) -> list[str]:
    parsed = parse_document(read_document(text.encode(), "draft.txt"))
    return [source.id for source in identify_sources(parsed).sources]


# --- titles ---


@pytest.mark.parametrize(
    ("title", "is_error"),
    [
        ("403 Forbidden", True),
        ("Just a moment...", True),
        ("Page not found | Tolls Daily", True),
        ("Страница не найдена", True),
        ("404 Media Looks at Barges", False),
        ("The Login: A Novel", False),
        ("Barges Not Found After the Flood", False),
    ],
)
def test_an_error_is_no_title(title: str, is_error: bool) -> None:
    found = said_of(f"“{title},” Tolls Daily, March 1, 2024, {NEWS}1")
    assert found == ([("FN209", "1", "warning")] if is_error else [])


def test_a_book_may_be_called_what_an_error_is_called() -> None:
    assert said_of("Ann Poe, “Gone,” Orrin Press, 2015, p. 3.") == []


def test_a_title_is_asked_for_only_where_the_house_wants_one() -> None:
    notes = (f"{NEWS}1", f"See {NEWS}2", dated("March 1, 2024", 3), "https://tolls dot example/4")
    assert said_of(*notes) == []
    wanted = said_of(*notes, titles="required")
    assert wanted == [(("FN203", label, "warning")) for label in ("1", "2", "4")]


@pytest.mark.parametrize(
    ("before", "is_offered"), [("", True), ("See ", True), ("The guild keeps a list at ", False)]
)
def test_a_title_is_put_before_an_address_and_not_before_words(
    before: str, is_offered: bool
) -> None:
    known = f'[[source]]\nurl = "{NEWS}1"\nstate = "alive"\ntitle = "Barges Wait Below the Ford"\n'
    found = findings_of(a_text(f"{before}{NEWS}1"), known, titles="required")
    (wanted,) = [each for each in found if each.rule == "FN203"]
    assert (wanted.fix is not None) == is_offered


def known_as(title: str, text: str = "Two barges were stopped below the ford.", **more: str) -> str:
    told = {"url": f"{NEWS}1", "state": "alive", "title": title, **more}
    return "\n".join(["[[source]]", *(f'{key} = "{value}"' for key, value in told.items()), f'texts = ["{text}"]'])  # fmt: skip


@pytest.mark.parametrize(
    ("own", "disagrees"),
    [
        ("Guilds Refuse Another Toll at Tinzaret", True),
        ("BARGES WAIT BELOW FORD - Tolls Daily", False),
        ("Tolls Daily | Barges Wait Below the Ford: the whole story of two weeks", False),
        ("Barges Wait", False),
        ("Tolls Daily", False),
        ("Just a moment...", False),
        ("Баржи ждут ниже брода третью неделю", False),
    ],
)
def test_titles_disagree_only_where_they_are_about_two_things(own: str, disagrees: bool) -> None:
    found = findings_of(a_text(dated("March 1, 2024")), known_as(own))
    assert [each.rule for each in found] == (["FN208"] if disagrees else [])


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Barges wait below the ford! Two of them were stopped.", "alive"),  # a heading of the page
        ("Les barques attendent dans le port, et les guildes ne veulent pas payer.", "alive"),
        ("Two barges were stopped below the ford.", "dead"),
    ],
    ids=["heading", "another language", "dead"],
)
def test_titles_are_not_held_against_a_page_that_cannot_tell(text: str, state: str) -> None:
    known = known_as("Guilds Refuse Another Toll at Tinzaret", text, state=state)
    assert findings_of(a_text(dated("March 1, 2024")), known) == ()


# --- spellings ---


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        ("Meridian Intelligence Group", "Meridian Intel. Group", "warning"),
        ("Meridian Intelligence Group", "Meridian Inteligence Group", "warning"),
        ("Meridian Intelligence Group", "MERIDIAN Intelligence Group", "warning"),
        ("The Orrin River Review", "Orrin River Review", "info"),
        ("Meridian Intelligence Group", "Meridian Shipping Group", None),
        ("Upper Orrin Daily", "Upper Orris Daily", "warning"),
        ("North Orrin Post", "South Orrin Post", None),
        ("Region 1 Gazette", "Region 2 Gazette", None),
        ("Orrin Time", "Orrin Times", None),
        ("rivers.example", "barges.example", None),
        ("Ministry of Defence", "Ministry of Defense", None),
    ],
)
def test_one_publisher_in_two_spellings(one: str, other: str, severity: str | None) -> None:
    notes = [f"{name}, “{title},” {day}, {NEWS}{day[-7]}" for title, name, day in (
        ("Barges Wait", one, "March 1, 2024"), ("Toll Doubled", one, "March 2, 2024"), ("Guilds Refuse", other, "March 3, 2024"))]  # fmt: skip
    found = [each for each in said_of(*notes) if each[0] == "FN206"]
    assert found == ([("FN206", "3", severity)] if severity else [])


def test_the_spelling_of_most_leads_wherever_the_other_stands() -> None:
    text = a_text(
        f"“On the Tolls Dayly,” Tolls Dayly, March 1, 2024, {NEWS}1",
        f"“Toll Doubled,” Tolls Daily, March 2, 2024, {NEWS}2",
        f"“Guilds Refuse,” Tolls Daily, March 3, 2024, {NEWS}3",
    )
    after = mended(text, "FN206", safe=False)
    assert "“On the Tolls Dayly,” Tolls Daily, March 1" in after
    assert findings_of(after) == ()


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        ("Ada Tollman", "Ada Tolman", "warning"),
        ("Ada Tollman", "Ada Tollmann", "warning"),
        ("P.J. Tollman", "P. J. Tollman", "info"),
        ("Ada Tollman", "Ida Tollman", None),
        ("A. Tollman", "B. Tollman", None),
        ("Ada Tollman", "Tollman", None),
        ("Ada Ford", "Ada Fort", None),
    ],
)
def test_one_author_in_two_spellings(one: str, other: str, severity: str | None) -> None:
    notes = (
        f"{one}, “Barges Wait,” Tolls Daily, March 1, 2024, {NEWS}1",
        f"{one}, “Guilds Refuse,” Tolls Daily, March 2, 2024, {NEWS}2",
        f"{other}, “Toll Doubled,” Tolls Daily, March 3, 2024, {NEWS}3",
    )
    assert said_of(*notes) == ([("FN217", "3", severity)] if severity else [])


# --- dates ---


@pytest.mark.parametrize(
    ("days", "other"),
    [
        (("March 1, 2024", "March 2, 2024", "3 March 2024"), "3"),
        (("1 March 2024", "2024-03-02", "3 March 2024"), "2"),
        (("Nov. 1, 2023", "Nov. 2, 2023", "November 3, 2023"), "3"),
        (("Nov. 1, 2023", "Nov. 2, 2023", "May 3, 2023"), None),  # May is short as it is
        (("Nov. 1, 2023", "Nov. 2, 2023", "March 3, 2023"), None),  # never shortened (AP)
        (("March 1, 2024", "March 2, 2024", "3. März 2024"), None),  # another language
        (("March 1, 2024", "2 March 2024"), None),  # two are no style
        (("March 1, 2024", "March 2, 2024", "March 2024"), None),
    ],
    ids=["order", "iso", "shortened", "May", "March", "German", "two", "a month"],
)
def test_dates_in_one_style(days: tuple[str, ...], other: str | None) -> None:
    notes = [dated(day, number) for number, day in enumerate(days)]
    assert said_of(*notes) == ([("FN207", other, "warning")] if other else [])
    assert said_of(*notes, dates="any") == []


def test_rewritten_dates_name_the_same_days_and_sources() -> None:
    days = ("March 1, 2024", "2 March 2024", "2024-03-03", "Nov. 4, 2023", "March 5, 2024", "April 6, 2024", "December 7, 2023")  # fmt: skip
    text = a_text(*(dated(day, number) for number, day in enumerate(days)))
    after = mended(text, "FN207", safe=True)
    assert findings_of(after) == ()
    assert "March 2, 2024" in after
    assert "November 4, 2023" in after
    assert sources_of(after) == sources_of(text)
    before, now = ([cited.citation.date for cited in a_draft(each).cited] for each in (text, after))
    assert before == now


def test_where_no_style_is_that_of_most_nothing_is_rewritten() -> None:
    days = ("March 1, 2024", "March 2, 2024", "3 March 2024", "4 March 2024")
    (found,) = findings_of(a_text(*(dated(day, number) for number, day in enumerate(days))))
    assert (found.rule, found.fix) == ("FN207", None)


def test_dates_inside_titles_are_left_alone() -> None:
    notes = [f"“Barges on {day},” Tolls Daily, March 1, 2024, {NEWS}{day[0]}" for day in ("1 March 2024", "2 March 2024", "3 March 2024")]  # fmt: skip
    assert said_of(*notes) == []


TOP = "A Short Update, March 8, 2024\n\nBy Ada Writer\n\nData Cutoff: March 6, 2024"


@pytest.mark.parametrize(
    ("day", "top", "expected"),
    [
        ("March 6, 2024", TOP, None),
        ("March 7, 2024", TOP, None),  # a day for time zones
        ("March 8, 2024", TOP, "FN210"),
        ("March 9, 2024", TOP, "FN210"),
        ("March 10, 2024", TOP, "FN211"),
        ("February 1, 2025", TOP, "FN211"),
        ("February 1, 2025", "A Short Update\n\nBy Ada Writer", None),
        ("March 20, 2024", TOP + "\n\nUpdated March 21, 2024", "FN210"),
        ("2025", TOP, None),  # a year is no day
        (f"March 5, 2024 (accessed March 12, 2024), {NEWS}x", TOP, None),
    ],
)
def test_a_source_is_no_younger_than_the_document(day: str, top: str, expected: str | None) -> None:
    found = findings_of(a_text(dated(day), top=top))
    assert [each.rule for each in found] == ([expected] if expected else [])


def test_a_document_that_was_carried_on_is_left_alone() -> None:
    notes = [dated(f"May {day}, 2024", day) for day in range(1, 6)]
    assert findings_of(a_text(*notes, top=TOP)) == ()


@pytest.mark.parametrize(
    ("words", "is_fault"),
    [
        ("November 31, 2023", True),
        ("31 November 2023", True),
        ("2023-02-30", True),
        ("February 29, 2023", True),
        ("February 29, 2024", False),
        ("Saturday, March 8, 2024", True),
        ("Friday, March 8, 2024", False),
        ("31.13.2020", False),
        ("no. 45 March 2020", False),
        ("2023-24-10", False),
    ],
)
def test_a_day_that_does_not_exist(words: str, is_fault: bool) -> None:
    found = said_of(f"“Barges Wait,” Tolls Daily, {words}, {NEWS}1")
    assert [each[0] for each in found] == (["FN212"] if is_fault else [])


def test_an_address_may_hold_any_figures() -> None:
    assert said_of(f"“Barges Wait,” Tolls Daily, {NEWS}2023-02-30") == []


@pytest.mark.parametrize(
    ("first", "second", "severity"),
    [
        (dated("March 1, 2024", 1).replace("Ford", "Lower Ford"), dated("March 11, 2024", 1).replace("Ford", "Lower Ford"), "warning"),
        (dated("March 1, 2024", 1), dated("March 11, 2024", 1), "info"),
        (dated("March 1, 2024", 1), dated("March 11, 2024", 2), None),  # two issues of a series
        ("Ann Poe, The Lakes of Upper Orrin, 1983, p. 3.", "Ann Poe, The Lakes of Upper Orrin, 1883, p. 4.", "info"),
        ("Ann Poe, The Lakes of Upper Orrin, 1983, p. 3.", "Bea Roe, The Lakes of Upper Orrin, 1883, p. 4.", None),
        (f"MIG, “Daily Briefing,” March 1, 2024, {AT}", f"MIG, “Daily Briefing,” March 2, 2024, {AT}", None),
    ],
    ids=["one page", "one short title", "two pages", "a book", "two authors", "a series"],
)  # fmt: skip
def test_one_work_has_one_date(first: str, second: str, severity: str | None) -> None:
    assert said_of(first, second) == ([("FN216", "2", severity)] if severity else [])


# --- quotation marks ---


@pytest.mark.parametrize(
    ("words", "is_open"),
    [
        ("“Barges Wait, Tolls Daily", True),
        ("Barges Wait,” Tolls Daily", True),
        ("‘Barges’ Wait”, Tolls Daily", True),
        ('"Barges Wait, Tolls Daily', True),
        ("„Kähne warten, Zollblatt", True),
        ("« Les barques, Le Gué", True),
        ("“Commander, in “Letter to the Boatmen,” Offers Passage,” Tolls Daily", False),
        ("“The Guilds’ Boats Don’t Wait,” Tolls Daily", False),
        ("„Kähne warten“, Zollblatt", False),
        ("„Kähne warten”, Zollblatt", False),
        ("»Kähne warten«, Zollblatt", False),
        ("”Pråmar väntar”, Tullbladet", False),
        ("« Les barques », Le Gué", False),
        ("«Общество «Ромашка», Вестник", False),
        ("«Общество «Ромашка» и брод», Вестник", False),
        ("«Общество «Ромашка» и «Брод» и река», Вестник", False),
        ('“Barges Wait," Tolls Daily', False),
        ('A plank of 12" and a rope, Tolls Daily', False),
        ('"Barges, Part 8", Tolls Daily', False),
        ("Barges 'Wait, Tolls Daily", False),
        ("“Barges Wait, Tolls…", False),
    ],
)
def test_quotation_marks_have_partners(words: str, is_open: bool) -> None:
    found = [each for each in said_of(words, f"{NEWS}1") if each[0] == "FN213"]
    assert found == ([("FN213", "1", "warning")] if is_open else [])


def test_a_long_quotation_opens_every_paragraph_anew() -> None:
    markdown = (
        "Toll.[^1]\n\n[^1]: Ferris said: “The toll is just.\n\n    “The ford is ours,” he said.\n"
    )
    parsed = parse_document(read_document(markdown.encode(), "draft.md"))
    draft = Draft(parsed, house=House(), today=date(2024, 3, 8))
    assert [each for each in find_findings(draft, DESCRIPTIONS) if each.rule == "FN213"] == []


def test_a_text_that_was_read_in_no_time_is_searched_in_no_time() -> None:
    """Marks, dates and names by the thousand: no rule goes over them again and again."""

    def draft_of(count: int) -> Draft:
        notes = [f"Ada Tollm{chr(97 + n % 26)}n{n}, “Barges “Wait” {n},” Tolls Daily {n % 97}x, March {n % 28 + 1}, 20{n % 24:02d}, {NEWS}{n}" for n in range(count)]  # fmt: skip
        draft = a_draft(a_text(*notes))
        _ = draft.cited_by_note
        return draft

    assert_grows_in_step(lambda draft: find_findings(draft, DESCRIPTIONS), draft_of, 160, 1_600)


@pytest.mark.parametrize(
    ("other", "varies"),
    [
        ("Barges Wait Two Weeks Below the Lower Ford", True),
        ("Barges Waited for Two Weeks Below the Lower Ford", True),
        ("BARGES WAIT FOR TWO WEEKS, BELOW THE LOWER FORD", False),
        ("Barges Wait for Two Weeks Below", False),
        ("Toll Doubled Again at the Lock of Tinzaret", False),
    ],
)
def test_one_page_has_one_title(other: str, varies: bool) -> None:
    one = f"“Barges Wait for Two Weeks Below the Lower Ford,” Tolls Daily, March 1, 2024, {NEWS}1"
    found = said_of(one, f"“{other},” Tolls Daily, March 1, 2024, {NEWS}1")
    assert found == ([("FN219", "2", "info")] if varies else [])
