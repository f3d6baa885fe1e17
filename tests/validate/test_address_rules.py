"""Stories about rules on addresses: what they tell of, what they keep silent about, what mends it."""

import importlib
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.formats.url import parse_address, without_tracking
from provenance.validate.addresses import edits_to
from provenance.validate.draft import Draft
from provenance.validate.fix.proof import edited_text
from provenance.validate.house import House, Style
from provenance.validate.records import Edit, Found
from provenance.validate.redirectors import hides_target, unwrapped
from provenance.validate.rule import Page, read_page
from provenance.validate.rules import all_rules
from support.draft_blocks import data_of, document_of, form_of
from support.told_knowledge import ask_told

RULES = {rule.code: rule for rule in all_rules()}
CODES = [f"FN{number}" for number in range(103, 121)]
TOLLS = "https://www.tolls.example/2024/03/barges"
FORDS = "https://www.fords.example/news/12"
COPY = f"https://web.archive.org/web/20240301000000/{TOLLS}"
POST = "https://{host}/ada_writer/status/170000000000000000{n}"


def a_draft(*notes: str, form: str = "txt", **style: object) -> Draft:
    """A draft with these notes, each cited once."""
    labels = range(1, len(notes) + 1)
    claims = [f"Barge {label} was stopped below the ford.[{label}]" for label in labels]
    entries = [f"[{label}] {note}" for label, note in zip(labels, notes, strict=True)]
    if form == "html":
        parts = ["<title>A Short Update</title>", *claims, "<h2>References</h2>", *entries]
        text = "\n".join(part if part[0] == "<" else f"<p>{part}</p>" for part in parts)
    else:
        text = "\n\n".join(("A Short Update", "By Ada Writer", *claims, "References", *entries))
    return draft_of(text, form, House(style=Style(**style)))  # type: ignore[arg-type]


def draft_of(text: str, form: str, house: House) -> Draft:
    parsed = parse_document(read_document(text.encode(), f"draft.{form}"))
    return Draft(parsed, house=house, today=datetime(2024, 3, 8, tzinfo=UTC).date())


def found_by(code: str, draft: Draft) -> list[Found]:
    return list(RULES[code].check(draft))


def edits_of(found: Sequence[Found]) -> list[Edit]:
    return list(dict.fromkeys(edit for one in found if one.fix for edit in one.fix.edits))


def notes_after(code: str, draft: Draft) -> list[str]:
    """The notes' words behind their labels, after the fixes of a rule."""
    words = edited_text(draft.text, edits_of(found_by(code, draft)))
    return [line.partition(" ")[2] for line in words.splitlines() if line.startswith("[")]


def targets_after(code: str, draft: Draft) -> list[str]:
    """The links' targets after the fixes of a rule."""
    edits = edits_of(found_by(code, draft))
    wanted = {(edit.start, edit.end): edit.replacement for edit in edits if edit.in_target}
    return [wanted.get((link.start, link.end), link.href) for link in draft.parsed.document.links]


def linked(target: str, words: str) -> str:
    return f'<a href="{target}">{words}</a>'


def page_of(code: str) -> Page:
    return read_page(importlib.import_module(RULES[code].check.__module__).__doc__ or "")


SAFE = [code for code in CODES if page_of(code).sections["Fix"].startswith("Safe")]


@pytest.mark.parametrize("code", SAFE)
def test_a_safe_fix_leaves_the_same_sources(code: str) -> None:
    page = page_of(code)
    before, after = (page.blocks(name) for name in ("Example", "Use instead"))
    form = form_of(after)
    read = [parse_document(document_of(form, data_of(form, one[form]))) for one in (before, after)]
    cited = [{each.canonical_url for note in one.notes for each in note.citations} for one in read]
    assert cited[0] == cited[1] != set()


