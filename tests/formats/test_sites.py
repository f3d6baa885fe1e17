"""The site table: what is asked, what is known, and a person's own table over ours."""

import re
from pathlib import Path

import pytest

from provenance.errors import SettingsError
from provenance.fetch.check import check_fetch_settings
from provenance.fetch.fetcher import Fetcher
from provenance.formats.hosts import site_of
from provenance.formats.sites import Asked, our_sites, read_sites
from provenance.settings import FetchSettings, Settings, load_settings
from support.web import Clock, Web, page, run, settings_for


def a_table(folder: Path, text: str) -> str:
    path = folder / "my-sites.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_name_in_the_table_is_a_plain_lower_case_host() -> None:
    rows = our_sites().rows
    assert len(rows) > 150
    assert all(re.fullmatch(r"[a-z0-9.-]+\.[a-z]+", name) for name in rows)
    assert all(our_sites().site_of(name).traits >= set(row.is_) for name, row in rows.items())


@pytest.mark.parametrize(
    "host", ["netflix.com", "fedex.com", "x.com.evil.test", "notx.com", "xn--x.com", "com", ""]
)
def test_a_name_that_only_contains_another_is_a_stranger(host: str) -> None:
    assert not our_sites().has_trait(host, "login")
    assert site_of(host).capture == "http"


@pytest.mark.parametrize(
    ("trait", "hosts"),
    [
        ("login", "x.com twitter.com facebook.com instagram.com vk.com linkedin.com"),
        ("status_proves_nothing", "x.com mobile.twitter.com"),
        ("subscription", "ft.com wsj.com nytimes.com economist.com bloomberg.com"),
        ("shortener", "isw.pub t.co bit.ly youtu.be"),
        ("archive", "web.archive.org archive.ph perma.cc"),
        ("parking", "ww1.sedoparking.com"),
    ],
)
def test_the_hosts_of_the_rules_are_known(trait: str, hosts: str) -> None:
    assert [host for host in hosts.split() if not our_sites().has_trait(host, trait)] == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cited", "asked"),
    [
        ("https://t.me/rybar/12345", "https://t.me/s/rybar/12345"),
        ("http://www.t.me/rybar/12345?single#x", "https://t.me/s/rybar/12345"),
        ("https://t.me/s/rybar/12345", "https://t.me/s/rybar/12345"),
        ("https://telegram.me/rybar/12345", "https://t.me/s/rybar/12345"),
        ("https://t.me/c/1437020304/55", "https://t.me/c/1437020304/55"),
        ("https://t.me/joinchat/AAAA", "https://t.me/joinchat/AAAA"),
        ("https://t.me/rybar", "https://t.me/rybar"),
        ("https://t.me/rybar/12345/67", "https://t.me/rybar/12345/67"),
        ("https://evil.test/t.me/rybar/12345", "https://evil.test/t.me/rybar/12345"),
    ],
)
def test_telegram_is_asked_for_its_public_view(cited: str, asked: str) -> None:
    host = cited.split("/")[2]
    assert our_sites().asked_for(cited, host).url == asked


def test_what_the_view_must_show_is_told_with_it() -> None:
    asked = our_sites().asked_for("https://t.me/rybar/12345", "t.me")
    assert asked == Asked("https://t.me/s/rybar/12345", "t.me", 'data-post="rybar/12345"')


def test_a_persons_own_table_wins_name_by_name_and_column_by_column(tmp_path: Path) -> None:
    own = read_sites(a_table(tmp_path, """
        login = ["members.example"]
        [site."x.com"]
        is_not = ["status_proves_nothing"]
        [site."t.me"]
        interval_s = 9.5
        [site."wiki.example"]
        capture = "browser"
        [[site."wiki.example".instead]]
        when = 'wiki\\.example/p/(\\w+)'
        ask = "https://wiki.example/raw/{1}"
    """))  # fmt: skip
    assert own.has_trait("a.members.example", "login")
    assert own.site_of("x.com").traits == {"login"}
    assert own.site_of("x.com").capture == "browser"
    assert own.site_of("t.me").interval_s == 9.5
    assert own.asked_for("https://t.me/rybar/1", "t.me").site == "t.me"
    assert own.site_of("sub.wiki.example").capture == "browser"
    assert own.asked_for("https://wiki.example/p/A", "wiki.example").url.endswith("/raw/A")
    assert our_sites().site_of("x.com").traits == {"login", "status_proves_nothing"}


