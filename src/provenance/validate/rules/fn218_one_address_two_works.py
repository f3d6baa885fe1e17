"""FN218 one-address-two-works: two works that have nothing in common are cited at one address.

Their titles have hardly a word in common, their authors none. It mostly comes from copying a note and
changing the words, but not the address.

## Why it matters
At least one of the two addresses leads to something else than the note says.

## Example
```text
A Short Update

By Ines Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Ada Tollman, “Barges Wait Below Ouldane,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges

[2] Jonas Ferris, “Guilds Refuse Another Toll,” Tolls Daily, February 27, 2024, https://www.tolls.example/news/barges
```

## Use instead
```text
A Short Update

By Ines Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Ada Tollman, “Barges Wait Below Ouldane,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges

[2] Jonas Ferris, “Guilds Refuse Another Toll,” Tolls Daily, February 27, 2024, https://www.tolls.example/news/guilds
```

## Fix
None: only the author knows where the other one was read.
"""

from collections.abc import Iterator

from provenance.formats.titles import shares_no_word
from provenance.model import Citation
from provenance.validate.descriptions import are_two_titles
from provenance.validate.draft import Cited, Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    first: dict[str, Cited] = {}
    for cited in draft.cited:
        citation = cited.citation
        if not (citation.canonical_url and citation.title and citation.authors):
            continue
        before = first.setdefault(citation.canonical_url, cited)
        if _are_two_works(before.citation, citation):
            message = (
                f"note [{before.note.label}] cites “{before.citation.title}” at this address: one of the two leads"
                " to another work"
            )
            yield found_in(cited, message)


def _are_two_works(one: Citation, other: Citation) -> bool:
    return (
        not one.truncated
        and one.date != other.date
        and are_two_titles(one.title or "", other.title or "")
        and shares_no_word(" ".join(one.authors), " ".join(other.authors))
    )


RULE = Rule("FN218", "one-address-two-works", "warning", _check)
