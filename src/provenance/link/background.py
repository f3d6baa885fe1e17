"""How rare a word is in English writing at large, whatever the page says: what a word alone tells. PURE.

On its page every word of a claim may be common, or none. `background.json` has the stems that
stand on at least ten of the 349 pages of WiCE dev, each with the number of pages;
`benchmarks/fit_evidence.py` writes it.
"""

import json
import math
import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

__all__ = ["LEAST_PAGES", "Background", "our_background"]

# Stems on fewer pages are not kept: all of them are taken for equally rare.
LEAST_PAGES = 10


class Background(NamedTuple):
    """On how many of `pages` a stem stands; `flat` is the weight of any stem, where no stem is known."""

    pages: int
    stems: Mapping[str, int]
    flat: float | None = None

    def weight(self, stem: str) -> float:
        """Return how much a stem tells: BM25's logarithm, in nats (0.01 to 4.2)."""
        if self.flat is not None:
            return self.flat
        count = self.stems.get(stem, LEAST_PAGES / 2)
        return math.log(1 + (self.pages - count + 0.5) / (count + 0.5))


@lru_cache(maxsize=2)
def our_background(*, is_english: bool) -> Background:
    """Return the background of English; of any other language one by which all words weigh the same."""
    data = pkgutil.get_data("provenance.link", "background.json")
    assert data is not None, "background.json belongs to the package"
    read = json.loads(data)
    if not is_english:
        return Background(read["pages"], {}, read["mean_weight"])
    stems = {stem: int(count) for count, line in read["stems"].items() for stem in line.split()}
    return Background(read["pages"], stems)
