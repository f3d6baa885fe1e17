"""Every stored look judged again by today's rules; what would change, and what does on request.

The states that follow are derived again too, also where no look changes: the rules of states have a
version of their own (`pipeline.rejudged_states`).
"""

import contextlib
from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from provenance.fetch.classify import RULE_SET_VERSION, RULES, judge, observe
from provenance.fetch.facts import Remembered, known_of_facts, remember
from provenance.fetch.seen import Known
from provenance.formats.page import is_html
from provenance.formats.sites import read_sites
from provenance.keep.archive import Archive
from provenance.keep.reader import ArchiveReader
from provenance.model import Judgement, JudgementLine, Verdict
from provenance.pipeline.catchup import open_store
from provenance.pipeline.lookback import LookBack
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.rejudged_states import (
    Renewing,
    StateChange,
    StateStep,
    change_of_state,
    count_step,
)
from provenance.pipeline.rendering import read_document_facts
from provenance.pipeline.workplace import Workplace
from provenance.pipeline.writing import open_for_writing
from provenance.store.judgements import (
    CheckedSource,
    StoredCheck,
    count_checked_sources,
    iter_checked_sources,
)
from provenance.store.write import Store
from provenance.watch.verdict import STATE_RULES_VERSION

__all__ = ["RejudgeReport", "RuleChange", "StateChange", "StateStep", "rejudge"]

# Examples of one kind of change, and sources whose state changes, that are named.
_EXAMPLES = 3
_MOST_NAMED = 1_000
_RULES_OF_PAGES = frozenset(rule.name for rule in RULES if rule.reads == "page") | {"ok"}


class Example(Struct, frozen=True):
    """One check that would change."""

    check_id: str
    url: str
    reason: str


class RuleChange(Struct):
    """Checks that one rule decided and another decides today."""

    from_rule: str
    to_rule: str
    from_outcome: str
    to_outcome: str
    checks: int = 0
    examples: list[Example] = []


class RejudgeReport(Struct):
    """What judging again found. `archive`, `facts`, `kept` say what was judged, in checks.

    `kept` are looks of which too little was kept: their verdict stays. `states_outdated` counts
    sources whose state was derived by another version of the rules of states than `state_rules`,
    whether it changes or not. Of `sources` at most 1,000 are named; `sources_changed` counts all.
    """

    rules: int = RULE_SET_VERSION
    state_rules: int = STATE_RULES_VERSION
    applied: bool = False
    checks: int = 0
    archive: int = 0
    facts: int = 0
    kept: int = 0
    changed: int = 0
    states_outdated: int = 0
    sources_changed: int = 0
    changes: list[RuleChange] = []
    states: list[StateStep] = []
    sources: list[StateChange] = []


class _Judged(Struct, frozen=True):
    check: StoredCheck
    verdict: Verdict
    basis: str

    @property
    def is_news(self) -> bool:
        """Another rule or another outcome; the same rule in a newer version says nothing new."""
        check, verdict = self.check, self.verdict
        return (check.rule, check.seen.outcome) != (verdict.rule, verdict.outcome)


def rejudge(
    workplace: Workplace,
    *,
    apply: bool = False,
    from_archive: bool = True,
    progress: Progress = silent_progress,
) -> RejudgeReport:
    """Judge every stored look by today's rules; with `apply` the new judgements count from now on.

    Looks are read back from the archive where it holds them, else from the facts kept with
    the check (all of them with `from_archive=False`, which is faster). One source with its
    history is in memory at a time. A run that was killed is simply run again: judgements
    that were written already are no news.

    Raises:
        ArchiveBusy: with `apply`, another process writes.
    """
    report = RejudgeReport(applied=apply)
    with _opened(workplace, apply=apply) as (store, archive):
        reader = archive or ArchiveReader(workplace.archive_root)
        judging = _Judging(workplace, store, reader, from_archive=from_archive)
        pending: list[JudgementLine] = []
        renewing = Renewing(store) if apply else None
        with progress("Judging again", count_checked_sources(store.db)) as stage:
            for source in iter_checked_sources(store.db):
                found = judging.judge(source, report)
                if archive is not None:
                    pending += _lines_of(found, workplace)
                    if len(pending) >= workplace.settings.archive.batch:
                        pending = _keep(store, archive, pending)
                if renewing is not None and source.rules != STATE_RULES_VERSION:
                    renewing.renew(source.id)
                stage.advance(source.url or "")
        if archive is not None:
            _keep(store, archive, pending)
        if renewing is not None:
            renewing.finish()
    report.changes = judging.changes()
    return report


