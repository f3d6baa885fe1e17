"""What of an ingested document the recovery of cut addresses needs to know."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from provenance.cite.corrections import Correction, DocumentNames, find_correction
from provenance.cite.cuts import Cut, Key, cut_of, short_forms
from provenance.cite.prefixes import has_enough_path
from provenance.model import Citation, CitedAs, Parsed, Source, SourceMap

__all__ = ["Case", "Question", "collect_case"]


class Question(Struct, frozen=True):
    """A citation whose address is to be decided, and what a person said of it."""

    cut: Cut
    was: CitedAs
    correction: Correction | None


class Case(Struct, frozen=True):
    """A document with the citations to decide; `too_short` counts cuts that show too little to ask."""

    document_id: str
    sha256: str
    published: str | None
    origin_url: str | None
    questions: tuple[Question, ...]
    too_short: int


def collect_case(
    names: DocumentNames,
    parsed: Parsed,
    sources: SourceMap,
    corrections: Sequence[Correction],
    decided: Collection[Key],
    *,
    is_the_page: bool = False,
) -> Case:
    """Return the citations of a document that are cut, corrected, or were `decided` about before.

    `is_the_page` tells that the document was itself read from its origin's URL.
    """
    questions = []
    by_id = {source.id: source for source in sources.sources}
    too_short = 0
    also = short_forms(parsed)
    for note in parsed.notes:
        for citation in note.citations:
            said = find_correction(corrections, names, note.label, citation)
            is_cut = citation.truncated and has_enough_path(citation.url or "")
            too_short += citation.truncated and not is_cut
            if said is None and not is_cut and (note.id, citation.index) not in decided:
                continue
            source_id = sources.source_ids.get((note.id, citation.index))
            was = _cited_as(citation, by_id.get(source_id) if source_id else None)
            questions.append(Question(cut_of(note, citation, also), was, said))
    return Case(
        names.document_id or "",
        names.sha256,
        parsed.document.metadata.published,
        None if is_the_page else names.origin_url,
        tuple(questions),
        too_short,
    )


def _cited_as(citation: Citation, source: Source | None) -> CitedAs:
    return CitedAs(
        citation.kind,
        citation.raw,
        citation.url,
        citation.canonical_url,
        citation.truncated,
        source,
    )
