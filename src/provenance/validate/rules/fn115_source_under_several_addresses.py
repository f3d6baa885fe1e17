"""FN115 source-under-several-addresses: one page is cited under addresses that differ in what means nothing.

`http` here and `https` there, with and without `www.`, the page for telephones (`m.`), a slash at the end: the page is
the same. The rule tells once of each source, at the first address that is unlike the one written most.
Tracking parameters and twitter.com beside x.com have rules of their own (FN107, FN114).

## Why it matters
A reader, and every tool that counts, takes one source for two: a claim looks better founded than it is.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] https://www.tolls.example/2024/03/barges

[2] http://tolls.example/2024/03/barges
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls.example/2024/03/barges
```

## Fix
Safe: where the addresses are known to be one (scheme, `www.`), all are written as the most frequent one, with
`https` where any of them has it. Addresses that differ in a slash or in `m.` are left to a person.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import canonical_url, without_tracking
from provenance.validate.addresses import Written, edits_to, found_at
from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule

_HEAD = lazy_pattern(r"https?://[^/?#]*")
_PHONE = lazy_pattern(r"(?<=://)m\.|(?<=\.)m\.(?=wikipedia\.org)")
_RENAMED = ("://twitter.com", "://www.twitter.com", "://mobile.twitter.com")
# Shorter than this it is the front page, which a text names in many ways.
_LEAST_PATH = 2


def _check(draft: Draft) -> Iterator[Found]:
    found = [each for group in _groups(draft.written) for each in _told(group)]
    return iter(sorted(found, key=lambda each: each.start))


def _groups(written: Iterable[Written]) -> Iterable[Sequence[Written]]:
    alike: defaultdict[str, list[Written]] = defaultdict(list)
    for one in written:
        address = one.address
        if one.words and address and len(address.path) >= _LEAST_PATH and one.is_main:
            alike[address.path.rstrip("/")].append(one)
    for near in alike.values():
        # most pages are cited under one address: only the others cost a closer look
        if len({one.url for one in near}) > 1:
            yield from _same_pages(near)


def _same_pages(near: Iterable[Written]) -> Iterable[Sequence[Written]]:
    groups: defaultdict[str, list[Written]] = defaultdict(list)
    for one in near:
        if not one.is_copy:
            page = _PHONE.sub("", canonical_url(one.url))
            groups[page.rstrip("/") if "?" not in page else page].append(one)
    return groups.values()


def _told(group: Sequence[Written]) -> Iterator[Found]:
    forms = Counter(_form(one) for one in group)
    if len(forms) < 2:
        return
    kept = _kept(forms)
    odd = [one for one in group if _form(one) != kept]
    are_one = all(canonical_url(_form(one)) == canonical_url(kept) for one in odd)
    by_place = [tuple(_edits(one, kept)) for one in odd] if are_one else [()]
    edits = dict.fromkeys(edit for each in by_place for edit in each)
    verb = "differ" if len(odd) > 1 else "differs"
    differ = _differences(forms, kept)
    message = f"{len(odd)} of {len(group)} citations of this page {verb} in {differ}: write one"
    yield found_at(odd[0], message, Fix(True, tuple(edits)) if all(by_place) else None)


def _differences(forms: Iterable[str], kept: str) -> str:
    """What the addresses differ in, in words."""
    said: dict[str, None] = {}
    for form in forms:
        if form.partition(":")[0] != kept.partition(":")[0]:
            said["“http” and “https”"] = None
        if (form.rstrip("/") == form) != (kept.rstrip("/") == kept):
            said["a slash at the end"] = None
        if _host(form) != _host(kept):
            said[f"the host ({_host(form)}, {_host(kept)})"] = None
    return " and ".join(said)


def _host(form: str) -> str:
    return _head_of(form).partition("://")[2]


def _form(one: Written) -> str:
    """The address but for what other rules are about, how it is encoded, and the place in the page."""
    href = one.address.href if one.address else one.url
    form = without_tracking(href, href).partition("#")[0]
    for renamed in _RENAMED:
        form = form.replace(renamed, "://x.com", 1)
    return form.replace("://www.x.com", "://x.com", 1)


def _kept(forms: Mapping[str, int]) -> str:
    """The form written most; where another one has `https`, that."""
    most = max(forms, key=lambda form: forms[form])
    secure = most.replace("http:", "https:", 1)
    return secure if secure in forms else _secured(most, forms)


def _secured(most: str, forms: Mapping[str, int]) -> str:
    others = [form for form in forms if form.startswith("https:")]
    return most if most.startswith("https:") or not others else max(others, key=forms.__getitem__)


def _edits(one: Written, kept: str) -> Iterable[Edit]:
    """Put scheme and host of the kept form where this one has its own."""
    head = _HEAD.match(kept)
    own = _HEAD.match(one.words)
    if head is None or own is None or own[0] != _head_of(one.url):
        return
    yield from edits_to(one.start, own[0], head[0])
    for link in one.anchors:
        target = _HEAD.match(link.href)
        if target is not None and target[0] == own[0]:
            wanted = head[0] + link.href[target.end() :]
            yield Edit(link.start, link.end, wanted, in_target=True)


def _head_of(url: str) -> str:
    head = _HEAD.match(url)
    return head[0] if head else ""


RULE = Rule("FN115", "source-under-several-addresses", "info", _check)
