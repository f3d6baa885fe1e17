"""What the beginning of an address proves, and which rule may decide: pure, and quick at any size."""

import pytest

from provenance.cite.cuts import find_cuts, same_note_addresses, whole_addresses
from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.prefixes import AddressIndex, beginning_of, distinguishes
from provenance.cite.recover import Found, decide, find_candidates
from provenance.model import Parsed, RecoveryRule
from support.growth import assert_grows_in_step

HOST = "https://www.paper.org"


def parsed(text: str, name: str = "draft.txt") -> Parsed:
    return parse_document(read_document(text.encode(), name))


def draft(*notes: str) -> str:
    claims = " ".join(f"The guild counted {n} boats.[{n}]" for n in range(1, len(notes) + 1))
    listed = "\n\n".join(f"[{n}] {note}" for n, note in enumerate(notes, 1))
    return f"A Draft\n\n{claims}\n\nReferences\n\n{listed}\n"


@pytest.mark.parametrize(
    ("cut", "shown"),
    [
        ("https://a.org/weekly-u...", "https://a.org/weekly-u"),
        ("https://a.org/weekly-u…", "https://a.org/weekly-u"),
        ("https://a.org/x...tail", "https://a.org/x"),
        ("https://a.org?q=1...", "https://a.org?q=1"),
        ("https://twit...", None),
        ("https://twitter.com...", None),
        ("https:/...", None),
        ("...", None),
        ("", None),
    ],
)
def test_a_beginning_counts_from_the_whole_host_on(cut: str, shown: str | None) -> None:
    assert beginning_of(cut) == shown


@pytest.mark.parametrize(
    ("cut", "url", "proves"),
    [
        # words that complete a title
        (f"{HOST}/2022/12/21/visit-of-the-river-g...", f"{HOST}/2022/12/21/visit-of-the-river-guild/", True),
        # the next one of a series: dates, months, numbers, numerals, days
        (f"{HOST}/backgrounder/campaign-assess...", f"{HOST}/backgrounder/campaign-assessment-march-9", False),
        (f"{HOST}/backgrounder/campaign-assess...", f"{HOST}/backgrounder/campaign-assessment-part-two", False),
        (f"{HOST}/backgrounder/weekly-briefing-f...", f"{HOST}/backgrounder/weekly-briefing-for-friday", False),
        (f"{HOST}/files/Operations%20Assess...", f"{HOST}/files/Operations%20Assessments%20January%2011.pdf", False),
        (f"{HOST}/files/annual-report-o...", f"{HOST}/files/annual-report-of-the-guild-2021.pdf", False),
        # a number that the cut itself cuts
        ("https://x.com/somebody/status/156...", "https://x.com/somebody/status/156abc", False),
        # what identifies the page is shown whole
        ("https://x.com/a/status/1496929026790899715?s=20&t=lD...", "https://x.com/a/status/1496929026790899715?s=20&t=lD-NG5", True),
        ("https://www.facebook.com/Guild/posts/pfbid02Kyc1ku5z6c41B6y9xX...", "https://www.facebook.com/Guild/posts/pfbid02Kyc1ku5z6c41B6y9xXDHDUE9W", True),
        # stubs: an account, a section
        ("https://twitter.com/...", "https://twitter.com/guild", False),
        ("https://t.me/riverg...", "https://t.me/riverguild", False),
    ],
)  # fmt: skip
def test_a_beginning_proves_only_what_no_other_page_could_share(
    cut: str, url: str, *, proves: bool
) -> None:
    assert distinguishes(cut, url) is proves


@pytest.mark.parametrize(
    "url",
    [
        "http://paper.org/news/on-the-river/long",
        "https://www.paper.org/news/on-the-river/long",
        "https://PAPER.org/news/on-the-river/long",
        "https://mobile.paper.org/news/on-the-river/long",
    ],
)
def test_spellings_of_one_host_are_one(url: str) -> None:
    found = AddressIndex([(url, "note 1")]).fitting("https://www.paper.org/news/on-the-ri...")
    assert found == [(url, "note 1")]


@pytest.mark.parametrize(
    "url",
    [
        "https://paper.org/news/on-the-ri",  # no longer than what is shown
        "https://paper.org/news/on-the-ri/",
        "https://paper.org/news/On-The-River",  # a server may tell case apart
        "https://paper.org.evil.net/news/on-the-river",
        "https://paper.org@evil.net/news/on-the-river",
        "https://other.org/?u=https://paper.org/news/on-the-river",
    ],
)
def test_what_only_looks_alike_does_not_fit(url: str) -> None:
    assert AddressIndex([(url, "")]).fitting("https://www.paper.org/news/on-the-ri...") == []


def test_two_spellings_of_one_page_are_one_candidate() -> None:
    index = AddressIndex([
        ("https://twitter.com/guild/status/1496929026790899715?s=20", "note 1"),
        ("https://x.com/guild/status/1496929026790899715", "note 2"),
    ])  # fmt: skip
    assert len(index.fitting("https://twitter.com/guild/status/149692902679...")) == 1


CUT = f"{HOST}/analysis/on-the-low-wat..."
ONE, TWO = f"{HOST}/analysis/on-the-low-water", f"{HOST}/analysis/on-the-low-waters"
SERIES = f"{HOST}/analysis/on-the-low-water-of-march-9"


