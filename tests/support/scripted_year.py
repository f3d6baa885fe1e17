"""A year on a small web, written down before it happens: what each host and each source does every night.

Nights are numbers; night 0 is the one on which the documents are taken in, and everything is
well on it but what was dead before. Two things are told apart:

* a *condition* is what has become of a source: it is well, dead, walled, blocked for us, or
  another page than was cited. It is the truth that verdicts are held against;
* *trouble* is what passes (an outage, "too many requests", a name service of ours that is down):
  whatever is seen then says nothing of the condition.

The same seed makes the same year.
"""

import random
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

__all__ = ["Condition", "Host", "Scale", "Source", "Spell", "Truth", "Year", "make_year"]

Truth = Literal["well", "dead", "walled", "blocked", "drifted"]
# What a source's address answers with. `edited` changes the number that a claim leans on, `cut`
# takes that sentence away, `reworded` says the same with another word.
Condition = Literal[
    "well", "404", "410", "soft_404", "to_home", "nxdomain", "parked",
    "login", "paywall", "blocked_403", "hidden_404", "hijacked", "rewritten", "edited", "cut",
    "reworded",
]  # fmt: skip
Trouble = Literal[
    "503", "503_later", "refused", "reset", "silent", "tls_expired", "servfail", "429", "robots_500",
    "ours",
]  # fmt: skip
Furniture = Literal["none", "marked", "plain"]

TRUTH_OF: Mapping[Condition, Truth] = {
    "well": "well", "reworded": "well",
    "404": "dead", "410": "dead", "soft_404": "dead", "to_home": "dead", "nxdomain": "dead",
    "parked": "dead",
    "login": "walled", "paywall": "walled",
    "blocked_403": "blocked", "hidden_404": "blocked",
    "hijacked": "drifted", "rewritten": "drifted", "edited": "drifted", "cut": "drifted",
}  # fmt: skip
FOREVER = 10**6

# Of 1,000 hosts so many meet this once, for so many nights.
_HOST_CONDITIONS: tuple[tuple[Condition, int, tuple[int, int]], ...] = (
    ("nxdomain", 30, (FOREVER, FOREVER)),
    ("parked", 15, (FOREVER, FOREVER)),
    ("hijacked", 15, (FOREVER, FOREVER)),
    ("blocked_403", 25, (25, 60)),
    ("hidden_404", 25, (30, 90)),
    ("login", 20, (FOREVER, FOREVER)),
    ("paywall", 15, (FOREVER, FOREVER)),
)
# Of 1,000 sources on the other hosts; the deaths are of the kind that their site has for "no such page".
_SOURCE_CONDITIONS: tuple[tuple[str, int], ...] = (
    ("dies", 60),
    ("dies and comes back", 12),
    ("was dead before", 6),
    ("rewritten", 15),
    ("edited", 20),
    ("cut", 10),
    ("reworded", 30),
)
_OUTAGES: tuple[Trouble, ...] = ("503", "503_later", "refused", "reset", "silent", "servfail")


class Spell(NamedTuple):
    """Something that lasts from one night to another, both included."""

    what: str
    first: int
    last: int

    def holds(self, night: int) -> bool:
        """Tell whether it is that night."""
        return self.first <= night <= self.last


class Host(NamedTuple):
    """A site. `missing` is what it answers for what is not there, `furniture` how it is laid out."""

    name: str
    is_tls: bool
    missing: Condition
    furniture: Furniture
    conditions: tuple[Spell, ...]
    troubles: tuple[Spell, ...]


class Source(NamedTuple):
    """A page of a host; the archive looked at it every `archived_every` nights (0: never)."""

    number: int
    host: Host
    path: str
    conditions: tuple[Spell, ...]
    archived_every: int

    def url(self, port: int, tls_port: int) -> str:
        """Return its address on a web with these ports."""
        scheme, at = ("https", tls_port) if self.host.is_tls else ("http", port)
        return f"{scheme}://{self.host.name}:{at}{self.path}"

    def condition(self, night: int, *, of_archive: bool = False) -> Condition:
        """Return what its address answers with, for us or for the archive."""
        for spell in (*self.host.conditions, *self.conditions):
            if spell.holds(night) and not (
                of_archive and spell.what in {"blocked_403", "hidden_404"}
            ):
                return spell.what  # type: ignore[return-value]
        return "well"

    def truth(self, night: int) -> Truth:
        """Return what has become of it."""
        return TRUTH_OF[self.condition(night)]

    def since(self, night: int) -> int:
        """Return the night on which its condition of that night began (0: always so)."""
        for spell in (*self.host.conditions, *self.conditions):
            if spell.holds(night):
                return spell.first
        return max((spell.last + 1 for spell in (*self.host.conditions, *self.conditions)
                    if spell.last < night), default=0)  # fmt: skip


class Scale(NamedTuple):
    """How large a year is.

    `busy` multiplies what sources meet, `static_share` is of the sites whose pages are the same
    every night, `has_silence` lets hosts never answer, which takes time in earnest.
    """

    sources: int = 2_000
    hosts: int = 200
    nights: int = 365
    seed: int = 7
    busy: float = 1.0
    static_share: float = 0.4
    has_silence: bool = True


class Year(NamedTuple):
    """The script. `ours` are the nights on which our own name service is down; `hours` what our clock is off."""

    scale: Scale
    hosts: tuple[Host, ...]
    sources: tuple[Source, ...]
    ours: tuple[Spell, ...]
    hours: Mapping[int, float]

    def trouble(self, host: Host, night: int) -> str | None:
        """Return what passes over a host that night; ours comes first, for we see nothing else."""
        spells = (*self.ours, *host.troubles)
        return next((spell.what for spell in spells if spell.holds(night)), None)

    def hours_off(self, night: int) -> float:
        """Return by how many hours our clock is wrong that night."""
        return self.hours.get(night, 0.0)


