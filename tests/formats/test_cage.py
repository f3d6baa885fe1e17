"""The cage: whatever the worker does, the program gets an answer in time and lives on."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.errors import ProvenanceError
from provenance.formats.cage import Cage, CageResult, Done, Refused

MISBEHAVE = "support.cage_workers:misbehave"


def a_cage(worker: str = MISBEHAVE, **changes: object) -> Cage:
    settings: dict[str, object] = {"workers": 1, "timeout_s": 5.0, "memory_bytes": 600_000_000}
    return Cage(worker, **{**settings, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def cage() -> Iterator[Cage]:
    with a_cage() as cage:
        yield cage


@pytest.fixture
def pids(tmp_path: Path) -> Path:
    path = tmp_path / "pids"
    os.mkfifo(path)
    return path


def read_pids(path: Path) -> list[int]:
    return [int(word) for word in path.read_text().split()]


def is_running(pid: int) -> bool:
    """True while it runs; a zombie that its adoptive parent has not reaped does not count."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def wait_until_gone(*pids: int, within_s: float = 3.0) -> list[int]:
    end = time.monotonic() + within_s
    while (left := [pid for pid in pids if is_running(pid)]) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def test_a_value_of_any_size_comes_back_byte_for_byte() -> None:
    with a_cage("support.cage_workers:echo") as cage:
        for argument in (b"", b"x", os.urandom(3_000_001), bytes(range(256)) * 100):
            assert cage.run_sync(argument) == Done(argument)


@pytest.mark.parametrize(
    ("act", "reason", "detail"),
    [
        ("kill", "crash", "SIGKILL"),
        ("segfault", "crash", "SIGSEGV"),
        ("leave 3", "crash", "exit status 3"),
        ("close-pipes", "crash", "SIGKILL"),
        ("hoard", "memory", "MemoryError"),
        ("exit", "error", "SystemExit: enough"),
        ("raise no such thing", "error", "ValueError: no such thing"),
    ],
)
def test_what_a_worker_dies_of_is_an_answer_and_the_next_job_is_served(
    cage: Cage, act: str, reason: str, detail: str
) -> None:
    result = cage.run_sync(act.encode())
    assert isinstance(result, Refused)
    assert result.reason == reason
    assert detail in result.detail
    assert cage.run_sync(b"print") == Done(b"clean")


def test_a_worker_cannot_write_files(cage: Cage, tmp_path: Path) -> None:
    path = tmp_path / "written"
    result = cage.run_sync(f"write-file {path}".encode())
    assert isinstance(result, Refused)
    assert "File too large" in result.detail
    assert not path.exists() or path.read_bytes() == b""


@pytest.mark.parametrize("ballast_bytes", [0, 700_000_000])
def test_an_abort_near_the_memory_limit_counts_as_memory(ballast_bytes: int) -> None:
    """Also below a parent that holds more than the child may."""
    ballast = b"x" * ballast_bytes
    with a_cage(memory_bytes=300_000_000) as cage:
        result = cage.run_sync(b"hoard-and-abort")
    assert len(ballast) == ballast_bytes
    assert isinstance(result, Refused)
    assert (result.reason, result.detail.split()[0]) == ("memory", "SIGABRT")


@pytest.mark.parametrize("act", ["spin", "sleep"])
def test_a_job_ends_within_its_time(act: str) -> None:
    with a_cage(timeout_s=0.3) as cage:
        assert cage.run_sync(b"print") == Done(b"clean")  # the start does not count
        begun = time.monotonic()
        result = cage.run_sync(act.encode())
        elapsed_s = time.monotonic() - begun
    assert result == Refused("timeout", "no answer in 0.3 s")
    assert 0.3 <= elapsed_s < 7  # the upper bound guards against a hang; 0.33 s were seen


