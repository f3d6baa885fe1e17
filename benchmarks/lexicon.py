"""Write the names of months, weekdays and countries that passages are compared by, out of CLDR.

    python benchmarks/lexicon.py > src/provenance/link/lexicon.json

CLDR comes with Babel (which htmldate brings along); its licence (Unicode-3.0) stands in
`src/provenance/link/lexicon.LICENSE`. Names are kept as CLDR spells them, in small letters.
"""

import json
import sys

import babel
from babel import Locale

LANGUAGES = ("ar", "de", "en", "es", "fa", "fr", "he", "it", "pl", "pt", "ru", "tr", "uk")
# Arabic has two sets of names of months beside that of CLDR's "ar": those of the Levant and of the Maghreb.
VARIANTS = {"ar": ("ar", "ar_SY", "ar_DZ"), "de": ("de", "de_AT")}
LEAST_LETTERS = 3


def main() -> None:
    table = {"source": f"CLDR by Babel {babel.__version__}", "languages": {}}
    for language in LANGUAGES:
        locales = [Locale.parse(name) for name in VARIANTS.get(language, (language,))]
        table["languages"][language] = {
            "months": named(locales, "months", range(1, 13)),
            "weekdays": named(locales, "days", range(7)),
            "countries": countries(locales[0]),
        }
    json.dump(table, sys.stdout, ensure_ascii=False, indent=0, sort_keys=True)
    print()


def named(locales: list[Locale], what: str, numbers: range) -> dict[str, int]:
    """All names of months or weekdays, in every context and width of three letters and more."""
    found: dict[str, int] = {}
    for locale in locales:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names = getattr(locale, what)[context][width]
                for number in numbers:
                    name = names[number].casefold().rstrip(".")
                    if len(name) >= LEAST_LETTERS:
                        found.setdefault(name, number)
    return found


def countries(locale: Locale) -> dict[str, str]:
    names = {code: name for code, name in locale.territories.items() if len(code) == 2}
    return {
        name.casefold(): code
        for code, name in sorted(names.items())
        if code not in {"QO", "EU", "EZ", "UN", "XA", "XB", "ZZ"} and len(name) > LEAST_LETTERS
    }


if __name__ == "__main__":
    main()
