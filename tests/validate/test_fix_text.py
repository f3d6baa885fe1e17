"""Fixes in files of text: only the edit's own bytes change, and the format reads what was meant."""

import re

import pytest

from provenance.model import Document
from provenance.validate.fix.changes import Refused
from provenance.validate.fix.mend import mend
from provenance.validate.fix.sheet import open_sheet
from provenance.validate.rules.fn103_glued_addresses import RULE as GLUED
from support.mending import editing, inserting, looker, mended, replacing, retargeting

PLAIN = """A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled “on Monday”.[2]

References

[1] https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12

[2] https://www.tolls.example/2024/03/doubled
"""


def test_a_separator_is_put_between_two_addresses() -> None:
    done = mended(PLAIN.encode(), "draft.txt", GLUED)
    assert done.data.decode() == PLAIN.replace("bargeshttps", "barges; https")
    assert [finding.rule for finding in done.fixed] == ["FN103"]
    assert done.left == ()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PLAIN.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(b"\xef\xbb\xbf" + PLAIN.encode(), id="utf-8 with a mark"),
        pytest.param(b"\xff\xfe" + PLAIN.encode("utf-16-le"), id="utf-16"),
        pytest.param(PLAIN.encode("utf-16-be"), id="utf-16 without a mark"),
        pytest.param(PLAIN.encode("cp1252"), id="cp1252"),
        pytest.param(PLAIN.replace("Two barges", "Две баржи стояли у брода").encode("cp1251"), id="cp1251"),
        pytest.param(PLAIN.encode().replace(b"ford.", b"fo\xffrd\x00."), id="damaged"),
        pytest.param(PLAIN.encode().replace(b"below", b"b\xe2\x80low \xf0\x9f"), id="torn utf-8"),
    ],
)  # fmt: skip
def test_every_byte_outside_of_the_edit_stays(data: bytes) -> None:
    done = mended(data, "draft.txt", GLUED)
    wide = data.startswith((b"\xff\xfe", b"\x00A"))
    before, behind = (text.encode("utf-16-be" if data[:1] == b"\x00" else "utf-16-le") if wide else text.encode()
                      for text in ("03/barges", "https://www.fords"))  # fmt: skip
    new = "; ".encode("utf-16-be" if data[:1] == b"\x00" else "utf-16-le") if wide else b"; "
    assert data.count(before + behind) == 1
    assert done.data == data.replace(before + behind, before + new + behind)


def test_what_the_encoding_cannot_write_is_left_with_a_reason() -> None:
    data = PLAIN.encode("cp1252")
    done = mended(data, "draft.txt", replacing("Two barges", "Два судна"))
    assert done.data == data
    assert not done.fixed
    assert "cannot be written in cp1252" in done.left[0].reason


def test_a_fix_that_would_drop_a_source_is_left_and_the_others_are_made() -> None:
    bad = replacing("https://www.tolls.example/2024/03/doubled", "gone", code="FN990")
    done = mended(PLAIN.encode(), "draft.txt", bad, GLUED)
    assert [finding.rule for finding in done.fixed] == ["FN103"]
    assert [left.finding.rule for left in done.left] == ["FN990"]
    assert "would be lost" in done.left[0].reason
    assert "[2] https://www.tolls.example/2024/03/doubled" in done.data.decode()


def test_unsafe_fixes_are_made_only_when_asked_for() -> None:
    moved = replacing("tolls.example/2024/03/doubled", "tolls.example/moved", safe=False)
    assert mended(PLAIN.encode(), "draft.txt", moved).data == PLAIN.encode()
    done = mended(PLAIN.encode(), "draft.txt", moved, unsafe=True)
    assert "[2] https://www.tolls.example/moved" in done.data.decode()


def test_only_the_finding_that_is_named_is_fixed() -> None:
    text = PLAIN.replace("[2] ", "[2] https://a.example/1https://b.example/2 ")
    rule_twice = mended(text.encode(), "draft.txt", GLUED)
    assert len(rule_twice.fixed) == 2
    first = rule_twice.fixed[0].fingerprint
    done = mended(text.encode(), "draft.txt", GLUED, only={first})
    assert [finding.fingerprint for finding in done.fixed] == [first]
    assert len(done.left) == 1


def test_of_equal_words_only_the_one_that_is_named_is_fixed() -> None:
    rule = replacing("ford", "weir")
    text = PLAIN.replace("The toll", "The ford and the ford")
    every = mended(text.encode(), "draft.txt", rule).fixed
    done = mended(text.encode(), "draft.txt", rule, only={every[0].fingerprint})
    assert done.data.decode() == text.replace("ford", "weir", 1)


def test_two_fixes_that_meet_are_made_one_after_the_other() -> None:
    one = replacing("below the ford", "at the ford", code="FN991")
    other = replacing("the ford", "the weir", code="FN992")
    done = mended(PLAIN.encode(), "draft.txt", one, other)
    assert "stopped at the weir." in done.data.decode()
    assert done.rounds == 3


