"""A night in one line: what changed, what the run did, whether it was us. PURE."""

from collections import Counter

from provenance.model import HostCause, NightReport, NightRun
from provenance.watch.report.items import GROUPS

__all__ = ["describe_run", "headline", "outage_of"]


def outage_of(report: NightReport) -> HostCause | None:
    """Return the cause that is ours, not any host's; None where there is none."""
    return next((cause for cause in report.hosts if cause.host is None), None)


def headline(report: NightReport) -> str:
    """Return what changed in about ten words: the title of a mail, an entry, a page."""
    counted = Counter(change.group for change in report.changes)
    words = [(group, name.lower()) for group, name in GROUPS if group != "watch"]
    told = ", ".join(f"{counted[group]:,} {word}" for group, word in words if counted[group])
    ours = outage_of(report)
    if ours is None:
        return told or "nothing needs you"
    blind = f"{ours.cause}: {ours.sources:,} of {ours.of:,} sources"
    return f"{told}; {blind}" if told else blind


def describe_run(run: NightRun) -> str:
    """Return what a run did, in one line. Looks that met passing trouble were made, too."""
    minutes = (run.finished - run.started).total_seconds() / 60
    took = f"{minutes:,.0f} min" if minutes >= 1 else "under a minute"
    looked = (
        f"{run.checked + run.failed:,} of {run.due:,} sources that were due looked at in {took}"
    )
    said = [looked if run.due else "no source was due"]
    if run.failed:
        said.append(f"{run.failed:,} of them met passing trouble")
    if run.skipped:
        said.append(f"{run.skipped:,} left for the next night")
    if run.ended_by:
        is_told = run.ended_by == "signal"
        said.append("it was told to end" if is_told else f"its {run.ended_by} were spent")
    if run.previous is None:
        said.append("the first night: what was found by day before it is not told again")
    return ", ".join(said)
