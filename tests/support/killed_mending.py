"""Kill `write_mended` at each of its lines, and run it again. Run as a script: `killed_mending.py FOLDER`.

A forked child writes a mended draft and dies by SIGKILL before the n-th line of the module. What
was written but not flushed is lost then, so that half-written files are among what is left.
Prints, for each line, what stood there as a JSON list: the draft before and after the second run.
"""

import itertools
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from provenance.errors import UsageError
from provenance.pipeline import mending

BEFORE = b"the draft as it was\n" * 2000
AFTER = b"the draft as it is to be\n" * 2000


def die_before_line(number: int) -> None:
    lines = itertools.count(1)

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != mending.__file__:
            return None
        if event == "line" and next(lines) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def write(draft: Path) -> str:
    try:
        mending.write_mended(draft, BEFORE, AFTER)
    except UsageError as error:
        return error.message
    return ""


def files_of(folder: Path) -> dict[str, str]:
    said = {BEFORE: "before", AFTER: "after"}
    return {each.name: said.get(each.read_bytes(), "torn") for each in sorted(folder.iterdir())}


def one_round(folder: Path, number: int) -> dict[str, Any]:
    folder.mkdir()
    draft = folder / "draft.txt"
    draft.write_bytes(BEFORE)
    child = os.fork()
    if child == 0:
        die_before_line(number)
        write(draft)
        os._exit(0)
    killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return {
        "killed": killed,
        "left": files_of(folder),
        "said": write(draft),
        "end": files_of(folder),
    }


if __name__ == "__main__":
    rounds = []
    for number in itertools.count(1):
        rounds.append(one_round(Path(sys.argv[1]) / str(number), number))
        if not rounds[-1]["killed"]:
            break
    print(json.dumps(rounds))