def make_year(scale: Scale) -> Year:
    """Return the year of this seed."""
    chance = random.Random(scale.seed)
    named = [
        f"{_PLACES[n % len(_PLACES)]}{n // len(_PLACES) or ''}.example" for n in range(scale.hosts)
    ]
    met = _deal_conditions(chance, scale)
    hosts = tuple(_make_host(chance, name, met.get(n), scale) for n, name in enumerate(named))
    sources = tuple(
        _make_source(chance, n, hosts[n % scale.hosts], scale) for n in range(scale.sources)
    )
    ours = tuple(_our_outages(chance, scale))
    back, ahead = scale.nights // 3, scale.nights // 2
    hours = dict.fromkeys(range(back, scale.nights), -1.0) | {ahead: 24.0}
    return Year(scale, hosts, sources, ours, hours)


_PLACES = ("ashford", "barge", "coldwell", "dunmere", "eelpool", "ferry", "gravel", "heron",
           "isle", "juniper", "kelder", "lock", "mill", "northgate", "oxbow", "pike", "quarry",
           "reed", "sluice", "tollgate")  # fmt: skip


def _deal_conditions(chance: random.Random, scale: Scale) -> dict[int, Condition]:
    """Return which hosts meet what; of each kind at least one where there are 20 hosts."""
    waiting: list[Condition] = []
    for kind, share, _ in _HOST_CONDITIONS:
        waiting += [kind] * max(1 if scale.hosts >= 20 else 0, round(share * scale.hosts / 1000))
    return dict(zip(chance.sample(range(scale.hosts), len(waiting)), waiting, strict=True))


def _make_host(chance: random.Random, name: str, met: Condition | None, scale: Scale) -> Host:
    conditions: tuple[Spell, ...] = ()
    if met is not None:
        lasts = next(lasts for kind, _, lasts in _HOST_CONDITIONS if kind == met)
        first = chance.randint(scale.nights // 12 + 4, int(scale.nights * 0.6))
        conditions = (Spell(met, first, first + chance.randint(*lasts)),)
    is_tls = chance.random() < 0.1
    return Host(
        name,
        is_tls,
        chance.choices(("404", "410", "soft_404", "to_home"), (6, 1, 2, 2))[0],
        _furniture(chance, scale),
        conditions,
        tuple(_troubles(chance, scale, is_tls=is_tls)),
    )


def _furniture(chance: random.Random, scale: Scale) -> Furniture:
    if chance.random() < scale.static_share:
        return "none"
    return "marked" if chance.random() < 0.67 else "plain"


def _troubles(chance: random.Random, scale: Scale, *, is_tls: bool) -> Iterator[Spell]:
    years = scale.nights / 365
    kinds = [kind for kind in _OUTAGES if scale.has_silence or kind != "silent"]
    kinds += ["tls_expired"] * 4 if is_tls else []
    for _ in range(_how_many(chance, 2.0 * years)):
        lasts = chance.choices((1, 2, chance.randint(3, 9), chance.randint(10, 20)), (8, 5, 4, 2))[
            0
        ]
        yield _spell(chance, chance.choice(kinds), lasts, scale)
    for _ in range(_how_many(chance, 1.5 * years)):
        yield _spell(chance, "429", 1, scale)
    for _ in range(_how_many(chance, 0.3 * years)):
        yield _spell(chance, "robots_500", chance.randint(1, 5), scale)


def _make_source(chance: random.Random, number: int, host: Host, scale: Scale) -> Source:
    path = f"/{1880 + number % 20}/{chance.randint(1, 12):02}/{_PLACES[number % 20]}-toll-{number}.html"
    is_hidden = any(spell.what == "hidden_404" for spell in host.conditions)
    every = chance.choice((0, 5, 12, 20, 30, 30)) if not is_hidden else chance.randint(2, 3)
    kinds = [kind for kind, _ in _SOURCE_CONDITIONS]
    shares = [share * scale.busy for _, share in _SOURCE_CONDITIONS]
    met = chance.choices([*kinds, "nothing"], [*shares, max(0.0, 1000 - sum(shares))])[0]
    # what a page meets on a host that is lost, closed or another's, nobody can see
    conditions = () if host.conditions else _meet(chance, met, host, scale)
    return Source(number, host, path, conditions, every)


def _meet(chance: random.Random, met: str, host: Host, scale: Scale) -> tuple[Spell, ...]:
    first = chance.randint(scale.nights // 12, int(scale.nights * 0.85))
    match met:
        case "nothing":
            return ()
        case "dies":
            return (Spell(host.missing, first, FOREVER),)
        case "dies and comes back":
            return (Spell(host.missing, first, first + chance.randint(2, 60)),)
        case "was dead before":
            return (Spell(host.missing, 0, FOREVER),)
        case _:
            return (Spell(met, first, FOREVER),)


def _our_outages(chance: random.Random, scale: Scale) -> Iterator[Spell]:
    """Return nights without a name service; of 20 nights at most one begins such a spell."""
    starts = chance.sample(range(1, max(2, scale.nights // 20)), max(1, min(6, scale.nights // 50)))
    for start in sorted(starts):
        yield Spell("ours", start * 20, start * 20 + chance.randint(0, 2))


def _spell(chance: random.Random, what: str, lasts: int, scale: Scale) -> Spell:
    first = chance.randint(1, scale.nights)
    return Spell(what, first, first + lasts - 1)


def _how_many(chance: random.Random, mean: float) -> int:
    """Return a number of events, Poisson with this mean (Knuth's way)."""
    left, count = chance.random(), 0
    while left > 2.718281828**-mean:
        left *= chance.random()
        count += 1
    return count
