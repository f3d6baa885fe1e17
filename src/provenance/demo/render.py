"""Scenes made into bytes: HTML pages from the templates in `pages/`, and the PDF.

Every page carries one visible line that says what it is; see `stand_in_line`.
"""

import functools
import html
import json
from importlib import resources
from string import Template

from provenance.demo.docx import write_docx
from provenance.demo.pdf import write_pdf
from provenance.demo.scenes import Scene

__all__ = [
    "render_article",
    "render_docx",
    "render_login",
    "render_pdf",
    "render_words",
    "stand_in_line",
]

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_PAYWALL = '<section class="paywall"><p>Subscribe to continue reading. Already a subscriber? Sign in.</p></section>'
_FIRST_BOAT_COUNT = 17  # the number that `live.orrinpost.example` shows in edition 0
_BOAT_COUNTS = 80


def stand_in_line(host: str, *, is_invented: bool = True) -> str:
    """Return the visible line that every page of the sample web carries.

    >>> stand_in_line("a.example")
    'A stand-in made for a demonstration of provenance: a.example does not exist.'
    """
    if is_invented:
        return f"A stand-in made for a demonstration of provenance: {host} does not exist."
    return (
        f"A stand-in made for a demonstration of provenance: this page was not written or "
        f"published by {host}, and nothing on it is what {host} says."
    )


@functools.cache
def _template(name: str) -> Template:
    return Template((resources.files("provenance.demo") / "pages" / name).read_text("utf-8"))


def _filled(name: str, **values: str) -> str:
    return _template(name).substitute(values)


def render_article(scene: Scene, *, edition: int = 0, is_invented: bool = True) -> bytes:
    """Return a scene as an HTML page in the scene's charset, with JSON-LD, date, author and title.

    Characters that the charset lacks are written as character references.
    """
    paragraphs = "\n".join(f"<p>{html.escape(text)}</p>" for text in _paragraphs_of(scene, edition))
    values = {
        "title": scene.title,
        "author": scene.author or scene.host,
        "published": scene.published,
        "site": scene.host.removeprefix("www."),
        "url": scene.url,
        "language": scene.language,
        "charset": scene.charset,
        "direction": "rtl" if scene.language in _RIGHT_TO_LEFT else "ltr",
        "stand_in": stand_in_line(scene.host, is_invented=is_invented),
    }
    page = _filled(
        "article.html",
        **{name: html.escape(value) for name, value in values.items()},
        json_ld=_json_ld(scene),
        paragraphs=paragraphs,
        after=_PAYWALL if scene.does == "paywall" else "",
    )
    return page.encode(scene.charset, errors="xmlcharrefreplace")


def _paragraphs_of(scene: Scene, edition: int) -> tuple[str, ...]:
    """Return the paragraphs that a page shows in an edition.

    Odd editions show `text_later` where there is one, and a changing page counts
    another number of boats in each edition.
    """
    chosen = scene.text_later if edition % 2 and scene.text_later else scene.text
    if scene.does != "changing page":
        return chosen
    boats = _FIRST_BOAT_COUNT + edition % _BOAT_COUNTS
    return tuple(text.replace("{boats}", str(boats)) for text in chosen)


def _json_ld(scene: Scene) -> str:
    record = {
        "@context": "https://schema.org",
        "@type": "SocialMediaPosting" if scene.does == "post" else "NewsArticle",
        "headline": scene.title,
        "datePublished": scene.published,
        "inLanguage": scene.language,
        "author": {"@type": "Organization", "name": scene.author or scene.title},
        "isAccessibleForFree": scene.does != "paywall",
    }
    # "<" could end the script element that this stands in, or seem to begin another.
    return json.dumps(record, ensure_ascii=True).replace("<", "\\u003c")


def render_pdf(scene: Scene) -> bytes:
    """Return a scene as a PDF of one page."""
    byline = f"{scene.author}, {scene.published}"
    return write_pdf(scene.title, [stand_in_line(scene.host), byline, *scene.text])


def render_docx(scene: Scene) -> bytes:
    """Return a scene as a Word file."""
    paragraphs = [stand_in_line(scene.host), f"{scene.author}, {scene.published}", *scene.text]
    return write_docx(scene.title, scene.author, scene.published, paragraphs)


def render_login(scene: Scene) -> bytes:
    """Return a page with a password field and next to no words."""
    values = {"title": scene.title, "stand_in": stand_in_line(scene.host)}
    return _filled("login.html", **values).encode()


def render_words(host: str, title: str, words: str, *, is_invented: bool = True) -> bytes:
    """Return a short page, such as those that errors come with."""
    values = {"title": title, "words": words,
              "stand_in": stand_in_line(host, is_invented=is_invented)}  # fmt: skip
    return _filled(
        "words.html", **{key: html.escape(text) for key, text in values.items()}
    ).encode()
