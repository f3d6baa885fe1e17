"""A store in memory with short ways to fill it, for tests of whatever reads it."""

from collections.abc import Sequence
from typing import Any

from provenance.model import CheckLine, CitedMemento, Parsed, TextLine
from provenance.store.database import Database, open_database
from provenance.store.write import Store
from provenance.watch.verdict import derive_state
from support.records import PARSER, a_document_line, a_source_map, positions


class FilledStore:
    """Applies records with the next position of their journal, as a run would.

    `file` names the journals' files: a later one than those that a store was filled from before.
    """

    def __init__(self, db: Database | None = None, file: str = "2023-12.jsonl") -> None:
        self.db = db or open_database(":memory:")
        self.store = Store(self.db, derive_state=derive_state)
        self._positions = {name: positions(name, file) for name in ("documents", "checks", "texts")}

    def document(
        self,
        parsed: Parsed,
        *,
        parser: str = PARSER,
        mementos: Sequence[CitedMemento] = (),
        **changes: Any,
    ) -> bool:
        line = a_document_line(parsed, **changes)
        position = next(self._positions["documents"])
        sources = a_source_map(parsed, mementos)
        return self.store.apply_document(line, parsed, sources, position, parser=parser)

    def checks(self, *lines: CheckLine) -> int:
        placed = [(line, next(self._positions["checks"])) for line in lines]
        return self.store.apply_checks(placed)

    def texts(self, *lines: tuple[TextLine, str]) -> int:
        placed = [(line, next(self._positions["texts"]), text) for line, text in lines]
        return self.store.apply_texts(placed)
