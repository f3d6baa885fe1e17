"""An earlier report to compare with: what was known already, what is new, what is gone. PURE.

A finding is the same one where its document and its fingerprint are the same: it stays so
when text is added elsewhere in the document, and not when the words at its place change.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from provenance.errors import SettingsError
from provenance.validate.records import DraftFinding
from provenance.validate.report.records import path_for_tools

__all__ = ["FINGERPRINT", "Baseline", "KnownFinding", "read_baseline"]

# The name under which SARIF keeps our fingerprints, with the version of how they are made.
FINGERPRINT = "provenanceFinding/v1"


class KnownFinding(NamedTuple):
    """A finding of an earlier report."""

    path: str
    fingerprint: str
    rule: str
    severity: str
    message: str


class Baseline:
    """The open findings of an earlier report."""

    def __init__(self, findings: Collection[KnownFinding]) -> None:
        self._by_key = {(each.path, each.fingerprint): each for each in findings}

    def __len__(self) -> int:
        return len(self._by_key)

    def knows(self, path: str, finding: DraftFinding) -> bool:
        """Tell whether this finding of a document was there already."""
        return (path_for_tools(path), finding.fingerprint) in self._by_key

    def gone_from(self, path: str, findings: Collection[DraftFinding]) -> list[KnownFinding]:
        """Return what was found in this document then, and is not any more."""
        still = {finding.fingerprint for finding in findings}
        name = path_for_tools(path)
        return [
            each
            for (where, fingerprint), each in self._by_key.items()
            if where == name and fingerprint not in still
        ]


def read_baseline(text: str, name: str) -> Baseline:
    """Return the baseline that a report holds; `name` is its file, for messages.

    It is a SARIF log or the JSON of `provenance validate`; results that a SARIF log itself
    calls absent are none.

    Raises:
        SettingsError: it is neither, or its findings have no fingerprints.
    """
    try:
        said = json.loads(text)
        if "runs" in said:
            return Baseline(list(_of_sarif(said)))
        return Baseline(list(_of_json(said)))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise SettingsError(
            f"{name} is no report to compare with: {type(error).__name__}: {error}",
            hint="a baseline is what `provenance validate --format sarif` (or json) wrote",
        ) from error


def _of_json(said: Mapping[str, Any]) -> Iterator[KnownFinding]:
    for document in said["documents"]:
        for found in document["findings"]:
            yield KnownFinding(
                path_for_tools(document["path"]),
                found["fingerprint"],
                found["rule"],
                found["severity"],
                found["message"],
            )


def _of_sarif(said: Mapping[str, Any]) -> Iterator[KnownFinding]:
    for run in said["runs"]:
        for result in run.get("results", ()):
            if result.get("baselineState") == "absent":
                continue
            uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            yield KnownFinding(
                path_of_uri(uri),
                result["partialFingerprints"][FINGERPRINT],
                result["ruleId"],
                {"note": "info"}.get(result["level"], result["level"]),
                result["message"]["text"].replace("{{", "{").replace("}}", "}"),
            )


def path_of_uri(uri: str) -> str:
    """Return the path that a location of our SARIF means.

    >>> path_of_uri("drafts/a%20b.md"), path_of_uri("file:///srv/a.md")
    ('drafts/a b.md', '/srv/a.md')
    """
    return unquote(uri.removeprefix("file://"))
