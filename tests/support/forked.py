"""Commands that a test may kill at any moment, each in a child that is forked: it costs no new interpreter.

`Forks` is for the test; run as a script, this is the process that forks. It has imported the house
once and never starts a thread. A child leads a process group of its own, so that a kill takes with it
whatever it has started.
"""

import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
import time
import traceback
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import provenance.cli
from provenance.cli import options
from support.runs import _MARK, Ran, _marked, environment

_TESTS = Path(__file__).parents[1]
_WITHIN_S = 10.0


class Forks:
    """The process that forks; `start` a command in a folder, kill it or not, and let it `end`."""

    def __init__(self) -> None:
        place = os.pathsep.join([str(_TESTS), os.environ.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.forked"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment(PYTHONPATH=place),
        )  # fmt: skip
        self._child = 0
        self._out = Path()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._process.communicate()

    def start(self, folder: Path, *arguments: str, seconds_off: float = 0.0) -> None:
        """Begin `provenance ARGUMENTS` in a folder, by a clock that is so many seconds off."""
        assert not self._child, "a command at a time"
        assert self._process.stdin is not None
        order = {"folder": str(folder), "arguments": arguments, "off": seconds_off}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        begun = self._hear()
        self._child, self._out = begun["child"], Path(begun["out"])

    def kill(self, *, alone: bool = False) -> None:
        """Kill the command and all that it started, or it `alone`, unless it is over."""
        if self._child:
            with contextlib.suppress(ProcessLookupError):
                (os.kill if alone else os.killpg)(self._child, signal.SIGKILL)

    def said(self) -> str:
        """Return what the command has said so far."""
        return self._out.read_text()

    def is_running(self) -> bool:
        """Tell whether the command is under way."""
        with contextlib.suppress(OSError):
            stat = Path(f"/proc/{self._child}/stat").read_text()
            return stat.rpartition(")")[2].split()[0] != "Z"
        return False

    def end(self) -> Ran:
        """Wait for the end of the command; nothing that it started outlives it."""
        told = self._hear()
        self._child = 0
        assert not told["left"], "a process outlived the command that started it"
        return Ran(told["code"], told["out"], told["err"])

    def run(self, folder: Path, *arguments: str, seconds_off: float = 0.0) -> Ran:
        """Run a command to its end."""
        self.start(folder, *arguments, seconds_off=seconds_off)
        return self.end()

    def kill_once(
        self,
        folder: Path,
        *arguments: str,
        when: Callable[[], bool] = lambda: True,
        then_s: float = 0.0,
        seconds_off: float = 0.0,
        alone: bool = False,
    ) -> bool:
        """Kill a command so long after something holds; tell whether it was not over by then.

        A command that ends by itself has to end well (a night with code 1, where links got worse).
        """
        self.start(folder, *arguments, seconds_off=seconds_off)
        while self.is_running() and not when():
            time.sleep(0.002)
        time.sleep(then_s)
        self.kill(alone=alone)
        done = self.end()
        assert done.code in (0, 1, -signal.SIGKILL), (done.code, done.err)
        return done.code == -signal.SIGKILL

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


def _be_child(order: dict[str, Any], mark: str, out: Path, err: Path) -> None:
    """Run the command that was ordered, in place of this process."""
    code = 99
    try:
        os.setpgid(0, 0)
        os.environ[_MARK] = mark
        os.chdir(order["folder"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        code = _run(order["arguments"], order["off"])
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _run(arguments: Sequence[str], seconds_off: float) -> int:
    if seconds_off:
        options.Workplace = _with_clock(timedelta(seconds=seconds_off))  # type: ignore[misc]
    return provenance.cli._run(arguments)


def _with_clock(off: timedelta) -> Any:
    return functools.partial(options.Workplace, clock=lambda: datetime.now(UTC) + off)


def main() -> None:
    """Fork a child for each order on standard input; say its number, and later how it ended."""
    import provenance.fetch.fetcher
    import provenance.pipeline.main_job
    import provenance.pipeline.memento_round
    import provenance.pipeline.nightly
    import provenance.pipeline.overriding
    import provenance.pipeline.rendering
    import provenance.web.serving  # noqa: F401 - imported once, here

    for line in sys.stdin:
        order, mark = json.loads(line), uuid.uuid4().hex
        # beside the desk, not in it: nothing there is but what the command wrote
        out, err = (Path(f"{order['folder']}.{os.getpid()}.{name}") for name in ("out", "err"))
        for path in (out, err):  # whoever looks before the child has begun finds nothing said
            path.write_bytes(b"")
        child = os.fork()
        if child == 0:
            _be_child(order, mark, out, err)
        with contextlib.suppress(OSError):  # whoever is first: it may be killed from now on
            os.setpgid(child, child)
        print(json.dumps({"child": child, "out": str(out)}), flush=True)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        give_up_s = time.monotonic() + _WITHIN_S
        while (left := _marked(mark)) and time.monotonic() < give_up_s:
            time.sleep(0.02)
        told = {"code": code, "left": left}
        told |= {path.suffix[1:]: path.read_text(errors="replace") for path in (out, err)}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
