"""What is said between the one writer and its workers: bytes of msgspec, nothing that is run."""

from msgspec import Struct

from provenance.fetch.walk import Validators
from provenance.keep.spool import Known
from provenance.model import Parsed, SourceMap
from provenance.settings import ExtractSettings, Settings

__all__ = [
    "Done",
    "Greeting",
    "Item",
    "ReadJob",
    "ReadReply",
    "Refusal",
    "Shard",
    "Welcome",
]


class Greeting(Struct, frozen=True, tag="greeting"):
    """A run asks a process to take part as `name`, with these settings.

    `archive_root` is where the archive stands for the one who asks; `withheld` are SHA-256 digests
    of bodies that may not be archived again.
    """

    version: str
    run: str
    name: str
    archive_root: str
    settings: Settings
    withheld: tuple[str, ...] = ()


class Welcome(Struct, frozen=True, tag="welcome"):
    """The process takes part; `threads` shards at once are welcome."""

    name: str
    pid: int


class Refusal(Struct, frozen=True, tag="refusal"):
    """The process does not take part, or is not the one that did."""

    message: str
    hint: str = ""


class Item(Struct, frozen=True):
    """One source to look at, by the URL to be asked."""

    source_id: str
    url: str
    known: Known = Known()
    validators: Validators | None = None


class Shard(Struct, frozen=True, tag="shard"):
    """The sources of some domains, for the worker `name`."""

    name: str
    number: int
    items: tuple[Item, ...]


class Done(Struct, frozen=True, tag="done"):
    """A shard came to its end: its looks are on disk. `faults` are those of the house (message, hint)."""

    number: int
    faults: tuple[tuple[str, str], ...] = ()


class ReadJob(Struct, frozen=True):
    """A document to be read and parsed; `name` is only a hint."""

    version: str
    data: bytes
    name: str
    limits: ExtractSettings


class ReadReply(Struct, frozen=True):
    """What it says, or why it cannot be read. None of both: the worker has another version."""

    parsed: tuple[Parsed, SourceMap] | None = None
    message: str = ""
    hint: str = ""
