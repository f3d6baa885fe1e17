"""What a note says in words: which kind of thing a stretch of prose names.

The first row that matches wins: behind a subscription, to be had on request, said
to the author, a work; a stretch that matches no row is commentary if it reads as
prose, and unknown if it is a scrap (the tail of a link that was cut away). The
words of a title in quotes do not count for the first three.
"""

import re

from provenance.cite.patterns import lazy_pattern
from provenance.cite.phrases import FINITE_VERBS
from provenance.cite.short_forms import names_note
from provenance.cite.stretches import is_comment, outside_quotes
from provenance.cite.works import names_work
from provenance.model import CitationKind

__all__ = [
    "describes_address",
    "kind_of_prose",
    "names_label",
    "needs_subscription",
    "promises_access",
]

_SUBSCRIPTION = lazy_pattern(
    r"\b(?:by|with|via|through|under)\s+(?:a\s+|paid\s+)?subscription\b|\bsubscription\s+(?:required|only)\b"
    r"|\bsubscribers?\s+only\b|\bpaywall|\b(?:nur\s+)?für\s+abonnenten\b|\bsur\s+abonnement\b|\bréservé\s+aux\s+abonnés\b"
    r"|\bpor\s+suscripción\b|\bпо\s+подписке\b|\bза\s+передплатою\b|بالاشتراك",
    re.IGNORECASE,
)
_ON_REQUEST = lazy_pattern(
    r"\b(?:up)?on\s+request\b|\bby\s+request\b|\bon\s+file\s+with\b|\bin\s+(?:the\s+)?authors?['’]?s?\s+possession\b"
    r"|\bauthors?['’]?s?['’]?\s+(?:own\s+)?(?:database|dataset|data|records?|files?|archives?|notes)\b"
    r"|\bauf\s+(?:anfrage|nachfrage)\b|\bbeim\s+(?:autor|verfasser)\b|\b(?:archiv|datenbank)\s+de[sr]\s+(?:autor(?:s|in|en)|verfassers)\b"
    r"|\bsur\s+demande\b|\bbase\s+de\s+données\s+de\s+l['’]auteur|\barchives\s+de\s+l['’]auteur"
    r"|\b(?:a\s+solicitud|previa\s+petición|bajo\s+pedido)\b|\b(?:base\s+de\s+datos|archivo)\s+del?\s+(?:la\s+)?autora?\b"
    r"|\bпо\s+запросу\b|\bархив\s+автора\b|\bбаза\s+данных\s+автора\b|\bна\s+запит\b|\bархів\s+автора\b"
    r"|عند\s+الطلب|قاعدة\s+بيانات\s+(?:الكاتب|المؤلف|الباحث)|أرشيف\s+(?:الكاتب|المؤلف)",
    re.IGNORECASE,
)
_COMMUNICATION = lazy_pattern(
    r"\bpersonal\s+(?:communications?|correspondence|interview|conversation|e-?mail)\b|\bpers\.\s+comm\b"
    r"|\be-?mail(?:\s+messages?)?\s+to\b|\binterview\s+by\b"
    r"|\b(?:interviews?|e-?mails?|conversations?|correspondence|telephone\s+(?:call|interview|conversation)|phone\s+(?:call|interview)"
    r"|discussions?|briefing|letter|text\s+messages?|whatsapp\s+messages?)\s+(?:with|from|to|by|between)\b"
    r"|\binterview(?:ed)?\s+by\s+(?:the\s+)?authors?\b|\bauthors?['’]?s?['’]?\s+interviews?\b"
    r"|\bentretiens?\s+(?:téléphonique\s+)?avec\b|\bcorrespondance\s+avec\b|\bcommunication\s+personnelle\b|\bcourriel\s+(?:de|à)\b"
    r"|\b(?:interviews?|gespräch|telefonat|schriftwechsel)\s+(?:des\s+(?:autors|verfassers)\s+)?mit\b|\be-?mail\s+(?:von|an)\b|\bpersönliche[nrms]?\s+(?:mitteilung|gespräch|auskunft|e-?mail|interview)"
    r"|\bentrevista\s+(?:con|a|de)\b|\bcomunicación\s+personal\b|\bcorreo\s+electrónico\s+(?:de|a)\b"
    r"|\bинтервью\s+(?:автора\s+)?с\b|\bбеседа\s+с\b|\bличн(?:ая|ое)\s+(?:беседа|сообщение|переписка)|\bінтерв['’ʼ]?ю\s+з\b|\bрозмова\s+з\b"
    r"|(?:مقابلة|مقابلات|حديث|محادثة|مراسلات?)\s+(?:شخصية\s+)?(?:مع|هاتفية)|مصاحبه\s+با|گفتگو\s+با",
    re.IGNORECASE,
)
# said to nobody else: such words in front of an address are a citation of their own
_PRIVATE = lazy_pattern(
    r"\bpersonal\b|\bphone\b|\btelephone\b|\be-?mails?\b|\bauthors?['’]|\bby\s+(?:the\s+)?author\b|\bletter\b|\bcorrespond|личн|شخصية",
    re.IGNORECASE,
)
_HOST_IN_BRACKETS = lazy_pattern(
    r"^(.*\S)\s+\(((?:[\w-]+\.)+[a-z]{2,})\)\W*$", re.IGNORECASE | re.DOTALL
)
_ACCESS = lazy_pattern(
    r"\b(?:available|accessible|subscription|accessed|verfügbar|disponible|доступно)\b[^;]{0,60}?\b(?:at|from|via|through|on|unter|sur|en|на)\s*:?\s*$",
    re.IGNORECASE,
)
# `dot ua/2023/…`: the head of the address was cut away, and is nobody's to guess
_TAIL_OF_ADDRESS = lazy_pattern(r"\W*(?:dot\s+)?[^\s/]*/\S*", re.IGNORECASE)
_LABEL = lazy_pattern(
    r"(?=[^:]*\s[a-zà-ÿа-яёіїєґ]{4,}|[^:]*\b(?:Interview|Speech|Statement|Post|Report|Video|Thread|Announcement|Briefing|Address)\b)"
    r"[^\W\d_a-z][\w’'-]{0,30}(?:\s[\w’'-]{1,30}){1,7}:"
)
_NO_LABEL = lazy_pattern(
    r"^(?:See|For|In|On|At|From|To|As|Also|And|Cf|Available|Accessible|Accessed|Source|Sources|More|Text|Link|Links|Here|Website|Siehe|Voir|Véase|Ver|Puede|Accesible|Disponible|Consultable|Verfügbar|Доступн\w*)\b"
    r"|\b(?:at|in|on|from|via|with|by|to|of|en|de|desde|sur|sous|unter|auf|bei|von|über|su|da|на|по|в|від|з)\s*:\s*$"
    r"|\b(?:here|following|below|above|instance|example|website|webpage|page|link|links|online|told|tells|reports|writes|wrote|reported|info|information|details)\b",
    re.IGNORECASE,
)
_WORD = lazy_pattern(r"[^\W\d_]{2,}")
_SCRAP_WORDS = 3
# The longest real description counted is under 1,000 characters; beyond this nothing is read.
_MAX_PROSE_CHARS = 4000


