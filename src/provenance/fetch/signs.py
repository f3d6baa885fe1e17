"""What was seen, in the words that verdicts are made of: one named sign a function. PURE.

A sign is a fact with words, never a verdict: it returns what was seen, or None.
`classify` says which signs together amount to what.
"""

import re

from provenance.fetch.rule import of_page
from provenance.fetch.seen import FEW_WORDS, Seen, words_of
from provenance.formats.titles import names_challenge, names_missing_page, shares_no_word
from provenance.formats.url import Address, parse_address, registrable_domain

# Below this many bytes a page is looked at for a domain that has changed hands.
SMALL_BODY_BYTES = 2_048
# Two pages are nearly the same where so much of their words is.
NEARLY_SAME = 0.9
COMPARED_TEXT = 600
# A page is about something else where less than this share of its words was on the page before.
OTHER_TOPIC = 0.1
_ENOUGH_WORDS = 20

# `/`, `/en/`, `/index.html`: names of the front page itself.
_FRONT_PAGE = re.compile(
    r"/(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|default|home|main)(?:\.[a-z]{2,5})?/?)?",
    re.IGNORECASE,
)
_NOT_FOUND_URL = re.compile(
    r"/404(?:\.[a-z]{2,5})?(?:/|$)"
    r"|[/=](?:page|error|file)?[-_]?not[-_]?found(?:\.[a-z]{2,5})?(?:[/?&]|$)"
    r"|[?&]aspxerrorpath=",
    re.IGNORECASE,
)
_LOGIN_URL = re.compile(
    r"(?:^|/)(?:log-?in|sign-?in|signon|sign-?up|checkpoint|consent|authwall|auth/login|sso)(?:[/.?]|$)",
    re.IGNORECASE,
)
_LOGIN_HOST = re.compile(r"^(?:login|signin|sso|auth|accounts?|consent)\.")
_INCAPSULA = re.compile(r"/_Incapsula_Resource\?.*incident_id=", re.IGNORECASE)
_FOR_SALE = re.compile(
    r"\bdomain (?:name )?(?:is|may be) (?:available )?for sale\b|\bbuy this domain\b"
    r"|\bdomain steht zum verkauf\b|\bdomaine est à vendre\b|\bдомен прода[её]тся\b"
    r"|\bdominio (?:está )?en venta\b|\balan adı satılıktır\b",
    re.IGNORECASE,
)
_BLOCKED_BY = re.compile(r"<([^>]*)>[^,]*;\s*rel=\"?blocked-by\b", re.IGNORECASE)
_CONDITIONS = (b"\r\nif-none-match:", b"\r\nif-modified-since:")


def _segments(address: Address) -> int:
    return len([segment for segment in address.path.split("/") if segment])


def _written(address: Address) -> str:
    return address.path + ("?" + address.query if address.query else "")


# -- soft 404 -----------------------------------------------------------------


def redirected_to_root(seen: Seen) -> str | None:
    """A deep path leads to the host's front page, or from over three segments to under two."""
    if not seen.was_redirected or seen.has_trait(seen.first.host, "shortener"):
        return None
    if _FRONT_PAGE.fullmatch(seen.final.path) and not seen.final.query:
        is_deep = not _FRONT_PAGE.fullmatch(seen.first.path)
        return f"{seen.first.path} leads to the front page" if is_deep else None
    if _segments(seen.first) > 3 and _segments(seen.final) < 2:
        return f"{seen.first.path} leads to {seen.final.path}"
    return None


def url_says_missing(seen: Seen) -> str | None:
    """The final URL says that there is nothing, and the cited one did not."""
    found = _NOT_FOUND_URL.search(_written(seen.final))
    if found is None or _NOT_FOUND_URL.search(_written(seen.first)):
        return None
    return f"the final address holds {found[0]}"


@of_page
def title_says_missing(seen: Seen) -> str | None:
    """A whole part of the title is a notice that the page is missing."""
    title = seen.page.title if seen.page else None
    return f"title {title!r}" if names_missing_page(title) else None


