"""The printing process: it comes when needed, again when it ended, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from documents.renderers import print_client
from documents.renderers.bundles import pack, unpack
from documents.renderers.print_client import Limits, NoPrinter, Printer
from documents.renderers.print_server import Child, Server, Task

pytestmark = pytest.mark.slow

PAGE = '<html lang="en"><head><title>t</title></head><body><h2>Plan</h2>%s</body></html>'


def write_task(body: str = "<p>Words</p>") -> bytes:
    job = {"page": PAGE % body, "rules": "", "pictures": []}
    return pack({"task": "print", "job": job})


LONG = write_task("<p>Words that take a while.</p>" * 1_500)


@pytest.fixture(scope="module")
def shared() -> Iterator[Printer]:
    printer = Printer()
    yield printer
    printer.stop()


@pytest.fixture
def printer() -> Iterator[Printer]:
    printer = Printer()
    yield printer
    printer.stop()


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    ends_at = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends_at:
        time.sleep(0.02)
    return condition()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "X"
    except FileNotFoundError:
        return True


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_tasks_are_done_two_at_once_and_told_as_they_end(shared: Printer) -> None:
    tasks = [LONG, write_task(), write_task(), write_task()]
    ended = [(number, ending.status) for number, ending in shared.perform_all(tasks)]
    assert ended[-1] == (0, 0)
    assert sorted(ended) == [(0, 0), (1, 0), (2, 0), (3, 0)]


def test_every_task_is_done_alike(shared: Printer) -> None:
    first, second = (shared.perform(write_task()) for _ in range(2))
    assert first.data == second.data
    assert unpack(first.data).head["bookmarks"][0][:2] == [2, "Plan"]


def test_threads_share_the_process(shared: Printer) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(shared.perform(write_task()).status))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [0] * 6


@pytest.mark.parametrize(
    ("limits", "ending"),
    [
        (Limits(cpu=1), (-signal.SIGXCPU, False)),
        (Limits(wall=0.2), (-signal.SIGKILL, True)),
    ],
)
def test_task_that_takes_too_long_is_stopped(
    limits: Limits, ending: tuple[int, bool], shared: Printer
) -> None:
    found = shared.perform(LONG, limits)
    assert (found.status, found.expired) == ending
    assert shared.perform(write_task()).status == 0


def test_task_that_fails_says_why(shared: Printer) -> None:
    found = shared.perform(
        pack({"task": "print", "job": {"page": "<", "rules": "", "pictures": []}})
    )
    assert found.status == 1
    assert b"ParseError" in found.data


def test_process_that_was_killed_is_started_again(printer: Printer) -> None:
    assert printer.perform(write_task()).status == 0
    before = printer.pid
    os.kill(before, signal.SIGKILL)
    assert printer.perform(write_task()).status == 0
    assert printer.pid != before
    assert wait_for(lambda: is_gone(before))


def test_process_that_dies_during_a_task_is_started_again_once(
    printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer.perform(write_task())
    killed = []

    find = print_client._find_ended
    monkeypatch.setattr(
        print_client, "_find_ended", lambda each: (kill(printer, killed), find(each))[1]
    )
    with pytest.raises(NoPrinter):
        printer.perform(LONG)
    assert len(set(killed)) == 2


def kill(printer: Printer, killed: list[int | None]) -> None:
    killed.append(printer.pid)
    os.kill(printer.pid, signal.SIGKILL)


def test_what_the_client_leaves_is_killed(printer: Printer) -> None:
    printer.perform(write_task())
    endings = printer.perform_all([LONG, write_task(), LONG])
    next(endings)
    assert wait_for(lambda: len(children_of(printer.pid)) > 0)
    endings.close()
    assert wait_for(lambda: children_of(printer.pid) == [])
    assert printer.perform(write_task()).status == 0


def test_woken_process_is_the_one_that_prints(printer: Printer) -> None:
    printer.wake()
    woken = printer.pid
    printer.wake()
    assert printer.perform(write_task()).status == 0
    assert printer.pid == woken
    os.kill(woken, signal.SIGKILL)
    assert wait_for(lambda: is_gone(woken))
    printer.wake()
    assert printer.pid != woken
    assert printer.perform(write_task()).status == 0


def test_nothing_is_left_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    printer = Printer()
    printer.perform(write_task())
    pid = printer.pid
    assert [path.name[:17] for path in tmp_path.iterdir()] == ["planwright-print-"]
    printer.stop()
    assert is_gone(pid)
    assert wait_for(lambda: list(tmp_path.iterdir()) == [])


def test_task_handed_to_a_child_that_was_leaving_waits_for_another() -> None:
    control, line, said = (socket.socketpair() for _ in range(3))
    pid = os.fork()
    if not pid:
        os._exit(0)
    task = Task(60, 60, 1024, *(os.dup(each.fileno()) for each in (control[1], line[1], said[1])))
    server = Server(control[0], processes=1, children=[Child(pid, line[0], task, task.wall)])
    server._bury(server.children[0])
    assert server.children == []
    assert server.waiting == [task]
    task.end({"status": 0})
    assert said[0].recv(100) == b'{"status": 0}'
    for each in (*control, *line, *said):
        each.close()


def test_child_that_was_killed_as_its_task_ended_gets_no_other() -> None:
    control, line, said, later = (socket.socketpair() for _ in range(4))
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    left, waiting = (
        Task(60, 60, 1024, *(os.dup(each.fileno()) for each in (control[1], line[1], ours[1])))
        for ours in (said, later)
    )
    child = Child(process.pid, line[0], left, time.monotonic() + 60)
    server = Server(control[0], 1, [waiting], [child])
    line[1].sendall(b'{"status": 0}')
    server._leave(left)
    server._hear(child)
    server._start()
    assert server.waiting == [waiting]
    assert process.wait(10) == -signal.SIGKILL
    waiting.close()
    for each in (*control, *line, *said, *later):
        each.close()


SCRIPT = """
import os, sys
from documents.renderers.print_client import printer
from tests.documents.test_print_server import write_task
assert printer.perform(write_task()).status == 0
print(printer.pid, flush=True)
child = os.fork()
if not child:
    assert printer.pid is None
    assert printer.perform(write_task()).status == 0
    print(printer.pid, flush=True)
sys.stdin.read()
"""


def test_it_ends_with_the_process_that_started_it_and_is_not_shared_by_a_fork(
    tmp_path: Path,
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        text=True,
    )
    with parent:
        pids = [int(parent.stdout.readline()) for _ in range(2)]
        assert len(set(pids)) == 2
        parent.kill()
        assert wait_for(lambda: is_gone(pids[0]))
        parent.stdin.close()
        assert wait_for(lambda: is_gone(pids[1]))
    assert wait_for(lambda: list(tmp_path.iterdir()) == [])


def test_a_lower_limit_of_the_machine_itself_stands() -> None:
    program = (
        "import resource\n"
        "from documents.renderers import print_server\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "print_server._limit(10, 2_048)\n"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0] >> 20)\n"
    )

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert (told.stdout.strip(), told.stderr) == ("1024", "")
