"""The last night as a text file for Prometheus (exposition format 0.0.4, `node_exporter` textfile). PURE.

Numbers of one run: gauges all. No address, title or id is a label, so that the number of series
does not grow with the store; labels that could hold strangers' words are escaped all the same.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from provenance.formats.strangers import storable
from provenance.model import ChangeGroup, NightReport, SourceState

__all__ = ["render_metrics"]

_PREFIX = "provenance"
_Samples = Iterable[tuple[Mapping[str, str], float]]


def render_metrics(report: NightReport) -> str:
    """Return the metrics of a run, ending in a line end; every name stands there every night."""
    return "".join(_lines(report))


def _lines(report: NightReport) -> Iterator[str]:
    run = report.run
    yield from _gauge(
        "night_started_timestamp_seconds", "When the last night began.", run.started.timestamp()
    )
    yield from _gauge(
        "night_finished_timestamp_seconds", "When the last night ended: alert on its age.",
        run.finished.timestamp(),
    )  # fmt: skip
    looks = {"checked": run.checked, "failed": run.failed, "skipped": run.skipped}
    yield from _family(
        "night_sources", "Sources that were due, by what became of their look.",
        (({"result": name}, count) for name, count in looks.items()),
    )  # fmt: skip
    yield from _gauge("night_requests", "Requests that the last night made.", run.requests)
    yield from _gauge("night_captures", "Captures with new bytes.", run.captured)
    yield from _gauge("night_online", "1 where the night was online, 0 where it was blind.",
                      float(not any(cause.host is None for cause in report.hosts)))  # fmt: skip
    yield from _gauge("night_ended_early", "1 where a budget or a signal ended the night.",
                      float(run.ended_by is not None))  # fmt: skip
    groups = Counter(change.group for change in report.changes)
    claims: Counter[str] = Counter()
    for change in report.changes:
        claims[change.group] += change.claims_in_all
    yield from _family(
        "night_changes", "Sources that the report tells of.",
        (({"group": group}, groups[group]) for group in get_args(ChangeGroup)),
    )  # fmt: skip
    yield from _family(
        "night_claims_touched", "Claims that rest on them, one for each source.",
        (({"group": group}, claims[group]) for group in get_args(ChangeGroup)),
    )  # fmt: skip
    yield from _gauge(
        "night_host_causes", "Causes that many sources of a host share.", len(report.hosts)
    )
    states = dict.fromkeys(get_args(SourceState), 0) | report.states
    yield from _family(
        "sources", "Sources in the store, by state.",
        (({"state": state}, count) for state, count in sorted(states.items())),
    )  # fmt: skip


def _gauge(name: str, about: str, value: float) -> Iterator[str]:
    return _family(name, about, [({}, value)])


def _family(name: str, about: str, samples: _Samples) -> Iterator[str]:
    name = f"{_PREFIX}_{name}"
    yield f"# HELP {name} {about}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        inside = ",".join(f'{label}="{_label(said)}"' for label, said in labels.items())
        yield f"{name}{'{' + inside + '}' if inside else ''} {_number(value)}\n"


def _label(value: str) -> str:
    said = storable(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return said.replace("\r", "\\\\r")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
