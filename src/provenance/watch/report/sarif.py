"""SARIF 2.1.0 of a night: what is lost, with `baselineState` against the last run. PURE.

A result is a source that a document cites and that needs a person; its place is that document (by
path where it is known, else by id). `new` and `updated` are tonight's changes, `absent` is what is
well again, `unchanged` was told of before and still stands: a reader that closes what a log does
not name, as GitHub does, needs these too.
"""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from provenance.formats.ids import sha256_hex
from provenance.formats.strangers import printable, storable
from provenance.model import NightChange, NightReport, SourceState, Standing
from provenance.version import __version__
from provenance.watch.alarm import stage_of
from provenance.watch.report.headline import headline
from provenance.watch.report.items import title_of

__all__ = ["FINGERPRINT", "render_sarif"]

Json = dict[str, object]

# The OASIS schema; 2.1.0 with errata 01.
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
FINGERPRINT = "provenanceNight/v1"
# Changes that are results: GitHub takes 25,000 of a run, and a log of more takes gigabytes to make.
_MOST_CHANGES = 20_000
# Documents that a result names as its places.
_MOST_PLACES = 10


class _Rule(NamedTuple):
    code: str
    name: str
    level: str
    about: str


_RULES = (
    _Rule("PN101", "LinkDead", "error", "A cited source is gone: three looks, days apart, found it so."),
    _Rule("PN102", "LinkFailing", "warning", "A cited source has been in trouble for two weeks."),
    _Rule("PN103", "LinkWalled", "warning", "A cited source is behind a login or a paywall."),
    _Rule("PN104", "LinkBlocked", "note", "A cited source refuses machines: it cannot be checked."),
    _Rule("PN105", "PageDrifted", "warning", "The page of a cited source is another than was cited."),
    _Rule("PN201", "PassageAltered", "error", "A passage that a claim leans on says something else now."),
    _Rule("PN202", "PassageMissing", "error", "A passage that a claim leans on is gone from the page."),
)  # fmt: skip
_NUMBERS = {rule.code: number for number, rule in enumerate(_RULES)}
_CODES: dict[SourceState, str] = {
    "dead": "PN101", "failing": "PN102", "walled": "PN103", "blocked": "PN104", "drifted": "PN105",
    "not_checkable": "PN104",
}  # fmt: skip
_PASSAGE_CODES = {"altered": "PN201", "missing": "PN202"}
# States that are an alarm by whatever rule; a first gone is `failing` too, and was told to nobody.
_ALWAYS_TOLD = frozenset({"dead", "walled", "blocked", "drifted"})
_READABLE = frozenset({"alive", "revived", "drifted"})


def render_sarif(
    report: NightReport,
    standing: Sequence[Standing] = (),
    *,
    paths: Mapping[str, str] | None = None,
    left_out: int = 0,
) -> str:
    """Return the log of one run as JSON with a line end.

    `standing` are sources in trouble, changed tonight or not; `left_out` of them are not given.
    `paths` are the files of documents by id, relative to where the command was started.
    """
    paths = paths or {}
    told = {change.source_id for change in report.changes if change.group != "watch"}
    changes = [change for change in report.changes if change.group != "watch"]
    left_out += len(changes[_MOST_CHANGES:])
    results = [
        result for change in changes[:_MOST_CHANGES] if (result := _result_of_change(change, paths))
    ]
    results += [
        _unchanged(each, paths)
        for each in standing
        if each.source_id not in told and stage_of(each.state) == "bad"
    ]
    run: Json = {
        "tool": {"driver": _driver()},
        "invocations": [_invocation(report, left_out)],
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The folder in which provenance was started."}}
        },
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": "provenance/nightly/"},
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return storable(json.dumps(log, ensure_ascii=False, indent=1)) + "\n"


def _driver() -> Json:
    return {
        "name": "provenance",
        "fullName": "provenance nightly",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [
            {
                "id": rule.code,
                "name": rule.name,
                "shortDescription": {"text": rule.about},
                "defaultConfiguration": {"level": rule.level},
            }
            for rule in _RULES
        ],
    }


