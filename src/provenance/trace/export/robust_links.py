"""Robust Links: a list of links in HTML that say themselves where their copies are.

The attributes are those of https://robustlinks.mementoweb.org/spec/: `href` leads to what was cited,
`data-originalurl` repeats it, `data-versionurl` is the copy, `data-versiondate` its day. No script. PURE.
"""

from collections.abc import Iterable, Iterator
from html import escape

from provenance.trace.export.records import Places, Reference
from provenance.trace.export.texts import as_uri, one_line

__all__ = ["write_robust_links"]

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
</head>
<body>
<h1><bdi>{title}</bdi></h1>
<ol>
"""
_TAIL = "</ol>\n</body>\n</html>\n"


def write_robust_links(
    references: Iterable[Reference], places: Places, title: str
) -> Iterator[str]:
    """Yield a page with one item a reference; what has no address is an item without a link."""
    yield _HEAD.format(title=escape(one_line(title)))
    for reference in references:
        yield _item(reference, places)
    yield _TAIL


def _item(reference: Reference, places: Places) -> str:
    names = ", ".join(" ".join(filter(None, (name.given, name.family or name.literal)))
                      for name in reference.authors)  # fmt: skip
    about = [
        names,
        reference.publisher or reference.container,
        str(reference.issued or ""),
        reference.pages and f"cited: pp. {reference.pages}",
        f"address cut in the note: {reference.cut}" if reference.cut else "",
    ]
    told = " · ".join(f"<bdi>{escape(each)}</bdi>" for each in about if each)
    body = [_link(reference, places), *([told] if told else []), *_copies(reference, places)]
    return f'<li id="{escape(reference.key)}">' + " · ".join(body) + "</li>\n"


def _link(reference: Reference, places: Places) -> str:
    shown = f"<bdi>{escape(reference.title)}</bdi>"
    if reference.url is None:
        return f"<cite>{shown}</cite>"
    url = as_uri(reference.url)
    attributes = {"href": url, "data-originalurl": url, **_version(reference, places)}
    written = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    return f"<a {written}>{shown}</a>"


def _version(reference: Reference, places: Places) -> dict[str, str]:
    """The copy that a link is told of: another archive's, since it has an address; else the desk's."""
    if reference.elsewhere is not None:
        day = {"data-versiondate": reference.elsewhere.at[:10]} if reference.elsewhere.at else {}
        return {"data-versionurl": as_uri(reference.elsewhere.uri_m), **day}
    if reference.kept is None:
        return {}
    day = {"data-versiondate": reference.kept.at[:10]}
    if not places.base:  # a name is no address that anybody could follow
        return day
    return {"data-versionurl": places.of("captures", reference.kept.id), **day}


def _copies(reference: Reference, places: Places) -> Iterator[str]:
    if reference.elsewhere is not None:
        day = _day(reference.elsewhere.at)
        where = escape(as_uri(reference.elsewhere.uri_m))
        yield f'<a href="{where}">copy{day} at {escape(reference.elsewhere.archive)}</a>'
    if reference.kept is not None:
        day = _day(reference.kept.at)
        where = places.of("captures", reference.kept.id)
        ours = (
            f'<a href="{escape(where)}">our capture{day}</a>'
            if places.base
            else f"our capture{day}"
        )
        yield f"{ours} <code>{escape(reference.kept.id)}</code>"


def _day(at: str | None) -> str:
    return f" of {at[:10]}" if at else ""
