"""What `doctor` asks of the machine: Python, SQLite, packages, extras, browser, open files."""

import re
import resource
import sys
from collections.abc import Iterator
from importlib import metadata
from typing import Literal, NamedTuple

from msgspec import Struct

from provenance.pipeline.workplace import Workplace

__all__ = [
    "Finding",
    "examine_browser",
    "examine_extras",
    "examine_open_files",
    "examine_packages",
    "examine_python",
    "examine_sqlite",
]

Verdict = Literal["good", "note", "bad"]

_PACKAGE = "provenance-desk"
_OLDEST_PYTHON = (3, 11)
_REQUIREMENT = re.compile(r"^([A-Za-z0-9][\w.-]*)([^;]*)(?:;(.*))?$")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([\w-]+)['"]""")
_AT_LEAST = re.compile(r">=\s*([\d.]+)")
# Extras that a person installs for a purpose; `dev` is for those who change the program.
_PURPOSES = {
    "timestamp": "time stamps on packages",
    "capture": "pages that need a browser",
    "web": "the web pages",
    "notify": "messages of the night",
    "cluster": "many machines",
}
# Files that are open beside the connections: the store, journals, WARC files, child processes.
_OTHER_FILES = 100


class Finding(Struct, frozen=True):
    """What came of one question; `advice` says what to do where something is to be done."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""


class _Requirement(NamedTuple):
    name: str
    at_least: str
    extra: str | None


def examine_python(_: Workplace) -> Iterator[Finding]:
    """Is this Python young enough?"""
    version = ".".join(map(str, sys.version_info[:3]))
    is_good = sys.version_info >= _OLDEST_PYTHON
    yield Finding("python", "good" if is_good else "bad", version,
                  "" if is_good else "install Python 3.11 or later")  # fmt: skip


def examine_sqlite(_: Workplace) -> Iterator[Finding]:
    """Can this SQLite do what the store asks of it?"""
    from provenance.store.abilities import sqlite_abilities, sqlite_version

    lacking = [ability.name for ability in sqlite_abilities() if not ability.is_there]
    if lacking:
        yield Finding("sqlite", "bad", f"{sqlite_version()} without {', '.join(lacking)}",
                      "install a Python that is built with SQLite 3.38 or later")  # fmt: skip
    else:
        yield Finding("sqlite", "good", f"{sqlite_version()} with all that the store needs")


def _requirements() -> list[_Requirement]:
    try:
        written = metadata.requires(_PACKAGE) or []
    except metadata.PackageNotFoundError:
        return []
    found = []
    for line in written:
        match = _REQUIREMENT.match(line)
        if match:
            least, extra = _AT_LEAST.search(match[2]), _EXTRA.search(match[3] or "")
            found.append(
                _Requirement(match[1], least[1] if least else "", extra[1] if extra else None)
            )
    return found


def _lacks(requirement: _Requirement) -> str | None:
    """Return in words what is wrong with a package, None where it will do."""
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return f"{requirement.name} is missing"
    if _numbers(version) < _numbers(requirement.at_least):
        return f"{requirement.name} {version} is older than {requirement.at_least}"
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def examine_packages(_: Workplace) -> Iterator[Finding]:
    """Are all packages there, and young enough?"""
    needed = [requirement for requirement in _requirements() if requirement.extra is None]
    lacking = [why for requirement in needed if (why := _lacks(requirement))]
    if not needed:
        yield Finding("packages", "note", f"{_PACKAGE} is not installed, only imported",
                      "`pip install -e .` in its folder")  # fmt: skip
    elif lacking:
        yield Finding("packages", "bad", "; ".join(lacking), f"`pip install -U {_PACKAGE}`")
    else:
        yield Finding("packages", "good", f"{len(needed)} packages, none missing or too old")


def examine_extras(workplace: Workplace) -> Iterator[Finding]:
    """Which extras are installed, and does a setting want one that is not?"""
    requirements = _requirements()
    for extra, purpose in _PURPOSES.items():
        needed = [requirement for requirement in requirements if requirement.extra == extra]
        lacking = [why for requirement in needed if (why := _lacks(requirement))]
        name = f"extra {extra}"
        if needed and not lacking:
            yield Finding(name, "good", f"installed, for {purpose}")
            continue
        install = f"`pip install '{_PACKAGE}[{extra}]'`"
        if wish := _wished(extra, workplace):
            yield Finding(name, "bad", f"{wish} is set, and it is not installed", install)
        else:
            yield Finding(name, "good", f"not installed; {purpose} need it")


def _wished(extra: str, workplace: Workplace) -> str:
    """Return the setting that wants an extra, nothing where none does."""
    settings = workplace.settings
    if extra == "timestamp" and settings.timestamp.url:
        return "timestamp.url"
    return "capture.browser" if extra == "capture" and settings.capture.browser != "never" else ""


def examine_browser(workplace: Workplace) -> Iterator[Finding]:
    """Is there a Chromium, where the settings want pages rendered?"""
    from provenance.fetch.browser import find_chromium

    capture = workplace.settings.capture
    found = find_chromium(capture)
    if found or capture.browser == "never":
        yield Finding("browser", "good", found or "no Chromium; only `capture.browser` wants one")
    else:
        yield Finding("browser", "bad", "capture.browser wants a Chromium, and there is none",
                      "install chromium, or name one in capture.executable")  # fmt: skip


def examine_open_files(workplace: Workplace) -> Iterator[Finding]:
    """May so many files and connections be open at once as a run may want?"""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = workplace.settings.fetch.concurrency + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        yield Finding("open files", "note", f"{soft} at a time, and a run may want {wanted}",
                      f"`ulimit -n {wanted}`, or lower fetch.concurrency")  # fmt: skip
    else:
        yield Finding("open files", "good", f"{soft} at a time")
