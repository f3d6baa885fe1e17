"""Regular expressions that are compiled when they are first used.

The tables of words in eight languages cost 50 ms to compile, a fifth of what the start
of `provenance parse` may take; a document whose notes are addresses never needs them.
What was compiled once is kept for the next run (`formats.programs`).
"""

import re
from typing import Any, cast

from provenance.formats.programs import compile_kept

__all__ = ["lazy_pattern"]


class _LazyPattern:
    """Stands for a compiled pattern; its methods become the compiled one's at the first use."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._source = (pattern, flags)
        self._compiled: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._compiled is None:
            self._compiled = compile_kept(*self._source)
        method = getattr(self._compiled, name)
        setattr(self, name, method)
        return method


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what behaves as `re.compile(pattern, flags)`, but is compiled at the first use.

    >>> lazy_pattern("b+").sub("c", "abba")
    'aca'
    """
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))
