"""Regular expressions whose compiled programs are kept for the next run, as Python keeps modules.

Compiling the 380 patterns that `validate` meets on its way costs 65 ms of CPU, a fifth of
what the whole command may take for a draft of 300 notes; taking up their programs costs 2 ms
(CPython 3.11, both measured by `benchmarks/validate.py`).

They lie in `__pycache__` beside this module, and what holds for Python's own files there
holds for this one: it may be deleted at any time, it is trusted as much as a compiled module
is, PYTHONPYCACHEPREFIX moves it, and none is written where PYTHONDONTWRITEBYTECODE is set or
the folder cannot be written. A program is found by the text and flags of its pattern, so that
none is ever out of date; the file names the Python that made it, another one makes its own.
Only patterns that stand in the code belong here, never one that is made of somebody's draft.
"""

import array
import atexit
import contextlib
import importlib
import importlib.util
import marshal
import os
import re
import sys
import zlib
from functools import cache
from typing import Any, NamedTuple

__all__ = ["compile_kept", "keep_programs", "programs_path"]

# Four times what there are: patterns of earlier versions of the code may lie there too.
_MOST_KEPT = 2_000


class _Program(NamedTuple):
    """What `_sre.compile` takes beside the pattern; `code` is unsigned 32-bit in native order."""

    flags: int
    code: bytes
    groups: int
    names: dict[str, int]
    by_number: tuple[str | None, ...]


_Key = tuple[str, int]
_fresh: dict[_Key, re.Pattern[str]] = {}


def compile_kept(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return `re.compile(pattern, flags)`, from the program of an earlier run where there is one.

    >>> compile_kept("b+", re.IGNORECASE) == re.compile("b+", re.IGNORECASE)
    True
    """
    key = (pattern, int(flags))
    program = _kept_before().get(key)
    if program is not None:
        return _take_up(pattern, _Program(*program))
    compiled = _fresh.get(key)
    if compiled is None:
        compiled = _fresh[key] = re.compile(pattern, flags)
    return compiled


@cache
def _kept_before() -> dict[_Key, tuple[Any, ...]]:
    """Return what earlier runs kept, read once a process."""
    atexit.register(keep_programs)
    return _read()


def programs_path() -> str:
    """Return where the programs lie."""
    return os.path.splitext(importlib.util.cache_from_source(__file__))[0] + ".programs"  # noqa: PTH122 - pathlib costs more than reading the file


def keep_programs() -> None:
    """Keep what this run had to compile; done at exit. What cannot be written is not kept."""
    if not _fresh or sys.dont_write_bytecode:
        return
    # done at exit: a Python that compiles in another way must cost nobody more than the time saved
    with contextlib.suppress(OSError, ImportError, AttributeError, TypeError, ValueError):
        known = _read()
        new = {key: (_program_of(*key), compiled) for key, compiled in _fresh.copy().items()}
        sound = {
            key: tuple(program)
            for key, (program, compiled) in new.items()
            if _take_up(key[0], program) == compiled  # compares programs, not only patterns
        }
        _write({**known, **sound} if len(known) + len(sound) <= _MOST_KEPT else sound)
        _fresh.clear()


def _program_of(pattern: str, flags: int) -> _Program:
    """Compile as `re._compiler.compile` of CPython 3.11 does, up to the program."""
    compiler = importlib.import_module("re._compiler")
    tree = importlib.import_module("re._parser").parse(pattern, flags)
    code = array.array("I", compiler._code(tree, flags)).tobytes()
    names = dict(tree.state.groupdict)
    by_number: list[str | None] = [None] * tree.state.groups
    for name, number in names.items():
        by_number[number] = name
    all_flags = int(flags) | int(tree.state.flags)
    return _Program(all_flags, code, tree.state.groups - 1, names, tuple(by_number))


def _take_up(pattern: str, program: _Program) -> re.Pattern[str]:
    code = memoryview(program.code).cast("I").tolist()
    compiled: re.Pattern[str] = _sre().compile(
        pattern, program.flags, code, program.groups, program.names, program.by_number
    )
    return compiled


def _sre() -> Any:
    return sys.modules["_sre"]  # `re` has imported it


def _python() -> str:
    """Whose programs these are: they may differ between any two versions."""
    return f"{sys.version} {_sre().MAGIC} {_sre().CODESIZE} {sys.byteorder}"


def _read() -> dict[_Key, tuple[Any, ...]]:
    """Return the programs kept; none where there is no file, or it is damaged or another Python's."""
    try:
        with open(programs_path(), "rb") as file:
            data = file.read()
        if zlib.crc32(data[4:]).to_bytes(4, "little") != data[:4]:
            return {}
        python, programs = marshal.loads(data[4:])  # noqa: S302 - as trusted as the modules beside it
    except (OSError, ValueError, EOFError, TypeError, NotImplementedError):
        return {}
    return programs if python == _python() else {}


def _write(programs: dict[_Key, tuple[Any, ...]]) -> None:
    path = programs_path()
    body = marshal.dumps((_python(), programs))
    beside = f"{path}.{os.getpid()}"
    try:
        with open(beside, "wb") as file:
            file.write(zlib.crc32(body).to_bytes(4, "little") + body)
        os.replace(beside, path)  # noqa: PTH105 - see programs_path
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(beside)  # noqa: PTH108 - see programs_path
