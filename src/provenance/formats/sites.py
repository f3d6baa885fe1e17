"""The site table: how hosts behave before they are asked (hosts.toml, and a person's own file).

`hosts.toml` says in its head what each column means. A person's own table (`[fetch] sites`)
has the same form; what it says of a name stands in place of what ours says of that name.
"""

import functools
import pkgutil
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from provenance.errors import SettingsError

__all__ = ["AskInstead", "Asked", "HostTrait", "Site", "SiteTable", "our_sites", "read_sites"]

HostTrait = Literal[
    "login", "status_proves_nothing", "subscription", "shortener", "archive", "parking"
]
# No listed name has more; a hostile one of thousands would cost the square of its length.
_MOST_LABELS = 10
_GROUP = re.compile(r"\{([1-9])\}")
_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class AskInstead(Struct, frozen=True, forbid_unknown_fields=True):
    """Where another address shows the same: `when` is matched on host and path, whole.

    `{1}` in `ask` and `shows` stands for the first group of `when`. `shows` is what the page
    must hold, byte for byte, to be a view of what was cited.
    """

    when: str
    ask: str
    shows: str = ""


class _Row(Struct, frozen=True, forbid_unknown_fields=True):
    note: str = ""
    capture: Literal["", "http", "browser"] = ""
    interval_s: Annotated[float, Meta(gt=0, le=300)] | None = None
    instead: tuple[AskInstead, ...] = ()
    is_: tuple[HostTrait, ...] = msgspec.field(default=(), name="is")
    is_not: tuple[HostTrait, ...] = ()


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    login: tuple[str, ...] = ()
    status_proves_nothing: tuple[str, ...] = ()
    subscription: tuple[str, ...] = ()
    shortener: tuple[str, ...] = ()
    archive: tuple[str, ...] = ()
    parking: tuple[str, ...] = ()
    site: dict[str, _Row] = {}


class Asked(Struct, frozen=True):
    """What is asked for a cited URL; `site` names the row that said so, None where it is the URL itself."""

    url: str
    site: str | None = None
    shows: str = ""


class Site(Struct, frozen=True):
    """What the table says of one host: the rows of its name and of every domain above it, together.

    `capture` is how a page is kept; `interval_s` the least pause between two requests, None
    where that of the settings is enough.
    """

    traits: frozenset[HostTrait] = frozenset()
    capture: Literal["http", "browser"] = "http"
    interval_s: float | None = None
    instead: tuple[tuple[str, AskInstead], ...] = ()
    note: str = ""


class SiteTable:
    """Rows by name; asked by host, label by label: `netflix.com` is not `x.com`.

    >>> sorted(our_sites().site_of("mobile.twitter.com").traits)
    ['login', 'status_proves_nothing']
    >>> our_sites().site_of("netflix.com").traits
    frozenset()
    """

    def __init__(self, rows: Mapping[str, _Row]) -> None:
        self._rows = dict(rows)
        self._site_of = functools.lru_cache(maxsize=65536)(self._gather)

    @property
    def rows(self) -> dict[str, _Row]:
        """The rows by the name that they are about."""
        return dict(self._rows)

    def site_of(self, host: str) -> Site:
        """Return what is known of a host; an empty `Site` where that is nothing."""
        return self._site_of(host.lower().rstrip("."))

    def has_trait(self, host: str, trait: HostTrait) -> bool:
        """Tell whether the table gives a host this trait."""
        return trait in self.site_of(host).traits

    def asked_for(self, url: str, host: str) -> Asked:
        """Return what to ask for a cited URL.

        >>> our_sites().asked_for("https://t.me/some_channel/123?single", "t.me").url
        'https://t.me/s/some_channel/123'
        """
        site = self.site_of(host)
        if not site.instead:
            return Asked(url)
        written = re.sub(r"^https?://", "", url).partition("#")[0].partition("?")[0]
        for name, row in site.instead:
            found = re.fullmatch(row.when, written, re.IGNORECASE)
            if found is not None:
                return Asked(_filled(row.ask, found), name, _filled(row.shows, found))
        return Asked(url)

    def with_rows(self, own: Mapping[str, _Row]) -> "SiteTable":
        """Return the table in which `own` wins, column by column, name by name."""
        rows = dict(self._rows)
        for name, row in own.items():
            rows[name] = _overruled(rows.get(name, _Row()), row)
        return SiteTable(rows)

    def _gather(self, host: str) -> Site:
        labels = host.split(".")[-_MOST_LABELS:]
        site = Site()
        for start in range(len(labels) - 2, -1, -1):  # the nearer name has the later word
            name = ".".join(labels[start:])
            row = self._rows.get(name)
            if row is not None:
                site = _with_row(site, name, row)
        return site


