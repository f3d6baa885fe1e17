"""A backward trace as a tree of plain lines: by document, or by what would be lost. PURE."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from provenance.trace.back_records import Back, BackClaim, BackSource, Repeat, SharedPassage
from provenance.trace.impact import LEVELS, Kept, Level
from provenance.trace.tree import Node, TreeLine, draw

__all__ = ["render_back", "render_impact"]

_SHOWN_SOURCES = 10
_SHOWN_REPEATS = 5
_LOSSES: dict[Level, str] = {
    "only": "cite nothing else",
    "stranded": "cite others, none of which can be opened",
    "others": "cite others that can be opened",
}


def render_back(found: Back, *, width: int = 80) -> tuple[TreeLine, ...]:
    """Return what rests on a thing, the latest document first, as lines of at most `width` characters."""
    documents = [
        Node(
            "document",
            " · ".join(filter(None, (document.name, document.published, document.id))),
            tuple(_claim_node(claim) for claim in claims),
        )
        for document, claims in groupby(found.claims, key=lambda claim: claim.document)
    ]
    beside = [*_source_nodes(found), *_repeat_nodes(found.repeats), *_passage_nodes(found.passages)]
    return tuple(draw(Node("claim", _head(found), (*beside, *documents, *_rest(found))), width))


def render_impact(found: Back, *, width: int = 80) -> tuple[TreeLine, ...]:
    """Return what each claim would be left with if the thing were gone, what loses most first."""
    gone = f"If it were gone – {_head(found)}"
    children = []
    for level in LEVELS:
        count = getattr(found.levels, level)
        claims = [claim for claim in found.claims if claim.impact.level == level]
        if count:
            told = f"{_plural(count, 'claim')} {_LOSSES[level]}"
            told = told.replace(" cite ", " cites ", 1) if count == 1 else told
            children.append(Node("note", told, tuple(map(_loss_node, claims))))
    return tuple(draw(Node("claim", gone, (*children, *_rest(found))), width))


def _head(found: Back) -> str:
    least = "at least " if found.is_bounded else ""
    told = f"{least}{_plural(found.claim_count, 'claim')} in {_plural(found.document_count, 'document')}"
    sources = f", {_plural(found.source_count, 'source')}" if found.source_count != 1 else ""
    name = f"“{found.name}”" if found.of == "claim" else found.name
    return f"{found.of} {name}: {told}{sources}"


def _source_nodes(found: Back) -> Iterator[Node]:
    """Say of a host, publisher or author which sources are meant; of one source how it stands."""
    if len(found.sources) == 1:
        yield Node("source", _standing(found.sources[0]))
        return
    shown = tuple(
        Node("citation", each.shown, (Node("source", _standing(each)),))
        for each in found.sources[:_SHOWN_SOURCES]
    )
    hidden = found.source_count - len(shown)
    more = (Node("citation", f"and {_plural(hidden, 'more source')}"),) if hidden > 0 else ()
    if shown:
        yield Node("note", "sources", (*shown, *more))


def _standing(source: BackSource) -> str:
    state = (source.state or "unchecked").replace("_", " ")
    told = f"{state}: {source.reason}" if source.reason not in {None, "", state, "ok"} else state
    return (
        f"{told} · {_plural(source.captures or 0, 'capture')} · in {_plural(source.notes, 'note')}"
    )


def _claim_node(claim: BackClaim) -> Node:
    about = f"{_labels(claim)} {claim.id} · {claim.impact.reason}"
    return Node("claim", f"“{claim.text}”", (Node("evidence", about),))


def _loss_node(claim: BackClaim) -> Node:
    impact = claim.impact
    where = " · ".join(
        filter(None, (_labels(claim), claim.document.name, claim.document.published, claim.id))
    )
    children = [Node("document", where)]
    if impact.level != "only":
        children.append(Node("source", impact.reason))
    if impact.kept is not None:
        children.append(_kept_node(impact.kept))
    return Node("claim", f"“{claim.text}”", tuple(children))


def _kept_node(kept: Kept) -> Node:
    day = f" of {kept.at[:10]}" if kept.at else ""
    if kept.exact is None:
        return Node("capture", f"our capture{day} is kept; no passage was found in it")
    whose = "our capture" if kept.capture_id else "the copy that a person brought"
    whose = f"our copy of {kept.uri_m}" if kept.uri_m else whose
    return Node("capture", f"{whose}{day} holds the passage: “{kept.exact}”")


def _repeat_nodes(repeats: Iterable[Repeat]) -> Iterator[Node]:
    for repeat in tuple(repeats)[:_SHOWN_REPEATS]:
        told = f"said in {_plural(len(repeat.document_ids), 'document')}: “{repeat.text}”"
        yield Node("note", told, (Node("evidence", ", ".join(repeat.claim_ids)),))


def _passage_nodes(passages: Iterable[SharedPassage]) -> Iterator[Node]:
    for passage in tuple(passages)[:_SHOWN_REPEATS]:
        told = f"{_plural(len(passage.claim_ids), 'claim')} rest on one passage: “{passage.exact}”"
        yield Node("note", told, (Node("evidence", ", ".join(passage.claim_ids)),))


def _rest(found: Back) -> Iterator[Node]:
    hidden = found.claim_count - len(found.claims)
    if hidden > 0:
        yield Node("document", f"and {_plural(hidden, 'more claim')} (--limit)")


def _labels(claim: BackClaim) -> str:
    return " ".join(f"[{label}]" for label in claim.labels)


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
