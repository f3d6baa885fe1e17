"""One look at one source on its way from the visit to its records."""

from typing import NamedTuple

from provenance.fetch.classify import judge
from provenance.fetch.rendering import Rendered
from provenance.fetch.seen import Known
from provenance.formats.page import PageFacts
from provenance.model import Source, Verdict, Visit
from provenance.pipeline.rendering import read_document_facts
from provenance.store.before import Before

__all__ = ["OneLook"]

_NOTHING = Before()


class OneLook(NamedTuple):
    """One look with what is known beside it; `rendered` where a browser made the page.

    `page` is None where it is no HTML; `before` is what the rows told. `judged` is the verdict on the page as it was fetched, where it was judged already.
    """

    source: Source
    visit: Visit
    page: PageFacts | None
    known: Known
    judged: Verdict | None = None
    probe: Visit | None = None
    rendered: Rendered | None = None
    before: Before = _NOTHING

    def judge(self) -> tuple[Verdict, PageFacts | None]:
        """Judge the page as it was rendered, else as it was fetched."""
        if self.rendered is None or not self.rendered.dom:
            return self.judged or judge(self.visit, self.page, self.known), self.page
        page = read_document_facts(self.rendered.dom)
        return judge(self.visit, page, self.known), page
