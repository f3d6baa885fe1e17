"""The HTML report: every finding has a place and a card, and a draft can put nothing into it."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from lxml import html

from provenance.model import SourceState
from provenance.validate.draft import Known
from provenance.validate.records import DraftFinding, Edit, Fix
from provenance.validate.report.baseline import read_baseline
from provenance.validate.report.html_report import render_html
from provenance.validate.report.records import ReportedDocument, Unread
from provenance.validate.report.sarif import render_sarif
from support.growth import assert_grows_in_step
from support.reported import GLUED, RULES, changed, reported


def page_of(*documents: ReportedDocument, **options: object) -> html.HtmlElement:
    return html.fromstring(render_html(documents, RULES, **options))  # type: ignore[arg-type]


def a_finding(start: int, end: int, **fields: object) -> DraftFinding:
    return changed(reported().findings[0], start=start, end=end, **fields)


def marked(page: html.HtmlElement) -> list[tuple[str, str]]:
    """The stretches that are underlined: which finding's card they lead to, and their words."""
    return [(node.get("href"), node.text_content()) for node in page.iterfind(".//a[@href]")
            if "m" in (node.get("class") or "").split()]  # fmt: skip


def test_every_link_inside_leads_somewhere_and_every_id_is_there_once() -> None:
    page = page_of(reported(), reported(path="b.txt"), reported("No notes.\n", "c.txt"))
    ids = Counter(page.xpath("//@id"))
    assert [name for name, times in ids.items() if times > 1] == []
    inside = [link[1:] for link in page.xpath("//a/@href") if link.startswith("#")]
    assert len(inside) > 15
    assert [link for link in inside if link not in ids] == []


def test_the_draft_stands_as_it_was_written() -> None:
    text = "  One   two.\n\n\tThree <b>&amp;</b> four.[1]\n\nReferences\n\n[1] https://a.example/\n"
    [draft] = page_of(reported(text)).xpath("//article")
    said = [node.text_content() for node in draft.iterfind("p")]
    assert said == [line for line in text.split("\n") if line]
    assert [node.get("data-n") for node in draft.iterfind("p")] == ["1", "3", "5", "7"]


def test_a_place_leads_to_its_card_and_a_card_to_its_place() -> None:
    page = page_of(reported())
    assert marked(page) == [("#f1", "[2]"), ("#f2", "https://www.fords.example/news/12")]
    for number in ("1", "2"):
        assert page.get_element_by_id(f"p{number}") is not None
        [where] = page.xpath(f"//li[@id='f{number}']//a[@class='where']/@href")
        assert where == f"#p{number}"


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 4), (2, 6)], [("#f1", "ab"), ("#f1", "cd"), ("#f2", "ef")]),
        ([(0, 6), (2, 4)], [("#f1", "ab"), ("#f2", "cd"), ("#f1", "ef")]),
        ([(2, 2)], [("#f1", "‸")]),
        ([(6, 6)], [("#f1", "‸")]),
        ([(4, 9)], [("#f1", "ef"), ("#f1", "gh")]),
        ([(0, 99)], [("#f1", "abcdef"), ("#f1", "ghij")]),
        ([(11, 12)], []),
        ([(0, 2), (0, 2)], [("#f1", "ab")]),
    ],
    ids=["overlap", "nested", "nothing", "nothing-at-line-end", "over-lines", "past-the-end", "line-end", "same"],
)  # fmt: skip
def test_stretches_are_cut_where_findings_overlap_and_every_finding_has_a_place(
    spans: list[tuple[int, int]], expected: list[tuple[str, str]]
) -> None:
    looked_at = reported("abcdef\nghij\n")
    severities = ["warning", "error"] if spans == [(0, 6), (2, 4)] else ["error", "warning"]
    found = [
        a_finding(*span, severity=severity)
        for span, severity in zip(spans, severities, strict=False)
    ]
    page = page_of(looked_at._replace(findings=found))
    assert marked(page) == expected
    [draft] = page.xpath("//article")
    assert draft.text_content().replace("‸", "").split() == ["abcdef", "ghij"]
    assert [page.get_element_by_id(f"p{number}").tag for number in range(1, len(found) + 1)]


