"""What an ingest was asked to do, and what it has to say afterwards."""

from collections import Counter
from typing import Literal

from msgspec import Struct

from provenance.model import Outcome

__all__ = [
    "DocumentReport",
    "FetchReport",
    "FindingCounts",
    "IngestOptions",
    "IngestReport",
    "InputFault",
    "MementoReport",
    "RecoverReport",
    "ResultKind",
    "SilentArchive",
    "SourceResult",
    "SubmitReport",
    "count_results",
]

ResultKind = Literal["archived", "unchanged", "failed", "not_checkable"]


class IngestOptions(Struct, frozen=True):
    """`fetch` False leaves sources alone; `offline` looks at nothing and says so; `document_id` is a person's word."""

    fetch: bool = True
    offline: bool = False
    document_id: str | None = None


class FindingCounts(Struct, frozen=True):
    """How many findings of each severity."""

    error: int = 0
    warning: int = 0
    info: int = 0

    @property
    def serious(self) -> int:
        """Those that somebody should look at."""
        return self.error + self.warning


class DocumentReport(Struct, frozen=True):
    """One ingested document; `new` tells that this run added it or a version of it.

    `findings` counts what reading it noticed, by severity; `parse` shows each.
    """

    id: str
    path: str | None
    title: str | None
    new: bool
    claims: int
    notes: int
    citations: int
    sources: int
    findings: FindingCounts = FindingCounts()


class InputFault(Struct, frozen=True):
    """An input that could not be read, with the words for a person."""

    path: str
    message: str
    hint: str = ""


class SourceResult(Struct, frozen=True):
    """How one source of the run's documents stands after the run."""

    source_id: str
    result: ResultKind
    outcome: Outcome
    reason: str
    url: str | None = None


class FetchReport(Struct, frozen=True):
    """The sources of the run's documents, counted: the four counts always add up to `sources`."""

    sources: int = 0
    archived: int = 0
    unchanged: int = 0
    failed: int = 0
    not_checkable: int = 0
    by_outcome: dict[str, int] = {}


class RecoverReport(Struct, frozen=True):
    """What became of the cut addresses of the run's documents, citation by citation.

    `cut` counts them all and is the sum of the six below it; `too_short` show too
    little of themselves for anybody to be asked. `by_rule` counts the adopted ones.
    `corrected` counts addresses that were not cut and were put right by a person.
    """

    cut: int = 0
    adopted: int = 0
    ambiguous: int = 0
    unproven: int = 0
    nothing: int = 0
    too_short: int = 0
    left: int = 0
    corrected: int = 0
    by_rule: dict[str, int] = {}


class SilentArchive(Struct, frozen=True):
    """An archive that did not answer, why, and about how many sources it was not asked."""

    archive: str
    reason: str
    left: int


class MementoReport(Struct, frozen=True):
    """What other archives hold of what we cannot have.

    `absent` sources are gone, walled or blocked; of `with_memento` of them a copy is known,
    from this run or an earlier one. `asked` counts the questions of this run, `copied` the
    copies that it put into our archive.
    """

    absent: int = 0
    with_memento: int = 0
    asked: int = 0
    copied: int = 0
    silent: tuple[SilentArchive, ...] = ()


class SubmitReport(Struct, frozen=True):
    """What came of asking an archive to keep pages.

    `asked` pages were taken by the service in this run; `done`, `refused` and `unavailable`
    (not now: again after a day) tell how jobs ended. `pending` jobs are asked about by the next
    run, which also sends what is `left`. `silent` says why the service was not asked any more.
    """

    service: str = ""
    asked: int = 0
    done: int = 0
    refused: int = 0
    unavailable: int = 0
    pending: int = 0
    left: int = 0
    silent: str = ""


class IngestReport(Struct, frozen=True):
    """Everything a run has to say; `results` is for people, the rest is the contract's JSON.

    `passed_over` are the files of named folders that no reader reads.
    """

    documents: tuple[DocumentReport, ...]
    fetch: FetchReport
    elapsed_s: float
    results: tuple[SourceResult, ...] = ()
    faults: tuple[InputFault, ...] = ()
    passed_over: tuple[str, ...] = ()
    texts: int = 0
    recovered: RecoverReport = RecoverReport()
    mementos: MementoReport = MementoReport()

    def to_json(self) -> dict[str, object]:
        """Return the object that `ingest --json` prints."""
        return {
            "schema": "provenance.ingest/1",
            "documents": list(self.documents),
            "fetch": self.fetch,
            "recovered": self.recovered,
            "mementos": self.mementos,
            "elapsed_s": round(self.elapsed_s, 3),
            "faults": list(self.faults),
            "passed_over": list(self.passed_over),
        }


def count_results(results: tuple[SourceResult, ...]) -> FetchReport:
    """Count, and make sure that no source is lost in the counting."""
    kinds = Counter(result.result for result in results)
    counted = FetchReport(
        sources=len(results),
        archived=kinds["archived"],
        unchanged=kinds["unchanged"],
        failed=kinds["failed"],
        not_checkable=kinds["not_checkable"],
        by_outcome=dict(sorted(Counter(result.outcome for result in results).items())),
    )
    total = counted.archived + counted.unchanged + counted.failed + counted.not_checkable
    assert total == counted.sources, f"{total} results for {counted.sources} sources"
    return counted
