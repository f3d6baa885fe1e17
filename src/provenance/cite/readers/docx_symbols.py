"""Characters that Word keeps as a place in a symbol font (`w:sym`), said in Unicode.

Such places lie in the private use area from F000 on (ECMA-376 part 1, 17.3.3.30);
the table holds what marks notes and what stands in prose, from Unicode's mapping of the
Symbol font and the bullets of Wingdings. What is not listed stays the private character.
"""

__all__ = ["read_symbol"]

_PRIVATE = 0xF000
_SYMBOL = {
    0x2A: "∗", 0x2B: "+", 0x2D: "−", 0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑",
    0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷",
    0xB9: "≠", 0xBB: "≈", 0xBC: "…", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xDE: "⇒",
}  # fmt: skip
_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x71: "❑", 0x76: "❖", 0x9F: "•", 0xA7: "▪", 0xA8: "◻", 0xD8: "➢",
    0xDF: "←", 0xE0: "→", 0xE8: "➔", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_GREEK = dict(zip(b"abgdezhqiklmnxoprstufcyw", "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
_FONTS = {"symbol": _SYMBOL | _GREEK, "wingdings": _WINGDINGS}


def read_symbol(font: str, code: str) -> str:
    """Return the character of a symbol font at a hexadecimal place, empty where that is no number.

    >>> read_symbol("Symbol", "F0B7"), read_symbol("Wingdings", "FC"), read_symbol("Arial", "2020")
    ('•', '✓', '†')
    """
    try:
        point = int(code, 16)
        character = chr(point)
    except (ValueError, OverflowError):
        return ""
    if 0xD800 <= point <= 0xDFFF or point == 0:
        return ""
    place = point - _PRIVATE if _PRIVATE <= point <= _PRIVATE + 0xFF else point
    known = _FONTS.get(font.lower(), {}).get(place)
    if known is None and font.lower() == "symbol" and 0x20 <= place < 0x40:
        return chr(place)  # digits and punctuation stand where they stand in ASCII
    return known or character
