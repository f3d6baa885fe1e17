"""What is judged with more than the look: the last title, a sibling, the view that was asked for."""

import pytest

from provenance.fetch.classify import describe_drift, observe
from provenance.fetch.seen import Known, words_of
from provenance.formats.sites import read_sites
from support.looks import LONG, URL, a_look, a_sibling, judged

SHELL = "<title>The Studio</title><p>" + " ".join(f"programme{n}" for n in range(300))
WAR = "<title>Sixteen attacks in Mopti</title>" + LONG


def rule(verdict: object) -> tuple[str, str]:
    return verdict.outcome, verdict.rule  # type: ignore[attr-defined]


# -- soft 404: two signs, or one and a changed title ---------------------------


def test_one_sign_and_a_changed_title_are_a_missing_page() -> None:
    to_root = a_look(SHELL, to="https://a.test/")
    assert rule(judged(to_root)) == ("temporary", "soft_404_suspected")
    verdict = judged(to_root, title="Sixteen attacks in Mopti")
    assert rule(verdict) == ("gone", "soft_404")
    assert "was 'Sixteen attacks in Mopti'" in verdict.reason


@pytest.mark.parametrize("before", [None, "", "The Studio: attacks", "a b", "the STUDIO"])
def test_a_title_that_kept_a_word_or_was_never_known_proves_nothing(before: str | None) -> None:
    verdict = judged(a_look(SHELL, to="https://a.test/"), title=before)
    assert rule(verdict) == ("temporary", "soft_404_suspected")


def test_a_changed_title_alone_is_no_sign_of_a_missing_page() -> None:
    assert rule(judged(a_look(WAR), title="Weekly update")) == ("ok", "ok")


def test_a_random_path_that_gives_the_same_page_is_the_second_sign() -> None:
    to_root = a_look(SHELL, to="https://a.test/")
    verdict = judged(to_root, sibling=a_sibling(SHELL))
    assert rule(verdict) == ("gone", "soft_404")
    assert "zqxj gives nearly the same page" in verdict.reason


def test_a_random_path_that_gives_nearly_the_same_page_is_enough() -> None:
    varied = SHELL + "<p>served in 0.123 seconds"
    verdict = judged(a_look(varied, to="https://a.test/"), sibling=a_sibling(SHELL))
    assert rule(verdict) == ("gone", "soft_404")


@pytest.mark.parametrize(
    "sibling",
    [
        a_sibling(SHELL, 404),
        a_sibling(SHELL.replace("The Studio", "Not found")),
        a_sibling("<title>The Studio</title><p>" + "entirely different sentences stand here " * 40),
    ],
    ids=["status", "title", "words"],
)
def test_a_random_path_that_answers_otherwise_proves_nothing(sibling: object) -> None:
    verdict = judged(a_look(SHELL, to="https://a.test/"), sibling=sibling)
    assert rule(verdict) == ("temporary", "soft_404_suspected")


def test_a_site_that_shows_one_shell_for_every_path_is_no_missing_page_for_that_alone() -> None:
    assert rule(judged(a_look(SHELL), sibling=a_sibling(SHELL))) == ("ok", "ok")


# -- conditional requests --------------------------------------------------------


@pytest.mark.parametrize("name", ["If-None-Match", "if-modified-since"])
def test_a_304_that_was_asked_for_is_ok(name: str) -> None:
    asked = f"GET / HTTP/1.1\r\nHost: a.test\r\n{name}: x\r\n\r\n".encode()
    assert rule(judged(a_look("", 304, asked=asked))) == ("ok", "not_modified")


def test_a_304_that_nobody_asked_for_says_nothing() -> None:
    asked = b"GET /if-none-match: HTTP/1.1\r\nHost: a.test\r\n\r\n"
    assert rule(judged(a_look("", 304, asked=asked))) == ("temporary", "status_other")


# -- taken away by law ---------------------------------------------------------


def test_a_legal_wall_names_who_demanded_it() -> None:
    link = '<https://court.test/order>; rel="blocked-by", <https://a.test>; rel="canonical"'
    verdict = judged(a_look("no", 451, Link=link))
    assert rule(verdict) == ("wall", "legal")
    assert verdict.reason == "HTTP 451; blocked by https://court.test/order"
    assert judged(a_look("no", 451)).reason == "HTTP 451"


# -- the view that was asked for ---------------------------------------------------

VIEW = "https://t.me/s/rybar/12"
SHOWS = 'data-post="rybar/12"'


def test_a_public_view_that_shows_the_post_is_the_page() -> None:
    body = f"<title>Rybar</title><div {SHOWS}>words</div>" + LONG
    assert rule(judged(a_look(body, url=VIEW), shows=SHOWS)) == ("ok", "ok")


def test_a_public_view_of_other_posts_is_a_suspicion_and_no_capture() -> None:
    body = '<title>Rybar</title><div data-post="rybar/123">words</div>' + LONG
    verdict = judged(a_look(body, url=VIEW), shows=SHOWS)
    assert rule(verdict) == ("temporary", "post_not_shown")
    assert "t.me/s/rybar/12 does not show" in verdict.reason


def test_a_channel_without_a_public_view_is_a_wall() -> None:
    verdict = judged(a_look(LONG, url=VIEW, to="https://t.me/rybar/12"), shows=SHOWS)
    assert rule(verdict) == ("wall", "no_public_view")


