"""The editor's desk: files in, validated drafts out. Reads files; the rules themselves are pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct

from provenance.cite.parse import parse_document
from provenance.errors import SettingsError, UnreadableDocument
from provenance.formats.strangers import storable
from provenance.pipeline.inputs import Input, RawDocument, read_input
from provenance.pipeline.reading import DocumentReader
from provenance.pipeline.report import InputFault
from provenance.settings import IngestSettings, Settings
from provenance.validate.draft import AskKnowledge, Draft
from provenance.validate.engine import find_findings
from provenance.validate.house import House, parse_house, refuse_unknown_rules
from provenance.validate.records import DraftFinding
from provenance.validate.rule import Rule
from provenance.validate.rules import all_rules

__all__ = ["Desk", "Validated", "read_drafts", "read_house"]

HOUSE_FILE = "footnotes/house.toml"


class Validated(Struct, frozen=True):
    """A draft that was looked at: its bytes, its reading, and what was found."""

    path: str
    data: bytes
    draft: Draft
    findings: tuple[DraftFinding, ...]


class Desk:
    """Validates drafts one after the other; the child that reads PDF and Word files is kept.

    ::

        with Desk(settings, house, today=date.today()) as desk:
            validated = desk.validate(data, "draft.docx")

    `ask` is asked once a draft what is known of its sources
    (`validate.knowledge.StoreKnowledge.ask`, `pipeline.source_looks.LiveLooks.ask`).
    """

    def __init__(
        self,
        settings: Settings,
        house: House,
        *,
        today: date,
        ask: AskKnowledge | None = None,
        rules: Sequence[Rule] | None = None,
    ) -> None:
        self._reader = DocumentReader(settings.extract)
        self._house = house
        self._today = today
        self._ask = ask
        self._rules = all_rules() if rules is None else tuple(rules)

    def __enter__(self) -> Self:
        self._reader.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reader.__exit__(kind, error, trace)

    def validate(self, data: bytes, path: str, *, ask: AskKnowledge | None = None) -> Validated:
        """Return what the rules say of a document; `ask` is asked in place of the desk's own, this once.

        Raises:
            UnreadableDocument: it is no document.
        """
        parsed = parse_document(self._reader.read(data, "" if path == "-" else path))
        draft = Draft(parsed, house=self._house, today=self._today)
        asked = ask or self._ask
        if asked is not None:
            draft.knowledge = asked(draft.source_map.sources)
        return Validated(path, data, draft, find_findings(draft, self._rules, path=_absolute(path)))


def read_house(path: Path | None, settings: Settings | None = None) -> House:
    """Return the house style in force: that of `path`, of the settings, or `footnotes/house.toml`.

    Without any of them it is the default.

    Raises:
        SettingsError: the file named cannot be read, says something impossible or names a
            rule that is not there; with the line.
    """
    named = path or (settings and settings.validate.house)
    place = Path(named or HOUSE_FILE)
    try:
        text = place.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if not named:
            return House()
        hint = "name the house style with --house, or under [validate] in the settings"
        raise SettingsError(f"{place}: no such file", hint=hint) from None
    except OSError as error:
        raise SettingsError(f"{place} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{place} is not UTF-8", hint="save it as UTF-8") from error
    house = parse_house(text, str(place))
    rules = [(rule.code, rule.name) for rule in all_rules()]
    refuse_unknown_rules(house, text, str(place), rules)
    return house


def read_drafts(
    inputs: Iterable[Input], desk: Desk, limits: IngestSettings
) -> Iterator[Validated | InputFault]:
    """Validate one input after the other; one that cannot be read stops none of the others."""
    for named in inputs:
        try:
            raw = read_input(named, limits, _refuse_url)
            yield desk.validate(raw.data, named.name)
        except UnreadableDocument as error:
            message = _named(error.message, named.name)
            yield InputFault(storable(named.name), storable(message), error.hint)


def _absolute(path: str) -> str:
    """The path by which waivers know a document: absolute, with forward slashes."""
    return "" if path == "-" else Path(path).absolute().as_posix()


def _named(message: str, name: str) -> str:
    """Return what is wrong with an input, with its name where the message has none."""
    shown = "standard input" if name == "-" else name
    return message if shown in message else f"{shown}: {message}"


def _refuse_url(url: str) -> RawDocument:
    raise UnreadableDocument(
        f"{url} is an address, and validate reads files",
        hint="save the page and validate the file; `provenance ingest` takes addresses",
    )
