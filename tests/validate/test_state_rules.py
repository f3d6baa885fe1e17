"""Rules about the state of sources: one fault a source, said once, answered by an archived copy."""

from datetime import UTC, date, datetime

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.validate.draft import Draft, nothing_known
from provenance.validate.engine import find_findings
from provenance.validate.house import House, Style
from provenance.validate.records import DraftFinding
from provenance.validate.rules import all_rules
from support.told_knowledge import ask_told

URL = "https://www.tolls.example/barges"
COPY = f"https://web.archive.example/web/20240301000000/{URL}"
STATE_RULES = [rule for rule in all_rules() if rule.code[:3] == "FN3"]

GONE = 'state = "failing"\noutcome = "gone"\nstate_reason = "gone 1/3"\nreason = "HTTP 404"'
DEAD = 'state = "dead"\noutcome = "gone"\nstate_reason = "gone 3/3"\nreason = "HTTP 404"'
COPIES = f'mementos = [{{ archive = "web.archive.example", uri_m = "{COPY}", at = 2024-03-01T00:00:00Z }}]'


def told(known: str, url: str = URL) -> str:
    return f'[[source]]\nurl = "{url}"\n{known}\n'


def findings(
    notes: list[str], known: str, house: House | None = None, suffix: str = ".txt"
) -> tuple[DraftFinding, ...]:
    body = " ".join(f"The clerk counted {at} carts.[{at}]" for at in range(1, len(notes) + 1))
    lines = "\n\n".join(f"[{at}] {note}" for at, note in enumerate(notes, start=1))
    text = f"A Short Update\n\nBy Ada Writer\n\n{body}\n\nReferences\n\n{lines}\n"
    return findings_in(text, known, house, suffix)


def findings_in(
    text: str, known: str | None, house: House | None = None, suffix: str = ".txt"
) -> tuple[DraftFinding, ...]:
    parsed = parse_document(read_document(text.encode(), f"draft{suffix}"))
    draft = Draft(parsed, house=house or House(), today=date(2024, 3, 8))
    if known is not None:
        draft.knowledge = ask_told(known)(draft.source_map.sources)
    return find_findings(draft, STATE_RULES)


def codes(found: tuple[DraftFinding, ...]) -> list[str]:
    return [each.rule for each in found]


# what is known of a source -> the one rule that speaks of it
TABLE = {
    "dead": (DEAD, "FN301", "error"),
    "dead, and we hold a copy": (f"{DEAD}\ncaptures = 1\n{COPIES}", "FN301", "error"),
    "dead, a memento is left": (f"{DEAD}\ncaptures = 0\n{COPIES}", "FN307", "error"),
    "dead, a scan was attached": (f"{DEAD}\nattachments = 1\n{COPIES}", "FN301", "error"),
    "gone once": (GONE, "FN302", "error"),
    "in trouble for weeks": (
        'state = "failing"\noutcome = "temporary"\nstate_reason = "20% ok"',
        "FN302",
        "warning",
    ),
    "walled": ('state = "walled"\noutcome = "wall"', "FN303", "info"),
    "blocked": ('state = "blocked"\noutcome = "blocked"', "FN304", "info"),
    "drifted": ('state = "drifted"\noutcome = "ok"', "FN305", "warning"),
    "parked, gone once": (f'{GONE}\nrule = "parked"', "FN308", "error"),
    "for sale and dead": (f'{DEAD}\nrule = "for_sale"', "FN308", "error"),
    "soft 404": (f'{GONE}\nrule = "soft_404"', "FN309", "error"),
    "soft 404 suspected": (
        'state = "alive"\noutcome = "temporary"\nrule = "soft_404_suspected"',
        "FN309",
        "info",
    ),
    "moved": (
        'state = "alive"\noutcome = "ok"\nmoved_to = "https://www.tolls.example/new"',
        "FN310",
        "info",
    ),
    "never archived": ('state = "alive"\noutcome = "ok"\ncaptures = 0', "FN306", "info"),
}


@pytest.mark.parametrize(("known", "code", "severity"), TABLE.values(), ids=TABLE.keys())
def test_a_source_has_one_fault_at_a_time(known: str, code: str, severity: str) -> None:
    (found,) = findings([URL], told(known))
    assert (found.rule, found.severity) == (code, severity)


