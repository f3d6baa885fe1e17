"""`provenance ingest` by a clock of its own: `hard_end.py SECONDS_OFF ingest …`, run as a script."""

import sys
from datetime import UTC, datetime, timedelta

from provenance.pipeline import workplace

off = timedelta(seconds=float(sys.argv[1]))


def clock() -> datetime:
    return datetime.now(UTC) + off


# a Struct takes its default when the class is made: so each workplace is given the other clock
make = workplace.Workplace


def a_workplace(*arguments: object, **named: object) -> workplace.Workplace:
    return make(*arguments, **{"clock": clock, **named})  # type: ignore[arg-type]


workplace.Workplace = a_workplace  # type: ignore[misc, assignment]

from provenance.cli import main  # noqa: E402 - behind the change

main(sys.argv[2:])
