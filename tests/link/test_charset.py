"""Characters out of bytes, whatever the page and the server say about them."""

import codecs

import pytest

from provenance.link.charset import decode_payload

RUSSIAN = "Боевики напали на конвой под Мопти, погибли шестнадцать солдат."
FRENCH = "L’armée évoque seize blessés à l’hôpital de Ségou, où la situation est préoccupante."
ARABIC = "هاجم المسلحون قافلة قرب موبتي وقتل ستة عشر جنديا في الهجوم."
GERMAN = "Die Kämpfer überfielen einen Konvoi; größere Schäden an den Fahrzeugen wurden gemeldet."
POLISH = "Bojownicy zaatakowali konwój w pobliżu Mopti, zginęło szesnastu żołnierzy, łącznie ośmiu rannych."
CHINESE = "武装分子袭击了莫普提附近的车队，十六名士兵死亡。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (FRENCH, "cp1252"),
        (FRENCH * 20, "cp1252"),
        (GERMAN, "cp1252"),
        (POLISH, "cp1250"),
        (ARABIC, "cp1256"),
        (CHINESE, "gb18030"),
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "utf-16-le"),
        (FRENCH, "utf-16-be"),
    ],
)
def test_text_that_declares_nothing_is_recognised(text: str, encoding: str) -> None:
    page = f"<html><body><p>{text}</p></body></html>"
    assert decode_payload(page.encode(encoding)) == page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_wins_over_every_declaration_and_is_dropped(encoding: str) -> None:
    mark = {
        "utf-8": codecs.BOM_UTF8,
        "utf-16-le": codecs.BOM_UTF16_LE,
        "utf-16-be": codecs.BOM_UTF16_BE,
        "utf-32-le": codecs.BOM_UTF32_LE,
        "utf-32-be": codecs.BOM_UTF32_BE,
    }[encoding]
    assert decode_payload(mark + RUSSIAN.encode(encoding), "windows-1252") == RUSSIAN


@pytest.mark.parametrize(
    "declared", ["iso-8859-1", "windows-1251", "us-ascii", "no-such", "", None]
)
def test_utf_8_is_read_as_utf_8_whatever_is_declared(declared: str | None) -> None:
    assert decode_payload(FRENCH.encode(), declared) == FRENCH


def test_what_the_transport_declares_wins_over_what_the_page_declares() -> None:
    page = f'<meta charset="koi8-r"><p>{RUSSIAN}</p>'
    assert decode_payload(page.encode("cp1251"), "windows-1251") == page


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1251">',
        "<META http-equiv=content-type content='text/html; charset=windows-1251'>",
        '<?xml version="1.0" encoding="windows-1251"?>',
    ],
)
def test_what_the_page_declares_is_found(head: str) -> None:
    page = f"{head}<p>Мали</p>"  # too short to be guessed
    assert decode_payload(page.encode("cp1251")) == page


def test_latin_1_is_read_as_browsers_read_it() -> None:
    assert (
        decode_payload("“16 attacks” – now".encode("cp1252"), "iso-8859-1") == "“16 attacks” – now"
    )


def test_a_page_that_declares_utf_16_in_ascii_is_not_utf_16() -> None:
    page = b'<meta charset="utf-16"><p>caf\xe9</p>'
    assert decode_payload(page).endswith("<p>café</p>")


def test_the_language_of_the_page_decides_between_alphabets_that_pass_for_each_other() -> None:
    czech = "Při útoku na konvoj zahynulo šestnáct vojáků, uvedla v úterý mluvčí armády."
    page = f'<html lang="cs"><p>{czech}</p></html>'
    assert decode_payload(page.encode("cp1250")) == page


def test_japanese_mail_encoding_is_honoured_though_it_is_valid_utf_8() -> None:
    assert decode_payload("兵士が死亡".encode("iso2022_jp"), "iso-2022-jp") == "兵士が死亡"


def test_a_character_cut_in_half_at_the_end_is_dropped() -> None:
    assert decode_payload(RUSSIAN.encode()[:-2]) == RUSSIAN[:-2]


def test_a_last_latin_letter_is_not_taken_for_half_a_character() -> None:
    assert decode_payload(b"a caf\xe9") == "a café"


def test_a_stray_byte_does_not_spoil_a_utf_8_page() -> None:
    data = (RUSSIAN * 3).encode() + b"\xe9" + RUSSIAN.encode()
    assert decode_payload(data, "utf-8") == RUSSIAN * 3 + "\ufffd" + RUSSIAN


def test_zero_bytes_strewn_in_do_not_make_it_utf_16() -> None:
    assert decode_payload(b"a\0bcd\0e fgh\0ijk\0l mnop\0") == "a\0bcd\0e fgh\0ijk\0l mnop\0"


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff\xfe", b"\x00" * 50, bytes(range(256)) * 20])
def test_any_bytes_give_text_that_can_be_encoded(data: bytes) -> None:
    decode_payload(data, "utf-7").encode()
    decode_payload(data, "hex").encode()
    decode_payload(data, "rot13").encode()
