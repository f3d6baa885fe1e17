"""How long work says how far it is: a seam, so that the pipeline draws nothing itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

__all__ = ["Progress", "Stage", "silent_progress"]


class Stage(Protocol):
    """One stage of a run while it is going on."""

    def advance(self, note: str = "") -> None:
        """One more is done; `note` says what, for the person who watches."""
        ...


class Progress(Protocol):
    """Opens stages: `with progress("Fetching", total=36) as stage`."""

    @contextmanager
    def __call__(self, name: str, total: int) -> Iterator[Stage]:
        """Yield the stage; it ends with the block."""
        ...


class _Silent:
    def advance(self, note: str = "") -> None:
        del note


@contextmanager
def silent_progress(name: str, total: int) -> Iterator[Stage]:
    """Show nothing."""
    del name, total
    yield _Silent()