# rule, note, what the mended note says (None: nothing is found; "": found, and left to a person)
STORIES = [
    ("FN103", f"{TOLLS}{FORDS}", f"{TOLLS}; {FORDS}"),
    ("FN103", f"{TOLLS}%20{FORDS}", f"{TOLLS}; {FORDS}"),
    ("FN103", f"{TOLLS}%C2%A0{FORDS}", f"{TOLLS}; {FORDS}"),
    ("FN103", f"https://www.tolls.example/2024/03/ba...{FORDS}", f"https://www.tolls.example/2024/03/ba...; {FORDS}"),
    ("FN103", f"Ferry Letter, “Barges,” March 3, 2024, available by subscription at www.ferry.example{TOLLS}", f"Ferry Letter, “Barges,” March 3, 2024, available by subscription at www.ferry.example; {TOLLS}"),
    ("FN103", f"https://web.archive.org/web/20240301000000/{TOLLS}", None),
    ("FN103", f"https://www.maps.example/?u={TOLLS}", None),
    ("FN103", f"{TOLLS}; {FORDS}", None),
    ("FN105", "ttps://www.tolls.example/a", "https://www.tolls.example/a"),
    ("FN105", "https//www.tolls.example/a", "https://www.tolls.example/a"),
    ("FN105", "hhttps://www.tolls.example/a", "https://www.tolls.example/a"),
    ("FN105", "https:/www.tolls.example/a", "https://www.tolls.example/a"),
    ("FN105", "ttps://www.tolls dot example/a", "https://www.tolls dot example/a"),
    ("FN105", "HTTPS://www.tolls.example/a", None),
    ("FN105", "https:...", None),
    ("FN105", "doi:10.1000/182", None),
    ("FN106", f"{TOLLS}%20", TOLLS),
    ("FN106", f"{TOLLS};%20", TOLLS),
    ("FN106", f"{TOLLS}.", None),
    ("FN106", f"{TOLLS}%20{FORDS}", None),
    ("FN107", f"{TOLLS}?utm_source=mail&id=7#below", f"{TOLLS}?id=7#below"),
    ("FN107", "https://x dot com/ada/status/1700000000000000001?s=20", "https://x dot com/ada/status/1700000000000000001"),
    ("FN107", f"{TOLLS}?s=20", None),
    ("FN107", f"https://web.archive.org/web/20240301000000/{TOLLS}?utm_source=mail", None),
    ("FN108", "https://bit.ly/3tollsx", ""),
    ("FN108", "https://youtu.be/AbCdEfGhIjK", None),
    ("FN108", "https://bit.ly/", None),
    ("FN109", "https://www.google.com/url?sa=t&url=https%3A%2F%2Fwww.tolls.example%2Fa%3Fb%3D1&usg=x", "https://www.tolls.example/a?b=1"),
    ("FN109", "https://www.google.com/search?q=https%3A%2F%2Fwww.tolls.example", None),
    ("FN109", "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html", ""),
    ("FN111", "http://192.168.0.7/reports/barges.pdf", ""),
    ("FN111", "http://localhost:8080/barges", ""),
    ("FN111", "https://intranet/reports/barges", ""),
    ("FN111", "file:///C:/Users/ada/barges.pdf", ""),
    ("FN111", "http://93.184.216.34/barges", None),
    ("FN112", "https://docs.google.com/document/d/1AbCdEfGhIjKlMnOp/edit?usp=sharing", ""),
    ("FN112", "https://www.tolls.example/wp-admin/post.php?post=7&action=edit", ""),
    ("FN112", "https://www.tolls.example/login?next=/barges", ""),
    ("FN112", "https://www.tolls.example/wiki/index.php?title=Barges&action=edit", ""),
    ("FN112", "https://www.tolls.example/node/7/edit", ""),
    ("FN112", "https://mail.google.com/mail/u/0/#inbox/7", ""),
    ("FN112", "https://web.archive.org/web/20240301000000/https://www.tolls.example/login", None),
    ("FN112", "https://www.tolls.example/blog/how-to-login", None),
    ("FN112", "https://www.tolls.example/2024/edition", None),
    ("FN113", "https://archive.ph/4XcKq", ""),
    ("FN113", f"https://archive.ph/20240301/{TOLLS}", None),
    ("FN113", "https://archive.ph/www.tolls.example", None),
    ("FN113", "https://archive.ph/tolls.example/barges", None),
    ("FN113", f"https://web.archive.org/web/20240301000000/{TOLLS}", None),
    ("FN113", f"{TOLLS} [https://perma.cc/7TOL-BRGE]", None),
    ("FN116", f"{TOLLS}; {FORDS}; {TOLLS}", f"{TOLLS}; {FORDS}"),
    ("FN116", f"{TOLLS}; {TOLLS}?utm_source=mail; {FORDS}", f"{TOLLS}; {FORDS}"),
    ("FN116", f"“Tolls,” {TOLLS}; “Barges,” {TOLLS}", None),
    ("FN116", f"“Tolls,” {TOLLS}; {TOLLS}", f"“Tolls,” {TOLLS}"),
    ("FN116", f"“Tolls,” {TOLLS}; “Tolls,” {TOLLS}", ""),
    ("FN116", f"{TOLLS}#one; {TOLLS}#two", None),
    ("FN116", f"{TOLLS} [https://web.archive.org/web/20240301000000/{TOLLS}]", None),
    ("FN116", f"{TOLLS}; {COPY}", None),
    ("FN116", f"{COPY}{FORDS}; {TOLLS}", None),
    ("FN116", f"{TOLLS}; {COPY}; {COPY}", f"{TOLLS}; {COPY}"),
    ("FN118", "https://www.tolls.exmaple/a", ""),
    ("FN118", "https://www.tolls.exmap...", None),
    ("FN118", "http://192.168.0.7/a", None),
    ("FN120", "https://www.tolls.example/\u200b2024/\u2060a", "https://www.tolls.example/2024/a"),
    ("FN120", "https://www.tolls.example/on\u2011barges", "https://www.tolls.example/on-barges"),
    ("FN120", "https://www.tolls.example/a\u200b", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "note", "wanted"), STORIES, ids=[f"{one[0]}-{n}" for n, one in enumerate(STORIES)]
)
def test_what_a_rule_tells_of_in_one_note(code: str, note: str, wanted: str | None) -> None:
    draft = a_draft(note)
    found = found_by(code, draft)
    assert bool(found) == (wanted is not None)
    assert notes_after(code, draft) == [wanted or note]
    assert {one.fix.safe for one in found if one.fix} <= {code not in {"FN108", "FN109"}}


