"""The floor of HTML reports: strangers' words stay words, and every colour can be read."""

import base64
import hashlib
import re
from itertools import product

import pytest

from provenance.formats.report_shell import _PALETTE, attribute, html_page, shown, web_link

WORDS = ("ink", "muted", "accent", "error", "warning", "info", "ok")
ON_TINTS = [
    ("ink", "error-tint"), ("ink", "warning-tint"), ("ink", "info-tint"), ("ink", "quiet-tint"),
    ("error", "error-tint"), ("warning", "warning-tint"), ("info", "info-tint"), ("ok", "quiet-tint"),
    ("error", "quiet-tint"), ("accent", "info-tint"),
]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance of sRGB, as WCAG 2.2 defines it."""
    value = colour[1:] if len(colour) == 7 else "".join(char * 2 for char in colour[1:])
    parts = [int(value[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_has_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [1, 2], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("words", "behind"),
    [*product(WORDS, ("paper", "panel")), *ON_TINTS],
    ids=lambda name: name,
)
def test_every_colour_of_words_can_be_read_on_what_is_behind_it(
    words: str, behind: str, scheme: int
) -> None:
    colours = {row[0]: row[scheme] for row in _PALETTE}
    assert contrast(colours[words], colours[behind]) >= 4.5


@pytest.mark.parametrize("scheme", [1, 2], ids=["light", "dark"])
def test_the_edges_of_controls_can_be_seen(scheme: int) -> None:
    colours = {row[0]: row[scheme] for row in _PALETTE}
    assert contrast(colours["edge"], colours["panel"]) >= 3


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>&\"'", "&lt;script&gt;&amp;&quot;&#x27;"),
        ("a\u202eb\u200bc", 'a<span class="ctl">U+202E</span>b<span class="ctl">U+200B</span>c'),
        ("\x00\x1b", '<span class="ctl">U+0000</span><span class="ctl">U+001B</span>'),
        ("\ud800", "\ufffd"),
        ("one\r\ntwo\t", "one\ntwo\t"),
        ("می\u200cروم \U0001f468\u200d\U0001f469", "می\u200cروم \U0001f468\u200d\U0001f469"),
    ],
    ids=["markup", "unseen", "controls", "surrogate", "blanks", "joiners-stay"],
)
def test_strangers_words_stay_words_and_nothing_stays_unseen(text: str, html: str) -> None:
    assert shown(text) == html


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd",
     "vbscript:x", "//a.example/", "https://a.example/ x", 'https://a.example/"onclick="x', " https://a.example",
     "java\nscript:x", "hxxps://a.example", "https://a.example/\u202egpj.exe", "https://a.\u200bexample/"],
    ids=range(13),
)  # fmt: skip
def test_only_whole_web_addresses_become_links(url: str) -> None:
    assert "href" not in web_link(url)


def test_a_link_says_nothing_to_whom_it_leads() -> None:
    link = web_link("https://a.example/?a=1&b=2")
    assert 'href="https://a.example/?a=1&amp;b=2"' in link
    assert 'rel="noopener noreferrer nofollow"' in link


def test_an_attribute_cannot_be_left() -> None:
    assert attribute('"><x>\n\u202e') == '"&quot;&gt;&lt;x&gt; \ufffd"'


def test_the_policy_of_a_page_allows_its_own_style_and_script_and_nothing_else() -> None:
    page = html_page("</title><b>", "<p>x</p>", styles=("p{color:red}",), scripts=("let a = 1;",))
    policy = re.search(r'Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        content = re.search(f"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        assert content
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy[1]
    assert "<title>&lt;/title&gt;&lt;b&gt;</title>" in page
