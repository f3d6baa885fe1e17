"""Kill a command of the house at each of its steps, and run it again. Run as a script.

`killed_steps.py TEMPLATE FOLDER EVERY COMMAND…` copies TEMPLATE once for every EVERY-th step, runs
`provenance COMMAND…` there in a child that dies at that call of write, pwrite, fsync, ftruncate,
replace or unlink (a write is torn in the middle first), then runs the command again, `fixity`,
`dump`, `rebuild` and `dump`. Prints what became of each as one JSON list. The children are forked,
so that a step costs no new interpreter: therefore this process never starts a thread.
"""

import itertools
import json
import os
import shutil
import signal
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import provenance.cli

# Imported once, here, instead of in each of some hundred children.
import provenance.pipeline.attach
import provenance.pipeline.export
import provenance.pipeline.fixity
import provenance.pipeline.main_job
import provenance.pipeline.overriding
import provenance.pipeline.rejudge
import provenance.pipeline.reviewing
import provenance.pipeline.withdraw
from support.runs import _MARK, _marked

_TORN = ("write", "pwrite")
_WHOLE = ("fsync", "ftruncate", "replace", "unlink")
_WITHIN_S = 5.0


def die_at(step: int) -> None:
    """Make the `step`-th call of this process that changes a file its last."""
    calls = itertools.count(1)

    def counted(call: Callable[..., object], *, is_torn: bool) -> Callable[..., object]:
        def instead(*arguments: object, **named: object) -> object:
            if next(calls) == step:
                if is_torn:
                    handle, data, *rest = arguments
                    call(handle, data[: len(data) // 2], *rest)  # type: ignore[index, arg-type]
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **named)

        return instead

    for name in _TORN + _WHOLE:
        setattr(os, name, counted(getattr(os, name), is_torn=name in _TORN))


def in_child(folder: Path, arguments: Sequence[str], step: int = 0) -> dict[str, object]:
    """Run a command in a forked child; say how it ended, what it said, and who outlived it."""
    mark = uuid.uuid4().hex
    out, err = folder.with_suffix(".out"), folder.with_suffix(".err")
    child = os.fork()
    if child == 0:
        os.environ[_MARK] = mark
        os.chdir(folder)
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        if step:
            die_at(step)
        code = 99
        try:
            code = provenance.cli._run(arguments)
            sys.stdout.flush()
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    give_up_s = time.monotonic() + _WITHIN_S
    while (left := _marked(mark)) and time.monotonic() < give_up_s:
        time.sleep(0.02)
    return {"code": code, "out": out.read_text(), "err": err.read_text(), "left": left}


def one_round(template: Path, folder: Path, command: Sequence[str], step: int) -> dict[str, object]:
    """Kill a command at a step; return how it ended and what was found behind it."""
    shutil.copytree(template, folder)
    first = in_child(folder, command, step)
    if first["code"] != -signal.SIGKILL:
        return {"killed": False, "code": first["code"], "err": first["err"]}
    looked = in_child(folder, ("fixity", "--full", "--json"))
    again = in_child(folder, command)
    whole = in_child(folder, ("fixity", "--full", "--json"))
    dumped = in_child(folder, ("dump",))
    rebuilt = in_child(folder, ("rebuild",))
    anew = in_child(folder, ("dump",))
    return {
        "killed": True,
        "left": [*first["left"], *again["left"]],  # type: ignore[misc]
        "at_once": json.loads(str(looked["out"]))["run"]["differences"],
        "again": again["code"],
        "said": str(again["out"]) + str(again["err"]),
        "findings": json.loads(str(whole["out"]))["findings"],
        "faults": [each["err"] for each in (dumped, rebuilt, anew) if each["code"]],
        "same": dumped["out"] == anew["out"],
        "dump": dumped["out"],
        "files": sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*")),
    }


def main() -> None:
    """Print the rounds of every step that is asked for, up to the first that is not reached."""
    template, folder, every = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    rounds = []
    for step in itertools.count(1, every):
        desk = folder / f"step{step}"
        rounds.append(one_round(template, desk, sys.argv[4:], step) | {"step": step})
        shutil.rmtree(desk)
        if not rounds[-1]["killed"]:
            break
    print(json.dumps(rounds))


if __name__ == "__main__":
    main()
