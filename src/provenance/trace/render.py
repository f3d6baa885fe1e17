"""A trace as a tree of plain lines, for any terminal: no colours, no markup, no I/O.

Each line says what it is (`role`), so that whoever prints it may colour it. The
texts come from documents and pages: control characters are replaced, since one
could otherwise move the reader's cursor.
"""

from collections.abc import Iterator
from itertools import groupby

from provenance.formats.url import host_of, registrable_domain
from provenance.model import Recovery
from provenance.trace.records import (
    Trace,
    TracedAttachment,
    TracedCapture,
    TracedCitation,
    TracedClaim,
    TracedEvidence,
    TracedPassageNow,
    TracedWithdrawal,
)
from provenance.trace.tree import Node, Role, TreeLine, draw

__all__ = ["Role", "TreeLine", "render_trace"]

_SHOWN_CAPTURES = 3


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
        lines += draw(_claim_node(claim, warc_folder), width)
    return tuple(lines)


def _claim_node(claim: TracedClaim, warc_folder: str) -> Node:
    document = claim.document
    about = " · ".join(filter(None, (document.name, document.published)))
    notes = tuple(
        Node(
            "note", f"[{label}]", tuple(_citation_node(citation, warc_folder) for citation in group)
        )
        for label, group in groupby(claim.citations, key=lambda citation: citation.label)
    )
    return Node("claim", f"“{claim.text}”", (Node("document", f"{about} · {claim.id}"), *notes))


def _citation_node(citation: TracedCitation, warc_folder: str) -> Node:
    cited = citation.url or citation.raw
    described = ", ".join(filter(None, (citation.publisher, citation.title, citation.date)))
    text = described if described and not citation.url else cited
    if citation.source is None:
        return Node("citation", f"{text} (commentary)")
    children: list[Node] = []
    if described and citation.url:
        children.append(Node("citation", described))
    if citation.recovery is not None:
        children.append(Node("citation", _told_of_cut(citation.recovery)))
    state = citation.source.state.replace("_", " ")
    reason = citation.source.reason
    told = state if reason in {"", state, "ok"} else f"{state}: {reason}"
    children.append(Node("source", told))
    children += _capture_nodes(citation.captures, citation.url, warc_folder)
    children += _attachment_nodes(citation.attachments, warc_folder)
    for memento in citation.mementos:
        day = f" of {memento.at[:10]}" if memento.at else ""
        children.append(Node("memento", f"copy{day} at {memento.archive}: {memento.uri_m}"))
    # what follows from the source's state stands in the source's own line already
    children += [_evidence_node(each) for each in citation.evidence if each.method != "state"]
    if citation.passage_now is not None:
        children.append(Node("evidence", _told_now(citation.passage_now)))
    return Node("citation", text, tuple(children))


def _told_now(now: TracedPassageNow) -> str:
    """What became of the passage on the page, and since when."""
    if now.state == "intact":
        return f"passage now: intact, last read {now.seen[:10]}"
    once = " (seen once)" if now.looks == 1 else ""
    words = f": “{now.now}”" if now.now and now.state != "moved" else ""
    return f"passage now: {now.state} since {now.since[:10]}{once} – {now.reason}{words}"


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
) -> Iterator[Node]:
    for capture in captures[-_SHOWN_CAPTURES:][::-1]:
        day = f"{capture.at[:10]} {capture.at[11:16]}"
        place = f"{warc_folder}/{capture.warc_file} at byte {capture.warc_offset}"
        if capture.withdrawn is not None:
            yield Node("withdrawn", f"archived {day} · {_told_of(capture.withdrawn)}")
            continue
        text = f"archived {day} · {capture.status} {capture.media_type} · {place}"
        if _leads_elsewhere(url, capture.final_url):
            text = f"led to {capture.final_url} · {text}"
        yield Node("capture", text)
    hidden = len(captures) - _SHOWN_CAPTURES
    if hidden > 0:
        yield Node("capture", f"and {hidden} earlier")


def _leads_elsewhere(url: str | None, final_url: str) -> bool:
    """Tell whether a look ended on somebody else's site: what a short address stands for is shown."""
    cited, final = host_of(url or ""), host_of(final_url)
    return bool(cited and final) and registrable_domain(cited) != registrable_domain(final)


def _attachment_nodes(
    attachments: tuple[TracedAttachment, ...], warc_folder: str
) -> Iterator[Node]:
    for each in attachments:
        told = f"brought {each.at[:10]} by {each.by} · {each.why}"
        if each.withdrawn is not None:
            yield Node("withdrawn", f"{told} · {_told_of(each.withdrawn)}")
            continue
        of_when = f", of {each.made_at[:10]}" if each.made_at else ""
        place = f"{warc_folder}/{each.warc_file} at byte {each.warc_offset}"
        text = f"{told} · {each.name} ({each.media_type}{of_when}) · {place}"
        yield Node("attachment", text)


def _told_of(withdrawn: TracedWithdrawal) -> str:
    return f"withdrawn {withdrawn.at[:10]} by {withdrawn.by}: {withdrawn.reason}"


def _evidence_node(evidence: TracedEvidence) -> Node:
    verdict = evidence.verdict.replace("_", " ")
    chance = _told_chance(evidence.score, "it" if evidence.exact else "the nearest")
    if evidence.review is not None:
        quoted = f": “{evidence.exact}”" if evidence.exact else ""
        return Node("evidence", f"{verdict}{quoted} – {evidence.reason}")
    if not evidence.exact:
        return Node("evidence", f"{verdict}{chance}: {evidence.reason}")
    lacks = f" – {evidence.reason}" if evidence.verdict == "partial" else ""
    return Node("evidence", f"{verdict}?{chance}: “{evidence.exact}”{lacks}")


def _told_chance(score: float | None, what: str) -> str:
    """Say what a score is: how likely it is the passage that is meant, never how true the claim is."""
    if score is None:
        return ""
    number = f"{score:.2f}" if score < 0.995 else "above 0.99"  # two digits would make it certain
    return f" (chance that {what} is the passage meant: {number})"
