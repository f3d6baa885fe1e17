"""FN207 inconsistent-dates: the notes write their dates in several styles.

“February 23, 2024” in most notes, “1 March 2024”, “Mar. 1, 2024” or “2024-03-01” in others. Days of publication and
days on which somebody looked are measured apart; titles, quotations and addresses are left alone, and so is what
is not written in English. The style that most of the dates have leads.

## Why it matters
It reads as if several hands had written the notes and nobody had looked them over.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2] The guilds refused to pay.[3]

References

[1] “Barges Wait Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges

[2] “Toll Doubled at Tinzaret,” Tolls Daily, February 27, 2024, https://www.tolls.example/news/doubled

[3] “Guilds Refuse,” Tolls Daily, 1 March 2024, https://www.tolls.example/news/guilds
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2] The guilds refused to pay.[3]

References

[1] “Barges Wait Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges

[2] “Toll Doubled at Tinzaret,” Tolls Daily, February 27, 2024, https://www.tolls.example/news/doubled

[3] “Guilds Refuse,” Tolls Daily, March 1, 2024, https://www.tolls.example/news/guilds
```

## Fix
Safe: every other date is written in the style of most; the day stays the same. Where no style is that of
most, or figures may be read in two ways, nothing is changed.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from provenance.validate.date_styles import DateStyle, read_date_style, write_date
from provenance.validate.descriptions import PrintedDate, printed_dates
from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule

_FEWEST = 3
_ROLES = {"date": "dates of publication", "accessed": "days of access"}


class _Styled(NamedTuple):
    date: PrintedDate
    style: DateStyle


def _check(draft: Draft) -> Iterator[Found]:
    if draft.house.style.dates == "any":
        return
    dates = [
        _Styled(each, style)
        for each in printed_dates(draft)
        if (style := read_date_style(each.words)) and not _is_of_a_court(draft, each, style)
    ]
    found = [_find(role, [each for each in dates if each.date.role == role]) for role in _ROLES]
    yield from sorted(filter(None, found), key=lambda each: each.start)


def _is_of_a_court(draft: Draft, each: PrintedDate, style: DateStyle) -> bool:
    """Tell whether a day stands as lawyers write it, whatever a document's own style: "(Jan. 27, 2025)"."""
    is_short = style.form in {"short", "short."}
    return is_short and draft.text[each.span.start - 1 : each.span.start] == "("


def _find(role: str, dates: Sequence[_Styled]) -> Found | None:
    if len(dates) < _FEWEST:
        return None
    leading = _leading(dates)
    others = [each for each in dates if not _fits(each.style, leading)]
    if not others:
        return None
    first = others[0].date
    like = write_date(first.iso, leading)
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    message = (
        f"{len(dates) - len(others)} of the {_ROLES[role]} are written like “{like}”, “{first.words}”{more}"
        " otherwise: write them in one style"
    )
    is_clear = 2 * len(others) < len(dates)
    return found_in(first.cited, message, first.span, _fix(others, leading) if is_clear else None)


def _leading(dates: Sequence[_Styled]) -> DateStyle:
    """The most frequent order, and in it the most frequent form of the month; of as many the full one."""
    order = Counter(each.style.order for each in dates).most_common(1)[0][0]
    forms = Counter(
        each.style.form for each in dates if each.style.order == order and each.style.form
    )
    form = max(forms, key=lambda form: (forms[form], form == "full"), default=None)
    return DateStyle(order, form)


def _fits(style: DateStyle, leading: DateStyle) -> bool:
    return style.order == leading.order and style.form in {None, leading.form}


def _fix(others: Sequence[_Styled], leading: DateStyle) -> Fix | None:
    edits = tuple(
        Edit(date.span.start, date.span.end, write_date(date.iso, leading))
        for date, style in others
        if style.order != "figures" and _is_known_otherwise(date)
    )
    return Fix(True, edits) if edits else None


def _is_known_otherwise(date: PrintedDate) -> bool:
    """Tell whether the source is the same one without these words: an interview is known by nothing else."""
    citation = date.cited.citation
    is_described = citation.kind in {"work", "subscription"} and citation.title is not None
    return citation.canonical_url is not None or is_described


RULE = Rule("FN207", "inconsistent-dates", "warning", _check)
