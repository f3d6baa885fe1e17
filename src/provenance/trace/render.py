"""A trace as a tree of plain lines, for any terminal: no colours, no markup, no I/O.

Each line says what it is (`role`), so that whoever prints it may colour it. The
texts come from documents and pages: control characters are replaced, since one
could otherwise move the reader's cursor.
"""

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal, NamedTuple

from provenance.formats.strangers import printable
from provenance.formats.url import host_of, registrable_domain
from provenance.model import Recovery
from provenance.trace.records import (
    Trace,
    TracedAttachment,
    TracedCapture,
    TracedCitation,
    TracedClaim,
    TracedEvidence,
    TracedWithdrawal,
)

__all__ = ["Role", "TreeLine", "render_trace"]

Role = Literal[
    "claim",
    "document",
    "note",
    "citation",
    "source",
    "capture",
    "withdrawn",
    "attachment",
    "memento",
    "evidence",
    "blank",
]

_SHOWN_CAPTURES = 3
_NARROW = 60
_SHORTEST_TEXT = 20


class TreeLine(NamedTuple):
    """One line on the screen: the branches of the tree, then the text."""

    branches: str
    text: str
    role: Role

    def __str__(self) -> str:
        return f"{self.branches}{self.text}".rstrip()


class _Node(NamedTuple):
    role: Role
    text: str
    children: tuple["_Node", ...] = ()


def render_trace(
    found: Trace, *, width: int = 80, warc_folder: str = "archive/warc"
) -> tuple[TreeLine, ...]:
    """Return the chains of a trace as lines of at most `width` characters, claims set apart.

    Only a word longer than the line (an address) makes a longer one. Under 60 columns
    the branches are drawn narrower. `warc_folder` is where the WARC files are, for whoever
    wants to open one.
    """
    lines: list[TreeLine] = []
    for claim in found.claims:
        if lines:
            lines.append(TreeLine("", "", "blank"))
        lines += _draw(_claim_node(claim, warc_folder), width)
    return tuple(lines)


def _claim_node(claim: TracedClaim, warc_folder: str) -> _Node:
    document = claim.document
    about = " · ".join(filter(None, (document.name, document.published)))
    notes = tuple(
        _Node(
            "note", f"[{label}]", tuple(_citation_node(citation, warc_folder) for citation in group)
        )
        for label, group in groupby(claim.citations, key=lambda citation: citation.label)
    )
    return _Node("claim", f"“{claim.text}”", (_Node("document", f"{about} · {claim.id}"), *notes))


def _citation_node(citation: TracedCitation, warc_folder: str) -> _Node:
    cited = citation.url or citation.raw
    described = ", ".join(filter(None, (citation.publisher, citation.title, citation.date)))
    text = described if described and not citation.url else cited
    if citation.source is None:
        return _Node("citation", f"{text} (commentary)")
    children: list[_Node] = []
    if described and citation.url:
        children.append(_Node("citation", described))
    if citation.recovery is not None:
        children.append(_Node("citation", _told_of_cut(citation.recovery)))
    state = citation.source.state.replace("_", " ")
    reason = citation.source.reason
    told = state if reason in {"", state, "ok"} else f"{state}: {reason}"
    children.append(_Node("source", told))
    children += _capture_nodes(citation.captures, citation.url, warc_folder)
    children += _attachment_nodes(citation.attachments, warc_folder)
    for memento in citation.mementos:
        day = f" of {memento.at[:10]}" if memento.at else ""
        children.append(_Node("memento", f"copy{day} at {memento.archive}: {memento.uri_m}"))
    # what follows from the source's state stands in the source's own line already
    children += [_evidence_node(each) for each in citation.evidence if each.method != "state"]
    return _Node("citation", text, tuple(children))


def _told_of_cut(said: Recovery) -> str:
    """How a cut address was completed, or which ones may be meant."""
    place = f" · {said.page}" if said.page else ""
    day = f" · {said.at[:10]}" if said.at else ""
    if said.decision == "adopted":
        return f"in the note: {said.cut} · {said.reason}{place}{day}"
    among = ", ".join(candidate.url for candidate in said.candidates)
    return f"{said.decision}: {said.reason}{place}{day}{': ' if among else ''}{among}"