@of_page
def short_notice_of_missing(seen: Seen) -> str | None:
    """A page of few words whose heading, or whose whole text, says that the page is missing."""
    if seen.page is None or seen.page.word_count >= FEW_WORDS:
        return None
    told = [heading for heading in seen.page.headings if names_missing_page(heading)]
    if told:
        return f"heading {told[0]!r} over {seen.page.word_count} words"
    if seen.page.word_count <= FEW_WORDS // 4 and title_says_missing(seen):
        return f"only {seen.page.word_count} words"
    return None


def empty_body(seen: Seen) -> str | None:
    """200 with nothing in it."""
    if seen.last.method == "HEAD":
        return None
    return "an empty body" if seen.body.is_blank else None


@of_page
def sibling_is_the_same(seen: Seen) -> str | None:
    """A random path beside the cited one answers 200 with nearly the same page."""
    sibling, page = seen.known.sibling, seen.page
    if sibling is None or sibling.page is None or page is None or sibling.status != 200:
        return None
    if page.title != sibling.page.title or not _are_alike(page.text_start, sibling.page.text_start):
        return None
    return f"{sibling.url} gives nearly the same page"


def _are_alike(text: str, other: str) -> bool:
    # as much as is kept with a check, so that a later judgement sees what this one saw
    words, others = words_of(text[:COMPARED_TEXT]), words_of(other[:COMPARED_TEXT])
    return len(words & others) >= NEARLY_SAME * len(words | others)


@of_page
def title_changed(seen: Seen) -> str | None:
    """The title has no word in common with that of the copy that claims lean on."""
    title = seen.page.title if seen.page else None
    if not shares_no_word(title, seen.known.title):
        return None
    return f"title {title!r}, was {seen.known.title!r}"


# -- walls --------------------------------------------------------------------


def url_says_login(seen: Seen) -> str | None:
    """The final URL is that of a login or consent page."""
    if _LOGIN_URL.search(seen.final.path) or _LOGIN_HOST.match(seen.final.host):
        return f"ends at {seen.final.host}{seen.final.path}"
    return None


def led_away_to_login(seen: Seen) -> str | None:
    """The cited URL was no login page, and the look was led to one."""
    is_login = _LOGIN_URL.search(seen.first.path) or _LOGIN_HOST.match(seen.first.host)
    if seen.was_redirected and not is_login and url_says_login(seen):
        return "redirected away from the cited page"
    return None


@of_page
def asks_for_password(seen: Seen) -> str | None:
    """A password field on the page."""
    return "asks for a password" if seen.page and seen.page.has_password_input else None


@of_page
def few_words(seen: Seen) -> str | None:
    """Hardly any text for a page that is cited."""
    words = seen.words
    return f"only {words} words" if words is not None and words < FEW_WORDS else None


def login_host(seen: Seen) -> str | None:
    """A host that shows little to whoever is not logged in (hosts.toml)."""
    return (
        f"{seen.final.host} asks for a login" if seen.has_trait(seen.final.host, "login") else None
    )


def subscription_host(seen: Seen) -> str | None:
    """A host whose readers pay (hosts.toml)."""
    host = seen.final.host
    return f"{host} is for subscribers" if seen.has_trait(host, "subscription") else None


@of_page
def declares_paywall(seen: Seen) -> str | None:
    """schema.org: isAccessibleForFree is false."""
    if seen.page is not None and seen.page.is_accessible_for_free is False:
        return "isAccessibleForFree: false"
    return None


# -- bot walls ----------------------------------------------------------------


def _cookie_names(seen: Seen) -> list[str]:
    cookies = (value for name, value in seen.last.headers if name.lower() == "set-cookie")
    return [cookie.partition("=")[0].strip().lower() for cookie in cookies]