def test_the_odd_defanged_address_is_refanged() -> None:
    others = [f"{TOLLS}/{n}" for n in range(12)]
    draft = a_draft(*others, "https://www.fords dot example/news/12")
    assert notes_after("FN104", draft) == [*others, FORDS]


def test_the_odd_plain_address_of_a_defanging_document_is_defanged_and_means_the_same() -> None:
    defanged = [f"https://www.tolls dot example/a/{n}" for n in range(12)]
    draft = a_draft(*defanged, FORDS)
    mended = notes_after("FN104", draft)
    assert mended[-1] == "https://www.fords dot example/news/12"
    again = a_draft(*mended)
    assert [each.citation.url for each in again.cited] == [
        each.citation.url for each in draft.cited
    ]
    assert found_by("FN104", again) == []


def test_a_house_that_defangs_some_hosts_only_is_left_alone() -> None:
    draft = a_draft(*[f"https://www.tolls dot example/a/{n}; {FORDS}{n}" for n in range(6)])
    assert found_by("FN104", draft) == []


def test_a_host_that_is_written_both_ways_is_told_of() -> None:
    notes = [f"https://www.tolls dot example/a/{n}; {FORDS}{n}" for n in range(6)]
    found = found_by("FN104", a_draft(*notes, "https://www.fords dot example/news/77"))
    assert [one.label for one in found] == ["7"]


@pytest.mark.parametrize(
    ("asked", "count"), [("plain", 1), ("defanged", 2), ("any", 0), ("consistent", 0)]
)
def test_the_house_style_says_whether_addresses_are_defanged(asked: str, count: int) -> None:
    draft = a_draft(TOLLS, "https://www.ferry dot example/a", FORDS, addresses=asked)
    assert len(found_by("FN104", draft)) == count


def test_refanging_leaves_a_whole_target_alone() -> None:
    whole = "https://www.tolls.example/a?id=7"
    note = linked(whole, "https://www.tolls dot example/a?id=7")
    draft = a_draft(note, form="html", addresses="plain")
    assert notes_after("FN104", draft) == [whole]
    assert targets_after("FN104", draft) == [whole]