def test_fixes_that_undo_each_other_are_not_made() -> None:
    there = replacing("Two barges", "Some barges", code="FN991")
    back = replacing("Some barges", "Two barges", code="FN992")
    done = mended(PLAIN.encode(), "draft.txt", there, back)
    assert done.data == PLAIN.encode()
    assert "undo each other" in done.left[0].reason
    assert not done.fixed


def test_a_fix_that_does_not_cure_is_not_made_again_and_again() -> None:
    growing = editing(lambda text: [(text.index("ford"), text.index("ford"), "old ")])
    done = mended(PLAIN.encode(), "draft.txt", growing)
    assert done.data.decode().count("old ford") <= 1
    assert done.rounds < 12


def test_a_mended_draft_is_not_mended_again() -> None:
    text = PLAIN.replace("[2] ", "[2] https://a.example/1https://b.example/2https://c.example/3 ")
    once = mended(text.encode(), "draft.txt", GLUED)
    again = mended(once.data, "draft.txt", GLUED)
    assert again.data == once.data
    assert not again.is_changed


MARKDOWN = """# Tolls

Two barges were stopped[^1] and *more* were seen.[^2]

[^1]: See [the report](https://tolls.example/a_b?utm_source=x&c=1 "Title") and <https://fords.example/q?utm_source=x>.
[^2]: [words][r], “quoted”, https://weirs.example/x&amp;y

[r]: https://defined.example/z?utm_source=x
"""


@pytest.mark.parametrize(
    ("words", "by", "wanted"),
    [
        ("more were", "a*b* [c] were", "*a\\*b\\* \\[c\\]* were"),
        ("barges", "snake_case_name", "snake_case_name"),
        ("stopped", "1 < 2", "1 < 2"),
        ("“quoted”", "“quoted\u00a0”", "“quoted\u00a0”"),
    ],
    ids=["stars", "underscores", "less than", "no-break space"],
)  # fmt: skip
def test_markdown_reads_new_words_as_words(words: str, by: str, wanted: str) -> None:
    done = mended(MARKDOWN.encode(), "draft.md", replacing(words, by))
    assert done.is_changed, done.left
    assert wanted in done.data.decode()


def without_tracking(href: str) -> str:
    return href.replace("?utm_source=x&", "?").replace("?utm_source=x", "").replace(";utm=x", "")


def test_markdown_targets_are_rewritten_where_they_stand() -> None:
    done = mended(MARKDOWN.encode(), "draft.md", retargeting(without_tracking))
    assert done.data.decode() == (
        MARKDOWN.replace("a_b?utm_source=x&c=1", "a_b?c=1").replace("z?utm_source=x", "z")
    )
    assert [left.finding.rule for left in done.left] == ["FN996"]  # the words of <…> are its target


HTML = """<!DOCTYPE html>
<html><head><title>Tolls</title></head><body>
<p>Two b&auml;rges were <b>stop</b>ped.<a href="#n1">[1]</a></p>
<p id="n1">[1] <a class='x' href='https://tolls.example/a?utm_source=x&c=1'>https://tolls.example/a?c=1</a><A HREF=https://fords.example/b>https://fords.example/b</A></p>
</body></html>
"""


def test_html_separates_two_anchors_between_them() -> None:
    done = mended(HTML.encode(), "draft.html", GLUED)
    assert done.data.decode() == HTML.replace("</a><A ", "</a>; <A ")


def test_html_rewrites_a_target_in_its_own_quotes() -> None:
    done = mended(HTML.encode(), "draft.html", retargeting(without_tracking))
    assert done.data.decode() == HTML.replace("'https://tolls.example/a?utm_source=x&c=1'", "'https://tolls.example/a?c=1'")  # fmt: skip


def test_html_puts_quotes_around_a_target_that_needs_them() -> None:
    done = mended(
        HTML.encode(), "draft.html", retargeting(lambda href: href + "?a=1&b='2'" if href.endswith("/b") else href, safe=False), unsafe=True,
    )  # fmt: skip
    assert "HREF=\"https://fords.example/b?a=1&amp;b='2'\">" in done.data.decode()


def test_html_keeps_elements_that_stand_inside_changed_words() -> None:
    done = mended(HTML.encode(), "draft.html", replacing("bärges were stopped", "boats & ships"))
    assert "Two boats &amp; ships<b></b>" in done.data.decode().replace("\n", "")


def test_html_refuses_to_join_two_paragraphs() -> None:
    done = mended(HTML.encode(), "draft.html", editing(lambda text: [(m, m + 2, " ") for m in [text.find("\n\n")] if m > 0]))  # fmt: skip
    assert not done.is_changed
    assert "made by the format" in done.left[0].reason


def test_html_in_an_old_encoding_writes_what_it_lacks_as_a_reference() -> None:
    data = HTML.replace("<head>", '<head><meta charset="windows-1251">').replace("Two", "Три судна").encode("cp1251")  # fmt: skip
    done = mended(data, "draft.html", replacing("were", "wére"))
    assert done.is_changed, done.left
    assert b"w&#233;re" in done.data