def found(rule: RecoveryRule, *urls: str, partial: bool = False) -> Found:
    candidates = find_candidates(CUT, AddressIndex((url, "somewhere") for url in urls))
    return Found(rule, candidates, is_partial=partial)


@pytest.mark.parametrize(
    ("heard", "outcome"),
    [
        ([found("document", ONE)], ("adopted", "document", ONE)),
        ([found("document"), found("known_source", ONE)], ("adopted", "known_source", ONE)),
        ([found("document", ONE), found("known_source", TWO)], ("adopted", "document", ONE)),
        # a conflict is never overruled
        ([found("document", ONE, TWO), found("known_source", ONE)], ("ambiguous", "document", None)),
        ([found("known_source", ONE, TWO), found("web_archive", ONE)], ("ambiguous", "known_source", None)),
        # but the same note may show which of both is meant, and no third
        ([found("document", ONE, TWO), found("origin_page", TWO)], ("adopted", "origin_page", TWO)),
        ([found("document", ONE, TWO), found("origin_page", SERIES)], ("ambiguous", "document", None)),
        # one that proves nothing leaves the others free, to prove it or to know another
        ([found("document", SERIES)], ("unproven", "document", None)),
        ([found("document", SERIES), found("origin_page", SERIES)], ("adopted", "origin_page", SERIES)),
        ([found("document", SERIES), found("origin_page", ONE)], ("adopted", "origin_page", ONE)),
        ([found("document", SERIES), found("web_archive", ONE)], ("ambiguous", "web_archive", None)),
        ([found("document", SERIES), found("web_archive")], ("unproven", "document", None)),
        # an answer that was cut short itself
        ([found("web_archive", ONE, partial=True)], ("ambiguous", "web_archive", None)),
    ],
)  # fmt: skip
def test_the_rules_decide_in_their_order(
    heard: list[Found], outcome: tuple[str, str, str | None]
) -> None:
    said = decide(CUT, heard)
    assert said is not None
    assert (said.decision, said.rule, said.url) == outcome


def test_nothing_is_said_where_nothing_fits() -> None:
    assert decide(CUT, [found("document"), found("web_archive")]) is None


def test_parse_proposes_what_the_document_itself_shows_and_leaves_the_address_as_written() -> None:
    document = parsed(draft(CUT, ONE, f"{HOST}/somewhere/quite-differ..."))
    first, _, third = (note.citations[0] for note in document.notes)
    assert first.recovery is not None
    assert (first.recovery.decision, first.recovery.url) == ("adopted", ONE)
    assert first.recovery.candidates[0].found_in == "note 2"
    assert (first.url, first.truncated) == (CUT, True)
    assert third.recovery is None
    assert [f.label for f in document.findings if f.rule == "FN102"] == ["3"]


def test_a_link_in_the_body_shows_an_address_too() -> None:
    html = f'<p>See <a href="{ONE}">there</a>.[1]</p><h2>Endnotes</h2><p>[1] {CUT}</p>'
    document = parsed(f"<html><body>{html}</body></html>", "page.html")
    (cut,) = find_cuts(document)
    assert cut.citation.recovery is not None
    assert cut.citation.recovery.url == ONE
    assert (ONE, "a link") in whole_addresses(document)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (draft(f"{ONE} ; {HOST}/x/beside"), (ONE,)),
        (draft(f"{ONE} ; {HOST}/x/another"), None),  # its note 1 is not ours
        (draft("Nothing.", f"{ONE} ; {HOST}/x/beside"), None),
    ],
)
def test_a_note_is_the_same_by_its_label_and_its_neighbours(
    page: str, expected: tuple[str, ...] | None
) -> None:
    (cut,) = find_cuts(parsed(draft(f"{CUT} ; {HOST}/x/beside")))
    found_there = same_note_addresses(cut, parsed(page))
    assert (found_there and tuple(url for url, _ in found_there)) == expected


def test_a_thousand_cuts_cost_no_more_than_their_number() -> None:
    def cut_and_whole(count: int) -> Parsed:
        notes = [f"{HOST}/analysis/how-the-river-{n:05}-chan..." for n in range(count)]
        notes += [f"{HOST}/analysis/how-the-river-{n:05}-changed-the-town" for n in range(count)]
        return parsed(draft(*notes))

    def fit(document: Parsed) -> None:
        cuts = find_cuts(document)
        index = AddressIndex(whole_addresses(document))
        assert all(len(index.fitting(cut.url)) == 1 for cut in cuts)
        assert len(cuts) * 2 == len(document.notes)

    assert_grows_in_step(fit, cut_and_whole, 100, 1_000)


def test_ten_thousand_addresses_that_begin_alike_are_not_told_one_by_one() -> None:
    def index_of(count: int) -> AddressIndex:
        return AddressIndex((f"{HOST}/analysis/river-{n}", "") for n in range(count))

    def ask_one_in_ten(given: tuple[int, AddressIndex]) -> None:
        count, index = given
        for n in range(count // 10):
            assert len(index.fitting(f"{HOST}/analysis/river-{n}...")) <= 100

    assert_grows_in_step(ask_one_in_ten, lambda count: (count, index_of(count)), 1_000, 10_000)
