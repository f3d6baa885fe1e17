"""FN111 private-address: an address leads to somebody's own machine or network.

`file:///C:/…`, `localhost`, an address of a private network, a host's name without a dot or one that ends in
`.local` or `.internal`: what is meant may stand on the author's disk or in the office's network.

## Why it matters
Nobody outside can follow it, and it tells strangers how your machines and folders are called.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] http://intranet.local/reports/barges.pdf
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/reports/barges.pdf
```

## Fix
None: only the author knows where the public finds it.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import canonical_url, is_ip_address
from provenance.validate.addresses import Written, found_at, gathered
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule

# RFC 6761, RFC 6762, ICANN's resolution of 2024-07-29, and what routers are shipped with.
_PRIVATE = ("localhost", "local", "internal", "lan", "intranet", "corp", "home", "localdomain")
# `/c:/Users/me/…` of a file's address, which is escaped or has backslashes where Windows wrote it
_FILE = lazy_pattern(r"(?<![\w.])file:/{1,3}[^\s;,\"“”<>]+", re.IGNORECASE)
_WAY_BACK = lazy_pattern(r"#_(?:edn|ftn)(?:ref)?\d*$", re.IGNORECASE)


def _check(draft: Draft) -> Sequence[Found]:
    hosts = (
        found_at(one, f"{where}: nobody outside can follow it; cite where the public finds it")
        for one in draft.written
        if (where := _private_place(one)) is not None
    )
    return [*hosts, *_files_in_words(draft), *gathered(_files_in_targets(draft))]


def _private_place(one: Written) -> str | None:
    address = one.address
    if address is None:
        return None
    host = address.host.rstrip(".")
    if is_ip_address(host):
        is_public = ipaddress.ip_address(host.strip("[]")).is_global
        return None if is_public else f"{host} is no address of the public network"
    if host.rpartition(".")[2] in _PRIVATE:
        return f"“{host}” is a name of a private network"
    # `https://tass` is the beginning of a spelled-out name, never a server in somebody's office
    is_bare = "." not in host and address.path not in {"", "/"} and not one.repairs
    return f"“{host}” is no host that the public can reach" if is_bare and one.words else None


def _files_in_words(draft: Draft) -> Iterator[Found]:
    for note in draft.parsed.notes:
        for found in _FILE.finditer(draft.text, note.start, note.end):
            message = "this leads to a file on somebody's own disk: nobody else can follow it"
            url = canonical_url(found[0])  # by which a waiver names it
            yield Found(message, found.start(), found.end(), note.label, url=url)


def _files_in_targets(draft: Draft) -> Iterator[Found]:
    for link in draft.parsed.document.links:
        if not link.href.lower().startswith("file:") or _FILE.match(draft.text, link.start):
            continue
        message = f"this link leads to a file on somebody's own disk ({_shortened(link.href)}): take it off"
        # what Word leaves on the number of a note: the way back into the draft, and no source
        is_way_back = _WAY_BACK.search(link.href) is not None
        yield Found(message, link.start, link.end, severity="warning" if is_way_back else None)


def _shortened(href: str) -> str:
    most = 60
    return href if len(href) <= most else f"{href[:most]}…"


RULE = Rule("FN111", "private-address", "error", _check)
