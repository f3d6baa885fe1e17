"""What was seen, in the words that verdicts are made of: one named sign a function. PURE.

A sign is a fact with words, never a verdict: it returns what was seen, or None.
`classify` says which signs together amount to what.
"""

import re
from typing import NamedTuple

from provenance.formats.hosts import has_trait
from provenance.formats.page import PageFacts
from provenance.formats.url import Address, parse_address, registrable_domain
from provenance.model import Exchange, Visit

__all__ = ["Seen", "read_seen"]

# Below this many words a page is a form, a notice or a teaser.
FEW_WORDS = 200

# How a title or heading says that there is no such page: a whole part of it, never a phrase in it.
_NOT_FOUND_PARTS = frozenset(
    {
        "error 404", "http 404", "404", "not found", "page not found", "file not found",
        "the page cannot be found", "page cannot be found", "page can't be found",
        "the requested page could not be found", "requested page not found", "page unavailable",
        "file was not found", "this page isn't available", "this page is not available",
        "page not available", "content not found", "content unavailable", "article not found",
        "sorry, this page isn't available", "oops! that page can't be found", "nothing found",
        "we can't find that page", "page does not exist", "this page does not exist",
        "page introuvable", "page non trouvée", "erreur 404", "cette page n'existe pas",
        "contenu introuvable", "article introuvable",
        "страница не найдена", "ошибка 404", "страница не существует", "не найдено",
        "الصفحة غير موجودة", "خطأ 404", "لم يتم العثور على الصفحة", "الصفحة المطلوبة غير موجودة",
        "página no encontrada", "error 404: página no encontrada", "página não encontrada",
        "seite nicht gefunden", "die seite wurde nicht gefunden", "fehler 404",
        "pagina non trovata", "pagina niet gevonden", "sayfa bulunamadı", "صفحه یافت نشد",
        "صفحه پیدا نشد", "сторінку не знайдено", "页面不存在", "找不到页面", "ページが見つかりません",
    }
)  # fmt: skip
_NOT_FOUND_START = re.compile(r"(?:error |http )?404\b(?!\s*(?:media|bc|ad|km|people)\b)")
_TITLE_PARTS = re.compile(r"\s+[-–—|·•»«:/]+\s+|\s*\|\s*|:\s+")
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
_CHALLENGE_PARTS = frozenset(
    {
        "just a moment...", "just a moment", "attention required!", "access denied",
        "access to this page has been denied", "checking your browser", "ddos-guard",
        "are you a robot?", "robot check", "pardon our interruption", "security check",
        "human verification", "один момент…", "un instant…", "einen moment bitte…",
        "making sure you're not a bot!", "request rejected", "please wait...",
    }
)  # fmt: skip
_INCAPSULA = re.compile(r"/_Incapsula_Resource\?.*incident_id=", re.IGNORECASE)
_FOR_SALE = re.compile(
    r"\bdomain (?:name )?(?:is|may be) (?:available )?for sale\b|\bbuy this domain\b", re.IGNORECASE
)


class Seen(NamedTuple):
    """A look that ended with an answer; `page` is None where that is no HTML."""

    visit: Visit
    last: Exchange
    first: Address
    final: Address
    page: PageFacts | None

    @property
    def was_redirected(self) -> bool:
        """Tell whether the look ended at another URL than it began at."""
        # a page that asked for a cookie, or refused at first, was asked twice under one URL
        return len({hop.url for hop in self.visit.hops}) > 1

    @property
    def words(self) -> int | None:
        """How many words the page shows; None where it is no HTML."""
        return None if self.page is None else self.page.word_count


def read_seen(visit: Visit, page: PageFacts | None) -> Seen | None:
    """Return what there is to judge; None where the look ended without an answer."""
    last = visit.last
    first = parse_address(visit.url)
    final = parse_address(visit.final_url)
    if last is None or first is None or final is None:
        return None
    return Seen(visit, last, first, final, page)


def _segments(address: Address) -> int:
    return len([segment for segment in address.path.split("/") if segment])


def _parts(text: str | None) -> list[str]:
    if not text:
        return []
    whole = text.strip().lower().replace("’", "'")
    return [whole, *(part.strip(" .!") for part in _TITLE_PARTS.split(whole))]


