"""The language is guessed where something speaks clearly; else it is English."""

import pytest

from provenance.formats.language import guess_language

TEXTS = {
    "en": "The bridge over the river fell in the morning and the road was closed by the authorities.",
    "fr": "Le pont sur la rivière est tombé dans la matinée et la route a été fermée par les autorités.",
    "de": "Die Brücke über den Fluss ist am Morgen eingestürzt und die Straße wurde von den Behörden gesperrt.",
    "es": "El puente sobre el río se cayó por la mañana y la carretera fue cerrada por las autoridades del país.",
    "ru": "Мост через реку обрушился утром, и дорога была закрыта властями. Объезд открыт.",
    "uk": "Міст через річку обвалився вранці, і дорогу закрила влада. Її відкриють згодом.",
    "ar": "انهار الجسر فوق النهر في الصباح وأغلقت السلطات الطريق بالكامل.",
    "fa": "پل روی رودخانه صبح فرو ریخت و جاده از سوی مقام‌ها بسته شد و گزارش‌ها چنین می‌گویند.",
}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("times", [1, 60])
def test_running_text_is_recognised(language: str, times: int) -> None:
    assert guess_language(TEXTS[language] * times) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345",
        "[1] [2]",
        "Event one took place.",
        "https://es.example.org/la/el/de/que " * 40,
        "www.le.fr/la/les/des " * 9,
    ],
)
def test_what_says_nothing_is_english(text: str) -> None:
    assert guess_language(text) == "en"


@pytest.mark.parametrize("language", ["fr", "ru", "ar"])
def test_a_text_full_of_addresses_keeps_its_language(language: str) -> None:
    text = f"{TEXTS[language]} https://www.the-news-of-the-world.example.org/in-the-morning-and-on-the-road "
    assert guess_language(text * 30) == language


def test_the_middle_speaks_not_the_masthead() -> None:
    assert guess_language("By the Editors of the Daily. " + TEXTS["fr"] * 60) == "fr"