def test_a_child_that_does_not_read_its_argument_is_timed_out() -> None:
    with a_cage(timeout_s=0.5) as cage:
        first = cage.run_sync(b"print")
        (child,) = cage._children
        os.kill(child.pid, signal.SIGSTOP)
        assert cage.run_sync(b"x" * 5_000_000) == Refused("timeout", "no answer in 0.5 s")
        assert first == cage.run_sync(b"print")


def test_nothing_that_is_printed_gets_into_an_answer(cage: Cage) -> None:
    assert [cage.run_sync(b"print") for _ in range(3)] == [Done(b"clean")] * 3


def test_a_timeout_takes_the_grandchildren_along(pids: Path) -> None:
    with a_cage(timeout_s=1.0) as cage:
        thread = threading.Thread(target=cage.run_sync, args=(f"spawn-and-hang {pids}".encode(),))
        thread.start()
        family = read_pids(pids)
        assert len(family) == 2
        thread.join()
        assert wait_until_gone(*family) == []


def test_a_crash_is_noticed_though_a_grandchild_lives_and_that_one_is_killed(pids: Path) -> None:
    with a_cage(timeout_s=20.0) as cage:
        answers: list[CageResult] = []
        thread = threading.Thread(
            target=lambda: answers.append(cage.run_sync(f"spawn-and-die {pids}".encode()))
        )
        begun = time.monotonic()
        thread.start()
        (grandchild,) = read_pids(pids)
        thread.join()
        assert answers == [Refused("crash", "exit status 7")]
        assert time.monotonic() - begun < 10
        assert wait_until_gone(grandchild) == []


def test_a_dead_child_costs_no_other_job_its_answer() -> None:
    acts = [b"kill", b"print", b"leave 1", b"print", b"print", b"segfault", b"print", b"print"]

    async def run_all(cage: Cage) -> list[CageResult]:
        return await asyncio.gather(*(cage.run(act) for act in acts))

    with a_cage(workers=2) as cage:
        results = asyncio.run(run_all(cage))
    for act, result in zip(acts, results, strict=True):
        assert isinstance(result, Done if act == b"print" else Refused), act


def test_a_child_that_died_while_idle_is_replaced() -> None:
    with a_cage("support.cage_workers:tell_pid") as cage:
        first = cage.run_sync(b"")
        assert isinstance(first, Done)
        (child,) = cage._children
        os.kill(child.pid, signal.SIGKILL)
        while child.is_alive():
            time.sleep(0.01)
        second = cage.run_sync(b"")
        assert isinstance(second, Done)
        assert second.value != first.value == str(child.pid).encode()


def test_a_child_serves_many_jobs_and_is_replaced_after_the_last() -> None:
    with a_cage("support.cage_workers:tell_pid", max_jobs=3) as cage:
        pids = [cage.run_sync(b"") for _ in range(6)]
    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[4] == pids[5]


