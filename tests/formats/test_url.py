"""Identity of addresses: equal for one page, different for two, and stable."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PSLFILE, PublicSuffixList

from provenance.formats.url import (
    canonical_url,
    fetch_form,
    host_of,
    is_ip_address,
    is_known_suffix,
    parse_address,
    registrable_domain,
    resolve_reference,
    surt_key,
)
from support.cite_builders import patient

LABEL = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
SEGMENT = st.text(st.characters(codec="utf-8", exclude_characters="/?#\\", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=8).filter(lambda s: s.strip(".") and "%" not in s)  # fmt: skip
PAIR = st.sampled_from(
    [
        "id=12",
        "utm_source=x",
        "fbclid=1",
        "s=20",
        "q=a%20b",
        "b",
        "UTM_Medium=y",
        "t=5",
        "lang=en",
        "_ga=2.1",
    ]
)
FRAGMENT = st.sampled_from(["", "", "#top", "#/dashboard", "#!/tab", "#:~:text=x", "#map=5/1/2"])


@st.composite
def urls(draw: st.DrawFn) -> str:
    host = ".".join(
        [
            *draw(st.lists(LABEL, min_size=1, max_size=3)),
            draw(st.sampled_from(["org", "ru", "co.uk"])),
        ]
    )
    path = "".join("/" + segment for segment in draw(st.lists(SEGMENT, max_size=4)))
    slash = draw(st.sampled_from(["", "/", "//x"])) if path else ""
    query = "&".join(draw(st.lists(PAIR, max_size=4)))
    port = draw(st.sampled_from(["", "", ":443", ":8080", ":80"]))
    scheme = draw(st.sampled_from(["https", "http", "HTTPS"]))
    return f"{scheme}://{draw(st.sampled_from(['', 'www.']))}{host}{port}{path}{slash}{'?' + query if query else ''}{draw(FRAGMENT)}"


@patient
@given(urls())
def test_identity_is_stable_under_itself(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert parse_address(once) is not None


@patient
@given(st.text(max_size=60))
def test_whatever_is_written_has_an_identity(text: str) -> None:
    once = canonical_url(text)
    assert canonical_url(once) == once


@patient
@given(urls())
def test_identity_keeps_what_servers_may_tell_apart(url: str) -> None:
    address, once = parse_address(url), parse_address(canonical_url(url))
    assert address is not None
    assert once is not None
    assert once.path == address.path
    assert once.path.count("//") == address.path.count("//")
    kept = address.fragment if address.fragment.startswith(("/", "!")) else ""
    assert once.fragment == kept
    assert "utm_" not in once.query.lower()
    pairs = iter(address.query.split("&"))
    assert not once.query or all(pair in pairs for pair in once.query.split("&"))


@pytest.mark.parametrize(
    "spelling",
    [
        "https://x.com/writer/status/12",
        "http://x.com/writer/status/12",
        "https://www.x.com/writer/status/12?s=20",
        "https://mobile.x.com/writer/status/12",
        "https://twitter.com/writer/status/12?s=20&t=abc",
        "https://mobile.twitter.com/writer/status/12",
        "https://www.twitter.com/writer/status/12?ref_src=twsrc%5Etfw",
        "HTTPS://Twitter.COM/writer/status/12#m",
        "https://twitter.com:443/writer/status/12?utm_source=a&utm_medium=b",
    ],
)
def test_all_spellings_of_a_post_are_one(spelling: str) -> None:
    assert canonical_url(spelling) == "https://x.com/writer/status/12"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.org/x", "https://a.org/x/"),
        ("https://a.org/x", "https://a.org//x"),
        ("https://a.org/x", "https://a.org/X"),
        ("https://a.org/?id=1", "https://a.org/?id=2"),
        ("https://a.org/?a&b", "https://a.org/?b&a"),
        ("https://a.org/#/one", "https://a.org/#/two"),
        ("https://a.org/#!one", "https://a.org/"),
        ("https://a.org/?s=20", "https://a.org/"),
        ("https://a.org/%7Ex", "https://a.org/~x"),
        ("https://netflix.com/a", "https://x.com/a"),
        ("https://www.com/a", "https://com/a"),
        ("https://a.org:8080/", "https://a.org/"),
        ("https://youtube.com/watch?v=1&t=5", "https://youtube.com/watch?v=1"),
    ],
)
def test_pages_that_may_differ_are_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "cut",
    [
        "https://a.org/weekly-u...",
        "https://a.org/weekly-u…",
        "not a url",
        "ftp://a.org/x",
        "https:///",
        "",
    ],
)
def test_what_is_no_address_does_not_stop_the_parser(cut: str) -> None:
    assert canonical_url(canonical_url(cut)) == canonical_url(cut)
    assert surt_key(cut) is not None
    assert fetch_form(cut) is None or fetch_form(cut).startswith("http")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://2130706433/", "127.0.0.1"),
        ("http://[::1]/", "[::1]"),
        ("https://НОВОСТИ.рф/x", "xn--b1amnebsh.xn--p1ai"),
        ("https://user:pw@a.org/", "a.org"),
        ("mailto:a@b.org", None),
        ("https://a b.org/", None),
    ],
)
def test_a_host_is_what_a_browser_would_ask(url: str, host: str | None) -> None:
    assert host_of(url) == host


def test_credentials_are_noticed() -> None:
    address = parse_address("https://user:pw@a.org/")
    assert address is not None
    assert address.has_credentials


@pytest.mark.parametrize(
    ("host", "is_address"),
    [("127.0.0.1", True), ("[::1]", True), ("a.org", False), ("1.2.3", False)],
)
def test_literal_addresses_are_told_from_names(host: str, is_address: bool) -> None:
    assert is_ip_address(host) is is_address


@pytest.mark.parametrize(
    ("base", "reference", "target"),
    [
        ("https://a.org/b/c", "d", "https://a.org/b/d"),
        ("https://a.org/b/c", "/d//e", "https://a.org/d//e"),
        ("https://a.org/b/c", "//b.org/d", "https://b.org/d"),
        ("http://a.org/b/c", "\\\\b.org/d", "http://b.org/d"),
        ("https://a.org/b/c?x", "?y", "https://a.org/b/c?y"),
        ("https://a.org/b#c", "#d", "https://a.org/b#d"),
        ("https://a.org/b", "", "https://a.org/b"),
        ("https://a.org/b", " https://c.org ", "https://c.org/"),
        ("https://a.org/b", "ftp://c.org/", None),
        ("https://a.org/b", "javascript:x", None),
        ("http://a.org/b", "http://[", None),
        ("not a base", "/x", None),
    ],
)
def test_a_location_is_resolved_without_collapsing_slashes(
    base: str, reference: str, target: str | None
) -> None:
    assert resolve_reference(base, reference) == target


def test_suffixes_and_domains_are_known() -> None:
    assert is_known_suffix("RU")
    assert is_known_suffix("xn--p1ai")
    assert not is_known_suffix("nosuchsuffix")


def test_the_same_top_level_domains_are_known_as_all_rules_together_know() -> None:
    everything = PublicSuffixList(accept_unknown=False)
    rules = Path(PSLFILE).read_text(encoding="utf-8").splitlines()
    written = (rule for rule in rules if not rule.startswith("//"))
    labels = {rule.split(" ")[0].rpartition(".")[2] for rule in written} | {
        "",
        "*",
        "//",
        "local host",
        "xn--nosuchsuffix",
        "xn--",
    }
    labels |= {label.encode("idna").decode("ascii") for label in labels if not label.isascii()}
    for label in labels - {
        "alt",
        "example",
        "internal",
        "invalid",
        "local",
        "localhost",
        "onion",
        "test",
    }:
        assert is_known_suffix(label) == bool(everything.publicsuffix(label)), label
    assert registrable_domain("news.bbc.co.uk") == "bbc.co.uk"
    assert registrable_domain("10.0.0.1") == "10.0.0.1"
    assert registrable_domain("localhost") == "localhost"


@patient
@given(urls())
def test_index_keys_sort_a_site_together_and_know_no_case(url: str) -> None:
    key = surt_key(url)
    assert surt_key(url.replace("://www.", "://")) == key
    assert ")/" in key
    assert " " not in key
