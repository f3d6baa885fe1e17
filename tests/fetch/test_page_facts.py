"""Facts of pages: what they show, and that hostile ones cost nothing."""

import random
from pathlib import Path

import pytest

from provenance.formats.hosts import access_of_host, has_trait
from provenance.formats.page import PageFacts, is_html, read_page_facts
from support.growth import assert_grows_in_step

PAGE = """<!doctype html><html lang="fr-ML"><head><title> Un
 titre </title><link rel="canonical" href=" https://a.test/x "><meta http-equiv="Refresh"
 content="5; URL='/next'"><style>p {}</style><script id="s1">var words;</script></head>
<body><noscript>no words here</noscript><h1>Une <b>tête</b></h1><p>Trois mots ici
<!-- none here --><svg><title>not this</title></svg><iframe src="/f"></iframe>
<template>nor here</template><input TYPE="PassWord"></body></html>"""


def test_a_page_says_what_it_shows() -> None:
    assert read_page_facts(PAGE.encode(), "text/html; charset=utf-8") == PageFacts(
        title="Un titre",
        word_count=5,
        text_start="Une tête Trois mots ici",
        headings=("Une tête",),
        has_password_input=True,
        canonical_link="https://a.test/x",
        language="fr-ML",
        refresh_to="/next",
        frames=("/f",),
        script_ids=("s1",),
    )


@pytest.mark.parametrize(
    ("encoding", "content_type", "head"),
    [
        ("utf-8", "text/html; charset=UTF-8", ""),
        ("cp1251", 'text/html; charset="windows-1251"', ""),
        ("cp1251", "text/html", '<meta charset="windows-1251">'),
        ("utf-8-sig", "text/html; charset=iso-8859-1", ""),
        ("utf-16", "text/html", ""),
        ("utf-8", "text/html; charset=bogus", '<meta charset="utf-8">'),
    ],
)
def test_the_charset_is_found_where_it_is_said(encoding: str, content_type: str, head: str) -> None:
    text = f"<html><head>{head}<title>Страница не найдена</title></head><body>x"
    assert read_page_facts(text.encode(encoding), content_type).title == "Страница не найдена"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<script type="application/ld+json">{"isAccessibleForFree": false}</script>', False),
        ('<script type="application/ld+json">{"isAccessibleForFree":"False"}</script>', False),
        ('<script type="application/ld+json">{"isAccessibleForFree": true}</script>', True),
        (
            (
                '<script type="application/ld+json">[{"isAccessibleForFree":"true"},'
                '{"hasPart":{"isAccessibleForFree" : "http://schema.org/False"}}]</script>'
            ),
            False,
        ),
        ('<meta itemprop="isAccessibleForFree" content="false">', False),
        ('<script>{"isAccessibleForFree": false}</script>', None),
        ("<p>isAccessibleForFree: false", None),
    ],
)
def test_schema_org_says_whether_readers_pay(markup: str, expected: bool | None) -> None:
    assert read_page_facts(f"<html><body>{markup}".encode()).is_accessible_for_free is expected


HOSTILE = {
    "empty": b"",
    "blank": b" \n\0\t",
    "only_a_comment": b"<!-- x -->",
    "deep": b"<div>" * 200_000,
    "attributes": b"<a " + b"x=1 " * 200_000 + b">",
    "unclosed_angles": b"<" * 1_000_000,
    "unclosed_comments": b"<!--" * 250_000,
    "entities": b"&#x110000;&amp;&#0;" * 50_000,
    "external_entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>&e;</p>',
    "surrogates": b"<title>&#xD800;</title>",
    "noise": random.Random(3).randbytes(500_000),
    "declared_as_xml": b'<?xml version="1.0" encoding="utf-16"?><html><title>x</title>',
    "json_ld_bomb": b'<script type="application/ld+json">' + b'"isAccessibleForFree"' * 40_000,
    "titles": b"<title>x</title>" * 60_000,
    "half_utf_16": b"\xff\xfe<",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_pages_do_not_crash(case: str) -> None:
    facts = read_page_facts(HOSTILE[case], "text/html; charset=utf-8")
    assert "root:" not in facts.text_start


@pytest.mark.parametrize("case", [case for case, page in HOSTILE.items() if len(page) > 100_000])
def test_hostile_pages_are_read_in_time_that_grows_with_their_length(case: str) -> None:
    page = HOSTILE[case]
    assert_grows_in_step(
        lambda start: read_page_facts(start, "text/html; charset=utf-8"),
        lambda size: page[:size],
        len(page) // 10,
        len(page) * 9 // 10,
    )


def test_only_the_first_megabyte_is_looked_at() -> None:
    facts = read_page_facts(b"<p>" + b"word " * 1_000_000)
    assert facts.word_count == 1_000  # no rule asks for more


def test_headings_come_in_the_order_of_the_page() -> None:
    facts = read_page_facts(b"<h2>first</h2><svg><title>no</title></svg><h1>then</h1><h2>last")
    assert facts.headings == ("first", "then", "last")
    assert facts.title is None


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [("text/html", True), ("Text/HTML; charset=x", True), ("application/xhtml+xml", True),
     ("", True), ("application/pdf", False), ("text/plain", False)],
)  # fmt: skip
def test_what_is_html_is_read(content_type: str, expected: bool) -> None:
    assert is_html(content_type) is expected


@pytest.mark.parametrize(
    ("host", "access"),
    [("x.com", "login"), ("mobile.twitter.com", "login"), ("m.facebook.com", "login"),
     ("netflix.com", "open"), ("fedex.com", "open"), ("x.com.evil.test", "open"),
     ("www.ft.com", "subscription"), ("ent.siteintelgroup.com", "subscription"),
     ("microsoft.com", "open"), ("FT.com.", "subscription"), ("com", "open"), ("", "open"),
     ("192.0.2.1", "open"), ("[2001:db8::1]", "open")],
)  # fmt: skip
def test_hosts_are_matched_label_by_label(host: str, access: str) -> None:
    assert access_of_host(host) == access


def test_archives_shorteners_and_parking_are_known() -> None:
    assert has_trait("web.archive.org", "archive")
    assert not has_trait("archive.org", "archive")
    assert has_trait("t.co", "shortener")
    assert has_trait("ww1.sedoparking.com", "parking")


def test_the_table_is_part_of_the_package() -> None:
    from provenance.formats import hosts

    assert Path(hosts.__file__).with_name("hosts.toml").is_file()
