"""What wikis call things: tables of names, in the languages in which drafts have been seen.

Names are compared in lower case, with blanks for underscores. A name that stands in no
table is no fault: what it shows is read by its shape (`wikitext_templates`).
"""

from typing import NamedTuple

__all__ = [
    "BLOCK_TAGS", "BOX_NAMES", "CATEGORY_NAMES", "FILE_NAMES", "FILE_OPTIONS", "HIDDEN_TAGS",
    "HTML_TAGS", "LIST_TEMPLATES", "QUOTE_TEMPLATES", "SHORT_CITES", "SHOWN", "SILENT", "ShortCite",
]  # fmt: skip

FILE_NAMES = frozenset(
    """file image media datei bild fichier archivo imagen ficheiro imagem plik bestand afbeelding
    immagine fil kuva файл изображение зображення slika dosya ملف صورة پرونده תמונה קובץ""".split()
)
CATEGORY_NAMES = frozenset(
    """category kategorie catégorie categoría categoria kategoria kategori luokka категория
    категорія تصنيف رده קטגוריה""".split()
)
# What stands in a file link besides its caption.
FILE_OPTIONS = frozenset(
    """thumb thumbnail frame framed frameless border left right center none baseline middle sub super
    text-top text-bottom top bottom upright mini miniatur hochkant links rechts zentriert ohne rand
    gerahmt vignette gauche droite centré miniaturadeimagen miniatura derecha izquierda centro
    мини миниатюра слева справа центр мініатюра праворуч ліворуч تصغير يسار يمين بندانگشتی چپ راست""".split()
)

# Tags of HTML that MediaWiki lets through; anything else in angle brackets is text.
BLOCK_TAGS = frozenset(
    """blockquote p div center ul ol li dl dt dd table tr caption h1 h2 h3 h4 h5 h6 hr poem gallery
    section""".split()
)
_INLINE_TAGS = frozenset(
    """abbr b bdi bdo big br cite code data del dfn em font i ins kbd mark nobr q rp rt rtc ruby s samp
    small span strike strong sub sup td th thead tbody tfoot time tt u var wbr onlyinclude noinclude
    includeonly templatestyles references ref section labeledsectiontransclusion""".split()
)
HTML_TAGS = BLOCK_TAGS | _INLINE_TAGS
# Of these literal tags nothing is shown as words.
HIDDEN_TAGS = frozenset(
    "timeline score hiero graph mapframe maplink templatedata imagemap inputbox".split()
)

