"""robots.txt that forbids nothing is not matched path by path: held against what protego reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from provenance.fetch.robots import may_forbid

_PATHS = ("/", "/secret", "/a/b.html?c=d", "/%7Eford")
_FIELDS = (
    "User-agent", "user agent", "Disallow", "disalow", "DISSALLOW", "diasllow", "Allow", "Sitemap",
    "Crawl-delay", "Host", "Toll",
)  # fmt: skip
_VALUES = ("", "*", "provenance", "/", "/secret", "# /", "/ # all of it", "10")
_lines = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(("", " ", "\t", "\ufeff")),
    st.sampled_from(_FIELDS),
    st.sampled_from((": ", ":", " : ", " ")),
    st.sampled_from(_VALUES),
)
_files = st.builds(
    str.join, st.sampled_from(("\n", "\r\n", "\r", "\x0b", "\u2028")), st.lists(_lines)
)


@given(_files)
def test_what_is_said_to_forbid_nothing_lets_everything_be_asked(text: str) -> None:
    if not may_forbid(text):
        rules = Protego.parse(text)
        assert all(
            rules.can_fetch(f"https://barges.example{path}", "provenance") for path in _PATHS
        )


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /tolls",
        "User-agent: *\nDISALLOW /tolls",
        "User-agent: *\ndisalow: /tolls",
        "User-agent: *\nAllow: /\nDisallow: /tolls # and nothing else",
        "User-agent: *\r\tDisallow:/tolls",
    ],
    ids=["plain", "no colon", "misspelt", "with a comment", "odd lines"],
)
def test_a_path_that_is_forbidden_is_matched(text: str) -> None:
    assert may_forbid(text)
    assert not Protego.parse(text).can_fetch("https://barges.example/tolls", "provenance")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "User-agent: *\nAllow: /",
        "User-agent: *\nDisallow:",
        "User-agent: *\nDisallow :  # none",
    ],
    ids=["empty", "allows all", "disallows nothing", "says so"],
)
def test_the_usual_files_that_forbid_nothing_are_known(text: str) -> None:
    assert not may_forbid(text)
