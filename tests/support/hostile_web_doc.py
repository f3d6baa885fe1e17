"""docs/behaviours.md, made from the catalogue: `GOLDEN=rewrite pytest tests/fetch/test_hostile_web.py`."""

from pathlib import Path

from support.hostile_web import (
    CONNECT_S,
    FIRST_BYTE_S,
    LOOKUP_S,
    MAX_BODY_BYTES,
    MAX_HEAD_BYTES,
    TOTAL_S,
    Behaviour,
)
from support.hostile_web_run import CATALOGUE, SECTIONS, count_distinct
from support.oracle_differences import DIFFERENCES

PAGE = Path(__file__).parents[2] / "docs" / "behaviours.md"

HEAD = f"""\
# What the web does, and what a look at it amounts to

Made from the catalogue in `tests/support/hostile_web*.py`, which is run against servers on
loopback in every test run; do not edit it here. To write it anew:
`GOLDEN=rewrite pytest tests/fetch/test_hostile_web.py`.

{len(CATALOGUE)} behaviours, {count_distinct()} if those that differ only in a number count once. Each is looked at through the whole fetcher (guard, robots.txt, turn, transport,
redirects) and judged by the table of `fetch/classify.py`; *rule* is the row, or the kind of failure.
*Kept* says why a body is not whole (`WARC-Truncated`). No look lasts longer than its deadlines, keeps
more than its caps, or leaves a connection or a file open. Deadlines and caps of the tests: {CONNECT_S:g} s to
connect, {LOOKUP_S:g} s for a name, {FIRST_BYTE_S:g} s to the first byte, {TOTAL_S:g} s in all, {MAX_HEAD_BYTES:,} bytes of head, {MAX_BODY_BYTES:,} of body;
one attempt. In real runs the limits are those of `[fetch]`, and what is of the moment is tried again.
"""


def render() -> str:
    """Return the page."""
    parts = [HEAD]
    for title, behaviours in SECTIONS.items():
        parts.append(
            f"\n## {title}\n\n| name | what is done | outcome | rule | kept |\n|---|---|---|---|---|\n"
        )
        parts += map(_row, behaviours)
    parts.append("\n## Where httpcore reads otherwise\n\n")
    parts.append(
        "Every answer of one hop is put to httpcore too, over TCP and over TLS. It reads the same, but for:\n\n"
    )
    parts.append("| name | why |\n|---|---|\n")
    parts += [f"| {name} | {_cell(reason)} |\n" for name, reason in sorted(DIFFERENCES.items())]
    return "".join(parts)


def _row(behaviour: Behaviour) -> str:
    kept = f"cut: {behaviour.truncated}" if behaviour.truncated else ""
    return f"| {behaviour.name} | {_cell(behaviour.says)} | {behaviour.outcome} | {behaviour.rule} | {kept} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