def test_an_archived_copy_is_never_defanged() -> None:
    draft = a_draft(COPY, "https://www.ferry dot example/a", addresses="defanged")
    assert notes_after("FN104", draft)[0] == COPY


@pytest.mark.parametrize("defang", [" dot ", "[.]", "(dot)", "[dot]"])
def test_a_house_defangs_in_its_own_way_and_is_understood(defang: str) -> None:
    draft = a_draft(TOLLS, f"{FORDS}?id=7#a", addresses="defanged", defang=defang)
    mended = notes_after("FN104", draft)
    assert mended[0] == f"https://www.tolls{defang}example/2024/03/barges"
    again = a_draft(*mended, addresses="defanged", defang=defang)
    assert [each.citation.url for each in again.cited] == [TOLLS, f"{FORDS}?id=7#a"]
    assert found_by("FN104", again) == []


def test_refanging_completes_a_link_that_the_spelled_dot_cut() -> None:
    half = f"{linked('https://www.tolls', 'https://www.tolls')} dot example/a"
    draft = a_draft(half, FORDS, FORDS, form="html", addresses="plain")
    assert targets_after("FN104", draft) == ["https://www.tolls.example/a"]


def test_a_link_that_holds_two_addresses_keeps_the_one_that_its_words_show() -> None:
    note = f"{linked(f'{TOLLS};%20{FORDS}', TOLLS)}; {FORDS}"
    draft = a_draft(note, form="html")
    assert [one.severity for one in found_by("FN103", draft)] == [None]
    assert targets_after("FN103", draft) == [TOLLS]


def test_a_link_whose_second_address_stands_nowhere_else_is_left_to_a_person() -> None:
    draft = a_draft(linked(f"{TOLLS};%20{FORDS}", TOLLS), form="html")
    (found,) = found_by("FN103", draft)
    assert found.fix is None


@pytest.mark.parametrize(
    "note",
    [
        f"{linked(f'{TOLLS};%20{FORDS}', 'On Barges')} {TOLLS}; {FORDS}",
        linked(f"{TOLLS}; {FORDS}", f"{TOLLS}; ht..."),
        f"{linked(f'{TOLLS}; https://www', TOLLS)}; {FORDS}",
    ],
    ids=["words that show neither", "words cut to nothing", "a second that is only begun"],
)
def test_a_link_that_alone_says_what_a_note_means_is_left_to_a_person(note: str) -> None:
    found = found_by("FN103", a_draft(note, form="html"))
    assert [one.fix for one in found] == [None] * len(found) != []


def test_a_link_beside_an_address_is_not_glued_to_it() -> None:
    assert found_by("FN103", a_draft(f"{linked(FORDS, 'On Fords')}{TOLLS}", form="html")) == []


def test_a_linked_repetition_is_left_to_a_person() -> None:
    draft = a_draft(f"{linked(TOLLS, TOLLS)}; {FORDS}; {linked(TOLLS, TOLLS)}", form="html")
    (found,) = found_by("FN116", draft)
    assert found.fix is None


@pytest.mark.parametrize("junk", [";", ",", "%20", "%C2%A0", "\u00a0", ";%20", "\u200b"])
def test_what_sticks_to_a_target_goes(junk: str) -> None:
    draft = a_draft(linked(TOLLS + junk, TOLLS), form="html")
    assert targets_after("FN106", draft) == [TOLLS]
    assert all(one.fix and one.fix.safe for one in found_by("FN106", draft))


def test_a_full_stop_that_may_belong_to_the_address_stays() -> None:
    draft = a_draft(linked("https://www.tolls.example/wiki/Barge_Inc.", "Barge Inc."), form="html")
    assert found_by("FN106", draft) == []


def test_tracking_goes_from_words_and_target_alike() -> None:
    tracked = f"{TOLLS}?id=7&amp;fbclid=abc"
    draft = a_draft(linked(tracked, tracked), form="html")
    assert targets_after("FN107", draft) == [f"{TOLLS}?id=7"]
    assert notes_after("FN107", draft) == [f"{TOLLS}?id=7"]


