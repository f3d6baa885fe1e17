"""The report as data: `nightly --json`. PURE."""

from typing import Any

import msgspec

from provenance.model import NightReport

__all__ = ["report_to_data"]

SCHEMA = "provenance.nightly/1"


def report_to_data(report: NightReport) -> dict[str, Any]:
    """Return the report as it is printed; `docs/schema/provenance.nightly-1.schema.json` describes it."""
    return {"schema": SCHEMA, **msgspec.to_builtins(report)}