HOSTILE = (
    "<script>alert(1)</script>\n\n</p></article><img src=x onerror=alert(1)>\u202e\x07\ud800 A claim.[1]\n\n"
    'References\n\n[1] "><svg onload=alert(1)>, javascript:alert(1), https://a.example/"onmouseover=alert(1)\n'
)


def test_nothing_that_a_draft_says_becomes_markup() -> None:
    said = "<i onclick=x>\"'</i>\u202e</script>"
    looked_at = reported(HOSTILE.encode("utf-8", "surrogatepass"), '<b>".txt')
    fix = Fix(True, (Edit(0, 5, said), Edit(0, 0, "javascript:x()", in_target=True)))
    found = [
        a_finding(0, 9, message=said, label=said, url="javascript:alert(1)", fix=fix),
        a_finding(30, 50, standing="waived", reason=said, name=said),
    ]
    written = render_html([looked_at._replace(findings=found)], RULES, unread=[Unread(said, said)])
    page = html.fromstring(written)
    assert page.xpath("//img | //svg | //i | //iframe | //*[@src]") == []
    assert len(page.xpath("//script")) == 1
    handlers = [name for node in page.iter() for name in node.attrib if name.startswith("on")]
    assert handlers == []
    assert {link.split(":")[0] for link in page.xpath("//a/@href") if link[0] != "#"} <= {
        "http",
        "https",
    }
    outside_of_style = re.sub(r"<(style|script)>.*?</\1>", "", written, flags=re.DOTALL)
    assert not set(outside_of_style) & set("\u202e\x07\ufeff")
    written.encode()