def _invocation(report: NightReport, left_out: int) -> Json:
    said: Json = {
        "executionSuccessful": True,
        "startTimeUtc": f"{report.run.started:%Y-%m-%dT%H:%M:%SZ}",
        "endTimeUtc": f"{report.run.finished:%Y-%m-%dT%H:%M:%SZ}",
    }
    notes = [headline(report)]
    notes += [
        f"{cause.host or 'all hosts'}: {cause.cause} ({cause.sources:,} of {cause.of:,}): {cause.advice}"
        for cause in report.hosts
    ]
    if left_out:
        notes.append(f"{left_out:,} more sources in trouble are not listed")
    said["toolExecutionNotifications"] = [
        {"level": "note", "message": _message(note)} for note in notes
    ]
    return said


def _result_of_change(change: NightChange, paths: Mapping[str, str]) -> Json | None:
    """The result of a change; None for a first sign, which no log names."""
    code = _code_of(change)
    if change.group == "watch" or code is None:
        return None
    words = f"{title_of(change)}: {change.reason}. To do: {change.advice}"
    said = _result(
        code, change.source_id, words, _baseline_state(change), _places(change.documents, paths)
    )
    told: Json = {
        "sourceId": change.source_id, "url": change.url, "from": change.from_, "to": change.to,
        "claims": change.claims_in_all, "documents": change.documents_in_all,
        "replacement": change.replacement.url if change.replacement else None,
        "hostCause": change.cause,
    }  # fmt: skip
    said["properties"] = {name: value for name, value in told.items() if value is not None}
    return said


def _baseline_state(change: NightChange) -> str:
    if change.group == "fixed":
        return "absent"
    was_told = change.from_ != change.to and change.from_ in _ALWAYS_TOLD
    return "updated" if change.group == "still" or was_told else "new"


def _code_of(change: NightChange) -> str | None:
    is_fixed = change.group == "fixed"
    lost = [(each.was if is_fixed else each.state) for each in change.passages]
    codes = sorted(_PASSAGE_CODES[each] for each in lost if each in _PASSAGE_CODES)
    state = change.from_ if is_fixed else change.to
    if codes and state in _READABLE:
        return codes[-1]
    return _CODES.get(state)


def _unchanged(standing: Standing, paths: Mapping[str, str]) -> Json:
    said = _result(
        _CODES[standing.state.state], standing.source_id,
        f"{standing.name}: {standing.state.reason}", "unchanged", _places(standing.documents, paths),
    )  # fmt: skip
    said["properties"] = {"sourceId": standing.source_id, "to": standing.state.state} | (
        {"url": standing.url} if standing.url else {}
    )
    return said


def _result(
    code: str,
    source_id: str,
    words: str,
    baseline_state: str,
    places: list[Json],
) -> Json:
    return {
        "ruleId": code,
        "ruleIndex": _NUMBERS[code],
        "level": _RULES[_NUMBERS[code]].level,
        "message": _message(words),
        "locations": places,
        "partialFingerprints": {FINGERPRINT: sha256_hex(storable(f"{code} {source_id}").encode())},
        "baselineState": baseline_state,
    }


def _places(documents: Sequence[str], paths: Mapping[str, str]) -> list[Json]:
    return [_place(each, paths) for each in documents[:_MOST_PLACES]]


def _place(document_id: str, paths: Mapping[str, str]) -> Json:
    said: Json = {
        "logicalLocations": [
            {"fullyQualifiedName": printable(storable(document_id)), "kind": "document"}
        ]
    }
    path = paths.get(document_id)
    if path is None:
        return said
    name = quote(storable(path.replace("\\", "/")))
    where: Json = (
        {"uri": f"file://{name}"} if path.startswith("/") else {"uri": name, "uriBaseId": _ROOT}
    )
    return {"physicalLocation": {"artifactLocation": where}, **said}


def _message(text: str) -> Json:
    """Return a message; braces are doubled (SARIF 3.11.5), and nothing reads as a link (3.11.6)."""
    said = printable(storable(text))
    return {"text": said.replace("{", "{{").replace("}", "}}").replace("](", "] (")}