# Templates that show one of their values: which one, and what stands around it.
# A number is a place, "*" all places, joined by blanks.
SHOWN: dict[str, str] = {
    **dict.fromkeys(
        """nowrap nobr nobreak small smaller big larger nobold bold italic em strong sub sup sic abbr
        angbr mono code tlx tl key kbd var visible anchor center big left right noitalic pad nbsp2
        flag flagcountry flagu country sortname nts formatnum lc uc ucfirst lcfirst dts tooltip
        hilite highlight illm ill interlanguage link lien ship youtube commonscat-inline
        langue title language name script""".split(), "1"
    ),
    **dict.fromkeys("resize font color fontcolor color lang langue lang? rtl-lang мова".split(), "2"),
    "lang": "2", "transl": "-1", "transliteration": "-1", "script": "2", "resize": "-1",
    "illm": "1", "interlanguage link": "1", "visible anchor": "1", "vanchor": "1", "font color": "-1",
    "convert": "convert", "cvt": "convert",
    "circa": "c. {1}", "c.": "c. {1}", "ca.": "c. {1}", "floruit": "fl. {1}", "fl.": "fl. {1}",
    "as of": "As of {*}", "isbn": "ISBN {1}", "issn": "ISSN {1}", "oclc": "OCLC {1}",
    "doi": "doi:{1}", "arxiv": "arXiv:{1}", "pmid": "PMID {1}", "jstor": "JSTOR {1}", "lccn": "LCCN {1}",
    "asin": "ASIN {1}", "rp": ": {1}", "hms": "HMS {1}", "uss": "USS {1}", "ss": "SS {1}",
    "birth date": "date", "birth date and age": "date", "death date": "date", "start date": "date",
    "end date": "date", "death date and age": "date", "date": "date", "dts": "date",
    "birth-date": "1", "death-date": "1", "nbsp": "\u00a0", "spaces": "\u00a0", "snd": "\u00a0– ",
    "spaced ndash": "\u00a0– ", "spnd": "\u00a0– ", "ndash": "–", "mdash": "—", "mdashb": "—", "em dash": "—",
    "en dash": "–", "dash": "\u00a0– ", "!": "|", "=": "=", "'": "'", "'s": "'s", "·": " · ", "•": " • ", "dot": " · ",
    "bullet": " • ", "ellipsis": "…", "...": "…", "pound sign": "£", "((": "{{", "))": "}}", "!((": "[[", "))!": "]]",
    "-\"": "\"", "sfrac": "{1}/{2}", "frac": "{1}/{2}", "val": "{1}", "age": "", "time ago": "",
}  # fmt: skip
# Templates whose values are the items of a list.
LIST_TEMPLATES = frozenset(
    """hlist ublist ubl unbulleted list plainlist flatlist bulleted list unbulleted list ordered list
    cslist""".split()
) | {"unbulleted list", "bulleted list", "ordered list", "flat list", "plain list"}
QUOTE_TEMPLATES = frozenset(
    ("quote", "blockquote", "quotation", "cquote", "rquote", "quote box", "zitat", "citation bloc",
     "cita", "quotebox", "centered pull quote", "цитата")
)  # fmt: skip
# Templates that show nothing of a text's words: notices, maintenance, links to other places.
SILENT = frozenset(
    ("main", "main article", "see also", "further", "further information", "hatnote", "about", "for",
     "redirect", "distinguish", "other uses", "details", "details3", "about-distinguish2", "clear", "-", "clear left",
     "clear right", "dead link", "toter link", "lien brisé", "enlace roto", "citation needed", "cn", "fact", "when",
     "by whom", "who", "which", "where", "clarify", "verify source", "failed verification", "request quotation",
     "page needed", "better source needed", "verification needed", "dubious", "disputed inline", "update inline",
     "increase", "decrease", "steady", "anchor", "portal", "commons", "commons category", "commonscat", "wiktionary",
     "wikiquote", "wikisource", "sister project links", "authority control", "normdaten", "coord", "use dmy dates",
     "use mdy dates", "use british english", "use american english", "short description", "good article",
     "featured article", "defaultsort", "displaytitle", "toc", "toc limit", "refbegin", "refend", "col-begin", "col-end",
     "div col", "div col end", "expand list", "expand section", "unreferenced", "refimprove", "more citations needed",
     "pp-semi-indef", "pp-move-indef", "bots", "italic title", "0", "flagicon", "flag icon", "loc", "subscription required",
     "registration required", "subscription", "closed access", "open access", "free access", "reflist-talk", "lesenswert",
     "exzellent", "begriffsklärungshinweis", "img", "harvid", "sfnref", "math", "image label begin", "image label end",
     "webarchiv", "dmoz", "cite doi", "cite pmid", "use indian english", "engvarb", "in lang", "link language", "en icon",
     "de icon", "fr icon", "ru icon", "ar icon", "wayback machine", "imdb title", "imdb name", "commons-inline")
)  # fmt: skip
# Beginnings of the names of boxes that stand beside a text.
BOX_NAMES = (
    "infobox",
    "navbox",
    "sidebar",
    "taxobox",
    "karta",
    "картка",
    "карточка",
    "user ",
    "pp-",
    "use ",
    "template:",
)


class ShortCite(NamedTuple):
    """What a Harvard template sets around names and year."""

    opened: str
    before_year: str
    closed: str


_PLAIN = ShortCite("", " ", "")
_IN_TEXT = ShortCite("", " (", ")")
SHORT_CITES: dict[str, ShortCite] = {
    "harv": ShortCite("(", ", ", ")"),
    "harvcol": ShortCite("(", ", ", ")"),
    **dict.fromkeys(("harvnb", "harvard citation no brackets", "harvcolnb", "sfn"), _PLAIN),
    **dict.fromkeys(
        ("harvtxt", "harvard citation text", "harvcoltxt", "harvp", "sfnp", "harvs", "citeref"),
        _IN_TEXT,
    ),
}