def test_an_empty_view_shows_nothing_of_what_was_cited() -> None:
    assert rule(judged(a_look("", url=VIEW), shows=SHOWS))[1] == "post_not_shown"


# -- domains that changed hands --------------------------------------------------

SALE = "<title>a.test</title><p>This domain is for sale. Make an offer."


@pytest.mark.parametrize(
    ("look", "known"),
    [
        (a_look(SALE), {}),
        (a_look(SALE + "<!--" + "x" * 4000, Set_Cookie="parking_session=1; path=/"), {}),
        (a_look(SALE + "<!--" + "x" * 4000, X_Adblock_Key="abc"), {}),
        (a_look(SALE + "<!--" + "x" * 4000 + "--><iframe src='https://ww1.sedoparking.com/x'>"), {}),
        (a_look(SALE + "<!--" + "x" * 4000), {"title": "Sixteen attacks"}),
        (a_look("<title>a.test</title><p>Ce domaine est à vendre"), {}),
        (a_look("<title>a.test</title><p>Домен продаётся"), {}),
    ],
    ids=["small", "cookie", "header", "frame", "title", "french", "russian"],
)  # fmt: skip
def test_an_offer_of_the_domain_with_a_second_sign_is_gone(look: object, known: dict) -> None:
    assert rule(judged(look, **known)) == ("gone", "for_sale")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "look",
    [
        a_look(SALE + "<!--" + "x" * 4000),
        a_look(SALE + "<!--" + "x" * 4000, Set_Cookie="theme=parking_session"),
        a_look(SALE + LONG),
        a_look("<title>a.test</title><p>A short page of few bytes."),
    ],
    ids=["alone", "another_cookie", "in_an_article", "only_small"],
)
def test_an_offer_alone_or_a_small_page_alone_is_ok(look: object) -> None:
    assert rule(judged(look)) == ("ok", "ok")  # type: ignore[arg-type]


BEFORE = words_of(" ".join(f"attack{n} mopti{n}" for n in range(40)))
CASINO = "<title>Casino bonus</title><p>" + " ".join(f"bonus{n} spin{n}" for n in range(60))


def drift(look: object, **known: object) -> str | None:
    _, page = observe(look)  # type: ignore[arg-type]
    return describe_drift(look, page, Known(**{"words": BEFORE} | known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("look", "known", "why"),
    [
        (a_look(CASINO + "<!--" + "x" * 4000, to="https://casino.test/"), {}, "a.test leads to casino.test"),
        (a_look(CASINO), {}, "only "),
        (a_look(CASINO + "<!--" + "x" * 4000), {"title": "Sixteen attacks"}, "title 'Casino bonus', was"),
    ],
    ids=["domain", "small", "title"],
)  # fmt: skip
def test_another_topic_where_there_is_cause_to_look_is_a_hijack_perhaps(
    look: object, known: dict, why: str
) -> None:
    found = drift(look, **known)
    assert found is not None
    assert found.startswith("hijacked?: " + why)
    assert found.endswith("of its words were there before")


KEPT = "<title>Casino bonus</title><p>" + " ".join(sorted(BEFORE))


@pytest.mark.parametrize(
    ("look", "known"),
    [
        (a_look(CASINO + "<!--" + "x" * 4000), {}),
        (a_look(CASINO + "<!--" + "x" * 4000, to="https://www.a.test/x"), {}),
        (a_look(CASINO + "<!--" + "x" * 4000, url="https://bit.ly/1", to="https://b.test/"), {}),
        (a_look(KEPT), {"title": "Sixteen attacks"}),
        (a_look(CASINO), {"words": frozenset({"attack"})}),
        (a_look("<title>Casino bonus</title><p>few words"), {"title": "Sixteen attacks"}),
        (a_look("%PDF-1.4", Content_Type="application/pdf"), {}),
    ],
    ids=["no_cause", "same_domain", "shortener", "same_topic", "little_known", "little_shown", "pdf"],
)  # fmt: skip
def test_without_cause_or_with_the_old_words_nothing_drifted(look: object, known: dict) -> None:
    assert drift(look, **known) is None


# -- a person's own table ---------------------------------------------------------


def test_a_persons_table_decides_who_asks_for_a_login(tmp_path: object) -> None:
    path = tmp_path / "s.toml"  # type: ignore[operator]
    path.write_text(
        'login = ["a.test"]\n[site."x.com"]\nis_not = ["login", "status_proves_nothing"]'
    )
    sites = read_sites(str(path))
    teaser = a_look("<p>Join to read")
    assert rule(judged(teaser)) == ("ok", "ok")
    assert rule(judged(teaser, sites=sites)) == ("wall", "members_page")
    post = a_look("<p>few", 404, url="https://x.com/a/status/1")
    assert rule(judged(post))[1] == "status_proves_nothing"
    assert rule(judged(post, sites=sites))[1] == "status_gone"


def test_the_same_url_asked_twice_is_no_redirect() -> None:
    """A 403 asked again, or a page that sets a cookie first, ends where it began."""
    from msgspec.structs import replace

    look = a_look(SHELL, to=URL)
    assert judged(replace(look, hops=(look.hops[0], look.hops[1]))).rule == "ok"
