"""How a run is told to end: SIGINT by a person, SIGTERM by systemd or `timeout`, SIGHUP by a terminal that closes.

All three end it in order, as Ctrl-C always did: what is in hand is committed, locks are let go,
children end, and the exit code is 128 and the signal's number. A second signal is not waited for.
"""

import signal
import threading
from types import FrameType

__all__ = ["BY_A_PERSON", "ended_by", "leave_to_the_system", "listen"]

BY_A_PERSON = signal.SIGINT
_told: list[int] = []


def listen() -> None:
    """Let SIGTERM and SIGHUP do what Ctrl-C does from here on; what the caller ignores stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        return
    _told.clear()
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def leave_to_the_system() -> None:
    """Let signals end this process at once and in silence: before the first import, and after the last word.

    Python's own handler would print a traceback from wherever an import or its own end happens
    to be. A shell sees the same exit code.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is _end:
            signal.signal(number, signal.SIG_DFL)


def ended_by() -> signal.Signals:
    """Return the signal that an interrupted run was told to end by; SIGINT where no other was."""
    return signal.Signals(_told[0]) if _told else BY_A_PERSON


def _end(number: int, frame: FrameType | None) -> None:
    _told.append(number)
    interrupt = signal.getsignal(signal.SIGINT)
    if not callable(interrupt):  # a job in the background ignores Ctrl-C
        raise KeyboardInterrupt
    # asyncio has its own while a loop runs: it cancels what runs, in place of raising somewhere
    interrupt(signal.SIGINT, frame)
