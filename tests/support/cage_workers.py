"""Functions that misbehave in a cage, each in its own way."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

HOARD: list[bytearray] = []


def echo(argument: bytes) -> bytes:
    return argument


def tell_pid(argument: bytes) -> bytes:
    return str(os.getpid()).encode()


def tell_state(argument: bytes) -> bytes:
    """What the child can see of its parent."""
    import resource

    return repr(
        {
            "core": resource.getrlimit(resource.RLIMIT_CORE),
            "files": resource.getrlimit(resource.RLIMIT_FSIZE),
            "group": os.getpgid(0) == os.getpid() == os.getsid(0),
            "open": sorted(int(name) for name in os.listdir("/proc/self/fd")),
            "stdin": sys.stdin.read(),
        }
    ).encode()


def misbehave(argument: bytes) -> bytes:
    """Do what the argument says."""
    act, _, rest = argument.decode().partition(" ")
    return ACTS[act](rest)


def _spin(_: str) -> bytes:
    while True:
        pass


def _sleep(seconds: str) -> bytes:
    time.sleep(float(seconds or 600))
    return b"slept"


def _hoard(_: str) -> bytes:
    pile = []
    while True:
        pile.append(bytearray(50_000_000))


def _grow(size_bytes: str) -> bytes:
    HOARD.append(bytearray(os.urandom(int(size_bytes))))
    return str(os.getpid()).encode()


def _print(_: str) -> bytes:
    print("x" * 100_000)
    sys.stdout.flush()
    os.write(1, b"\0\0\0\0\0\0\0\5Vfalse")
    subprocess.run(["echo", "from a grandchild"], check=True)
    return b"clean"


def _kill(_: str) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def _segfault(_: str) -> bytes:
    ctypes.string_at(0)
    return b""


def _hoard_and_abort(_: str) -> bytes:
    """Die as a C library does that has worked a while and whose allocation failed."""
    HOARD.append(bytearray(b"x") * 150_000_000)
    time.sleep(0.2)
    os.abort()


def _leave(status: str) -> bytes:
    os._exit(int(status))


def _exit(_: str) -> bytes:
    sys.exit("enough")


def _raise(words: str) -> bytes:
    raise ValueError(words)


def _spawn_and_hang(path: str) -> bytes:
    sleeper = subprocess.Popen(["sleep", "600"])
    _note(path, os.getpid(), sleeper.pid)
    time.sleep(600)
    return b""


def _spawn_and_die(path: str) -> bytes:
    """Leave a grandchild behind that holds every inherited pipe."""
    grandchild = os.fork()
    if grandchild == 0:
        time.sleep(600)
    _note(path, grandchild)
    os._exit(7)


def _note(path: str, *pids: int) -> None:
    """A pipe opened by name: the child may not write files."""
    with Path(path).open("w") as noted:
        noted.write(" ".join(map(str, pids)))


def _write_file(path: str) -> bytes:
    Path(path).write_bytes(b"x")
    return b"written"


def _close_pipes(_: str) -> bytes:
    os.closerange(3, 64)
    time.sleep(600)
    return b""


ACTS = {
    "spin": _spin,
    "sleep": _sleep,
    "hoard": _hoard,
    "hoard-and-abort": _hoard_and_abort,
    "grow": _grow,
    "print": _print,
    "kill": _kill,
    "segfault": _segfault,
    "leave": _leave,
    "exit": _exit,
    "raise": _raise,
    "spawn-and-hang": _spawn_and_hang,
    "spawn-and-die": _spawn_and_die,
    "write-file": _write_file,
    "close-pipes": _close_pipes,
}
