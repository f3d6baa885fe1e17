"""FN103 glued-addresses: two addresses stand together with nothing between them.

Pasting one address behind another without a blank gives one long address that leads nowhere. The parser
takes them apart; a reader who clicks does not. The same happens out of sight, where the target of a link holds
two addresses. A web archive's address, which holds another one, is none of these.

## Why it matters
Neither address can be followed as it is printed, and the next copy of the text carries the fault on.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges; https://www.fords.example/news/12
```

## Fix
Safe: the separator of the house style is put between them, and a link keeps the address that its words show;
both addresses stay as they are. A link whose other address stands nowhere else is left to a person.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from provenance.formats.url import canonical_url
from provenance.model import Link
from provenance.validate.addresses import (
    Written,
    all_targets,
    count_addresses,
    found_at,
    gathered,
    holds_several,
)
from provenance.validate.draft import Cited, Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule

_ENCODED_BLANKS = ("%20", "%c2%a0", "%C2%A0")


def _check(draft: Draft) -> Sequence[Found]:
    in_words = (
        _in_words(draft, before.citation.start, after)
        for before, after in pairwise(draft.cited)
        if _are_glued(before, after)
    )
    return [*in_words, *gathered(_in_targets(draft))]


def _are_glued(before: Cited, after: Cited) -> bool:
    first, second = before.citation, after.citation
    if before.note.id != after.note.id or first.end != second.start or second.title:
        return False
    has_address = first.url or first.access_url
    return bool(has_address and second.url) and not (first.hidden or second.hidden)


def _in_words(draft: Draft, least: int, after: Cited) -> Found:
    start = at = after.citation.start
    while draft.text.endswith(_ENCODED_BLANKS, least, at):
        at = draft.text.rindex("%20" if draft.text[at - 2 : at] == "20" else "%", least, at)
        at -= 3 * (draft.text[at - 3 : at].lower() == "%c2")
    if at < start:
        at = least + len(draft.text[least:at].rstrip(";,"))
    return Found(
        "only an encoded blank parts this address from the one before it"
        if at < start
        else "nothing separates this address from the one before it",
        start,
        after.citation.end,
        after.note.label,
        Fix(True, (Edit(at, start, draft.house.style.separator),)),
        url=after.citation.canonical_url,
        source_id=after.source.id if after.source else None,
    )


def _in_targets(draft: Draft) -> Iterator[Found]:
    seen: set[Link] = set()
    for one in draft.written:
        for link in one.anchors:
            if link in seen or not holds_several(link.href):
                continue
            seen.add(link)
            yield found_at(
                one,
                "the link here holds several addresses in one, and leads to none: give it one",
                _parted(draft, one, link),
            )


def _parted(draft: Draft, one: Written, link: Link) -> Fix | None:
    """The link keeps the address that its words show, if the note shows the others."""
    targets = [canonical_url(url) for url in all_targets(link.href)]
    own = one.citation.canonical_url
    if not one.words or own not in targets or len(targets) != count_addresses(link.href):
        return None
    in_note = [each for each in draft.written if each.note is one.note and each is not one]
    # words that are cut under this link (`ht...`) are known from nothing but its target
    if any(each.is_cut and each.citation.href == link.href for each in in_note):
        return None
    shown = {each.citation.canonical_url for each in in_note if each.words and each.is_main}
    if not {*shown, own}.issuperset(targets):
        return None
    wanted = one.citation.url or link.href
    return Fix(True, (Edit(link.start, link.end, wanted, in_target=True),))


RULE = Rule("FN103", "glued-addresses", "error", _check)
