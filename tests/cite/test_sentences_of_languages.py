"""A claim begins where its sentence begins, in every language and however the lines are set."""

import pytest

from provenance.cite.abbreviations import ends_no_sentence
from support.cite_builders import parse_text

# Sentences of one text each, parted by bars: each in turn gets the text's only marker.
SENTENCES = {
    "en": (
        "U.S. forces struck at 0800 hrs. local time.|Gen. Smith left.|Approx. 30 men died at 0800 hrs. on "
        "Sept. 11 in No. 5 Brigade.|He said “we left.”|al-Qaeda claimed it.|Wait... maybe.|The U.N. met "
        "J. R. Smith et al. and left.|It rose 3.5 percent.|Gen. al-Masri spoke.|Troops of the U.S.|The army left."
    ),
    "fr": (
        "M. Dupont est arrivé dans la ville.|Le 1er janv. 2023 env. 30 hommes sont morts.|« Il est parti. »|"
        "Mme. Durand et le gén. Martin sont dans la ville.|Pourquoi est-il parti ?|Il est mort pour la France."
    ),
    "ar": "قال الوزير ذلك.|هل غادر؟|قال د. أحمد ذلك؛ ثم غادر المدينة.|بلغ العدد 3.5 مليون.",
    "ru": (
        "В 2023 г. войска отошли из г. Киев.|Там был И. И. Иванов.|Было убито 30 тыс. человек, т. е. много.|"
        "«Мы ушли.»|Всё кончилось."
    ),
    "uk": "У 2023 р. війська відійшли з м. Київ.|Там був І. І. Іваненко.|Загинуло 30 тис. осіб.",
    "de": (
        "Am 3. Mai 2023 fiel die Brücke.|Das gilt z. B. für Dr. Müller bzw. seine Frau und den Gen. Schmidt.|"
        "„Wir gehen.“|Der 2. Weltkrieg und der 1. FC Köln sind nicht das Thema.|Ca. 30 Mann, u. a. aus Köln, "
        "starben.|Dann kam die Ruhe."
    ),
    "fa": "وزیر این را گفت.|آیا رفت؟|بله او به شهر رفت۔|پایان کار چنین بود.",
    "es": (
        "El Sr. López llegó a las 8.30 h. con la Sra. Gil.|¿Se fue?|EE. UU. atacó la ciudad.|"
        "¡Los soldados se fueron!"
    ),
    "he": "השר אמר זאת.|האם עזב?|כן, פרופ' כהן אמר.",
}  # fmt: skip
PLACED = [
    (language, place)
    for language in SENTENCES
    for place in range(SENTENCES[language].count("|") + 1)
]
LAYOUTS = {
    "a quoted mail, wrapped": (
        "> The bridge fell over the\n> River and the road that\n> leads north closed.[1] It\n> rained.[2]",
        ["The bridge fell over the\n> River and the road that\n> leads north closed.", "It\n> rained."],
    ),
    "a block quote": ("He wrote:\n\n> The bridge fell.[1]\n> It rained.[2]", ["The bridge fell.", "It rained."]),
    "a blank line and a page break in a sentence": (
        "The bridge fell over the\n\nriver and closed.[1] It\n\n\x0crained.[2]",
        ["The bridge fell over the\n\nriver and closed.", "It\n\n\x0crained."],
    ),
    "Arabic lines wrapped": (
        "سقط الجسر الكبير في المدينة صباح اليوم بعد\nأيام من المطر.[1] ثم هدأت المدينة.[2]",
        ["سقط الجسر الكبير في المدينة صباح اليوم بعد\nأيام من المطر.", "ثم هدأت المدينة."],
    ),
    "marks of direction and blanks that nobody sees": (
        "The bridge fell.\u200f[1] It\u00a0rained\u00a0hard.\u200b[2]",
        ["The bridge fell.", "It\u00a0rained\u00a0hard."],
    ),
    "rows of a table with bars": (
        "| Place | Event |\n| Kyiv | The bridge fell.[1] |\n| Lviv | It rained.[2] |",
        ["The bridge fell.", "It rained."],
    ),
    "rows of a table with tabs": ("Kyiv\tThe bridge fell.[1]\nLviv\tIt rained.[2]", ["The bridge fell.", "It rained."]),
    "a caption": (
        "It rose.[1]\n\nFigure 2: Losses by month, 2023[2]",
        ["It rose.", "Figure 2: Losses by month, 2023"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("language", "place"), PLACED)
def test_a_claim_is_the_sentence_before_its_marker(language: str, place: int) -> None:
    sentences = SENTENCES[language].split("|")
    before, behind = " ".join(sentences[: place + 1]), " ".join(sentences[place + 1 :])
    parsed = parse_text(f"{before}[1] {behind}\n\nReferences\n\n[1] https://a.org/1\n")
    assert parsed.document.metadata.language == language
    assert [claim.text for claim in parsed.claims] == [sentences[place]]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_of_lines_cuts_no_sentence(layout: str) -> None:
    body, claims = LAYOUTS[layout]
    parsed = parse_text(f"{body}\n\nReferences\n\n[1] https://a.org/1\n[2] https://a.org/2\n")
    assert [claim.text for claim in parsed.claims] == claims


def test_the_word_behind_an_abbreviation_decides_whether_a_sentence_ended() -> None:
    story = "He lives on King St. Then he left St. Petersburg."
    assert not ends_no_sentence(story, story.index("Then"), "en")
    assert ends_no_sentence(story, story.index("Petersburg"), "en")
