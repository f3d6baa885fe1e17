"""Settings of the nightly run; part of `provenance.settings.Settings`."""

from typing import Annotated

from msgspec import Meta, Struct

from provenance.settings_services import Count, Pause

__all__ = ["MOST_MINUTES", "NightSettings"]

MOST_MINUTES = 10_080
"""Nobody means a night of more than a week; 0 is no bound."""


class NightSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How `provenance nightly` runs. `max_minutes` and `max_requests` bound a run; 0 is no bound.

    `wind_down_share` of the minutes (at most `wind_down_seconds`) is kept for reading what came
    and for the report. A run that was killed is taken up for `resume_within_hours`; after that a
    new one begins. `still_failing_days` is after how long a source in trouble is told of once more.
    After `offline_looks` looks in a row that were made offline nobody else is asked.

    `notify_file` names a file with the addresses of services that are told when a night changed
    something, one a line (https://appriseit.com/services/; needs the extra `notify`). They hold
    passwords: nobody else should be able to read it. `desk_url` is where `provenance serve` is
    reached: reports lead to its pages and to our own copies.
    """

    max_minutes: Annotated[float, Meta(ge=0, le=MOST_MINUTES)] = 0.0
    max_requests: Annotated[int, Meta(ge=0)] = 0
    wind_down_share: Annotated[float, Meta(ge=0, le=0.5)] = 0.1
    wind_down_seconds: Pause = 300.0
    resume_within_hours: Annotated[float, Meta(gt=0, le=8_784)] = 20.0
    still_failing_days: Annotated[int, Meta(ge=1, le=36_500)] = 30
    offline_looks: Count = 5
    notify_file: str = ""
    desk_url: Annotated[str, Meta(pattern=r"^(https?://[^\s]+)?$")] = ""
