"""One ingested sample update for all tests of the pages: read it, change nothing."""

from collections.abc import Iterator

import pytest

from provenance.demo.run import Demonstration, demonstrate
from provenance.web.library import Library
from support.asking_web import Asking, asking


@pytest.fixture(scope="session")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """What `provenance demo` leaves behind."""
    return demonstrate(tmp_path_factory.mktemp("demonstrated"))


@pytest.fixture
def library(demonstrated: Demonstration) -> Iterator[Library]:
    """The store and the archive of the demonstration."""
    place = demonstrated.workplace
    made = Library(place.db_path, place.archive_root)
    yield made
    made.close()


@pytest.fixture
def reader(library: Library) -> Iterator[Asking]:
    """Asks the application that has the demonstration's store."""
    with asking(library=library) as ask:
        yield ask
