"""Telling a work from a comment: court cases, laws, official papers, books and articles.

Three tables of patterns, each row one shape that real notes have:

* `_ANYWHERE`: what names a work wherever it stands, even inside a sentence
  (`18 U.S.C. § 1234`, `Doe v. Roe, 12 U.S. 345`, `A/HRC/26/22`, `pp. 12-14`, `ISBN`);
* `_AT_START`: what names a work where it begins the words, behind a "see" or a
  name, and only outside sentences ("Executive Order 14347", "Artículo 19 de …");
* `_SHAPE`: how the end or the middle of a bibliographic entry looks (`(Oxford, 2011)`,
  `, 2019`, `Erlandson 1994.`), where no finite verb makes a comment of it.

Words that match none are a comment or a scrap. All patterns are linear: repeats
are bounded or possessive.
"""

import re
from functools import lru_cache

from provenance.cite.listed import begins_listed_work
from provenance.cite.page_titles import read_page_title
from provenance.cite.patterns import lazy_pattern
from provenance.cite.phrases import FAR_BACK, IBID, PARAGRAPH_WORDS, SIGNALS
from provenance.cite.stretches import is_comment
from provenance.text import Span

__all__ = ["find_title_in_quotes", "names_work", "without_signal"]

_I = re.IGNORECASE
_DIGIT = r"[\d٠-٩۰-۹]"
_YEAR = r"(?:1[5-9]|20)\d\d"

