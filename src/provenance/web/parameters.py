"""What a parameter may be, where the framework would take more than its description says."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator

__all__ = ["Day"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _refuse_what_is_no_day(value: Any) -> Any:
    """Pydantic takes numbers for seconds since 1970, and times for their day."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written as 2024-03-08")
    return value


Day = Annotated[date, BeforeValidator(_refuse_what_is_no_day)]
