"""Titles and headings that are no page's own: "404 Not Found", "Just a moment...", "Sign in". PURE.

Only a whole part of a title counts ("Page not found | Studio"), never words in it:
"404 Media" is a newspaper, and "has been removed" stands in a W3C standard. The
languages are those in which the documents cite: English, French, Arabic, Russian,
Ukrainian, German, Persian, Spanish, Turkish, Hebrew, Chinese, and a few beside them.
"""

import re

__all__ = [
    "is_no_title",
    "names_challenge",
    "names_missing_page",
    "shares_no_word",
    "title_parts",
    "title_without_site",
]


def _bare(*names: str) -> frozenset[str]:
    return frozenset(name.strip(_EDGES) for name in names)


_EDGES = " .!…?"
_NOT_FOUND = _bare(
    *(
        "error 404", "http 404", "404", "not found", "page not found", "file not found",
        "the page cannot be found", "page cannot be found", "page can't be found",
        "the requested page could not be found", "requested page not found", "page unavailable",
        "file was not found", "this page isn't available", "this page is not available",
        "page not available", "content not found", "content unavailable", "article not found",
        "sorry, this page isn't available", "oops! that page can't be found", "nothing found",
        "we can't find that page", "page does not exist", "this page does not exist",
        "this content isn't available right now", "video unavailable", "- youtube",
        # French
        "page introuvable", "page non trouvée", "erreur 404", "cette page n'existe pas",
        "contenu introuvable", "article introuvable", "page inexistante", "page indisponible",
        "la page demandée est introuvable", "cette page n'existe plus",
        # Arabic
        "الصفحة غير موجودة", "خطأ 404", "لم يتم العثور على الصفحة", "الصفحة المطلوبة غير موجودة",
        "لم يتم العثور على الصفحة المطلوبة", "عذرا، الصفحة غير موجودة", "هذه الصفحة غير متوفرة",
        # Russian
        "страница не найдена", "ошибка 404", "страница не существует", "не найдено",
        "такой страницы не существует", "запрашиваемая страница не найдена", "материал не найден",
        # Ukrainian
        "сторінку не знайдено", "сторінка не знайдена", "помилка 404", "сторінки не існує",
        "такої сторінки не існує", "не знайдено",
        # German
        "seite nicht gefunden", "die seite wurde nicht gefunden", "fehler 404",
        "seite nicht verfügbar", "diese seite existiert nicht", "artikel nicht gefunden",
        # Persian
        "صفحه یافت نشد", "صفحه پیدا نشد", "خطای 404", "خطای ۴۰۴", "صفحه مورد نظر یافت نشد",
        "صفحه موجود نیست",
        # Spanish
        "página no encontrada", "error 404: página no encontrada", "página no disponible",
        "la página no existe", "esta página no existe", "contenido no encontrado",
        # Turkish
        "sayfa bulunamadı", "sayfa bulunamadi", "hata 404", "404 hatası", "aradığınız sayfa bulunamadı",
        "içerik bulunamadı",
        # Hebrew
        "הדף לא נמצא", "העמוד לא נמצא", "דף לא נמצא", "שגיאה 404", "שגיאת 404", "הדף המבוקש לא נמצא",
        "העמוד המבוקש לא נמצא",
        # Chinese
        "页面不存在", "找不到页面", "页面未找到", "您访问的页面不存在", "404错误", "未找到页面", "頁面不存在",
        "找不到頁面", "找不到網頁", "找不到网页", "无法找到该页", "无法找到页面",
        # beside them
        "página não encontrada", "pagina non trovata", "pagina niet gevonden",
        "ページが見つかりません",
    )
)  # fmt: skip
_NOT_FOUND_START = re.compile(r"(?:error |http )?404\b(?!\s*(?:media|bc|ad|km|people)\b)")

_CHALLENGE = _bare(
    *(
        "just a moment...", "just a moment", "attention required!", "access denied",
        "access to this page has been denied", "checking your browser", "ddos-guard",
        "are you a robot?", "robot check", "pardon our interruption", "security check",
        "human verification", "making sure you're not a bot!", "request rejected",
        "please wait...", "one moment, please...", "verify you are human", "captcha",
        "un instant…", "un instant...", "accès refusé",
        "один момент…", "один момент...", "доступ запрещен", "доступ запрещён", "вы не робот?",
        "одну хвилину…", "доступ заборонено",
        "einen moment bitte…", "einen moment bitte...", "zugriff verweigert",
        "لحظة…", "تم رفض الوصول", "لحظه…", "un momento…", "acceso denegado",
        "bir dakika lütfen...", "bir dakika lütfen…", "erişim engellendi", "רק רגע...", "הגישה נדחתה",
        "请稍候…", "请稍候...", "訪問被拒絕", "访问被拒绝",
    )
)  # fmt: skip