def test_words_that_are_cut_inside_a_tracking_parameter_are_whole_without_it() -> None:
    draft = a_draft("https://x.com/ada_writer/status/1700000000000000001?s=20&t=ZKTx...")
    (found,) = found_by("FN107", draft)
    assert found.fix is not None
    assert not found.fix.safe
    assert notes_after("FN107", draft) == ["https://x.com/ada_writer/status/1700000000000000001"]


def test_tracking_in_a_target_over_cut_words_leaves_the_words() -> None:
    draft = a_draft(linked(f"{TOLLS}?utm_source=a", "https://www.tolls.example/2..."), form="html")
    assert targets_after("FN107", draft) == [TOLLS]
    assert notes_after("FN107", draft) == ["https://www.tolls.example/2..."]


def test_words_that_are_cut_inside_a_tracking_parameter_show_the_whole_address_of_their_link() -> (
    None
):
    draft = a_draft(
        linked(f"{TOLLS}?fbclid=abcdef&amp;id=7", f"{TOLLS}?fbclid=abc..."), form="html"
    )
    assert notes_after("FN107", draft) == [f"{TOLLS}?id=7"]
    assert targets_after("FN107", draft) == [f"{TOLLS}?id=7"]


def test_what_tracks_is_named() -> None:
    (found,) = found_by("FN107", a_draft(f"{TOLLS}?utm_source=a&id=7&utm_medium=b"))
    assert found.message.startswith("“utm_source” and “utm_medium” tell ")


def test_a_house_may_keep_tracking() -> None:
    assert found_by("FN107", a_draft(f"{TOLLS}?utm_source=mail", tracking="any")) == []


def test_a_habit_of_the_whole_document_is_told_once_and_mended_at_once() -> None:
    draft = a_draft(*[f"{TOLLS}/{n}?utm_source=mail" for n in range(30)])
    (found,) = found_by("FN107", draft)
    assert "29 more" in found.message
    assert notes_after("FN107", draft) == [f"{TOLLS}/{n}" for n in range(30)]


@pytest.mark.parametrize(
    ("asked", "hosts", "kept"),
    [
        ("consistent", ["x.com", "twitter.com", "x.com"], "x.com"),
        ("consistent", ["x.com", "twitter.com", "mobile.twitter.com", "twitter.com"], None),
        ("consistent", ["x.com", "twitter.com"], "x.com"),
        ("twitter.com", ["x.com", "x.com"], "twitter.com"),
        ("x.com", ["www.twitter.com"], "x.com"),
    ],
)
def test_posts_are_cited_at_one_name_of_their_site(
    asked: str, hosts: list[str], kept: str | None
) -> None:
    draft = a_draft(*[POST.format(host=host, n=n) for n, host in enumerate(hosts)], x=asked)
    mended = notes_after("FN114", draft)
    if kept is not None:
        assert mended == [POST.format(host=kept, n=n) for n in range(len(hosts))]
    else:
        assert mended[0].startswith("https://twitter.com/")
    assert found_by("FN114", a_draft(*mended, x=asked)) == []


def test_what_the_house_writes_is_named() -> None:
    (found,) = found_by("FN114", a_draft(POST.format(host="twitter.com", n=1), x="x.com"))
    assert found.message == "1 of 1 posts are cited at twitter.com: the house writes x.com"


def test_one_name_of_the_site_is_no_mixture() -> None:
    posts = [POST.format(host="twitter.com", n=n) for n in range(3)]
    assert found_by("FN114", a_draft(*posts)) == []
    assert found_by("FN114", a_draft(*posts, "https://netflix.com/x.com/status")) == []
    copy = f"https://web.archive.org/web/20240301000000/{POST.format(host='x.com', n=7)}"
    assert found_by("FN114", a_draft(*posts, copy)) == []