def test_the_nearer_name_has_the_later_word(tmp_path: Path) -> None:
    own = read_sites(a_table(tmp_path, """
        subscription = ["press.example"]
        [site."press.example"]
        interval_s = 7
        note = "all of it"
        [site."free.press.example"]
        is_not = ["subscription"]
        interval_s = 2
    """))  # fmt: skip
    assert own.site_of("www.press.example").traits == {"subscription"}
    assert own.site_of("www.free.press.example").traits == frozenset()
    assert own.site_of("www.free.press.example").interval_s == 2
    assert own.site_of("www.free.press.example").note == "all of it"


WRONG = {
    "an_unknown_list": ('\nlogins = ["a.example"]', 2, "logins"),
    "an_unknown_column": ('[site."a.example"]\nspeed = 3', 2, "speed"),
    "an_unknown_trait": ('[site."a.example"]\nis = ["odd"]', 2, "odd"),
    "an_unknown_capture": ('[site."a.example"]\n\ncapture = "camera"', 3, "camera"),
    "a_pause_of_nothing": ('[site."a.example"]\ninterval_s = 0', 2, "interval_s"),
    "a_word_for_a_number": ('[site."a.example"]\ninterval_s = "5"', 2, "interval_s"),
    "a_list_that_is_none": ('login = "a.example"', 1, "login"),
    "a_url_for_a_name": ('login = [\n "https://a.example/x"]', 2, "https://a.example/x"),
    "capital_letters": ('login = ["A.example"]', 1, "A.example"),
    "a_broken_pattern": (
        '[[site."a.example".instead]]\nwhen = "("\nask = "https://a.example/"', 2, "instead",
    ),
    "a_group_too_many": (
        '[[site."a.example".instead]]\nwhen = "a"\nask = "https://a.example/{2}"', 3, "{2}",
    ),
    "no_toml": ("login = x", 1, "no TOML"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_in_a_table_is_named_with_file_line_and_key(tmp_path: Path, case: str) -> None:
    text, line, key = WRONG[case]
    path = a_table(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        read_sites(path)
    message = caught.value.message
    assert message.startswith("fetch.sites: ")
    assert path in message
    assert f"line {line}" in message
    assert key in message


def test_a_table_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read .*none\.toml"):
        read_sites(str(tmp_path / "none.toml"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="is not UTF-8"):
        read_sites(str(tmp_path / "bytes.toml"))


def test_the_settings_name_the_table_from_their_own_folder_and_check_it(tmp_path: Path) -> None:
    a_table(tmp_path, 'login = ["a.example"]')
    settings = tmp_path / "provenance.toml"
    settings.write_text('[fetch]\nsites = "my-sites.toml"\n', encoding="utf-8")
    loaded = load_settings(settings)
    assert loaded.fetch.sites == str(tmp_path / "my-sites.toml")
    check_fetch_settings(loaded)
    with pytest.raises(SettingsError, match=r"fetch\.sites"):
        check_fetch_settings(Settings(fetch=FetchSettings(sites=str(tmp_path / "no.toml"))))


def test_a_sites_pause_is_kept_between_two_requests(tmp_path: Path) -> None:
    own = a_table(tmp_path, '[site."a.test"]\ninterval_s = 7\n')

    async def look() -> None:
        async with Web() as web:
            web.routes = {("a.test", "*"): page(), ("b.test", "*"): page()}
            settings = settings_for(web, "a.test", "b.test", sites=own, robots="ignore")
            clock = Clock()
            async with Fetcher(settings, clock=clock, sleep=clock.sleep) as fetcher:
                for host in ("b.test", "b.test", "a.test", "a.test", "a.test"):
                    await fetcher.fetch(f"http://{host}/x")
            assert clock.slept == [7.0, 7.0]

    run(look())