def _written(address: Address) -> str:
    return address.path + ("?" + address.query if address.query else "")


def _names_missing_page(text: str | None) -> bool:
    return any(
        part in _NOT_FOUND_PARTS or _NOT_FOUND_START.match(part) is not None
        for part in _parts(text)
    )


# -- soft 404 -----------------------------------------------------------------


def redirected_to_root(seen: Seen) -> str | None:
    """A deep path leads to the host's front page, or from over three segments to under two."""
    if not seen.was_redirected or has_trait(seen.first.host, "shortener"):
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


def title_says_missing(seen: Seen) -> str | None:
    """A whole part of the title is a notice that the page is missing."""
    title = seen.page.title if seen.page else None
    return f"title {title!r}" if _names_missing_page(title) else None


def short_notice_of_missing(seen: Seen) -> str | None:
    """A page of few words whose heading, or whose whole text, says that the page is missing."""
    if seen.page is None or seen.page.word_count >= FEW_WORDS:
        return None
    told = [heading for heading in seen.page.headings if _names_missing_page(heading)]
    if told:
        return f"heading {told[0]!r} over {seen.page.word_count} words"
    if seen.page.word_count <= FEW_WORDS // 4 and title_says_missing(seen):
        return f"only {seen.page.word_count} words"
    return None


def empty_body(seen: Seen) -> str | None:
    """200 with nothing in it."""
    if seen.last.method == "HEAD":
        return None
    return "an empty body" if not seen.last.body.strip() else None


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


def asks_for_password(seen: Seen) -> str | None:
    """A password field on the page."""
    return "asks for a password" if seen.page and seen.page.has_password_input else None


def few_words(seen: Seen) -> str | None:
    """Hardly any text for a page that is cited."""
    words = seen.words
    return f"only {words} words" if words is not None and words < FEW_WORDS else None


def login_host(seen: Seen) -> str | None:
    """A host that shows little to whoever is not logged in (hosts.toml)."""
    return f"{seen.final.host} asks for a login" if has_trait(seen.final.host, "login") else None


def subscription_host(seen: Seen) -> str | None:
    """A host whose readers pay (hosts.toml)."""
    host = seen.final.host
    return f"{host} is for subscribers" if has_trait(host, "subscription") else None


def declares_paywall(seen: Seen) -> str | None:
    """schema.org: isAccessibleForFree is false."""
    if seen.page is not None and seen.page.is_accessible_for_free is False:
        return "isAccessibleForFree: false"
    return None


# -- bot walls ----------------------------------------------------------------


def title_says_challenge(seen: Seen) -> str | None:
    """A whole part of the title is that of a challenge page."""
    title = seen.page.title if seen.page else None
    return f"title {title!r}" if any(part in _CHALLENGE_PARTS for part in _parts(title)) else None


def incapsula_frame(seen: Seen) -> str | None:
    """Imperva's frame with an incident number; its script alone stands on normal pages."""
    frames = seen.page.frames if seen.page else ()
    return "Imperva incident frame" if any(map(_INCAPSULA.search, frames)) else None


def anubis_challenge(seen: Seen) -> str | None:
    """Anubis: its challenge element and its cookie, both."""
    cookies = [
        v for k, v in seen.last.headers if k.lower() == "set-cookie" and "anubis" in v.lower()
    ]
    script_ids = seen.page.script_ids if seen.page else ()
    return "Anubis challenge" if cookies and "anubis_challenge" in script_ids else None


def parked(seen: Seen) -> str | None:
    """Another registrable domain than cited, and it is one where domains are sold."""
    if not seen.was_redirected or not has_trait(seen.final.host, "parking"):
        return None
    moved = registrable_domain(seen.first.host) != registrable_domain(seen.final.host)
    return f"parked at {seen.final.host}" if moved else None


def offers_domain_for_sale(seen: Seen) -> str | None:
    """A short page that offers the domain itself."""
    if seen.page is None or seen.page.word_count >= FEW_WORDS:
        return None
    return "offers the domain for sale" if _FOR_SALE.search(seen.page.text_start) else None
