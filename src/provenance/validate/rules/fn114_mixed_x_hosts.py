"""FN114 mixed-x-hosts: posts of one site are cited as twitter.com here and as x.com there.

The site was renamed in July 2023, and both names lead to the same post. House style says which to write
(`x` under `[style]`: "x.com", "twitter.com"); by default ("consistent") the rule only asks that a document
keep to one of them: the one that it writes more often.

## Why it matters
A reader takes two names for two sources, and so does every tool that counts them.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] The ford was closed.[3]

References

[1] https://x.com/ada_writer/status/1700000000000000001

[2] https://twitter.com/ada_writer/status/1700000000000000002

[3] https://x.com/ada_writer/status/1700000000000000003
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] The ford was closed.[3]

References

[1] https://x.com/ada_writer/status/1700000000000000001

[2] https://x.com/ada_writer/status/1700000000000000002

[3] https://x.com/ada_writer/status/1700000000000000003
```

## Fix
Safe: the host's name is changed, in words and links, wherever it is the other one; the posts are the same.
"""

import re
from collections.abc import Iterator, Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import host_of
from provenance.validate.addresses import Written, found_at, rewrite
from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule

_NAMES = ("x.com", "twitter.com")
_HOSTS = {f"{label}{name}": name for name in _NAMES for label in ("", "www.", "mobile.")}
_WRITTEN = lazy_pattern(
    r"(?P<before>^\W*(?:h\w{2,4}\W{0,5})?)(?:www\.|mobile\.)?(?:x|twitter)(?=\W(?:\W?dot\W{1,2})?com(?![\w-]))",
    re.IGNORECASE,
)


def _check(draft: Draft) -> Iterator[Found]:
    asked = draft.house.style.x
    posts = [(one, name) for one in draft.written if (name := _name_of(one))]
    names = [name for _, name in posts]
    if asked == "any":
        return
    kept = asked if asked in _NAMES else max(_NAMES, key=names.count)
    others = [one for one, name in posts if name != kept]
    if not others:
        return
    edits: dict[Edit, None] = dict.fromkeys(
        edit for one in others for edit in rewrite(one, lambda words: _renamed(words, kept))
    )
    other = next(name for name in _NAMES if name != kept)
    yield found_at(others[0], _message(names, kept, other, asked), Fix(True, tuple(edits)))


def _message(names: Sequence[str], kept: str, other: str, asked: str) -> str:
    count = names.count(other)
    if asked in _NAMES:
        return f"{count} of {len(names)} posts are cited at {other}: the house writes {kept}"
    return f"{count} of {len(names)} posts are cited at {other}, the first of them here, the others at {kept}"


def _name_of(one: Written) -> str | None:
    return _HOSTS.get(host_of(one.url) or "")


def _renamed(words: str, kept: str) -> str:
    name = kept.removesuffix(".com")
    return _WRITTEN.sub(lambda found: f"{found['before']}{name}", words, count=1)


RULE = Rule("FN114", "mixed-x-hosts", "warning", _check)