RST = """Tolls
=====

Two barges were stopped [1]_ `below <https://fords.example/q?utm_source=x>`_ it.

.. [1] See https://tolls.example/a_bhttps://weirs.example/c and `words`_.

.. _words: https://defined.example/z?utm_source=x
"""


def test_rst_is_mended_in_place() -> None:
    done = mended(RST.encode(), "draft.rst", GLUED, retargeting(without_tracking))
    wanted = RST.replace("a_bhttps", "a_b; https").replace("?utm_source=x", "")
    assert done.data.decode() == wanted, done.left


def test_rst_escapes_what_it_would_read_as_markup() -> None:
    done = mended(RST.encode(), "draft.rst", replacing("barges", "*boats*"))
    assert "Two \\*boats\\* were" in done.data.decode(), done.left


WIKI = """'''Barges''' were stopped.<ref>[https://tolls.example/a?utm_source=x The report] and https://fords.example/bhttps://weirs.example/c</ref>
The toll was doubled.<ref>{{cite web |url=https://tolls.example/d?utm_source=x |title=Doubled toll}}</ref>

== References ==
<references/>
"""


def test_wikitext_is_mended_in_place() -> None:
    done = mended(WIKI.encode(), "draft.wiki", GLUED, retargeting(without_tracking))
    wanted = WIKI.replace("/bhttps", "/b; https").replace("?utm_source=x", "")
    assert done.data.decode() == wanted, done.left


def test_wikitext_escapes_what_a_template_would_read_as_markup() -> None:
    done = mended(WIKI.encode(), "draft.wiki", replacing("Doubled toll", "Doubled | [toll]", safe=False), unsafe=True)  # fmt: skip
    assert "title=Doubled &#124; &#91;toll&#93;}}" in done.data.decode(), done.left


def test_a_number_that_the_format_counts_is_left_with_a_reason() -> None:
    done = mended(WIKI.encode(), "draft.wiki", replacing("[1]", "[7]"))
    assert not done.is_changed
    assert done.left[0].reason


def test_inserted_words_stand_inside_the_text_that_they_precede() -> None:
    done = mended(HTML.encode(), "draft.html", inserting("all ", "were"))
    assert "all were <b>stop" in done.data.decode()


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("draft.md", "Tolls rose.[^1]\n\n[^1]: <https://a.example/b>\n", "<https://a.example/b>.\n"),
        ("draft.md", "Tolls rose.[^1]\n\n[^1]: [https://a.example/b](https://a.example/b)\n", "(https://a.example/b).\n"),
        ("draft.html", "<p>Tolls rose.<a href=#n>[1]</a><p id=n>[1] <i><a href=https://a.example/b>https://a.example/b</a></i></p>", "</a></i>.</p>"),
        ("draft.wiki", "'''Tolls''' rose.<ref>See [https://a.example/b https://a.example/b]</ref>\n\n== References ==\n<references/>\n", "b].</ref>"),
    ],
    ids=["markdown address", "markdown link", "html", "wikitext"],
)  # fmt: skip
def test_what_is_added_behind_a_link_is_no_part_of_it(name: str, text: str, wanted: str) -> None:
    def behind(read: str) -> list[tuple[int, int, str]]:
        at = read.rindex("example/b") + len("example/b")
        return [(at, at, ".")] if not read.startswith(".", at) else []

    done = mended(text.encode(), name, editing(behind))
    assert wanted in done.data.decode(), done.left


def test_words_that_go_on_an_address_in_angle_brackets_stand_behind_them() -> None:
    text = "Tolls rose.[^1]\n\n[^1]: See <https://a.example/b> here\n"
    done = mended(text.encode(), "draft.md", replacing("example/b here", "example/b & there", safe=False), unsafe=True)  # fmt: skip
    assert "<https://a.example/b> & there" in done.data.decode(), done.left


def test_no_more_than_so_many_readings_are_spent_on_fixes_that_do_harm() -> None:
    notes = "\n\n".join(f"[{n}] https://a.example/{n}" for n in range(1, 301))
    text = (
        "Tolls\n\n"
        + " ".join(f"It rose.[{n}]" for n in range(1, 301))
        + f"\n\nReferences\n\n{notes}\n"
    )
    harmful = editing(
        lambda read: [(m.end() - 1, m.end(), "x") for m in re.finditer(r"a\.example/\d+", read)]
    )
    readings = []
    look = looker("draft.txt", harmful)
    seen = look(text.encode())
    assert seen is not None
    done = mend(seen, lambda data: readings.append(1) or look(data))  # type: ignore[func-returns-value]
    assert done.data == text.encode()
    assert len(readings) <= 120
    assert {left.reason[:20] for left in done.left} > {"too many fixes of th"}


@pytest.mark.parametrize("name", ["draft.pdf", "draft.eml"])
def test_what_is_never_mended_says_what_to_do(name: str) -> None:
    document = Document(text="Tolls", format=name[-3:], sha256="")
    refused = open_sheet(b"", document)
    assert isinstance(refused, Refused)
    assert "export" in refused.reason or "save" in refused.reason
