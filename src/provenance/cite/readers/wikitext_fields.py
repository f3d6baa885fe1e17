"""Citation templates of wikis in several languages, brought to one set of field names.

English `{{cite web}}` and its kin (CS1, CS2), German `{{Internetquelle}}` and `{{Literatur}}`,
French `{{Lien web}}`, `{{Ouvrage}}`, `{{Article}}`, Spanish `{{Cita web}}`, Russian `{{Статья}}`,
Ukrainian, Italian, Portuguese and Dutch: the names are those of each template's own documentation.
"""

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.wikitext_templates import Call
from provenance.text import Span

__all__ = ["is_citation_template", "name_fields"]

_NAMES = frozenset(
    ("citation", "internetquelle", "literatur", "lien web", "ouvrage", "article", "chapitre", "article encyclopédique",
     "книга", "статья", "публикация", "книга:", "новость", "стаття", "web-viittaus", "kirjaviite", "lehtiviite",
     "webbref", "bokref", "tidskriftsref", "citeer web", "citeer boek", "citeer nieuws", "vcite web", "vcite news",
     "vcite book", "vcite journal", "citar web", "citar livro", "citar jornal", "citar periódico", "obra citada",
     "cytuj", "cytuj stronę", "cytuj książkę", "cytuj pismo", "یادکرد وب", "یادکرد کتاب", "یادکرد خبر", "یادکرد ژورنال",
     "استشهاد ويب", "استشهاد بخبر", "استشهاد بكتاب", "مرجع ويب", "مرجع كتاب")
)  # fmt: skip
_BEGINNINGS = ("cite ", "cita ", "citar ", "cite-", "citeer ", "cytuj ", "یادکرد ", "استشهاد ")
# Templates whose names begin alike and that cite nothing.
_NO_CITATION = frozenset(
    ("cite check", "cite needed", "cite quote", "citation needed", "cite doi", "cite pmid")
)

# canonical field -> its names
_FIELDS: dict[str, str] = {
    "title": "title titel titre título titulo titolo заглавие заголовок название назва عنوان nimeke rubrik tytuł titre1 script-title",
    "subtitle": "titelerg untertitel sous-titre subtítulo",
    "chapter": "chapter contribution entry article section kapitel titre chapitre chapitre capítulo capitolo часть chapterurl-title contribution-title",
    "url": "url online lien ссылка посилання addresse lire en ligne lire en ligne1 texte présentation en ligne вебадреса پیوند مسار nettsted",
    "chapter_url": "chapter-url chapterurl contribution-url contributionurl section-url entry-url article-url conference-url",
    "archive_url": "archive-url archiveurl archiv-url archivurl url-archivo urlarchivo arquivourl archive архив archiwum archief-url archivbot-url مسار-الأرشيف پیوند بایگانی",
    "archive_date": "archive-date archivedate archiv-datum archivdatum fechaarchivo fecha-archivo archive-datum arquivodata archive date дата архивации archivdatum",
    "work": "work website newspaper magazine journal periodical encyclopedia encyclopaedia dictionary mailinglist werk sammelwerk zeitung zeitschrift site périodique obra publicación periódico sitioweb sitio web издание видання сайт tijdschrift krant opera rivista czasopismo tidning التاریخ program series-title",
    "publisher": "publisher institution hrsg herausgeber verlag éditeur editorial editora издательство видавництво ناشر utgivare wydawca uitgever editore organization newsgroup",
    "agency": "agency agence agencia",
    "place": "location place ort lieu lugar local место місце مکان publication-place plats miejsce",
    "date": "date datum fecha data дата تاریخ تاريخ datum publikation publication-date päivämäärä",
    "year": "year jahr année ano año anno год рік سال سنة vuosi år rok jaar",
    "month": "month monat mois mes месяц місяць",
    "access_date": "access-date accessdate zugriff abruf consulté le consultado fechaacceso fecha-acceso acessodata accesso датадоступу дата обращения доступ تاریخ دسترسی تاريخ الوصول luettu hämtdatum data dostępu bezochtdatum accessdatum",
    "volume": "volume vol band tome volumen том vol.",
    "issue": "issue number nummer heft numéro número номер выпуск n°",
    "pages": "pages page p pp at seiten seite passage pages totales página páginas paginas pagina страницы сторінки صفحه الصفحة sivut sidor strony blz s",
    "edition": "edition auflage numéro d'édition edición издание №",
    "series": "series reihe collection",
    "type": "type degree medium",
    "trans_title": "trans-title trans_title titre traduit título-trad",
    "quote": "quote quotation zitat cita extrait цитата comment kommentar commentaire note",
    "doi": "doi", "isbn": "isbn isbn1 isbn-13", "issn": "issn", "oclc": "oclc", "pmid": "pmid", "pmc": "pmc",
    "arxiv": "arxiv eprint", "jstor": "jstor", "bibcode": "bibcode", "hdl": "hdl", "id": "id", "lccn": "lccn",
    "authors": "authors vauthors auteurs autores people авторы",
    "access": "url-access subscription registration url_access chapter-url-access",
    "status": "url-status dead-url deadurl état url",
}  # fmt: skip
# Names of several words are written with a blank in the templates and cannot be split at it.
_SEVERAL_WORDS = (
    "lire en ligne1", "lire en ligne", "présentation en ligne", "titre chapitre", "consulté le", "numéro d'édition",
    "дата обращения", "дата архивации", "تاریخ دسترسی", "پیوند بایگانی", "تاريخ الوصول", "data dostępu", "sitio web",
    "pages totales", "titre traduit", "archive date", "datum publikation", "état url",
)  # fmt: skip
_PEOPLE = lazy_pattern(
    r"(?P<part>last|surname|author|autor|auteur|first|given|apellidos?|nombres?|nom|prénom|name|vorname|nachname"
    r"|автор|автор-фамилия|прізвище|ім'я|نام خانوادگی|نام|الأخير|الأول|editor|editor-last|editor-first)"
    r"[- ]?(?P<number>\d{0,2})(?P<rest>-(?:last|first|given|surname))?"
)
_LAST = frozenset(
    ("last", "surname", "apellido", "apellidos", "nom", "nachname", "name", "прізвище", "نام خانوادگی", "الأخير")
)  # fmt: skip
_FIRST = frozenset(
    ("first", "given", "nombre", "nombres", "prénom", "vorname", "ім'я", "نام", "الأول")
)


