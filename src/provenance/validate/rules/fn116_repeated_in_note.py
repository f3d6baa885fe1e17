"""FN116 repeated-in-note: a note names the same source twice.

The same address stands a second time in one note, often behind others, where a list of addresses was put
together from two. Two parts of one page (other titles, other pages) are no repetition, and neither is an archived
copy beside the page.

## Why it matters
The note looks better founded than it is: three addresses, two sources.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/barges; https://www.fords.example/news/12; https://www.tolls.example/barges
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/barges; https://www.fords.example/news/12
```

## Fix
Safe: the second one is dropped with the separator before it, where it is nothing but the address; where
words or a link belong to it, it is left to a person.
"""

from collections.abc import Iterator, Sequence

from provenance.cite.stretches import is_filler
from provenance.model import Citation
from provenance.validate.addresses import Written, found_at
from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    first_of: dict[tuple[str, str, str | None], Written] = {}
    for one in draft.written:
        if not (one.words and one.is_main) or one.is_cut or one.source_id is None:
            continue
        first = first_of.setdefault((one.note.id, one.source_id, _copy(one)), one)
        if first.citation is one.citation or _differ(first, one):
            continue
        yield found_at(
            one, "this note has named the same source before: name it once", _without(draft, one)
        )


def _differ(first: Written, second: Written) -> bool:
    """Tell whether two citations of one address name two things there."""
    before, after = _said(first.citation), _said(second.citation)
    if any(before) and any(after) and before != after:
        return True
    return _fragment(first) != _fragment(second)


def _said(citation: Citation) -> tuple[str | None, ...]:
    return (citation.title, citation.pages, citation.date)


def _copy(one: Written) -> str | None:
    """The archived copy that is named, None where it is the page itself."""
    return one.citation.url if one.citation.archive_of else None


def _fragment(one: Written) -> str:
    return one.url.partition("#")[2]


def _without(draft: Draft, one: Written) -> Fix | None:
    """Drop it with what parts it from the citation before it."""
    before = _before(one)
    is_bare = one.citation.start == one.start and one.citation.end == one.end
    if before is None or not is_bare or one.anchors:
        return None
    if not is_filler(draft.text, before.end, one.start):
        return None
    return Fix(True, (Edit(before.end, one.end, ""),))


def _before(one: Written) -> Citation | None:
    citations: Sequence[Citation] = one.note.citations
    return next((each for each in citations if each.index == one.citation.index - 1), None)


RULE = Rule("FN116", "repeated-in-note", "warning", _check)
