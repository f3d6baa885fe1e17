"""What of a page is read: not its navigation, forms, comments and other furniture, but every note."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.html_index import PageIndex, hints_of
from provenance.cite.readers.html_notes import PageNotes
from provenance.formats.html import HtmlTag

__all__ = ["find_furniture"]

_SKIPPED = frozenset("nav footer form button select textarea option map math aside".split())
_SKIPPED_ROLES = frozenset({"navigation", "banner", "complementary", "contentinfo", "search"})
_NOTES_HINT = lazy_pattern(r"footnote|endnote|references|fn", re.IGNORECASE)
# Ids and classes, whole words: what wikis and blogs print around an article on every page.
_FURNITURE = frozenset(
    """mw-editsection mw-jump-link mw-indicators catlinks navbox vertical-navbox navbar printfooter
    sitesub contentsub jump-to-nav noprint hatnote ambox sistersitebox authority-control toc mw-panel
    p-lang vector-toc vector-dropdown interlanguage-link infobox comments comment-list commentlist
    comments-area comment-respond sharedaddy share-buttons social-share addtoany_share_save_container
    jp-relatedposts related-posts relatedposts post-navigation nav-links breadcrumb breadcrumbs
    cookie-notice cookie-banner newsletter-signup subscription-widget subscription-widget-wrap
    subscribe-widget widget-area sidebar blog-pager post-tags skip-link screen-reader-skip
    page-header__languages page-footer global-footer global-navigation fan-feed post-footer entry-footer
    site-footer footer-wrap publication-footer comments-section single-post-section main-menu
    subscription-widget-wrap-editor related-content related-articles footer-text postamble
    field-name-field-tags tags tags-links gem-c-feedback gem-c-cookie-banner gem-c-print-link
    gem-c-contextual-sidebar author-box newsletter-form md-sidebar md-source-file
    theme-doc-footer gh-subscribe""".split()
)
# What calls itself furniture and holds more of the words than this is the article.
_MAX_SHARE = 0.3
_FEW_STRINGS = 5
_LABEL_IN_TEXT = lazy_pattern(r"\[\d{1,4}\]")
_MAY_HOLD_NOTES = frozenset({"aside", "footer", "nav", "form"})


def find_furniture(index: PageIndex, notes: PageNotes) -> frozenset[int]:
    """Return the numbers of the tags that are left out with all that is in them.

    No tag that holds a note or a marker is: what looks like furniture and holds notes is read.
    """
    protected = sorted(
        [
            # a note begins right behind the words before it: its own words say where it stands
            *(
                index.first_text(note.start, note.end) or note.start
                for note in (*notes.notes, *notes.moved)
            ),
            *(one.order for one in notes.markers),
        ]
    )
    labels = [
        order for order in index.text_orders if _LABEL_IN_TEXT.search(str(index.nodes[order]))
    ]
    return frozenset(
        order
        for order in index.tags()
        if (
            _is_furniture(index.tag(order))
            or (_is_named_furniture(index, order) and not _any_in(labels, order, index.ends[order]))
        )
        and not _any_in(protected, order, index.ends[order])
    ) | frozenset(_comments_of(index))


def _comments_of(index: PageIndex) -> Iterator[int]:
    """The comments that Google Docs exports with a text: the raised letters, and the boxes below."""
    for anchor in index.anchors:
        fragment = index.target_of(anchor) or ""
        if fragment.startswith("cmnt_ref"):
            around = (one for one in index.parents(anchor, 3) if index.tag(one).name == "div")
            yield next(around, anchor)
        elif fragment.startswith("cmnt") and str(index.tag(anchor).get("id", "")).startswith(
            "cmnt_ref"
        ):
            yield anchor


def _is_named_furniture(index: PageIndex, order: int) -> bool:
    """Tell whether a tag is named for what stands around articles, and is a small part of the page."""
    names = set(hints_of(index.tag(order)).split())
    if _FURNITURE.isdisjoint(names) or index.tag(order).name in {"html", "body", "main", "article"}:
        return False
    first = bisect_left(index.text_orders, order)
    last = bisect_left(index.text_orders, index.ends[order])
    is_small = last - first <= max(_FEW_STRINGS, _MAX_SHARE * len(index.text_orders))
    return is_small and not any(index.tag(one).name == "h1" for one in _headings_in(index, order))


def _headings_in(index: PageIndex, order: int) -> Sequence[int]:
    first = bisect_left(index.headings, order)
    return index.headings[first : bisect_left(index.headings, index.ends[order])]


def _is_furniture(tag: HtmlTag) -> bool:
    if tag.name not in _SKIPPED and str(tag.get("role") or "") not in _SKIPPED_ROLES:
        return False
    return not (tag.name in _MAY_HOLD_NOTES and _NOTES_HINT.search(hints_of(tag)))


def _any_in(orders: Sequence[int], start: int, end: int) -> bool:
    position = bisect_left(orders, start)
    return position < len(orders) and orders[position] < end