@of_page
def title_says_challenge(seen: Seen) -> str | None:
    """A whole part of the title is that of a challenge page."""
    title = seen.page.title if seen.page else None
    return f"title {title!r}" if names_challenge(title) else None


@of_page
def incapsula_frame(seen: Seen) -> str | None:
    """Imperva's frame with an incident number; its script alone stands on normal pages."""
    frames = seen.page.frames if seen.page else ()
    return "Imperva incident frame" if any(map(_INCAPSULA.search, frames)) else None


@of_page
def anubis_challenge(seen: Seen) -> str | None:
    """Anubis: its challenge element and its cookie, both."""
    cookies = [name for name in _cookie_names(seen) if "anubis" in name]
    script_ids = seen.page.script_ids if seen.page else ()
    return "Anubis challenge" if cookies and "anubis_challenge" in script_ids else None


# -- domains that changed hands ---------------------------------------------


def parked(seen: Seen) -> str | None:
    """Another registrable domain than cited, and it is one where domains are sold."""
    if not seen.was_redirected or not seen.has_trait(seen.final.host, "parking"):
        return None
    moved = registrable_domain(seen.first.host) != registrable_domain(seen.final.host)
    return f"parked at {seen.final.host}" if moved else None


@of_page
def offers_domain_for_sale(seen: Seen) -> str | None:
    """A short page that offers the domain itself."""
    if seen.page is None or seen.page.word_count >= FEW_WORDS:
        return None
    return "offers the domain for sale" if _FOR_SALE.search(seen.page.text_start) else None


def parking_marks(seen: Seen) -> str | None:
    """What parking services leave on their pages: a cookie, a header, a frame."""
    if "parking_session" in _cookie_names(seen):
        return "a parking service's cookie"
    if seen.last.header("x-adblock-key"):
        return "a parking service's header"
    frames = (parse_address(frame) for frame in (seen.page.frames if seen.page else ()))
    hosts = [frame.host for frame in frames if frame and seen.has_trait(frame.host, "parking")]
    return f"a frame of {hosts[0]}" if hosts else None


def small_body(seen: Seen) -> str | None:
    """Hardly any bytes."""
    size = seen.body.size_bytes
    return f"only {size} bytes" if size < SMALL_BODY_BYTES else None


def left_its_domain(seen: Seen) -> str | None:
    """The look ended under another registrable domain than it began at (a shortener's job apart)."""
    first, final = registrable_domain(seen.first.host), registrable_domain(seen.final.host)
    if first == final or seen.has_trait(seen.first.host, "shortener"):
        return None
    return f"{first} leads to {final}"


@of_page
def other_topic(seen: Seen) -> str | None:
    """The page shares hardly a word with the copy that claims lean on."""
    if seen.page is None or len(seen.known.words) < _ENOUGH_WORDS:
        return None
    words = words_of(seen.page.text_start)
    if len(words) < _ENOUGH_WORDS:
        return None
    share = len(words & seen.known.words) / len(words)
    return f"{share:.0%} of its words were there before" if share < OTHER_TOPIC else None


# -- what was asked for -----------------------------------------------------


def was_conditional(seen: Seen) -> str | None:
    """The request said what we hold already."""
    asked = seen.last.request_head.lower()
    return "asked for changes only" if any(word in asked for word in _CONDITIONS) else None


def blocked_by(seen: Seen) -> str:
    """Who demanded that the page be taken away (RFC 7725, section 4), or nothing."""
    found = _BLOCKED_BY.search(seen.last.header("link") or "")
    return f"; blocked by {found[1]}" if found else ""


@of_page
def lacks_what_was_cited(seen: Seen) -> str | None:
    """The view that was asked for does not show what was cited."""
    if seen.page is None or seen.page.shows_cited is not False:
        return None
    return f"{seen.final.host}{seen.final.path} does not show what was cited"


def led_away(seen: Seen) -> str | None:
    """The look ended at another address than was asked for."""
    return f"leads to {seen.final.host}{seen.final.path}" if seen.was_redirected else None