@contextlib.contextmanager
def _opened(workplace: Workplace, *, apply: bool) -> Iterator[tuple[Store, Archive | None]]:
    """Open what is read, or what is written to; only a writer gets an archive."""
    if apply:
        with open_for_writing(workplace) as (store, archive):
            yield store, archive
    else:
        with open_store(workplace.db_path, read_only=True) as store:
            yield store, None


def _lines_of(found: list[_Judged], workplace: Workplace) -> list[JudgementLine]:
    now = workplace.clock()
    return [
        JudgementLine(
            Judgement(
                each.check.id,
                each.check.source_id,
                now,
                each.verdict.outcome,
                each.verdict.rule,
                each.verdict.rule_version,
                each.verdict.reason,
                RULE_SET_VERSION,
                "archive" if each.basis == "archive" else "facts",
            ),
            {},
        )
        for each in found
    ]


def _keep(store: Store, archive: Archive, lines: list[JudgementLine]) -> list[JudgementLine]:
    """Put judgements on disk, then into rows; return what is left to be kept: nothing."""
    if lines:
        written = archive.commit(lines)
        store.apply_holdings(
            (line, position) for line, position in written if isinstance(line, JudgementLine)
        )
    return []


class _Judging:
    """Judges source by source and counts what changes."""

    def __init__(
        self, workplace: Workplace, store: Store, archive: ArchiveReader, *, from_archive: bool
    ) -> None:
        self._sites = read_sites(workplace.settings.fetch.sites)
        self._look_back = LookBack(archive, store.db) if from_archive else None
        self._changes: dict[tuple[str, str], RuleChange] = {}

    def changes(self) -> list[RuleChange]:
        """Return the kinds of change, the most frequent first."""
        return sorted(self._changes.values(), key=lambda each: (-each.checks, each.from_rule))

    def judge(self, source: CheckedSource, report: RejudgeReport) -> list[_Judged]:
        """Judge a source's looks, count them in the report, and return those that change."""
        judged = [self._judge(check) for check in source.checks]
        basis = Counter(each.basis for each in judged)
        report.checks += len(judged)
        report.archive += basis["archive"]
        report.facts += basis["facts"]
        report.kept += basis["kept"]
        news = [each for each in judged if each.is_news]
        if news:
            report.changed += len(news)
            for each in news:
                self._count(each)
        report.states_outdated += source.rules != STATE_RULES_VERSION
        change = change_of_state(source, [each.verdict for each in judged])
        if change is not None:
            report.sources_changed += 1
            count_step(report.states, change)
            if len(report.sources) < _MOST_NAMED:
                report.sources.append(change)
        return news

    def _judge(self, check: StoredCheck) -> _Judged:
        known = known_of_facts(check.facts, self._sites)
        if self._look_back is not None:
            seen_again = _judge_seen(self._look_back, check, known)
            if seen_again is not None:
                return _Judged(check, seen_again, "archive")
        told = remember(check.url, check.seen.at, check.facts)
        verdict = judge(told.visit, told.page, known, told.body)
        if told.has_page or not _is_of_a_page(check, told, verdict):
            return _Judged(check, verdict, "facts")
        return _Judged(check, _standing(check), "kept")

    def _count(self, each: _Judged) -> None:
        check, verdict = each.check, each.verdict
        key = (check.rule, verdict.rule)
        change = self._changes.get(key)
        if change is None:
            change = self._changes[key] = RuleChange(
                check.rule, verdict.rule, check.seen.outcome, verdict.outcome, examples=[]
            )
        change.checks += 1
        if len(change.examples) < _EXAMPLES:
            change.examples.append(Example(check.id, check.url, verdict.reason))


def _judge_seen(look_back: LookBack, check: StoredCheck, known: Known) -> Verdict | None:
    """Judge what the archive holds of a look, a rendered page by its document; None where it lacks."""
    visit = look_back.read_visit(check)
    if visit is None:
        return None
    if "dom" not in (check.facts.get("rendered") or {}):
        return observe(visit, known)[0]
    document = look_back.read_rendered(check)
    return judge(visit, read_document_facts(document), known) if document is not None else None


def _is_of_a_page(check: StoredCheck, told: Remembered, verdict: Verdict) -> bool:
    """Tell whether a page that was not kept may have decided the first verdict, or would decide today's."""
    last = told.visit.last
    if told.visit.failure is not None or last is None:
        return False
    if not is_html(last.header("content-type") or ""):
        return False
    return check.first_rule in _RULES_OF_PAGES or verdict.rule in _RULES_OF_PAGES


def _standing(check: StoredCheck) -> Verdict:
    return Verdict(check.seen.outcome, check.rule, check.seen.reason, check.rule_version)
