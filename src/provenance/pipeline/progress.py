"""How long work says how far it is: a seam, so that the pipeline draws nothing itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

__all__ = ["Progress", "Stage", "silent_progress"]


class Stage(Protocol):
    """One stage of a run while it is going on."""

    def advance(self, note: str = "", by: int = 1) -> None:
        """So many more are done; `note` says what, for the person who watches."""
        ...


class Progress(Protocol):
    """Opens stages: `with progress("Fetching", total=36) as stage`; some count bytes."""

    @contextmanager
    def __call__(self, name: str, total: int, *, in_bytes: bool = False) -> Iterator[Stage]:
        """Yield the stage; it ends with the block."""
        ...


class _Silent:
    def advance(self, note: str = "", by: int = 1) -> None:
        del note, by


@contextmanager
def silent_progress(name: str, total: int, *, in_bytes: bool = False) -> Iterator[Stage]:
    """Show nothing."""
    del name, total, in_bytes
    yield _Silent()
