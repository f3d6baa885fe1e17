"""`provenance ingest` by a clock of its own: `hard_end.py SECONDS_OFF ingest …`, run as a script."""

import sys
from datetime import UTC, datetime, timedelta

from provenance.pipeline import workplace


def main(seconds_off: float, arguments: list[str]) -> None:
    off = timedelta(seconds=seconds_off)
    # a Struct takes its default when the class is made: so each workplace is given the other clock
    make = workplace.Workplace

    def clock() -> datetime:
        return datetime.now(UTC) + off

    def a_workplace(*given: object, **named: object) -> workplace.Workplace:
        return make(*given, **{"clock": clock, **named})  # type: ignore[arg-type]

    workplace.Workplace = a_workplace  # type: ignore[misc, assignment]

    from provenance.cli import main as command  # behind the change

    command(arguments)


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
