"""Titles that are no page's own, in the languages in which the documents cite."""

import pytest

from provenance.formats.titles import (
    is_no_title,
    names_challenge,
    names_missing_page,
    shares_no_word,
)

MISSING = {
    "en": ["404 Not Found", "Page not found", "Error 404", "This page isn’t available"],
    "fr": ["Page introuvable", "Erreur 404", "Cette page n’existe pas"],
    "ar": ["الصفحة غير موجودة", "خطأ 404"],
    "ru": ["Страница не найдена", "Ошибка 404"],
    "uk": ["Сторінку не знайдено", "Помилка 404"],
    "de": ["Seite nicht gefunden", "Fehler 404"],
    "fa": ["صفحه یافت نشد", "خطای ۴۰۴"],
    "es": ["Página no encontrada", "La página no existe"],
    "tr": ["Sayfa bulunamadı", "Aradığınız sayfa bulunamadı"],
    "he": ["הדף לא נמצא", "שגיאה 404"],
    "zh": ["页面不存在", "找不到页面", "404错误"],
}


@pytest.mark.parametrize("language", MISSING)
@pytest.mark.parametrize("form", ["{}", "{} | Studio Tamani", "Studio – {}", "{}!", " {}. "])
def test_a_missing_page_is_known_by_its_title_in_every_language(language: str, form: str) -> None:
    for title in MISSING[language]:
        assert names_missing_page(form.format(title)), title
        if not form.startswith("Studio"):
            assert is_no_title(form.format(title)), title


@pytest.mark.parametrize(
    "title",
    [
        "403 Forbidden", "HTTP Error 403 - Forbidden", "Just a moment...", "Just a moment…",
        "Attention Required! | Cloudflare", "Access Denied", "503 Service Temporarily Unavailable",
        "Error 1020", "429 Too Many Requests", "404", "Log in", "Log in | Facebook", "Sign in – X",
        "Before you continue", "Redirecting...", "Untitled", "", "  ", "…", None, "- YouTube",
        "502 Bad Gateway", "HTTP Status 404 – Not Found", "Один момент…", "Войти | ВКонтакте",
        "ERROR: The request could not be satisfied",
    ],
)  # fmt: skip
def test_what_a_server_or_a_wall_calls_itself_is_never_metadata(title: str | None) -> None:
    assert is_no_title(title)


@pytest.mark.parametrize(
    "title",
    [
        "Sixteen attacks in Mopti", "404 Media", "A story | 404 Media", "Fahrenheit 451", "1984",
        "500 days of war", "Forbidden City", "The forbidden | A novel", "Errors of the campaign",
        "Just a moment in history", "Access denied: how journalists are kept out of Gaza",
        "Mali: Page not found in the archive of the state", "Studio - Home", "404 BC", "Gone Girl",
        "Login details of 5 million people were sold", "503 killed in October",
    ],
)  # fmt: skip
def test_a_title_with_such_words_in_it_is_one(title: str) -> None:
    assert not is_no_title(title)


@pytest.mark.parametrize("title", ["A story | 404 Media", "404 BC", "404 km to go", "1404"])
def test_numbers_that_look_like_a_status_are_none(title: str) -> None:
    assert not names_missing_page(title)


@pytest.mark.parametrize(
    "title",
    [
        "Just a moment...",
        "Attention Required! | Cloudflare",
        "Доступ запрещён",
        "请稍候…",
        "DDoS-Guard",
    ],
)
def test_challenges_are_known_by_a_part_of_the_title(title: str) -> None:
    assert names_challenge(title)


def test_titles_are_compared_by_words_that_mean_something() -> None:
    assert shares_no_word("War report", "Casino bonus")
    assert not shares_no_word("War report", "the WAR")
    assert not shares_no_word(None, "War")
    assert not shares_no_word("War", None)
    assert not shares_no_word("of it", "War report")
