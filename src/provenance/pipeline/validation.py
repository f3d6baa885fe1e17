"""The editor's desk: files in, validated drafts out. Reads files; the rules themselves are pure."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct

from provenance.cite.parse import parse_document
from provenance.errors import SettingsError
from provenance.pipeline.reading import DocumentReader
from provenance.settings import Settings
from provenance.validate.draft import AskKnowledge, Draft
from provenance.validate.engine import find_findings
from provenance.validate.house import House, parse_house
from provenance.validate.records import DraftFinding
from provenance.validate.rule import Rule
from provenance.validate.rules import all_rules

__all__ = ["Desk", "Validated", "read_house"]

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

    def validate(self, data: bytes, path: str) -> Validated:
        """Return what the rules say of a document.

        Raises:
            UnreadableDocument: it is no document.
        """
        parsed = parse_document(self._reader.read(data, path))
        draft = Draft(parsed, house=self._house, today=self._today)
        if self._ask is not None:
            draft.knowledge = self._ask(draft.source_map.sources)
        return Validated(path, data, draft, find_findings(draft, self._rules))


def read_house(path: Path | None) -> House:
    """Return the house style of a file; without a path that of `footnotes/house.toml`, if it is there.

    Raises:
        SettingsError: the file named cannot be read, or says something impossible.
    """
    place = path or Path(HOUSE_FILE)
    try:
        text = place.read_text(encoding="utf-8")
    except FileNotFoundError:
        if path is None:
            return House()
        raise SettingsError(
            f"{place}: no such file", hint="name a house.toml with --house"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{place} cannot be read: {error}") from error
    return parse_house(text, str(place))