def _table_of_names() -> dict[str, str]:
    table: dict[str, str] = {}
    for field, names in _FIELDS.items():
        single = names
        for several in _SEVERAL_WORDS:
            if several in names:
                table.setdefault(several, field)
                single = single.replace(several, "")
        table.update((name, field) for name in single.split() if name not in table)
    return table


_CANONICAL = _table_of_names()


class Fields(dict[str, Span]):
    """Canonical field -> where its value stands; `people` are (last or whole name, first name)."""

    people: tuple[tuple[Span, Span | None], ...] = ()
    editors: tuple[tuple[Span, Span | None], ...] = ()


def is_citation_template(name: str) -> bool:
    """Tell whether a template of this name (in lower case) cites one work."""
    return (name in _NAMES or name.startswith(_BEGINNINGS)) and name not in _NO_CITATION


def name_fields(source: str, call: Call) -> Fields:
    """Return the values of a citation template by canonical names; empty ones are left out."""
    fields = Fields()
    people: dict[tuple[str, int], dict[str, Span]] = {}
    for name, span in call.values.items():
        if not span.of(source).strip():
            continue
        person = _PEOPLE.fullmatch(name)
        if name in _CANONICAL and not person:
            fields.setdefault(_CANONICAL[name], span)
        elif person:
            role = "editor" if person["part"].startswith("editor") else "author"
            part = (person["rest"] or "").strip("-") or person["part"].removeprefix("editor-")
            people.setdefault((role, int(person["number"] or 1)), {})[_part_of_name(part)] = span
    fields.people = _people_of(people, "author")
    fields.editors = _people_of(people, "editor")
    return fields


def _part_of_name(part: str) -> str:
    if part in _FIRST:
        return "first"
    return "last" if part in _LAST else "whole"


def _people_of(
    people: dict[tuple[str, int], dict[str, Span]], role: str
) -> tuple[tuple[Span, Span | None], ...]:
    found = []
    for key in sorted(key for key in people if key[0] == role):
        parts = people[key]
        whole = parts.get("last") or parts.get("whole") or parts.get("first")
        if whole is not None:
            found.append((whole, parts.get("first") if "last" in parts else None))
    return tuple(found)