@pytest.mark.parametrize(
    ("first", "second", "mended"),
    [
        ("http://tolls.example/a", "https://www.tolls.example/a", "https://www.tolls.example/a"),
        ("https://www.tolls.example/a/", "https://www.tolls.example/a", None),
        ("https://en.m.wikipedia.org/wiki/Ford", "https://en.wikipedia.org/wiki/Ford", None),
    ],
)
def test_one_page_under_two_addresses_is_told_of_once(
    first: str, second: str, mended: str | None
) -> None:
    draft = a_draft(first, second)
    assert len(found_by("FN115", draft)) == 1
    assert notes_after("FN115", draft) == [mended or first, second]


@pytest.mark.parametrize(
    ("forms", "kept"),
    [
        (["http://tolls.example/a", "http://www.tolls.example/a"], "http://tolls.example/a"),
        (["http://tolls.example/a"] * 2 + ["https://tolls.example/a"], "https://tolls.example/a"),
        (
            ["http://tolls.example/a", "https://www.tolls.example/a", "http://tolls.example/a"],
            "https://www.tolls.example/a",
        ),
        (
            ["https://tolls.example/a", "https://www.tolls.example/a", "https://tolls.example/a"],
            "https://tolls.example/a",
        ),
    ],
    ids=["first of equals", "https of the most", "https of any", "the most"],
)
def test_one_page_is_written_in_the_form_that_the_document_prefers(
    forms: list[str], kept: str
) -> None:
    assert notes_after("FN115", a_draft(*forms)) == [kept] * len(forms)


def test_a_front_page_is_named_in_many_ways() -> None:
    assert found_by("FN115", a_draft("http://tolls.example/", "https://www.tolls.example")) == []


@pytest.mark.parametrize(
    "second",
    [
        f"{TOLLS}?utm_source=mail",
        f"{TOLLS}#below",
        f"{TOLLS}?id=7",
        "https://www.tolls dot example/2024/03/barges",
    ],
    ids=["tracking", "fragment", "another page", "defanged"],
)
def test_what_other_rules_tell_of_is_no_second_address(second: str) -> None:
    assert found_by("FN115", a_draft(TOLLS, second)) == []


@pytest.mark.parametrize(
    ("target", "words", "wanted"),
    [
        ("https://www.tolls.example/2024", TOLLS, TOLLS),
        ("https://www.tolls", TOLLS, TOLLS),
        (FORDS, TOLLS, ""),
        (TOLLS, TOLLS, None),
        (TOLLS, "https://www.tolls.example/2024/...", None),
        (TOLLS, "www.tolls.example", None),
        (f"{TOLLS}?utm_source=a", TOLLS, None),
        ("https://twitter.com/ada/status/17", "https://x.com/ada/status/17", None),
        (COPY, TOLLS, None),
        (COPY, COPY, None),
        (f"https://eur01.safelinks.protection.outlook.com/?url={TOLLS}&amp;data=05", TOLLS, None),
        (FORDS, "doi:10.1000/182", None),
        ("http://dx.doi.org/10.1000/182", "https://doi.org/10.1000/182", None),
        ("https://www.tolls.example/%D0%B1", "https://www.tolls.example/б", None),
        ("#note", TOLLS, None),
        ("mailto:ada@tolls.example", TOLLS, None),
    ],
    ids=[
        "begun",
        "host cut",
        "another",
        "same",
        "words cut",
        "site",
        "tracking",
        "x",
        "copy",
        "same copy",
        "safelink",
        "DOI",
        "older resolver",
        "encoded",
        "in the page",
        "mail",
    ],
)
def test_words_and_target_show_the_same_address(
    target: str, words: str, wanted: str | None
) -> None:
    draft = a_draft(linked(target, words), form="html")
    assert bool(found_by("FN117", draft)) == (wanted is not None)
    assert targets_after("FN117", draft) == [wanted or target.replace("&amp;", "&")]
    assert all(one.fix.safe for one in found_by("FN117", draft) if one.fix)


@pytest.mark.parametrize(
    ("style", "is_safe"), [({}, False), ({"addresses": "defanged"}, False), ({"addresses": "plain"}, True)],
    ids=["any one way", "defanged", "plain"],
)  # fmt: skip
def test_no_link_to_a_defanged_address_is_made_unasked(
    style: dict[str, str], is_safe: bool
) -> None:
    words = f"{linked('https://www.tolls', 'https://www.tolls')} dot example/2024/03/barges"
    draft = a_draft(words, form="html", **style)
    (found,) = found_by("FN117", draft)
    assert found.fix is not None
    assert found.fix.safe is is_safe
    assert targets_after("FN117", draft) == ["https://www.tolls.example/2024/03/barges"]


