"""FN112 edit-or-login-page: an address leads to a page for editors or to a login.

The address was copied from the window in which a page is written (`…/edit`, `?action=edit`, `/wp-admin/…`) or from
the login that stood before it (`/login?next=…`).

## Why it matters
A reader without that account sees a form instead of the source.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/wiki/index.php?title=Barges&action=edit
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/wiki/index.php?title=Barges
```

## Fix
None: which address the public page has is known to who wrote the note.
"""

import re
from collections.abc import Iterator

from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import Address
from provenance.validate.addresses import found_at
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule

_EDIT_QUERY = lazy_pattern(
    r"(?:^|&)(?:(?:action=(?:edit|submit)|veaction=edit(?:source)?|preview=true|preview_id=\d+|redlink=1)(?:&|$))",
    re.IGNORECASE,
)
_EDIT_PATH = lazy_pattern(r"^/wp-admin/|^/(?:node|admin/content)/[^/]+/edit$", re.IGNORECASE)
# a document of Google's opens for reading under `/preview`, and under `/edit` asks for an account
_OFFICE = lazy_pattern(
    r"^/(?:document|spreadsheets|presentation)/(?:u/\d/)?d/[\w-]{10,}/edit(?:/|$)", re.IGNORECASE
)
_LOGIN_PATH = lazy_pattern(
    r"(?:^|/)(?:login|log-in|signin|sign-in|sign_in|logon|wp-login\.php|authwall|checkpoint)"
    r"(?:\.(?:php|aspx?|html?|jsp))?/?$|^/accounts/login/|^/checkpoint/",
    re.IGNORECASE,
)
_OFFICE_HOSTS = frozenset({"docs.google.com"})
_LOGIN_HOSTS = frozenset(
    {"accounts.google.com", "login.microsoftonline.com", "mail.google.com", "web.telegram.org"}
)


def _check(draft: Draft) -> Iterator[Found]:
    for one in draft.written:
        address = one.address
        if address is None or one.is_copy:
            continue
        if _is_edit(address):
            yield found_at(
                one,
                "this is the page on which the source is edited, not the one that shows it: cite that",
            )
        elif address.host in _LOGIN_HOSTS or _LOGIN_PATH.search(address.path):
            yield found_at(one, "this leads to a login, not to the source: cite the page behind it")


def _is_edit(address: Address) -> bool:
    if address.host in _OFFICE_HOSTS:
        return _OFFICE.match(address.path) is not None
    in_query = address.query and _EDIT_QUERY.search(address.query)
    return bool(in_query or _EDIT_PATH.search(address.path))


RULE = Rule("FN112", "edit-or-login-page", "warning", _check)
