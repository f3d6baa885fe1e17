"""Records of a page rendered by a browser. PURE."""

from typing import NamedTuple

from provenance.model import Visit

__all__ = ["Refused", "Rendered"]


class Refused(NamedTuple):
    """What a page asked for and did not get, and why."""

    url: str
    reason: str


class Rendered(NamedTuple):
    """What a browser made of a page that we had fetched.

    `dom` is the document as it stood when the page had come to rest (UTF-8 HTML),
    `screenshot` a PNG of the whole page up to a height, `pdf` its print; each is empty
    where it could not be made, and `failure` says why. `requisites` are the looks at
    what the page asked for, in the order asked; `refused` what it was not given.
    `final_url` is where its scripts had led it without another request.
    """

    final_url: str
    dom: bytes = b""
    screenshot: bytes = b""
    pdf: bytes = b""
    requisites: tuple[Visit, ...] = ()
    refused: tuple[Refused, ...] = ()
    failure: str | None = None