def _with_row(site: Site, name: str, row: _Row) -> Site:
    return Site(
        (site.traits | frozenset(row.is_)) - frozenset(row.is_not),
        row.capture or site.capture,
        site.interval_s if row.interval_s is None else row.interval_s,
        (*((name, each) for each in row.instead), *site.instead),
        row.note or site.note,
    )


def _overruled(ours: _Row, own: _Row) -> _Row:
    kept = tuple(trait for trait in ours.is_ if trait not in own.is_not)
    return _Row(
        own.note or ours.note,
        own.capture or ours.capture,
        ours.interval_s if own.interval_s is None else own.interval_s,
        own.instead or ours.instead,
        tuple(dict.fromkeys((*kept, *own.is_))),
        own.is_not,
    )


def _filled(template: str, found: re.Match[str]) -> str:
    return _GROUP.sub(lambda group: found[int(group[1])] or "", template)


@functools.cache
def our_sites() -> SiteTable:
    """Return the table that comes with the program; read once, when first asked for."""
    # not importlib.resources: its import costs more than reading the table
    data = pkgutil.get_data("provenance.formats", "hosts.toml")
    assert data is not None
    return SiteTable(_parse(data.decode(), "hosts.toml"))


@functools.lru_cache(maxsize=8)
def read_sites(path: str) -> SiteTable:
    """Return our table, and over it a person's own; "" is ours alone.

    Raises:
        SettingsError: naming the file, the line and the key.
    """
    if not path:
        return our_sites()
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"fetch.sites: cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"fetch.sites: {path} is not UTF-8") from error
    return our_sites().with_rows(_parse(text, path))


def _parse(text: str, path: str) -> dict[str, _Row]:
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
    except tomllib.TOMLDecodeError as error:  # its message names line and column
        raise SettingsError(f"fetch.sites: {path} is no TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise _fault(path, text, _key_of(str(error)), str(error)) from error
    rows = dict(file.site)
    for trait in get_args(HostTrait):
        for name in getattr(file, trait):
            row = rows.get(name, _Row())
            rows[name] = msgspec.structs.replace(row, is_=(*row.is_, trait))
    for name, row in rows.items():
        _check(path, text, name, row)
    return rows


def _check(path: str, text: str, name: str, row: _Row) -> None:
    if not _NAME.fullmatch(name):
        raise _fault(path, text, name, f"{name!r} is no host's name in small letters")
    for each in row.instead:
        try:
            groups = re.compile(each.when).groups
        except re.error as error:
            why = f"site.{name}.instead: {each.when!r} is no regular expression: {error}"
            raise _fault(path, text, each.when, why) from error
        wanted = [int(number) for number in _GROUP.findall(each.ask + each.shows)]
        if max(wanted, default=0) > groups:
            why = f"site.{name}.instead: {{{max(wanted)}}} is asked for, and `when` has {groups} groups"
            raise _fault(path, text, each.ask, why)


_UNKNOWN = re.compile(r"unknown field `([^`]+)`")
_ENUM = re.compile(r"Invalid enum value '([^']*)'")
_KEY = re.compile(r"`\$\.(?:[^`]*\.)?(\w+)[^`]*`$")


def _key_of(message: str) -> str:
    found = _UNKNOWN.search(message) or _ENUM.search(message) or _KEY.search(message)
    return found[1] if found else ""


def _fault(path: str, text: str, key: str, why: str) -> SettingsError:
    lines = text.splitlines()
    number = next((at for at, line in enumerate(lines, 1) if key and key in line), None)
    where = path if number is None else f"{path}, line {number}"
    return SettingsError(
        f"fetch.sites: {where}: {why}",
        hint="the head of provenance/formats/hosts.toml says what each column means",
    )
