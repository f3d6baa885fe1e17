"""The stores that all tests of the pages read and none of them changes, and a browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provenance.demo.run import Demonstration, demonstrate
from provenance.fetch.browser import find_chromium
from provenance.settings import CaptureSettings
from provenance.web.library import Library
from support.asking_web import Asking, asking
from support.histories import a_store_with_history, day
from support.told_nights import tell_nights


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


@pytest.fixture(scope="session")
def reader(demonstrated: Demonstration) -> Iterator[Asking]:
    """Asks the application that has the demonstration's store."""
    place = demonstrated.workplace
    library = Library(place.db_path, place.archive_root)
    with asking(library=library) as ask:
        yield ask
    library.close()


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with years of looks and nights, and no archive: read it, change nothing."""
    path = tmp_path_factory.mktemp("history") / "provenance.db"
    db = a_store_with_history(path)
    tell_nights(db)
    db.close()
    return path


@pytest.fixture(scope="session")
def of_history(history: Path) -> Iterator[Asking]:
    """Asks the application that has the store with years of looks."""
    library = Library(history, history.parent / "archive")
    with asking(library=library, clock=lambda: day(1396)) as ask:  # the week after its last looks
        yield ask
    library.close()


@pytest.fixture(scope="module")  # while Playwright runs, no test of this process starts a loop
def browser() -> Iterator[Any]:
    """Debian's Chromium; where there is none, the test is skipped."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = find_chromium(CaptureSettings())
    if chromium is None:
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            timeout=60_000,
        )
        yield started
        started.close()
