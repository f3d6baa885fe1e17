"""FN102 cut-address: an address was cut for display, and the reader gets only its beginning.

Web pages shorten long addresses to fit (`…/2024/03/two-barg...`). On the page the link behind the words is whole, and
all is well; copied as text, only the cut form is left. Where another place of the same draft shows the one whole
address that begins like this, it is put in; otherwise the message says what is known. A post that is cut behind its
number, inside of what only tracks readers (`…?s=20&t=Ab...`), is whole without that, and is left to tracking-parameters.

## Why it matters
Nobody can follow the address: not a reader, not the archive, not the link checker.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] https://www.tolls.example/2024/03/barges-stopped-below-the-fo...

[2] https://www.tolls.example/2024/03/barges-stopped-below-the-ford-again
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] https://www.tolls.example/2024/03/barges-stopped-below-the-ford-again

[2] https://www.tolls.example/2024/03/barges-stopped-below-the-ford-again
```

## Fix
Safe: the cut address is replaced by the whole one that the draft itself proves. Where nothing proves it, there is
none: `provenance ingest` asks the page that the draft was copied from and a web archive, and says what it found.
"""

from collections.abc import Iterator

from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import without_tracking
from provenance.model import Citation
from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule

_SHOWN = 3
# The number of a post is the whole of its address: nothing that says what it is can follow.
_POST = lazy_pattern(r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/\w+/status/\d+(?=\?)")


def _check(draft: Draft) -> Iterator[Found]:
    for note, citation, source in draft.cited:
        if not citation.truncated or _is_cut_in_tracking(draft, citation):
            continue
        yield Found(
            _message(citation),
            citation.start,
            citation.end,
            note.label,
            _mend(citation),
            url=citation.canonical_url,
            source_id=source.id if source else None,
        )


def _is_cut_in_tracking(draft: Draft, citation: Citation) -> bool:
    """Tell whether only the query of a post is cut, and only what tracks: FN107 says what to do."""
    post = _POST.match(citation.url or "")
    if post is None or draft.house.style.tracking == "any":
        return False
    url = post.string
    return without_tracking(url, url) == post[0]


def _message(citation: Citation) -> str:
    recovery = citation.recovery
    if recovery is None:
        return "the address is cut, and nothing in this draft completes it: put the whole one here"
    if recovery.url is not None:
        return f"the address is cut: {recovery.reason}"
    fitting = [candidate.url for candidate in recovery.candidates[:_SHOWN]]
    return f"the address is cut: {recovery.reason} ({', '.join(fitting)})"


def _mend(citation: Citation) -> Fix | None:
    recovery = citation.recovery
    if recovery is None or recovery.decision != "adopted" or recovery.url is None:
        return None
    if citation.hidden:
        return None
    return Fix(True, (Edit(citation.start, citation.end, recovery.url),))


RULE = Rule("FN102", "cut-address", "error", _check)
