"""The demonstration: the main job on the sample updates, with the sample web standing in for its sources."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from provenance.demo.background import start_in_thread
from provenance.demo.sample import SAMPLE_UPDATES, sample_update_path
from provenance.pipeline.catchup import open_store
from provenance.pipeline.main_job import ingest
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.report import IngestReport
from provenance.pipeline.workplace import Workplace
from provenance.settings import Settings
from provenance.trace.chain import trace
from provenance.trace.records import Trace

__all__ = ["Demonstration", "demonstrate"]

# Claims that are shown, by the number of the update and the label of the note, with what each shows.
_SHOWN = (
    (0, "16", "A source that moved: the redirects were followed, and all of them archived"),
    (0, "22", "A page that is gone: somebody else's archive has it"),
    (0, "33", "A defanged address of a page in Arabic"),
    (
        1,
        "16",
        "A number that the page has otherwise: the passage is shown, and both numbers are named",
    ),
    (1, "9", "A page that does not say it: no passage is shown"),
)


class Demonstration(Struct, frozen=True):
    """What the demonstration did: where it worked, its report, and the chains to show with a title each."""

    workplace: Workplace
    updates: tuple[Path, ...]
    hosts: int
    report: IngestReport
    traces: tuple[tuple[str, Trace], ...]


def demonstrate(folder: Path, progress: Progress = silent_progress) -> Demonstration:
    """Ingest the sample updates into `folder`; a second time shows that nothing is done twice."""
    folder.mkdir(parents=True, exist_ok=True)
    updates = tuple(sample_update_path(name) for name in SAMPLE_UPDATES)
    with _sample_workplace(folder) as (workplace, hosts):
        report = ingest([str(update) for update in updates], workplace, progress=progress)
    with open_store(workplace.db_path, read_only=True) as store:
        traces = tuple(
            (title, trace(store.db, f"{report.documents[number].id}:{label}"))
            for number, label, title in _SHOWN
        )
    return Demonstration(workplace, updates, hosts, report, traces)


@contextmanager
def _sample_workplace(folder: Path) -> Iterator[tuple[Workplace, int]]:
    with start_in_thread() as web:
        hosts = len({name.rpartition(":")[0] for name in web.connect_to})
        settings = web.settings(Settings())
        yield Workplace(folder / "provenance.db", folder / "archive", settings), hosts
