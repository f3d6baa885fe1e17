"""Records of what a year looked like: states week by week, and how long links live."""

from datetime import date

from msgspec import Struct


class WeekOfStates(Struct, frozen=True):
    """How many sources were in which state when a week was over, of those looked at by then.

    `begins` is its Monday; the last week of a picture ends with the moment of the picture. A week
    that began after the last look of any has no states.
    """

    begins: date
    states: dict[str, int]


class LinkLife(Struct, frozen=True):
    """How long a link was watched: whole days from the first look at which it was there.

    `ended`: to the first of the looks that found it gone, from which it never came back. Else to
    the last look at which it was not yet known to be gone: it may live on (right-censored).
    """

    days: int
    ended: bool


class SurvivalStep(Struct, frozen=True):
    """The share of links that lived longer than `days`, with its 95 % band.

    `at_risk` links had been watched for so long, `ended` of them went on that day.
    """

    days: int
    share: float
    low: float
    high: float
    at_risk: int
    ended: int


class Survival(Struct, frozen=True, kw_only=True):
    """How long links live: the estimate of Kaplan and Meier, one step for each day on which any ended.

    `name` is a host, "" for all. `half_life_days` is the first day by which half were gone, as seen,
    with the days by which the band's two sides were; None where that was not seen yet. `seen_days`
    are all days of all links together. `expected_half_life_days` is ln 2 divided by the losses a
    day: how long it takes if losses go on as they were, which nobody has seen; None without a loss.
    """

    name: str
    links: int
    ended: int
    seen_days: int
    longest_days: int
    steps: tuple[SurvivalStep, ...]
    half_life_days: int | None = None
    half_life_low_days: int | None = None
    half_life_high_days: int | None = None
    expected_half_life_days: float | None = None


class YearPicture(Struct, frozen=True, kw_only=True):
    """A year of states and the lives of links, up to a moment.

    `weeks` and `overall` are of `drawn` sources of `sources`: all where they are few, else always
    the same ones, picked by their ids, which are digests: by lot. `now` counts all of them.
    `absent` links of those drawn were gone when first looked at: nobody knows how long they lived.
    `hosts` are those with most links, each drawn in the same way.
    """

    schema: str = "provenance.year/1"
    until: date
    sources: int
    drawn: int
    now: dict[str, int]
    weeks: tuple[WeekOfStates, ...]
    overall: Survival
    absent: int
    hosts: tuple[Survival, ...]
