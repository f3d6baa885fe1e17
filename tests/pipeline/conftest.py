import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.demo.background import start_in_thread
from provenance.demo.web import SampleWeb
from support.workplace import STAND_INS


@pytest.fixture(scope="session")
def web() -> Iterator[SampleWeb]:
    """The sample web, with hosts of our own beside its own; its pages do not change by themselves."""
    with start_in_thread(edition=1, stand_in_for=STAND_INS) as running:
        yield running


@pytest.fixture(scope="session")
def seed() -> Path:
    """The real update that the project was begun with; it is nobody's to copy into the project."""
    corpus = os.environ.get("PROVENANCE_CORPUS")
    if not corpus:
        pytest.skip("$PROVENANCE_CORPUS does not say where the corpus is")
    (path,) = sorted((Path(corpus) / "seed").glob("*.txt"))
    return path
