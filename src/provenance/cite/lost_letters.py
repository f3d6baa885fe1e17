"""A top-level domain that lost a letter when the address was defanged: `tass. dot u` for `tass dot ru`.

`u` is no top-level domain, so the address leads nowhere as it stands. It is completed
only with proof: exactly one other host that the document names has the same words in
front of its last dot and the same last label but for one letter.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from provenance.formats.url import canonical_url, host_of, is_known_suffix
from provenance.model import Citation, Note, Repair

__all__ = ["restore_lost_letters"]


def restore_lost_letters(notes: Sequence[Note]) -> list[Note]:
    """Return the notes, addresses with a torn top-level domain completed where the document proves it."""
    hosts = _hosts_by_name(citation for note in notes for citation in note.citations)
    whole = {
        f"{name}.{suffix}": f"{name}.{found}"
        for name, suffixes in hosts.items()
        if len(suffixes) > 1
        for suffix in suffixes
        if (found := _whole_suffix(suffix, suffixes))
    }
    return [_restore_note(note, whole) for note in notes] if whole else list(notes)


def _hosts_by_name(citations: Iterable[Citation]) -> dict[str, set[str]]:
    hosts: defaultdict[str, set[str]] = defaultdict(set)
    for citation in citations:
        if citation.url and (host := host_of(citation.url)):
            name, _, suffix = host.removeprefix("www.").rpartition(".")
            hosts[name].add(suffix)
    return hosts


def _whole_suffix(suffix: str, others: set[str]) -> str | None:
    """The one top-level domain among `others` that `suffix` is but for a lost letter."""
    fits = [other for other in others if len(other) == len(suffix) + 1 and _lost_one(suffix, other)]
    if len(fits) != 1 or is_known_suffix(suffix) or not is_known_suffix(fits[0]):
        return None
    return fits[0]


def _lost_one(short: str, whole: str) -> bool:
    return any(whole[:at] + whole[at + 1 :] == short for at in range(len(whole)))


def _restore_note(note: Note, whole: dict[str, str]) -> Note:
    citations = tuple(_restore(citation, whole) for citation in note.citations)
    return note if citations == note.citations else replace(note, citations=citations)


def _restore(citation: Citation, whole: dict[str, str]) -> Citation:
    host = host_of(citation.url) if citation.url else None
    bare = host.removeprefix("www.") if host else ""
    # a dot spelled out is what tears a host this way; an address in one piece is taken at its word
    is_defanged = any(repair.kind == "refang" for repair in citation.repairs)
    if citation.url is None or bare not in whole or not is_defanged:
        return citation
    url = citation.url.replace(bare, whole[bare], 1)
    repair = Repair("lost_letter", bare, whole[bare])
    return replace(
        citation,
        url=url,
        canonical_url=canonical_url(url),
        repairs=(*citation.repairs, repair),
    )