QUIET = {
    "alive and archived": 'state = "alive"\noutcome = "ok"\ncaptures = 1',
    "never looked at, nobody asked the archive": 'state = "unchecked"',
    "alive again": 'state = "revived"\noutcome = "ok"\ncaptures = 1',
    "passing trouble": 'state = "alive"\noutcome = "temporary"\nrule = "timeout"\ncaptures = 1',
    "a person brought a copy": 'state = "alive"\ncaptures = 0\nattachments = 1',
    "not checkable": 'state = "not_checkable"\noutcome = "not_checkable"',
}


@pytest.mark.parametrize("known", QUIET.values(), ids=QUIET.keys())
def test_what_is_well_is_not_told(known: str) -> None:
    assert findings([URL], told(known)) == ()


def test_nothing_is_said_where_nobody_was_asked() -> None:
    text = f"An Update\n\nTwo barges were stopped.[1]\n\nReferences\n\n[1] {URL}\n"
    assert findings_in(text, None) == ()


@pytest.mark.parametrize(
    "known", [known for known, code, _ in TABLE.values() if code not in {"FN306", "FN310"}]
)
def test_an_archived_copy_beside_the_address_answers_the_fault(known: str) -> None:
    for note in (f"{URL}, archived at {COPY}", f"{URL} (archived at {COPY})", COPY):
        assert findings([note], told(known)) == (), note


def test_a_note_that_speaks_of_the_subscription_answers_the_wall() -> None:
    note = f"Tolls Board, “Barges,” March 3, 2024, available by subscription at {URL}"
    assert codes(findings([note], told('state = "walled"\noutcome = "wall"'))) == []


def test_a_source_that_is_cited_often_is_told_once_with_its_other_notes() -> None:
    (found,) = findings([URL, "https://www.fords.example/x", URL, URL], told(f"{DEAD}\n{COPIES}"))
    assert found.label == "1"
    assert "also in notes 3 and 4" in found.message
    assert found.fix is not None
    assert len(found.fix.edits) == 3


def test_one_note_without_a_copy_beside_others_with_one_is_where_it_is_told() -> None:
    (found,) = findings([f"{URL}, archived at {COPY}", URL], told(f"{DEAD}\n{COPIES}"))
    assert found.label == "2"
    assert found.fix is not None
    assert len(found.fix.edits) == 1


@pytest.mark.parametrize("separator", ["; ", ". See also ", " "], ids=["apart", "prose", "blank"])
def test_a_copy_elsewhere_in_the_same_note_answers_the_fault_too(separator: str) -> None:
    assert findings([f"{URL}{separator}{COPY}"], told(f"{DEAD}\n{COPIES}")) == ()
    assert findings([f"{COPY}{separator}{URL}"], told(f"{DEAD}\n{COPIES}")) == ()


def test_an_address_twice_in_a_note_gets_one_copy() -> None:
    (found,) = findings([f"{URL}; {URL}"], told(f"{DEAD}\n{COPIES}"))
    assert found.fix is not None
    assert len(found.fix.edits) == 1


def test_pages_behind_one_hosts_login_are_one_finding() -> None:
    urls = [f"https://social.example/post/{number}" for number in range(1, 6)]
    wall = 'state = "walled"\noutcome = "wall"\nrule = "status_proves_nothing"'
    known = "".join(told(wall, url) for url in urls)
    other = "https://paper.example/1"
    known += told('state = "walled"\noutcome = "wall"\nrule = "paywall"', other)
    found = findings([*urls, other], known)
    assert codes(found) == ["FN303", "FN303"]
    assert "social.example, 5 of whose pages are cited, asks readers to log in" in found[0].message
    assert "paper.example asks readers to pay" in found[1].message


def test_what_is_not_archived_is_counted_once_at_the_first_place() -> None:
    urls = [f"https://www.tolls.example/{number}" for number in range(1, 5)]
    known = told("captures = 1", urls[0]) + "".join(told("captures = 0", url) for url in urls[1:])
    (found,) = findings(urls, known)
    assert (found.label, found.severity) == ("2", "info")
    assert "3 of 4 web sources are not archived yet" in found.message


def test_a_source_that_the_store_never_met_is_not_archived() -> None:
    parsed = parse_document(
        read_document(
            f"An Update\n\nA barge was stopped.[1]\n\nReferences\n\n[1] {URL}\n".encode(), "a.txt"
        )
    )
    draft = Draft(parsed, house=House(), today=date(2024, 3, 8), knowledge=nothing_known)
    (found,) = find_findings(draft, STATE_RULES)
    assert found.message.startswith("1 of 1 web source is not archived yet")