_ANYWHERE = tuple(
    lazy_pattern(pattern, flags)
    for pattern, flags in (
        # case law: two parties and a reporter, a court or a year
        (r"\b[vV]s?\.\s+[A-ZÀ-Ý“]", 0),
        (r"\bIn re\s+[A-Z]|\bEx parte\s+[A-Z]", 0),
        (r"\b\d{1,4}\s+(?:U\.\s?S\.|S\.\s?Ct\.|L\.\s?Ed\.|F\.(?:\s?(?:2d|3d|4th)|\s?Supp\.)|Fed\.\s?(?:Reg|App)|Cal\.|N\.[EYW]\.|A\.[23]d|So\.|P\.[23]d)", 0),
        (r"\bECLI:|\[\d{4}\]\s+(?:\d+\s+)?[A-Z]{2,6}\b|\bB(?:GH|VerfG|VerwG|GBl|FH|AG|SG)\b|\bNo\.\s?\d+/\d+", 0),
        (r",\s\d{1,4}\s[A-Z][\w.\s]{1,24}\sat\s\d", 0),
        # statutes and regulations
        (r"\b\d{1,3}\s+(?:U\.?\s?S\.?\s?C\b|C\.?\s?F\.?\s?R\b|Federal\s+Register\b|Stat\.)", 0),
        (r"\bP\.?\s?L\.?\s?\d{1,3}-\d|\bPub(?:lic)?\.?\s+L(?:aw|\.)\s+(?:No\.\s?)?\d", 0),
        (r"\b(?:H|S)\.\s?(?:R|J|Con|Res|Rept|Rep|Doc|Hrg)\.?\s?(?:Res\.\s?|Rept\.\s?|No\.\s?)?\d|\b\d{2,3}(?:th|st|nd|rd)\s+Cong", 0),
        (r"\bFed\.\s?R\.\s?(?:Bankr|Civ|Crim|App|Evid)\b|\bLaws\s+of\s+\d{4}\b|\bDocket\s+No", _I),
        (r"§{1,2}\s?\d|\bArt(?:\.|ikel)\s?\d{1,4}\s+(?:Abs|GG|AEUV|EUV|BGB|lit)", 0),
        (r"\b(?:directive|regulation|decision|richtlinie|verordnung|règlement|directiva|reglamento|директива|регламент)\s+(?:\([A-ZА-Я]{2,4}\)\s*|\d{1,4}/){1,2}", _I),
        # the United Nations' document symbols, general comments and resolutions
        (r"(?<![\w/.-])(?:A|S|E|ST|T|TD|HRI|CRC|CCPR|CEDAW|CAT|CERD|CRPD|CMW|CED|DP|FCCC|UNEP|GC)(?=/[^\s،,;]{0,40}\d)(?:/[A-Z0-9][\w.()-]{0,30}){1,6}", 0),
        (rf"\bresolution\s+(?:no\.\s?)?{_DIGIT}|\bgeneral\s+comment\s+no\b|\brésolution\s+{_DIGIT}|\bresolución\s+{_DIGIT}", _I),
        (rf"قرار[^.،]{{0,60}}\s{_DIGIT}{{1,4}}/{_DIGIT}|التعليق\s+العام\s+رقم|резолюци[яию]\s+{_DIGIT}", 0),
        # numbered reports, standards, identifiers
        (r"\bCRS\s+(?:Report|In\s+Focus|Insight|Legal\s+Sidebar)\s+[A-Z]{1,3}\d|\bGAO-\d\d-\d|\b(?:RFC|PEP|ISO(?:/IEC)?|IEEE|NIST\s+SP)\s?\d{2,}", 0),
        (r"\bISBN\b|\bISSN\b|\bPMID\b|\bOCLC\b|\bhdl:|\bBibcode\b|\bS2CID\b", 0),
        # places in a work
        (rf"(?<![\w])(?:pp?\.|pgs?\.|págs?\.|стр\.|ص\.?\s?ص\.?)\s?{_DIGIT}|(?<!\w)pp?\.\s?[xivl]{{1,6}}\b|\bS\.\s?\d{{1,4}}(?:\W|f|$)|(?<!\w)[Сс]\.\s?\d", 0),
        (rf"(?<!\w)ص\.?\s?{_DIGIT}|(?:الفقر|الصفح)(?:ة|ات|تان|تين)\s+{_DIGIT}", 0),
        (r"\b[Vv]ol\.\s?[\dIVX]|\b[Nn]o\.\s?\d|\b[Nn]r\.\s?\d+\s*\(|\bBd\.\s?\d|\bBand\s+\d|\bvol(?:ume)?\s+\d+,\s+(?:no|issue)", 0),
        (r"\bet\.?\s+al\b|\((?:Hrsg|Hg|eds?|dir|coord|ред)\.\)|\bHrsg\.\s+v|\b(?:ed|hrsg|trans)\.\s+by\b|\bedited\s+by\b|\btranslated\s+by\b", 0),
        (rf"\b(?:Act|Regulations|Order)\s{_YEAR},?\s(?:ss?|c|art|reg)\.?\s?\d", 0),
        # courts of other countries and of the Union, presidents' decrees by number and day
        (r"\b(?:Case|Joined\s+Cases|Affaire|Rechtssache)\s+[CTF]-\d|\bEU:[CTF]:\d{4}:\d|(?:[Уу]каз|[Пп]остановлени|[Рр]аспоряжени|[Пп]останов|[Зз]акон)\w*\s[^.;]{0,60}№\s?\d", 0),
        (r"\b(?:University|Univ\.)\s+Press\b|\b(?:Press|Verlag|Publishers?|Publishing|Éditions|Editorial|Books),?\s+\(?(?:1[5-9]|20)\d\d|[Ии]зд-во|دار\s+\w+\s?،", 0),
    )
)  # fmt: skip
_AT_START = tuple(
    lazy_pattern(rf"[\W_]*(?:{pattern})", _I)
    for pattern in (
        r"executive\s+order\s+(?:no\.\s?)?\d|exec\.\s+order\b|e\.o\.\s?\d|presidential\s+(?:proclamation|memorandum)\b",
        # articles of treaties, constitutions and codes
        rf"(?:el\s+)?art(?:icles?|ículos?|icolo|ikel|igo|\.)\s+{_DIGIT}|ст(?:\.|атья|атті|аття)\s+{_DIGIT}|(?:المادة|المواد|مادة|المادتان|مادهٔ|ماده)\s+{_DIGIT}",
        r"(?:ley|decreto|loi|décret|gesetz|rule|section|title|chapter|закон|указ|постановление)\s+(?:n[.oº°]*\s*|no\.\s?|№\s*)?\d",
        r"(?:constitution|constitución|charter|treaty|convention|covenant|protocol)\s+(?:of|on|de)\b",
        r"(?:القانون|المرسوم)\s+رقم",
    )
)
_SHAPE = tuple(
    lazy_pattern(pattern, flags)
    for pattern, flags in (
        (rf"\((?:[^()]{{0,120}}[\s,:])?{_YEAR}[a-z]?(?:[-–/]\d{{1,4}}){{0,2}}\)", 0),
        (rf"\({_YEAR}[a-z]?,\s[^\W\d_]{{3,10}}\.?(?:\s\d{{1,2}})?\)", 0),
        (rf",\s?\(?{_YEAR}[a-z]?\)?[.,]?\W{{0,3}}$|[,.]\s+{_YEAR}[.,]\s(?!(?:and|but|when|where|which|who|the|he|she|it|they|after|before|as|while|with|for|to)\s)", 0),
        (rf"^[\W_]*(?:[A-ZÀ-ÝА-Я][\w.'’-]{{0,40}},?\s(?:(?:and|und|et|of|the|de|la|du|für|al\.|&)\s){{0,2}}){{1,8}}{_YEAR}[a-z]?\W{{0,3}}$", 0),
        (r",\s*\d{1,4}(?:\s?[–-]\s?\d{1,4})?\W{0,3}$", 0),
        # `Author, Title, Place 1982, S 15`, and what is to be printed
        (rf",\s{{1,3}}[A-ZÀ-ÝА-Я][\w./-]*(?:\s[\w./-]+){{0,3}}\s{_YEAR}(?:,?\s(?:S|Seite|p)\.?\s?\d[\d\sf.,–-]*)?\W*$", 0),
        (r"\((?:in\s+press|forthcoming|n\.\s?d\.|im\s+Erscheinen|à\s+paraître|в\s+печати)\)", _I),
        (rf"\b(?:{_YEAR}),\s+(?:pp?\.|S\.|at)\s", 0),
        (r"\bPress\b|\bVerlag\b|\bin:\s+[A-ZÀ-Ý]|\bwhite\s+paper\b|\bworking\s+paper\b|\bdissertation\b|\bthesis\b", 0),
        (rf"\b(?:{PARAGRAPH_WORDS})\s*{_DIGIT}", _I),
        (r"(?:^|[\s(])(?:المواد|المادة)\s+[\d٠-٩]", 0),
    )
)  # fmt: skip
_SHORT_FORM = lazy_pattern(
    rf"[\W_]*(?:(?:{SIGNALS})\s+)?(?:[^\W\d_][\w.'’-]{{0,40}}(?:\s+(?:and|&|et|und|y|и|و)?\s*[\w.'’-]{{1,40}}){{0,4}},?\s+)?"
    rf"[«“\"(]?(?:{IBID}|{FAR_BACK})",
    re.IGNORECASE,
)
_SIGNAL = lazy_pattern(
    rf"[\W_]*(?!in\s+re\s)(?:(?:and|und|et|y|и|но)\s+)?(?:{SIGNALS})(?=[\s“\"«„(:,،])[\s:,،]*",
    re.IGNORECASE,
)
# "For more on this, see": up to the signal, which goes next
_LEAD_IN = lazy_pattern(
    r"[\W_]*(?:for|on|par|zu|для|по)\b[^“\"«„]{1,300}?,\s+(?=(?:see|cf\.|siehe|voir|véase|см\.)\s)",
    re.IGNORECASE,
)
_QUOTES = {"“": "”", "«": "»", "„": "“”", '"': '"'}
_BEFORE_TITLE = lazy_pattern(
    r"(?:^|[,.:;،؛)\]—–-]|\b(?:in|see|also|to|the|titled|entitled))[\s(_*]*$", _I
)
_AFTER_TITLE = lazy_pattern(
    r"[\s_*]*(?:$|[,.;:،؛()\[—–]|in\b|\d|(?:available|accessed|retrieved|by|at|von|vom|par|от|від)\b|of\s+[A-Z][a-z]+\s\d)",
    _I,
)
# `Doe v. Roe, 12 F.3d 4 (1999) (“[A] boat …”)`, `at 315 (explaining that “…”)`: what the court said
_QUOTES_A_COURT = lazy_pattern(
    r"(?:\d|\))\s+\((?:[a-z]{4,12}ing\b[^()]{0,60}|emphasis[^()]{0,40})?$|\[quoting[^\[\]]{0,60}$"
)
# "remarked that “…”", "using “…”": words of somebody, no title
_QUOTES_WORDS = lazy_pattern(
    r"\b(?:that|as|said|says|called|termed|remarked|stated|wrote|using|word|term|phrase)\W{1,4}$",
    re.IGNORECASE,
)
_SETS_OFF_TITLE = lazy_pattern(
    r"(?:^|[,.:;،؛)\]—–-]|\b(?:in|article|titled|entitled|chapter|paper|essay|see)|[’']s)[\s(_*]*$",
    re.IGNORECASE,
)
_SINGLE_OPENING = lazy_pattern(r"(?:^|(?<=[\s(]))[‘'](?=\w)")
_SINGLE_CLOSING = lazy_pattern(
    r"(?<=[\w.,?!)])[’'](?=\W*$|[,.;]|\s*\(|\s*<|\s+in\b)|(?<=[\w?!)])[’'](?=\s+(?:The\s+)?[A-Z][\w]+\s)"
)
_MOST_CHARS = 4000


