"""A year of nights on a small web whose every night is written down beforehand, for us and for others' rules.

    python benchmarks/year.py [--sources 2000 --hosts 200 --nights 365 --seed 7] [--log FILE]

`provenance nightly` runs once a night, with the night's time as an argument, on hosts, a name
service and a web archive on loopback (tests/support/scripted_year*.py). Deaths (404, 410,
soft 404, the front page in place of the page, a domain that is no more or for sale), outages
of 1 to 20 days, nights of 429, robots.txt turned to 500, certificates that ran out, walls,
our machine blacklisted (with 403, and with 404 for everything), hijacked domains, pages
rewritten, passages edited, cut or reworded, furniture that is another every day, our own name
service down, our clock set back for good and a day ahead for one night.

Printed: each night's states against the script, how long a death took to be told, false
alarms, causes told on the nights of our own outage, beside three simpler rules that hear of
the same looks (what they are: tests/support/scripted_year_score.py). `--log` keeps what each
night left behind; a log that is there is printed without running anything.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.scripted_year import Scale, Source, Year, make_year
from support.scripted_year_run import NightSeen, YearRun
from support.scripted_year_score import SLOWEST_NIGHTS, Score, in_order, score_year
from support.scripted_year_web import ScriptedWeb

_STATES = ("alive", "revived", "failing", "dead", "walled", "blocked", "drifted", "unchecked")


def play(year: Year, log: Path | None) -> Iterator[NightSeen]:
    """Yield the nights of a year, from the log where there is one."""
    if log is not None and log.exists():
        yield from (msgspec.json.decode(line, type=NightSeen) for line in log.open("rb"))
        return
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with ScriptedWeb(year, folder) as web:
            for seen in YearRun(folder, year, web).play():
                if log is not None:
                    with log.with_suffix(".part").open("ab") as file:
                        file.write(msgspec.json.encode(seen) + b"\n")
                if seen.night % 20 == 0:
                    spent = time.monotonic() - began_s
                    print(f"night {seen.night}: {spent:.0f} s so far", file=sys.stderr, flush=True)
                yield seen
    if log is not None:
        log.with_suffix(".part").rename(log)


def print_script(year: Year) -> None:
    """Say what the year holds."""
    scale = year.scale
    print(
        f"{scale.sources:,} sources on {scale.hosts} hosts, {scale.nights} nights, seed {scale.seed}"
    )
    met = Counter(spell.what for host in year.hosts for spell in host.conditions)
    print("  hosts: ", ", ".join(f"{kind} {count}" for kind, count in met.most_common()))
    met = Counter(spell.what for source in year.sources for spell in source.conditions)
    print("  pages: ", ", ".join(f"{kind} {count}" for kind, count in met.most_common()))
    met = Counter(spell.what for host in year.hosts for spell in host.troubles)
    print("  passing:", ", ".join(f"{kind} {count}" for kind, count in met.most_common()))
    print("  nights of our own outage:", sum(spell.last - spell.first + 1 for spell in year.ours))


def print_matrix(score: Score) -> None:
    """Print which states the sources had, night after night, by what was true."""
    states = [state for state in _STATES if any(key[1] == state for key in score.matrix)]
    print(f"\n{'source-nights':22}" + "".join(f"{state:>11}" for state in states))
    for truth, row in in_order(score):
        print(f"{truth:22}" + "".join(f"{row[state]:>11,}" for state in states))


def print_beside(scores: list[Score], nights: int) -> None:
    """Print what each rule made of the same looks."""
    print(f"\n{'':20}{'dead right':>16}{'told in 10 days':>17}{'death to verdict, nights':>27}"
          f"{'never/late':>12}{'alarms':>8}{'false':>7}{'in 10,000':>11}{'wrong kind':>12}")  # fmt: skip
    for score in scores:
        told, judged = score.recall(nights)
        delays = score.delays()
        curve = (
            "/".join(str(_at(delays, part)) for part in (0.0, 0.5, 0.95, 1.0)) if delays else "-"
        )
        print(f"{score.name:20}{score.precision:>9.1%} of {score.verdicts:<4}"
              f"{told / max(1, judged):>9.1%} of {judged:<4}{curve:>27}{len(score.overdue(nights)):>12}"
              f"{score.alarms:>8}{len(score.false_alarms):>7}{score.false_alarms_in_10_000:>11.2f}"
              f"{len(score.wrong_kind):>12}")  # fmt: skip
    print(
        f"(death to verdict: least/median/95 %/most; never/late: not told after {SLOWEST_NIGHTS} nights)"
    )


def print_curve(score: Score) -> None:
    """Print the share of told deaths by nights since the death."""
    delays = score.delays()
    points = (
        (nights, sum(delay <= nights for delay in delays))
        for nights in range(5, SLOWEST_NIGHTS + 3, 5)
    )
    shares = (f"{nights}: {count / len(delays):.0%}" for nights, count in points)
    print("\nof the deaths that were told, told after so many nights: " + " · ".join(shares))


def print_false(year: Year, score: Score) -> None:
    """Print the false alarms by what was wrong, the commonest first."""
    causes: Counter[str] = Counter()
    for night, alarm in score.false_alarms:
        source = year.sources[alarm.source]
        trouble = year.trouble(source.host, night) or "nothing wrong"
        causes[
            f"{alarm.group} {alarm.to}/{alarm.rule} {alarm.passage or ''} while {source.condition(night)}, {trouble}"
        ] += 1
    for cause, count in causes.most_common(20):
        print(f"  {count:>5}  {cause}")


def print_our_outages(year: Year, nights: list[NightSeen]) -> None:
    """Print what was told on the nights on which we saw nothing."""
    for seen in nights:
        if any(spell.holds(seen.night) for spell in year.ours):
            causes = "; ".join(
                f"{each.host or 'us'}: {each.cause} ({each.sources})" for each in seen.causes
            )
            alarms = sum(alarm.group in {"worse", "still"} for alarm in seen.changes)
            print(
                f"  night {seen.night}: {seen.due} due, {len(seen.causes)} cause(s) [{causes}], {alarms} alarms"
            )


def print_host_causes(year: Year, nights: list[NightSeen]) -> None:
    """Print how many causes of hosts were told, and of how many nothing in the script speaks."""
    hosts = {host.name: host for host in year.hosts}
    of_host: dict[str, list[Source]] = {}
    for source in year.sources:
        of_host.setdefault(source.host.name, []).append(source)
    told, new, unfounded = 0, 0, []
    for seen in nights:
        for cause in seen.causes:
            if cause.host not in hosts:
                continue
            told, new = told + 1, new + cause.is_news
            lost = sum(source.condition(seen.night) != "well" for source in of_host[cause.host])
            if not year.trouble(hosts[cause.host], seen.night) and lost < 2:
                unfounded.append(
                    f"night {seen.night}: {cause.host}: {cause.cause} ({cause.sources})"
                )
    print(
        f"\ncauses of hosts: told {told}, of them news {new}, of hosts with nothing wrong {len(unfounded)}"
    )
    for line in unfounded[:10]:
        print("  " + line)


def print_costs(nights: list[NightSeen]) -> None:
    """Print what the nights took."""
    walls = sorted(seen.wall_s for seen in nights[1:])
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"\n{sum(len(seen.looks) for seen in nights):,} looks; nights: median {_at(walls, 0.5):.2f} s, most {walls[-1]:.1f} s, "
          f"{sum(walls):.0f} s in all; CPU {sum(seen.cpu_s for seen in nights):.0f} s here (the web among it), "
          f"{children.ru_utime + children.ru_stime:.0f} s in children; peak "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")  # fmt: skip


def _at(values: list[int] | list[float], part: float) -> float:
    """Return the value that so large a part of sorted values stays within (nearest rank)."""
    return values[max(0, -int(-part * len(values) // 1) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=2_000)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    year = make_year(Scale(options.sources, options.hosts, options.nights, options.seed))
    print_script(year)
    nights: list[NightSeen] = []

    def kept() -> Iterator[NightSeen]:
        for seen in play(year, options.log):
            nights.append(seen)
            yield seen

    scores = score_year(year, kept())
    print_matrix(scores[0])
    print_beside(scores, options.nights)
    print_curve(scores[0])
    if scores[0].false_alarms:
        print("\nour false alarms:")
        print_false(year, scores[0])
    print("\nnights of our own outage:")
    print_our_outages(year, nights)
    print_host_causes(year, nights)
    print_costs(nights)


if __name__ == "__main__":
    main()