def test_links_that_may_be_mended_are_counted_apart_from_those_that_may_not() -> None:
    plain = linked("https://www.fords", "https://www.fords.example/news/{}")
    spelled = f"{linked('https://www', 'https://www')} dot tolls.example/{{}}"
    notes = [form.format(number) for number in range(25) for form in (plain, spelled)]
    found = found_by("FN117", a_draft(*notes, form="html"))
    assert [(one.fix.safe, len(one.fix.edits)) for one in found if one.fix] == [
        (True, 25),
        (False, 25),
    ]


def test_a_safelink_under_the_words_is_mended_in_the_target_alone() -> None:
    wrapper = f"https://eur01.safelinks.protection.outlook.com/?url={TOLLS}&amp;data=05"
    for words in (TOLLS, "On Barges"):
        draft = a_draft(linked(wrapper, words), form="html")
        assert targets_after("FN109", draft) == [TOLLS]
        assert notes_after("FN109", draft) == [words]


def test_a_blank_behind_the_scheme_is_named_as_one() -> None:
    draft = a_draft("https:// www.tolls.example/a")
    (found,) = found_by("FN105", draft)
    assert "a blank" in found.message
    assert notes_after("FN105", draft) == ["https://www.tolls.example/a"]


def test_what_google_docs_wrapped_is_unwrapped_without_asking() -> None:
    wrapper = f"https://www.google.com/url?q={TOLLS}&amp;sa=D&amp;source=editors"
    draft = a_draft(linked(wrapper, TOLLS), form="html")
    (found,) = found_by("FN109", draft)
    assert (found.severity, found.fix and found.fix.safe) == ("info", True)
    assert targets_after("FN109", draft) == [TOLLS]


def test_what_cannot_be_seen_goes_from_words_and_target() -> None:
    hidden = "https://www.tolls.example/2024/\u200b03/barges"
    draft = a_draft(linked(hidden, hidden), form="html")
    assert notes_after("FN120", draft) == [TOLLS]
    assert targets_after("FN120", draft) == [TOLLS]
    assert targets_after("FN120", a_draft(linked(TOLLS, hidden), form="html")) == [TOLLS]


def test_an_address_without_scheme_is_told_of_where_the_others_have_one() -> None:
    bare = "www.fords.example/news/12"
    assert notes_after("FN119", a_draft(TOLLS, bare, TOLLS)) == [TOLLS, FORDS, TOLLS]
    assert found_by("FN119", a_draft(bare, bare, TOLLS)) == []
    assert found_by("FN119", a_draft(TOLLS, TOLLS, "doi:10.1000/182")) == []
    assert found_by("FN119", a_draft(TOLLS, TOLLS, "Fords of the North, www.fords.example")) == []


def test_links_of_a_word_processor_into_a_disk_are_one_finding() -> None:
    back = linked("file:///C:/Users/ada/Draft.docx#_ednref1", "*")
    draft = a_draft(*[f"{back} {TOLLS}"] * 25, form="html")
    (found,) = found_by("FN111", draft)
    assert "24 more" in found.message
    assert found.severity == "warning"
    (source,) = found_by("FN111", a_draft(linked("file:///C:/barges.pdf", "Barges"), form="html"))
    assert source.severity is None
    shown = linked("file:///C:/barges.pdf", "file:///C:/barges.pdf")
    assert len(found_by("FN111", a_draft(shown, form="html"))) == 1


KNOWN = """
[[source]]
url = "{url}"
state = "{state}"
final_url = "{final}"
"""


def a_known_draft(note: str, *, state: str = "alive", final: str) -> Draft:
    draft = a_draft(note)
    told = KNOWN.format(url=note, state=state, final=final)
    draft.knowledge = ask_told(told)(draft.source_map.sources)
    return draft