def names_work(prose: str) -> bool:
    """Tell whether words without an address name a work, rather than say something.

    >>> [names_work(words) for words in ("Doe v. Roe, 12 U.S. 345 (1999)", "The 12 men left.")]
    [True, False]
    """
    prose = prose[:_MOST_CHARS]
    if _SHORT_FORM.match(prose) or any(row.search(prose) for row in _ANYWHERE):
        return True
    if begins_listed_work(prose):
        return True
    if read_page_title(prose):
        return True
    if is_comment(prose):
        return False
    if find_title_in_quotes(prose) is not None:
        return True
    words = without_signal(prose)
    return any(row.match(words) for row in _AT_START) or any(row.search(words) for row in _SHAPE)


def without_signal(prose: str) -> str:
    """Leave off the words that only lead up to a citation: "See also", "For more, see", "vgl."."""
    if lead_in := _LEAD_IN.match(prose):
        prose = prose[lead_in.end() :]
    while signal := _SIGNAL.match(prose):
        prose = prose[signal.end() :]
    return prose


# The same words are asked about up to five times while their note is read.
@lru_cache(maxsize=64)
def find_title_in_quotes(prose: str) -> Span | None:
    """Return where the first quotation stands that is a title, quotes included, or None.

    A title stands between marks ("Writer, “At Dawn,” Daily"), a word that is quoted
    stands inside a sentence (`using “Secretary of War” as a title`).
    """
    is_inside_sentence = is_comment(prose)
    for quoted in _quotations(prose) or _quotations_in_single_marks(prose):
        before, after = prose[max(0, quoted.start - 80) : quoted.start], prose[quoted.end :]
        if _QUOTES_A_COURT.search(before) or _QUOTES_WORDS.search(before):
            continue
        is_single = prose[quoted.start] in "‘'"
        begins_small = prose[quoted.start + 1 : quoted.start + 2].islower()
        if (is_single or begins_small) and not _SETS_OFF_TITLE.search(before):
            continue
        if not (is_single or prose[quoted.end - 2] in ",.?!،" or _AFTER_TITLE.match(after)):
            continue
        if not is_inside_sentence or _BEFORE_TITLE.search(before):
            return quoted
    return None


