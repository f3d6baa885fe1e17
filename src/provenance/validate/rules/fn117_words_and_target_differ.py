"""FN117 words-and-target-differ: the words of a link show one address, and the link leads to another.

The words were mended and the target was forgotten, or the other way round; or the link ends in the middle of its
address (`https://www.tolls`). Words that were cut for display (`https://www.tolls.example/2024…`) over a whole
target are no fault, nor is the name of a site over a page of it.

## Why it matters
Who reads the printed note and who clicks get to different places, and only one of them is what was meant.

## Example
```html
<title>A Short Update</title>
<p>By Ada Writer</p>
<p>Two barges were stopped below the ford.[1]</p>
<h2>References</h2>
<p>[1] <a href="https://www.tolls.example/2024">https://www.tolls.example/2024/03/barges</a></p>
```

## Use instead
```html
<title>A Short Update</title>
<p>By Ada Writer</p>
<p>Two barges were stopped below the ford.[1]</p>
<h2>References</h2>
<p>[1] <a href="https://www.tolls.example/2024/03/barges">https://www.tolls.example/2024/03/barges</a></p>
```

## Fix
Safe: a target that only has the beginning of the address in the words is completed from them. Where the words
spell a dot (“tolls dot example”), their writer wanted no link, and one that works is unsafe, unless the house style
writes addresses plain. Where the two name different pages, a person has to say which is meant.
"""

from collections.abc import Iterator, Sequence

from provenance.cite.archives import original_of
from provenance.cite.described_anchors import bare_address
from provenance.cite.identifiers import REGISTRIES
from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import canonical_url, parse_address
from provenance.model import Link
from provenance.validate.addresses import Written, all_targets, found_at, gathered, holds_several
from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.redirectors import unwrapped
from provenance.validate.rule import Rule

# The resolver of DOIs under its older name, and over http.
_RESOLVER = lazy_pattern(r"^https?://(?:dx\.|www\.)?doi\.org/")


def _check(draft: Draft) -> Sequence[Found]:
    by_anchor: dict[Link, list[Written]] = {}
    for one in draft.written:
        for link in one.anchors:
            by_anchor.setdefault(link, []).append(one)
    stubs: list[Found] = []
    defanged: list[Found] = []
    others: list[Found] = []
    for link, held in by_anchor.items():
        # what only the target names is no address in the words
        for found in _compared(draft, link, [one for one in held if one.words]):
            (others if not found.fix else stubs if found.fix.safe else defanged).append(found)
    return [*gathered(stubs), *gathered(defanged), *others]


def _compared(draft: Draft, link: Link, shown: Sequence[Written]) -> Iterator[Found]:
    if holds_several(link.href) or not _is_shown(shown):
        return
    one = shown[0]
    targets = all_targets(link.href)
    meant = one.citation.url if one.is_main and not one.citation.truncated else one.url
    if not targets:
        if link.href.lower().startswith(("http", "www.")) and meant:
            yield _stub(draft, one, link, meant)
        return
    if _is_beginning(targets[0], one):
        yield _stub(draft, one, link, one.url)
    elif not _leads_there(one, targets[0]):
        yield found_at(
            one,
            f"the words show this address, and the link leads to {targets[0]}: make them the same",
        )


def _is_shown(shown: Sequence[Written]) -> bool:
    """One whole address in the words: of several, or of one that is cut, the anchor may mean another.

    A registered number (a DOI) may well lead to the publisher's page.
    """
    is_number = any(repair.kind in REGISTRIES for one in shown for repair in one.repairs)
    return len(shown) == 1 and not shown[0].is_cut and not is_number


def _stub(draft: Draft, one: Written, link: Link, meant: str) -> Found:
    is_safe = not _is_kept_from_clicks(draft, one)
    edits = (Edit(link.start, link.end, meant, in_target=True),)
    todo = "let it lead to the whole address" if is_safe else "complete it, or take the link out"
    return found_at(
        one,
        f"the link stops in the middle of its address, at {link.href}: {todo}",
        Fix(is_safe, edits) if all_targets(meant) else None,
    )


def _is_kept_from_clicks(draft: Draft, one: Written) -> bool:
    """Tell whether somebody spelled a dot on purpose: then the link is the accident, made by a program."""
    is_defanged = any(repair.kind == "refang" for repair in one.repairs)
    return is_defanged and draft.house.style.addresses != "plain"


def _is_beginning(target: str, one: Written) -> bool:
    """Tell whether a target only has the beginning of the address that the words show."""
    begun, whole = bare_address(target), bare_address(one.url)
    rest = whole.removeprefix(begun)
    return rest != whole and bool(rest.strip("/#"))


def _leads_there(one: Written, target: str) -> bool:
    """Tell whether a target is what the words show, more of it, or leads on to it."""
    address = parse_address(target)
    further = original_of(target) or (unwrapped(address) if address else None)
    shown = _RESOLVER.sub("https://doi.org/", one.url)
    ends = [_RESOLVER.sub("https://doi.org/", end) for end in (target, further) if end]
    return one.citation.archive_url == target or any(
        canonical_url(end) == canonical_url(shown)
        or bare_address(end).startswith(bare_address(shown))
        for end in ends
    )


RULE = Rule("FN117", "words-and-target-differ", "error", _check)
