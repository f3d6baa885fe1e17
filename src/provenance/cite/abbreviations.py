"""Full stops that end no sentence: titles, initials, units, months, ordinals, in nine languages.

The splitter knows most abbreviations of most languages; these are the ones that it
takes for ends in reports: "Gp. Capt. Kabiru Ali", "M. Dupont", "д. ", "0800 hrs. local
time", "3. Mai". Where an abbreviation may also end a sentence ("… of the U.S. The
army left"), the word behind it decides.
"""

import re

from provenance.cite.patterns import lazy_pattern

__all__ = ["ends_no_sentence"]

_REACH = 40
# Before a name, in English, French, German, Spanish, Russian, Ukrainian and Arabic.
_TITLES = (
    "Adm|Amb|Brig|Capt|Cdr|Cmdr|Col|Cpl|Cst|Det|Dr|Flt|Fr|Gen|Gov|Gp|Hon|Insp|Ldr|Lt|Maj|Mr|Mrs|Ms|Msgr|Pres"
    "|Prof|Pte|Pvt|Rep|Rev|Sen|Sgt|Spc|Sqn|St|Supt|Wg"
    "|M|MM|Mme|Mmes|Mlle|Mgr|Me|Pr|[Gg]én|[Cc]dt|Ste|[Cc]ol|[Gg]en|[Ll]t|[Cc]apt"
    "|Hr|Hrn|Dipl|Ing|Sr|Sra|Srta|Dra|Gral|Cnel|Tte|Lic|Mons|EE"
    "|г|гор|ул|им|тов|проф|акад|ген|полк|пос|обл|респ|м|смт|вул|ім|д|أ|م|ا"
)
# `John F. Kennedy`, `(J. Smith`; in Cyrillic a capital alone is always an initial.
_BEFORE_NAME = lazy_pattern(
    rf"(?:\b(?:{_TITLES}|د)|\b[A-Z][\w’'-]+\s[A-Z]|(?:^|[,;(—–]\s?)[A-Z]|(?:^|[\s(«„“])[А-ЯЁІЇЄҐ])\.\s{{1,3}}$"
)
_NAME = lazy_pattern(r"[^\W\d_a-zа-яёіїєґ][\w’'-]*")
_BEGINS_SENTENCE = frozenset(
    """A After All Also Although An As At Before But By For From He Her His How However If In It Its
    Meanwhile Most No On One Other Our She Since Some That The Their Then There These They This
    Those Two Under Until We What When Where While Who With
    Il Elle Ils Elles Le La Les Un Une Ce Cette Ces Dans En Selon Mais Puis Au Aux Des
    Der Die Das Ein Eine Er Sie Es Dann Danach Am Im Nach Und Aber Doch Auch Bei Wir Mit Zu Seit Später
    El Los Las Una Su Según Pero Luego Después
    Он Она Они Оно Это Эти В На По Но И С К Из За Для Там Потом После
    Він Вона Вони Це Ці У Але І З Та Потім Там Після""".split()
)
# Before a number: `No. 5`, `Art. 3`, `approx. 30`, `Sept. 11`, `Nr. 7`, `ст. 5`.
_BEFORE_NUMBER = lazy_pattern(
    r"\b(?:nos?|nr|art|arts|sec|figs?|pp?|vols?|ch|para|paras|approx|ca|env|cf|núm|pág|abs|bd|ziff|vgl|ст|п|пп|рис|см|стр"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|janv|févr|avr|juil|déc)\.\s{1,3}$",
    re.IGNORECASE,
)
# `0800 hrs. local time`, `т. е. много`: a short word, and what goes on in lower case.
_SHORT_WORD = lazy_pattern(r"(?:^|[\s(.])[^\W\d_]{1,6}\.\s{1,3}$")
# `al-Shabaab` and `ibn Saud` begin sentences in lower case.
_LOWER_NAME = lazy_pattern(r"(?:[a-z]{1,3}[-’'][^\W\d_]|ibn\b|bin\b|van\b|von\b|e[A-Z]|i[A-Z])")
_ORDINAL = lazy_pattern(r"(?:^|[\s(])[1-9]\d?\.\s{1,3}$")
_LANGUAGES_WITH_ORDINALS = frozenset({"de"})


def ends_no_sentence(text: str, start: int, language: str) -> bool:
    """Tell whether the full stop before `start`, where a sentence seems to begin, ends none.

    >>> text = "Am 3. Mai sagte M. Dupont nichts. Dann ging er."
    >>> [ends_no_sentence(text, text.index(word), "de") for word in ("Mai", "Dupont", "Dann")]
    [True, True, False]
    """
    first = text[start : start + 1]
    reach = max(0, start - _REACH)
    if first.isdigit():
        return _BEFORE_NUMBER.search(text, reach, start) is not None
    if first.islower():
        is_name = _LOWER_NAME.match(text, start)
        return (_BEFORE_NAME if is_name else _SHORT_WORD).search(text, reach, start) is not None
    name = _NAME.match(text, start)
    if name is None:
        return False
    is_initial = len(name[0]) == 1 and text[name.end() : name.end() + 1] == "."
    if name[0] in _BEGINS_SENTENCE and not is_initial:
        return False
    if language in _LANGUAGES_WITH_ORDINALS and _ORDINAL.search(text, reach, start):
        return True
    return _BEFORE_NAME.search(text, reach, start) is not None
