from collections.abc import Iterator

import pytest

from provenance.demo.background import start_in_thread
from provenance.demo.web import SampleWeb
from support.workplace import STAND_INS


@pytest.fixture(scope="session")
def web() -> Iterator[SampleWeb]:
    """The sample web, with hosts of our own beside its own; its pages do not change by themselves."""
    with start_in_thread(edition=1, stand_in_for=STAND_INS) as running:
        yield running