def promises_access(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` leads up to the address where a work can be had by subscription."""
    return bool(_ACCESS.search(text, start, end) and _SUBSCRIPTION.search(text, start, end))


def needs_subscription(words: str) -> bool:
    """Tell whether words say that something can be read by subscribers only."""
    return _SUBSCRIPTION.search(words) is not None


def kind_of_prose(prose: str) -> CitationKind:
    """Say what kind of thing a stretch of prose without an address names."""
    prose = prose[:_MAX_PROSE_CHARS]
    said = outside_quotes(prose) if len(prose) > _SCRAP_WORDS else prose
    if _SUBSCRIPTION.search(prose):
        return "subscription"
    if _ON_REQUEST.search(said):
        return "on_request"
    if _COMMUNICATION.search(said):
        return "communication"
    if names_note(prose) or names_work(prose) or _HOST_IN_BRACKETS.match(prose):
        return "work"
    if _TAIL_OF_ADDRESS.fullmatch(prose):
        return "unknown"
    words = _WORD.findall(prose)
    return "commentary" if len(words) >= _SCRAP_WORDS or prose.endswith(":") else "unknown"


def names_label(prose: str) -> bool:
    """Tell whether words before an address are a mere label with a colon: "Full speech:".

    A label has no verb and a small word that says what is to be seen; a name alone
    ("Jane Doe:") or a place of the note ("GRAPHIC:", "Text here:") is none.
    """
    words = prose.strip()
    label = _LABEL.fullmatch(words)
    return label is not None and not _NO_LABEL.search(words) and not FINITE_VERBS.search(words)


def describes_address(prose: str) -> bool:
    """Tell whether the words before an address describe it, rather than say something of their own.

    A title with author and date does, so does a mere label ("Shoigu interview"), and
    names without a verb ("Census Bureau, Trade Online, port data,").
    """
    if names_label(prose):
        return True
    kind = kind_of_prose(prose)
    if kind == "communication":
        return not _PRIVATE.search(outside_quotes(prose)) and not prose.rstrip().endswith(":")
    if kind == "commentary":
        return not is_comment(prose) and not prose.rstrip().endswith((":", "."))
    return kind in {"work", "unknown", "subscription"}