def _capture_nodes(
    captures: tuple[TracedCapture, ...], url: str | None, warc_folder: str
) -> Iterator[_Node]:
    for capture in captures[-_SHOWN_CAPTURES:][::-1]:
        day = f"{capture.at[:10]} {capture.at[11:16]}"
        place = f"{warc_folder}/{capture.warc_file} at byte {capture.warc_offset}"
        if capture.withdrawn is not None:
            yield _Node("withdrawn", f"archived {day} · {_told_of(capture.withdrawn)}")
            continue
        text = f"archived {day} · {capture.status} {capture.media_type} · {place}"
        if _leads_elsewhere(url, capture.final_url):
            text = f"led to {capture.final_url} · {text}"
        yield _Node("capture", text)
    hidden = len(captures) - _SHOWN_CAPTURES
    if hidden > 0:
        yield _Node("capture", f"and {hidden} earlier")


def _leads_elsewhere(url: str | None, final_url: str) -> bool:
    """Tell whether a look ended on somebody else's site: what a short address stands for is shown."""
    cited, final = host_of(url or ""), host_of(final_url)
    return bool(cited and final) and registrable_domain(cited) != registrable_domain(final)


def _attachment_nodes(
    attachments: tuple[TracedAttachment, ...], warc_folder: str
) -> Iterator[_Node]:
    for each in attachments:
        told = f"brought {each.at[:10]} by {each.by} · {each.why}"
        if each.withdrawn is not None:
            yield _Node("withdrawn", f"{told} · {_told_of(each.withdrawn)}")
            continue
        of_when = f", of {each.made_at[:10]}" if each.made_at else ""
        place = f"{warc_folder}/{each.warc_file} at byte {each.warc_offset}"
        text = f"{told} · {each.name} ({each.media_type}{of_when}) · {place}"
        yield _Node("attachment", text)


def _told_of(withdrawn: TracedWithdrawal) -> str:
    return f"withdrawn {withdrawn.at[:10]} by {withdrawn.by}: {withdrawn.reason}"


def _evidence_node(evidence: TracedEvidence) -> _Node:
    verdict = evidence.verdict.replace("_", " ")
    score = "" if evidence.score is None else f" {evidence.score:.2f}"
    if evidence.review is not None:
        quoted = f": “{evidence.exact}”" if evidence.exact else ""
        return _Node("evidence", f"{verdict}{quoted} – {evidence.reason}")
    if not evidence.exact:
        return _Node("evidence", f"{verdict}{score}: {evidence.reason}")
    lacks = f" – {evidence.reason}" if evidence.verdict == "partial" else ""
    return _Node("evidence", f"{verdict}{score}: “{evidence.exact}”{lacks}")


def _draw(root: _Node, width: int) -> Iterator[TreeLine]:
    for part in _wrapped(root.text, width):
        yield TreeLine("", part, root.role)
    yield from _draw_children(root.children, "", width)


def _draw_children(children: Iterable[_Node], stem: str, width: int) -> Iterator[TreeLine]:
    fork, corner, pipe, space = (
        ("├ ", "└ ", "│ ", "  ") if width < _NARROW else ("├── ", "└── ", "│   ", "    ")
    )
    nodes = tuple(children)
    for index, node in enumerate(nodes):
        is_last = index == len(nodes) - 1
        below = stem + (space if is_last else pipe)
        first = stem + (corner if is_last else fork)
        under = below + (pipe if node.children else "")
        for number, part in enumerate(_wrapped(node.text, width - max(len(first), len(under)))):
            yield TreeLine(first if number == 0 else under, part, node.role)
        yield from _draw_children(node.children, below, width)


def _wrapped(text: str, width: int) -> list[str]:
    clean = printable(text)
    room = max(width, _SHORTEST_TEXT)
    # an address that is too long is left whole, for the terminal to wrap: only so can it be copied
    wrapped = textwrap.wrap(clean, room, break_on_hyphens=False, break_long_words=False)
    return wrapped or [""]
