"""Names of the people who wrote something, as notes write them: "A. Doe and B. Roe", "Doe, Jane; Roe, John"."""

import re

from provenance.cite.listed import is_person
from provenance.cite.patterns import lazy_pattern

__all__ = ["is_organisation", "part_authors", "read_people", "surname_of"]

_LEADING = lazy_pattern(r"^\W*(?:and|with|by|und|et|y|и|та|و|von|par|por)\s+", re.IGNORECASE)
_AND = lazy_pattern(
    r"\s*,?\s+(?:and|und|et(?!\.?\s+al)|y|и|та)\s+|\s*,?\s*&\s*|\s*;\s*", re.IGNORECASE
)
_COMMA = lazy_pattern(r"[,،]\s+|\s+و(?=\w)")
_SUFFIX = lazy_pattern(r"^(?:Jr|Sr|II|III|IV|Ph\.?D|M\.?D|Esq)\.?$", re.IGNORECASE)
_HANDLE = lazy_pattern(r"\s*[\[(]@\w{1,40}[\])]")
_AND_OTHERS = lazy_pattern(r",\s+et\.?\s+al\.?$")
_INITIALS = lazy_pattern(r"^(?:[^\W\d_]\.?[\s-]?){1,4}$")
_ROLE = lazy_pattern(
    r"\s*\((?:eds?|hrsg|hg|trans|dir|coord|ред)\.?\)|,?\s+(?:eds?|hrsg|hg|dir|trans|comp)\.$|,\s+(?:host|narrator|producer|director|presenter|moderator|editors?)\.?$",
    re.IGNORECASE,
)
_ORGANISATION = lazy_pattern(
    r"\b(?:ministry|department|office|agency|bureau|commission|committee|council|congress|senate|house|court|university|institute"
    r"|center|centre|association|organi[sz]ation|group|company|corporation|foundation|bank|union|nations|government|police|army"
    r"|forces|service|administration|authority|board|society|network|media|news|times|press|inc|llc|ltd|corp|forum|academy|assembly|parliament|broadcasting|staff|project|database|observatory|initiative"
    r"|ministerium|amt|bundes\w+|ministère|ministerio|banco|instituto|министерство|вооружённых|وزارة|منظمة|لجنة|مجلس)\b"
    r"|\bof\s+the\b|^U\.S\.|^the\s",
    re.IGNORECASE,
)
_BARE_INITIAL = lazy_pattern(r"[\s.][^\W\d_]$")
_WHOLE_WORD = lazy_pattern(r"(?<!\bet)\s[^\W\d_]{3,}\.$")
_CAPITALS = lazy_pattern(r"^[A-Z]{2,8}s?$")


_ROLE_OR_SUFFIX = lazy_pattern(
    r"(?:Jr|Sr|II|III|IV|Ph\.?D|M\.?D|Esq|eds?|dir|trans|comp|host|narrator|producer|director|presenter|Hrsg|Hg|editors?)\.?$",
    re.IGNORECASE,
)
_LAST_OF_ROW = lazy_pattern(r"(?:and|und|et|y|e|&|и|та)\s+(?P<name>.*)$", re.DOTALL)
_MOST_AUTHORS = 12


def part_authors(words: str) -> tuple[str, str]:
    """Part `Jane Doe, Jr., and John Roe, eds., Title` into the names and the title; ("", words) where no comma is.

    >>> part_authors("Ann Poe, Jr., Lakes, Dams, and Canals")
    ('Ann Poe, Jr.', 'Lakes, Dams, and Canals')
    """
    separator = "، " if "، " in words else ", "
    parts = words.split(separator)
    if len(parts) == 1:
        return "", words
    count = 1
    for index, part in enumerate(parts[1:_MOST_AUTHORS], 1):
        last = _LAST_OF_ROW.match(part)
        name = last["name"] if last else part
        if not is_person(name) and not _ROLE_OR_SUFFIX.match(name):
            break
        if last or (_ROLE_OR_SUFFIX.match(name) and count == index):
            count = index + 1
    return separator.join(parts[:count]), separator.join(parts[count:])


def is_organisation(name: str) -> bool:
    """Tell whether a name is an office's or a firm's, not a person's."""
    name = name.strip(" ,.")
    return bool(_CAPITALS.match(name)) or (
        _ORGANISATION.search(name) is not None and not name.isupper()
    )


def read_people(names: str) -> tuple[str, ...]:
    """Return the people that `names` lists, each as written; an organisation is one name.

    >>> read_people("Jane Doe, J. Roe, and A. Poe"), read_people("Doe, Jane; Roe, J. R.")
    (('Jane Doe', 'J. Roe', 'A. Poe'), ('Doe, Jane', 'Roe, J. R.'))
    """
    names = _ROLE.sub("", _HANDLE.sub("", names)).strip(" \u00a0…,;:()/")
    others = _AND_OTHERS.search(names)
    names = names[: others.start()] if others else names
    people: list[str] = []
    for chunk in _AND.split(names):
        people += _part(chunk)
    if others and people:
        people[-1] += others[0].removesuffix(".") + "."
    cleaned = (_dotted(_LEADING.sub("", name).strip(" \u00a0…,")) for name in people)
    return tuple(name for name in cleaned if name)


def _dotted(name: str) -> str:
    """Give the last initial its full stop, and a whole name none: the one behind a list ends the list."""
    if _BARE_INITIAL.search(name):
        return f"{name}."
    return name.removesuffix(".") if _WHOLE_WORD.search(name) else name


def _part(chunk: str) -> list[str]:
    """Part a run of names at its commas, but keep `Doe, Jane` and `Doe, J. R., Jr.` together."""
    parts = [part.strip() for part in _COMMA.split(chunk) if part.strip()]
    people: list[str] = []
    index = 0
    while index < len(parts):
        name = parts[index]
        following = parts[index + 1] if index + 1 < len(parts) else ""
        if following and _is_inverted(name, following, len(parts)):
            name, index = f"{name}, {following}", index + 1
        elif people and _SUFFIX.match(name):
            people[-1] = f"{people[-1]}, {name}"
            index += 1
            continue
        people.append(name)
        index += 1
    return people


def _is_inverted(name: str, following: str, count: int) -> bool:
    """Tell `Doe, Jane` (one word, then given names) from `Doe, Roe` (two people)."""
    if " " in name and not re.match(
        r"(?:van|von|de|del|della|al|el|bin|ibn|le|la|da|dos)\b", name, re.IGNORECASE
    ):
        return False
    return _INITIALS.match(following) is not None or (
        count == 2
        and " " not in name
        and bool(re.match(r"[^\W\d_]+(?:\s[^\W\d_]\.?)*$", following))
    )


def surname_of(name: str) -> str:
    """Return the family name: before a comma, else the last word ("Jane Doe" -> "doe"), casefolded.

    >>> [surname_of(name) for name in ("Jane Doe", "Doe, Jane", "Doe et al.", "Doe J.")]
    ['doe', 'doe', 'doe', 'doe']
    """
    family, comma, _ = name.partition(",")
    words = re.findall(
        r"[^\W\d_][\w'’-]*\.?", re.sub(r"\bet\.?\s+al\.?", "", family if comma else name)
    )
    while len(words) > 1 and (
        words[-1].endswith(".") or len(words[-1]) == 1 or _SUFFIX.match(words[-1])
    ):
        words.pop()
    return words[-1].rstrip(".").casefold() if words else ""
