"""What is known of sources, told in TOML: the `known` block of a rule's page.

::

    [[source]]
    url = "https://www.tolls.example/barges"
    state = "dead"
    checked_at = 2024-03-01T08:00:00Z
    mementos = [{ archive = "web.archive.org", uri_m = "https://…" }]
    texts = ["the archived text"]
"""

import tomllib
from collections.abc import Sequence

import msgspec

from provenance.formats.url import canonical_url
from provenance.model import Source
from provenance.validate.draft import AskKnowledge, Known


class ToldKnowledge:
    """Knows what it was told, by the id that the draft's source has; of other sources nothing was asked."""

    def __init__(self, text: str, sources: Sequence[Source]) -> None:
        ids = {source.canonical_url: source.id for source in sources}
        self._known: dict[str, Known] = {}
        self._texts: dict[str, Sequence[str]] = {}
        for told in tomllib.loads(text)["source"]:
            source_id = ids.get(canonical_url(told.pop("url")))
            texts = told.pop("texts", ())
            assert set(told) <= set(Known.__struct_fields__), f"no field of Known: {sorted(told)}"
            known = msgspec.convert({"source_id": source_id or "uncited", **told}, Known)
            if source_id is not None:
                self._known[source_id] = known
                self._texts[source_id] = texts

    def of(self, source_id: str) -> Known | None:
        return self._known.get(source_id, Known(source_id))

    def texts_of(self, source_id: str) -> Sequence[str]:
        return self._texts.get(source_id, ())


def ask_told(text: str) -> AskKnowledge:
    """Return who knows what a `known` block says."""
    return lambda sources: ToldKnowledge(text, sources)
