"""The report, and the plan of a night, as data: `nightly --json`. PURE."""

from collections.abc import Sequence
from typing import Any, get_args

import msgspec

from provenance.model import NightReport, SourceState
from provenance.watch.due import HostPlan

__all__ = ["plan_to_data", "report_to_data"]

SCHEMA = "provenance.nightly/1"
_PLAN_SCHEMA = "provenance.night-plan/1"


def report_to_data(report: NightReport) -> dict[str, Any]:
    """Return the report as it is printed: every state is counted, also one that no source is in.

    `docs/schema/provenance.nightly-1.schema.json` describes it.
    """
    data = msgspec.to_builtins(report)
    states = dict.fromkeys(get_args(SourceState), 0) | data["states"]
    return {"schema": SCHEMA, **data, "states": states}


def plan_to_data(plans: Sequence[HostPlan]) -> dict[str, Any]:
    """Return what `nightly --dry-run --json` prints: the hosts, the one that takes longest first.

    `docs/schema/provenance.night-plan-1.schema.json` describes it.
    """
    return {
        "schema": _PLAN_SCHEMA,
        "due": sum(plan.sources for plan in plans),
        "seconds": max((plan.seconds for plan in plans), default=0.0),
        "hosts": [
            {"host": plan.host, "sources": plan.sources, "seconds": plan.seconds} for plan in plans
        ],
    }