def test_a_child_that_has_grown_is_replaced() -> None:
    with a_cage(max_growth_bytes=60_000_000) as cage:
        pids = [cage.run_sync(b"grow 40000000") for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_several_threads_share_the_children_and_get_their_own_answers() -> None:
    answers: dict[int, list[CageResult]] = {}

    def ask(number: int) -> None:
        answers[number] = [cage.run_sync(b"%d-%d" % (number, i) * 5_000) for i in range(10)]

    with a_cage("support.cage_workers:echo", workers=2) as cage:
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(cage._children) <= 2
    for number, got in answers.items():
        assert got == [Done(b"%d-%d" % (number, i) * 5_000) for i in range(10)]


def test_a_cancelled_job_frees_its_child_at_once() -> None:
    async def cancel_then_ask(cage: Cage) -> CageResult:
        await cage.run(b"print")
        task = asyncio.create_task(cage.run(b"sleep"))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await cage.run(b"print")

    with a_cage(timeout_s=30.0) as cage:
        begun = time.monotonic()
        assert asyncio.run(cancel_then_ask(cage)) == Done(b"clean")
        assert time.monotonic() - begun < 10


def test_closing_kills_what_is_under_way_and_leaves_no_process() -> None:
    with a_cage(timeout_s=60.0) as cage:
        cage.run_sync(b"print")
        (child,) = cage._children
        answers: list[CageResult] = []
        thread = threading.Thread(target=lambda: answers.append(cage.run_sync(b"sleep")))
        thread.start()
        time.sleep(0.1)
    thread.join(5)
    assert len(answers) == 1
    assert isinstance(answers[0], Refused)
    assert wait_until_gone(child.pid) == []
    cage.close()  # a second time does no harm
    assert cage.run_sync(b"print") == Refused("crash", "called off")
    assert asyncio.run(cage.run(b"print")) == Refused("crash", "called off")


def test_the_child_is_a_session_of_its_own_without_core_files_or_inherited_descriptors() -> None:
    with open(os.devnull) as held, a_cage("support.cage_workers:tell_state") as cage:
        os.set_inheritable(held.fileno(), True)
        result = cage.run_sync(b"")
    assert isinstance(result, Done)
    state = eval(result.value)
    assert state["core"] == state["files"] == (0, 0)
    assert state["group"] is True
    assert state["stdin"] == ""
    assert len(state["open"]) == 6  # 0, 1, 2, two pipes and the listing itself


@pytest.mark.parametrize(
    "worker", ["no_such_module:run", "support.cage_workers:no_such_function", "nonsense"]
)
def test_a_worker_that_cannot_be_loaded_is_a_fault_of_the_house(worker: str) -> None:
    with a_cage(worker) as cage:
        for _ in range(2):
            with pytest.raises(ProvenanceError, match="cannot start"):
                cage.run_sync(b"")


PARENT = """
import sys
sys.path[:] = {path!r}
from provenance.formats.cage import Cage
cage = Cage("support.cage_workers:misbehave", workers=1, timeout_s=60, memory_bytes=600_000_000)
cage.run_sync({act!r}.encode())
"""


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_when_the_parent_is_killed_children_and_grandchildren_go(
    pids: Path, signal_number: signal.Signals
) -> None:
    code = PARENT.format(path=sys.path, act=f"spawn-and-hang {pids}")
    parent = subprocess.Popen([sys.executable, "-c", code])
    family = read_pids(pids)
    assert all(is_running(pid) for pid in family)
    parent.send_signal(signal_number)
    parent.wait()
    assert wait_until_gone(*family) == []


def test_a_crash_below_a_large_parent_is_no_memory_fault() -> None:
    """A child's peak begins at its parent's: what the parent holds is not the child's doing."""
    ballast = bytearray(os.urandom(1000)) * 400_000
    with a_cage(memory_bytes=600_000_000) as cage:
        refused = cage.run_sync(b"kill")
    assert len(ballast) == 400_000_000
    assert isinstance(refused, Refused)
    assert refused.reason == "crash"


def test_a_child_killed_before_it_took_its_job_up_costs_none() -> None:
    """The system kills an idle child; the next job is sent to it before anybody can see it dead."""
    with a_cage("support.cage_workers:tell_pid") as cage:
        first = cage.run_sync(b"")
        assert isinstance(first, Done)
        os.kill(int(first.value), signal.SIGSTOP)  # it takes nothing up, and looks alive
        told: list[CageResult] = []
        asking = threading.Thread(target=lambda: told.append(cage.run_sync(b"")))
        asking.start()
        time.sleep(0.2)
        os.kill(int(first.value), signal.SIGKILL)
        asking.join()
    assert isinstance(told[0], Done)
    assert told[0].value != first.value


def test_a_job_that_no_child_can_take_up_is_refused_and_the_next_is_served() -> None:
    """An argument that fills all memory that a child may have."""
    with a_cage("support.cage_workers:echo", memory_bytes=150_000_000) as cage:
        refused = cage.run_sync(bytes(160_000_000))
        assert isinstance(refused, Refused)
        assert cage.run_sync(b"next") == Done(b"next")