# What else a server, a login or a consent page calls itself: no sign of anything, and no title either.
_NO_TITLE = _bare(
    *(
        "forbidden", "unauthorized", "bad request", "bad gateway", "service unavailable",
        "gateway timeout", "gateway time-out", "internal server error", "too many requests",
        "service temporarily unavailable", "temporarily unavailable", "error", "gone",
        "the request could not be satisfied", "site maintenance", "under maintenance",
        "log in", "login", "sign in", "signin", "sign up", "log in or sign up", "log in to continue",
        "before you continue", "cookie consent", "your privacy choices", "privacy settings",
        "redirecting", "redirecting...", "loading", "loading...", "untitled", "untitled document",
        "document moved", "object moved", "301 moved permanently", "302 found", "index of /",
        "connexion", "s'identifier", "se connecter", "accès interdit", "avant de continuer",
        "войти", "вход", "увійти", "anmelden", "einloggen", "iniciar sesión", "giriş yap",
        "تسجيل الدخول", "ورود", "התחברות", "登录", "登入",
    )
)  # fmt: skip
# "403 Forbidden", "HTTP Error 503. The service is unavailable.", "Error 1020", "429 - Too Many Requests"
_STATUS_TITLE = re.compile(
    r"(?:http |http status |error |http error |status |code )*"
    r"(?:[45]\d\d|1020|1015|1010|1009|999)"
    r"(?:[\s.:!–—-]+(?:forbidden|unauthori[sz]ed|bad request|not found|gone|error|bad gateway|"
    r"payment required|method not allowed|not acceptable|request timeout|conflict|"
    r"too many requests|unavailable for legal reasons|internal server error|not implemented|"
    r"service (?:temporarily )?unavailable|the service is unavailable|gateway time-?out|"
    r"access denied|interdit|запрещено|verboten|prohibido)\W*)*"
)

_PARTS = re.compile(r"\s+[-–—|·•»«:/]+\s+|\s*\|\s*|:\s+")
# What sets a site's name apart; a colon sets a subtitle apart ("Access denied: how …").
_SITE_PARTS = re.compile(r"\s+[-–—|·•»«/]+\s+|\s*\|\s*")
_WORD = re.compile(r"\w{3,}")


def title_parts(text: str | None) -> list[str]:
    """Return a title in small letters, whole and in the parts between its separators.

    >>> title_parts("Page not found – Studio Tamani")
    ['page not found – studio tamani', 'page not found', 'studio tamani']

    What stands at the edges of a part (dots, `!`, `?`) is off.
    """
    if not text:
        return []
    whole = " ".join(text.lower().replace("’", "'").split())
    return [part.strip(_EDGES) for part in (whole, *_PARTS.split(whole))]


def title_without_site(title: str | None) -> str:
    """Return a page's title up to the sign that sets a site's name apart, in one line.

    >>> title_without_site("Barges Wait | Tolls Daily"), title_without_site("Tolls - a history")
    ('Barges Wait', 'Tolls')
    """
    whole = " ".join((title or "").split())
    return _SITE_PARTS.split(whole, maxsplit=1)[0] or whole


def names_missing_page(text: str | None) -> bool:
    """Tell whether a whole part of a title or heading says that there is no such page."""
    return any(
        part in _NOT_FOUND or _NOT_FOUND_START.match(part) is not None for part in title_parts(text)
    )


def names_challenge(text: str | None) -> bool:
    """Tell whether a whole part of a title is that of a challenge."""
    return any(part in _CHALLENGE for part in title_parts(text))


def is_no_title(text: str | None) -> bool:
    """Tell whether a title is an error's, a challenge's or a login's: never metadata of a page.

    The first part decides, since the others name the site: "Login | The Review" is no
    title, "The Login | A novel" is one.

    >>> is_no_title("403 Forbidden"), is_no_title("Just a moment..."), is_no_title("404 Media")
    (True, True, False)
    """
    whole = " ".join((text or "").lower().replace("’", "'").split()).strip(_EDGES)
    if not whole:
        return True
    first = next(filter(None, (part.strip(_EDGES) for part in _SITE_PARTS.split(whole))), "")
    return _is_none(whole) or all(map(_is_none, first.split(": ")))


def _is_none(part: str) -> bool:
    part = part.strip(_EDGES)
    lists = (_NOT_FOUND, _CHALLENGE, _NO_TITLE)
    return any(part in names for names in lists) or _STATUS_TITLE.fullmatch(part) is not None


def shares_no_word(title: str | None, other: str | None) -> bool:
    """Tell whether two titles have no word of three letters or more in common; False where one has none."""
    words = set(_WORD.findall((title or "").lower()))
    others = set(_WORD.findall((other or "").lower()))
    return bool(words and others) and not words & others