def _quotations(prose: str) -> list[Span]:
    """The quotations: from an opening mark to the mark that balances it, else to the last closing one."""
    spans: list[Span] = []
    position = 0
    while (start := _next_opening(prose, position)) is not None:
        end = _end_of_quotation(prose, start)
        if end is None:
            break
        spans.append(Span(start, end))
        position = end
    return spans


def _quotations_in_single_marks(prose: str) -> list[Span]:
    """Titles as British styles quote them: ‘Why Don’t Boats Sink?’; an apostrophe ends none."""
    spans: list[Span] = []
    position = 0
    while opening := _SINGLE_OPENING.search(prose, position):
        closing = _SINGLE_CLOSING.search(prose, opening.end())
        if closing is None:
            break
        spans.append(Span(opening.end() - 1, closing.end()))
        position = closing.end()
    return spans


def _next_opening(prose: str, position: int) -> int | None:
    return next((at for at in range(position, len(prose)) if prose[at] in _QUOTES), None)


def _end_of_quotation(prose: str, start: int) -> int | None:
    opening = prose[start]
    if opening == '"':
        closing = prose.find('"', start + 1)
        return closing + 1 if closing > start else None
    closers, depth = _QUOTES[opening], 0
    last = None
    for at in range(start, len(prose)):
        if prose[at] in closers:
            depth -= 1
            last = at + 1
            if not depth:
                return last
        elif prose[at] == opening:
            depth += 1
    return last