def test_https_is_written_only_where_it_has_answered() -> None:
    http = TOLLS.replace("https", "http")
    assert notes_after("FN110", a_known_draft(http, final=TOLLS)) == [TOLLS]
    assert found_by("FN110", a_known_draft(http, final=http)) == []
    assert found_by("FN110", a_known_draft(http, final=FORDS)) == []
    assert found_by("FN110", a_known_draft(http, state="dead", final=TOLLS)) == []
    assert found_by("FN110", a_draft(http)) == []


def test_a_short_link_that_leads_into_its_own_site_has_no_other_address() -> None:
    (found,) = found_by("FN108", a_known_draft("https://bit.ly/3tollsx", final="https://bit.ly/w"))
    assert found.fix is None
    assert "cite what it leads to" in found.message


def test_a_short_link_becomes_what_it_was_seen_to_lead_to_if_a_person_says_so() -> None:
    short = "https://bit.ly/3tollsx"
    draft = a_known_draft(short, final=TOLLS)
    assert notes_after("FN108", draft) == [TOLLS]
    (found,) = found_by("FN108", draft)
    assert TOLLS in found.message
    assert found.fix is not None
    assert not found.fix.safe
    dead = a_known_draft(short, state="dead", final=TOLLS)
    assert notes_after("FN108", dead) == [short]


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.tolls.example%2Fa&data=05", "https://www.tolls.example/a"),
        ("https://l.facebook.com/l.php?h=AT0&u=https://www.tolls.example/a?b=1&c=2", "https://www.tolls.example/a?b=1&c=2"),
        ("https://l.facebook.com/l.php?u=https://www.tolls.example/a/&h=AT0", "https://www.tolls.example/a/"),
        ("https://urldefense.com/v3/__https://www.tolls.example/a__;!!Ab3!x$", "https://www.tolls.example/a"),
        ("https://www.youtube.com/redirect?event=d&q=https%3A%2F%2Fwww.tolls.example", "https://www.tolls.example"),
        ("https://vk.com/away.php?to=http%3A%2F%2Fwww.tolls.example%2Fa", "http://www.tolls.example/a"),
        ("https://www.facebook.com/tolls?u=https%3A%2F%2Fwww.tolls.example", None),
        ("https://www.google.com/url?q=barges%3A", None),
        ("https://www.google.com.evil.example/url?q=https%3A%2F%2Fwww.tolls.example", None),
        ("https://l.facebook.com/l.php?u=javascript%3Aalert(1)", None),
    ],
    ids=["safelinks", "unencoded", "facebook", "urldefense", "youtube", "vk", "a page", "words", "other", "js"],
)  # fmt: skip
def test_a_redirector_tells_where_it_leads(url: str, target: str | None) -> None:
    address = parse_address(url)
    assert address is not None
    assert unwrapped(address) == target
    assert not hides_target(address)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [("", ""), ("ab", "ab"), ("aab", "aaab"), ("a dot b dot c", "a.b.c"), ("abc", ""), ("", "abc"), ("aXa", "aYa")],
    ids=["empty", "same", "repeated", "dots", "dropped", "put in", "middle"],
)  # fmt: skip
def test_an_edit_makes_the_words_into_what_is_wanted(words: str, wanted: str) -> None:
    edits = edits_to(3, words, wanted)
    assert edited_text(f"...{words}...", edits) == f"...{wanted}..."
    assert bool(edits) == (words != wanted)


def test_parameters_are_taken_off_as_they_are_written() -> None:
    written = "https://x.com/a?s=20&amp;id=%7E&amp;t=b#c"
    assert without_tracking(written, "https://x.com/a?s=20&id=~&t=b#c") == (
        "https://x.com/a?id=%7E#c"
    )
    assert without_tracking("https://a.example/?s=20", "https://a.example/?s=20") == (
        "https://a.example/?s=20"
    )


def test_a_draft_without_fault_is_left_alone() -> None:
    draft = a_draft(TOLLS, f"Ada Writer, “The Ford,” May 3, 2024, {FORDS}.", "doi:10.1000/182")
    assert [one for code in CODES for one in found_by(code, draft)] == []
