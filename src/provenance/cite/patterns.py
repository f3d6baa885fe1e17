"""Regular expressions that are compiled when they are first used.

The tables of words in eight languages cost 50 ms to compile, a fifth of what the start
of `provenance parse` may take; a document whose notes are addresses never needs them.
"""

import re
from typing import Any, cast

__all__ = ["lazy_pattern"]


class _LazyPattern:
    """Stands for a compiled pattern; its methods become the compiled one's at the first use."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(*self._source), name)
        setattr(self, name, method)
        return method


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what behaves as `re.compile(pattern, flags)`, but is compiled at the first use.

    >>> lazy_pattern("b+").sub("c", "abba")
    'aca'
    """
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))