def test_nothing_in_the_page_is_asked_for_elsewhere() -> None:
    written = render_html([reported()], RULES)
    page = html.fromstring(written)
    assert page.xpath("//link/@href") == ["data:,"]
    style = page.xpath("string(//style)")
    assert "url(" not in style
    assert "@import" not in style
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|https?:", page.xpath("string(//script)"))


def test_a_card_shows_what_a_fix_would_do() -> None:
    page = page_of(reported())
    [fix] = page.xpath("//p[@class='fix']")
    assert fix.text_content() == "safe fix put in ; "
    text = GLUED
    edits = tuple(Edit(at, at + 1, "x") for at in range(5))
    many = changed(reported().findings[1], fix=Fix(False, edits))
    [fix] = page_of(reported(text)._replace(findings=[many])).xpath("//p[@class='fix']")
    assert fix.text_content() == "fix to look at A x;   x; S x; and 2 more"


def test_an_address_is_the_one_that_can_be_followed_and_a_cut_one_is_none() -> None:
    text = "A claim.[1]\n\nReferences\n\n[1] https://www.a.example/report?b=2; https://www.b.example/news/some-long-tit...\n"
    looked_at = reported(text)
    found = [
        a_finding(0, 0, source_id=source.id, url=source.canonical_url)
        for source in looked_at.draft.source_map.sources
    ]
    page = page_of(looked_at._replace(findings=found))
    assert page.xpath("//p[@class='url']/a/@href") == ["https://www.a.example/report?b=2"]


class Told:
    """Knows one state of everything."""

    def __init__(self, state: SourceState) -> None:
        self._state = state

    def of(self, source_id: str) -> Known:
        return Known(
            source_id, self._state, checked_at=datetime(2024, 3, 7, tzinfo=UTC), captures=1
        )

    def texts_of(self, source_id: str) -> list[str]:
        return []


def test_a_note_wears_the_states_of_its_sources_and_its_counts() -> None:
    page = page_of(reported(knowledge=Told("dead")))
    [head] = page.xpath("//div[@class='ghead'][.//bdi='[1]']")
    badges = [node.text_content() for node in head.xpath(".//span[contains(@class, 'badge')]")]
    assert badges == ["2 × dead", "archived", "1 error"]


def test_the_age_of_what_is_known_of_the_sources_stands_over_the_findings() -> None:
    page = page_of(reported(knowledge=Told("dead")))
    [said] = page.xpath("//p[@class='known']")
    assert re.fullmatch(r"(\d) of \1 sources looked at .*(ago|today)\.", said.text_content())
    assert page_of(reported()).xpath("//p[@class='known']") == []


def test_findings_outside_of_notes_stand_under_the_text() -> None:
    heads = [node.text_content() for node in page_of(reported()).xpath("//div[@class='ghead']/h3")]
    assert heads[0] == "In the text"
    assert heads[1].startswith("[1] ")


def test_what_is_waived_is_shown_with_its_reason_and_does_not_count() -> None:
    looked_at = reported()
    waived = [changed(each, standing="waived", reason="known to us") for each in looked_at.findings]
    page = page_of(looked_at._replace(findings=waived))
    assert page.xpath("string(//p[@class='sum'])") == "2 waived"
    assert page.xpath("//p[@class='reason']/text()") == ["known to us", "known to us"]


def test_what_a_baseline_does_not_know_is_called_new() -> None:
    then = reported(GLUED.replace("bargeshttps", "barges; https"))
    baseline = read_baseline(render_sarif([then], RULES), "then")
    page = page_of(reported(), baseline=baseline)
    assert page.xpath("//li[.//span='new']/@data-r") == ["FN103"]


def test_several_documents_are_listed_first_and_one_is_not() -> None:
    page = page_of(reported(), reported(path="b.txt", findings=[]))
    assert page.xpath("//nav//a/@href") == ["#d1", "#d2"]
    assert page.xpath("//nav//li[2]//span[@class='badge ok']/text()") == ["✓ no findings"]
    assert page_of(reported()).xpath("//nav") == []


def test_a_clean_document_and_one_that_cannot_be_read_say_so() -> None:
    page = page_of(reported(findings=[]), unread=[Unread("b.docx", "b.docx: it is no Word file")])
    assert page.xpath("//p[@class='fine']/text()") == [
        "Nothing to mend was found in this document."
    ]
    assert "it is no Word file" in page.xpath("string(//section[@class='unread'])")
    assert page_of(unread=[Unread("b.docx", "x")]).xpath("string(//h1)") == "Notes of 0 documents"


def test_the_rules_that_fired_are_explained_and_no_others() -> None:
    looked_at = reported()
    page = page_of(looked_at._replace(findings=looked_at.findings[:1]))
    assert page.xpath("//footer//section/@id") == ["r-FN001"]
    assert "Why it matters" in page.xpath("string(//footer)")


def a_long_draft(notes: int) -> str:
    body = "".join(
        f"Barge {number} was stopped below the ford.[{number}]\n\n"
        for number in range(1, notes + 1)
    )
    listed = "".join(
        f"[{number}] https://www.tolls.example/2024/03/barges-{number}https://www.fords.example/news/{number}\n\n"
        for number in range(1, notes + 1)
    )
    return f"Tolls\n\n{body}References\n\n{listed}"


def test_three_hundred_notes_with_a_finding_each_fit_into_400_kb() -> None:
    looked_at = reported(a_long_draft(300))
    assert len(looked_at.findings) == 300
    assert len(render_html([looked_at], RULES).encode()) < 400_000


def test_the_time_grows_with_the_findings_and_not_with_their_square() -> None:
    def found_in_every_word(count: int) -> list[ReportedDocument]:
        one = reported().findings[0]
        found = [changed(one, start=at * 5, end=at * 5 + 4) for at in range(count)]
        return [reported("word " * count)._replace(findings=found)]

    assert_grows_in_step(
        lambda documents: render_html(documents, RULES), found_in_every_word, 500, 4_000
    )