def test_what_cannot_be_archived_is_not_counted() -> None:
    known = told("captures = 0", "https://www.tolls.example/cut")
    notes = ["https://www.tolls.example/a-very-long-address-that-was-c...", "Ada Writer, a book."]
    assert findings(notes, known) == ()


def test_the_copy_that_is_offered_is_the_one_nearest_to_the_day_of_the_draft() -> None:
    copies = ", ".join(
        f'{{ archive = "a.example", uri_m = "https://a.example/{at}", at = {at}T00:00:00Z }}'
        for at in ("2019-01-01", "2024-03-02", "2024-06-30")
    )
    (found,) = findings([URL], told(f"{DEAD}\nmementos = [{copies}]"))
    assert "https://a.example/2024-03-02" in found.message


def test_the_message_says_since_when_and_what_is_held() -> None:
    known = f"{DEAD}\nchecked_at = 2024-03-07T08:00:00Z\nlast_ok = 2024-02-11T08:00:00Z"
    held = "\ncaptures = 2\ncaptured_at = 2024-02-11T08:00:00Z"
    (found,) = findings([URL], told(known + held))
    assert "looked at on 2024-03-07, last there on 2024-02-11" in found.message
    assert "our archive holds a copy of 2024-02-11" in found.message
    assert found.fix is None


# -- fixes ------------------------------------------------------------------------


def applied(text: str, found: DraftFinding) -> str:
    assert found.fix is not None
    for edit in sorted(found.fix.edits, key=lambda edit: -edit.start):
        text = text[: edit.start] + edit.replacement + text[edit.end :]
    return text


def test_the_archived_link_stands_behind_the_address_in_the_form_of_the_house() -> None:
    note = f"Tolls Board, “Barges,” March 3, 2024, {URL}; https://www.fords.example/x."
    text = f"An Update\n\nTwo barges were stopped.[1]\n\nReferences\n\n[1] {note}\n"
    house = House(style=Style(archived=" [archived: {url}]"))
    (found,) = findings_in(text, told(f"{DEAD}\n{COPIES}"), house)
    fixed = applied(text, found)
    assert f"2024, {URL} [archived: {COPY}]; https://www.fords.example/x." in fixed
    assert findings_in(fixed, told(f"{DEAD}\n{COPIES}"), house) == ()


def test_an_address_that_is_not_printed_as_it_is_meant_is_left_to_a_person() -> None:
    note = "https://www.tolls dot example/barges"
    (found,) = findings([note], told(f"{DEAD}\n{COPIES}"))
    assert found.rule == "FN307"
    assert found.fix is None
    left, found = findings([note, URL], told(f"{DEAD}\n{COPIES}"))
    assert (left.label, left.fix) == ("1", None)
    assert found.label == "2"
    assert found.fix is not None


def test_a_house_that_defangs_its_addresses_gets_no_plain_one() -> None:
    house = House(style=Style(addresses="defanged"))
    (found,) = findings([URL], told(f"{DEAD}\n{COPIES}"), house)
    assert found.fix is None


def test_a_new_address_takes_the_place_of_the_old_one_only_when_asked() -> None:
    text = f"An Update\n\nTwo barges were stopped.[1]\n\nReferences\n\n[1] {URL}.\n"
    known = told('state = "alive"\noutcome = "ok"\nmoved_to = "https://www.fords.example/new"')
    (found,) = findings_in(text, known)
    assert found.fix is not None
    assert not found.fix.safe
    assert applied(text, found) == text.replace(URL, "https://www.fords.example/new")


def test_a_link_in_html_moves_in_its_words_and_in_its_target() -> None:
    text = (
        "<h1>An Update</h1><p>Two barges were stopped.[1]</p><h2>References</h2>"
        f'<p>[1] <a href="{URL}">{URL}</a></p>'
    )
    known = told('state = "alive"\noutcome = "ok"\nmoved_to = "https://www.fords.example/new"')
    (found,) = findings_in(text, known, suffix=".html")
    assert found.fix is not None
    assert {edit.in_target for edit in found.fix.edits} == {False, True}


def test_ages_of_looks_are_days_in_utc() -> None:
    at = datetime(2024, 3, 7, 23, 59, tzinfo=UTC)
    (found,) = findings([URL], told(f"{GONE}\nchecked_at = {at.isoformat()}"))
    assert "looked at on 2024-03-07" in found.message
