"""The printing process: engine, fonts and stylesheet loaded, it forks children that do the tasks.

Run as `python -m documents.renderers.print_server SOCKET PROCESSES FOLDER` by `print_client.py`,
which sends a task's limits with three files: what to do, where to put the result, and a socket to
say how it ended. A task has limits of processor time, memory and time by the clock; a child does
several, one after the other, and gives way to a new one when it has grown. When the client leaves
a task its child is killed; when the client ends, everything here ends. Knows no Django and no
tree: it gets finished markup.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import resource
import selectors
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

LIMITS = struct.Struct("!IdI")  # processor seconds, seconds by the clock, megabytes
OUT_OF_MEMORY = 3
"""The exit status that says that the memory was used up."""
CANNOT_MERGE = 4
"""The exit status that says that pieces do not fit together."""
IDLE = 900.0  # seconds without a task, after which the process ends and gives its memory back
LINGER = 2.0  # seconds that a child waits for another task
LARGEST = 120  # megabytes, from which on a child does no other task
_LINE = 3
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main(arguments: list[str]) -> None:
    number, processes, folder = arguments
    tempfile.tempdir = folder
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _get_ready()
        with socket.socket(fileno=int(number)) as control:
            Server(control, int(processes)).serve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _get_ready() -> None:
    from documents.renderers.print_tasks import load_everything

    load_everything()
    gc.collect()
    # Printing makes millions of objects that live until its end: collecting them costs a fifth.
    gc.disable()
    gc.freeze()


@dataclass(eq=False, slots=True)
class Task:
    """A task: its limits, and its files until it has ended."""

    cpu: int
    wall: float
    memory: int
    source: int
    target: int
    said: int

    def end(self, told: Mapping[str, Any]) -> None:
        """Tell the client how it ended, if it is still there, and let go of the files."""
        with contextlib.suppress(OSError):
            os.write(self.said, json.dumps(told).encode())
        self.close()

    def close(self) -> None:
        for file in (self.source, self.target, self.said):
            os.close(file)


@dataclass(eq=False, slots=True)
class Child:
    """A child process and the task it is at; `ends_at`: when that, or its waiting for one, does."""

    pid: int
    line: socket.socket
    task: Task | None = None
    ends_at: float = 0.0
    expired: bool = False

    def give(self, task: Task) -> None:
        """Hand a task over; a child that is no more is noticed by its line's end."""
        self.task, self.ends_at, self.expired = task, time.monotonic() + task.wall, False
        with contextlib.suppress(OSError):
            packed = LIMITS.pack(task.cpu, task.wall, task.memory)
            socket.send_fds(self.line, [packed], [task.source, task.target])

    def stop(self) -> None:
        """Have it end when it is idle; kill it when it is at a task."""
        if self.task:
            os.kill(self.pid, signal.SIGKILL)
        self.line.close()


@dataclass(slots=True)
class Server:
    """One thread that waits for tasks, for what children say, and for clients that leave."""

    control: socket.socket
    processes: int
    waiting: list[Task] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)

    def serve(self) -> None:
        """Serve until the client ends or nothing has come for a while."""
        try:
            while self._step():
                pass
        finally:
            for child in self.children:
                child.stop()
                os.waitpid(child.pid, 0)

    def _step(self) -> bool:
        """Wait for one thing to happen and see to it; say whether to go on."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.control, selectors.EVENT_READ)
            for task in self._list_tasks():
                selector.register(task.said, selectors.EVENT_READ, task)
            for child in self.children:
                selector.register(child.line, selectors.EVENT_READ, child)
            idle = not self.children
            ready = [key for key, _ in selector.select(self._find_timeout())]
        for key in ready:
            if key.fileobj is self.control and not self._take():
                return False
            if isinstance(key.data, Child) and key.data in self.children:
                self._hear(key.data)
            if isinstance(key.data, Task) and key.data in self._list_tasks():
                self._leave(key.data)
        self._stop_expired()
        self._start()
        return bool(ready) or not idle

    def _list_tasks(self) -> list[Task]:
        return [*self.waiting, *[child.task for child in self.children if child.task]]

    def _find_timeout(self) -> float:
        ends = [child.ends_at for child in self.children if not child.expired]
        return max(0.0, min(ends) - time.monotonic()) if ends else IDLE

    def _take(self) -> bool:
        """Take a task from the client; say whether there still is a client."""
        try:
            data, files, _, _ = socket.recv_fds(self.control, LIMITS.size, 3)
        except OSError:
            return False
        if len(data) < LIMITS.size or len(files) < 3:
            return False
        self.waiting.append(Task(*LIMITS.unpack(data), *files))
        return True

    def _hear(self, child: Child) -> None:
        """Take what a child says of its task, or that it has ended."""
        try:
            data = child.line.recv(4096)
        except OSError:
            data = b""
        if not data:
            self._bury(child)
        elif child.task:
            child.task.end(json.loads(data))
            child.task, child.ends_at = None, time.monotonic() + LINGER

    def _bury(self, child: Child) -> None:
        """See a child off that has ended; the task it was at has ended as it did.

        One that left by itself had not seen the task that was handed over just then.
        """
        self.children.remove(child)
        child.line.close()
        _, ended, used = os.wait4(child.pid, 0)
        status = os.waitstatus_to_exitcode(ended)
        if child.task and status == 0:
            self.waiting.insert(0, child.task)
        elif child.task:
            child.task.end(
                {
                    "status": status,
                    "expired": child.expired,
                    "cpu": used.ru_utime + used.ru_stime,
                    "memory": used.ru_maxrss // 1024,
                }
            )

    def _leave(self, task: Task) -> None:
        """Drop a task whose client has left: a socket that nobody writes to has only its end."""
        if task in self.waiting:
            self.waiting.remove(task)
            task.close()
        for child in self.children:
            if child.task is task:
                child.expired = True  # it may have ended the task just now: it gets no other one
                os.kill(child.pid, signal.SIGKILL)

    def _stop_expired(self) -> None:
        """Kill children whose task took too long; let go those that waited for one in vain."""
        for child in list(self.children):
            if not child.expired and time.monotonic() >= child.ends_at:
                child.expired = True
                if child.task:
                    os.kill(child.pid, signal.SIGKILL)
                else:
                    child.line.shutdown(socket.SHUT_WR)

    def _start(self) -> None:
        """Give waiting tasks to children that have none, and to new ones as far as is allowed."""
        free = [child for child in self.children if not child.task and not child.expired]
        while self.waiting and (free or len(self.children) < self.processes):
            child = free.pop() if free else self._fork()
            child.give(self.waiting.pop(0))

    def _fork(self) -> Child:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if not pid:
            _work(theirs.fileno())
        theirs.close()
        self.children.append(Child(pid, ours))
        return self.children[-1]


# --- in the child ---------------------------------------------------------------------------------


def _work(line: int) -> NoReturn:
    """Do tasks as a child of the server, until it ends or this process has grown too large."""
    status = 1
    try:
        _forget_the_server(line)
        with socket.socket(fileno=_LINE) as server:
            while _do_next(server) and _measure_size() < LARGEST:
                pass
        status = 0
    except (MemoryError, SystemError):
        # The interpreter says SystemError where C code got no memory and did not say so.
        status = OUT_OF_MEMORY
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _forget_the_server(line: int) -> None:
    """Let go of the server's files and signals but one line to it."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.dup2(line, _LINE)
    os.closerange(_LINE + 1, 1024)
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _do_next(server: socket.socket) -> bool:
    """Do the next task and say how it ended; say whether there was one."""
    data, files, _, _ = socket.recv_fds(server, LIMITS.size, 2)
    if len(data) < LIMITS.size or len(files) < 2:
        return False
    cpu, _, memory = LIMITS.unpack(data)
    source, target = files
    os.dup2(target, 2)  # what is said on the way goes to the target
    before = time.process_time()
    _limit(cpu, memory)
    status = _perform(source, target)
    told = {
        "status": status,
        "expired": False,
        "cpu": time.process_time() - before,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    os.dup2(0, 2)
    for file in files:
        os.close(file)
    server.sendall(json.dumps(told).encode())
    return status == 0


def _limit(cpu: int, memory: int) -> None:
    """Limit what this process takes from now on: processor seconds, and megabytes in all.

    Where the machine itself allows less, that stands.
    """
    used = int(time.process_time())
    for kind, most in ((resource.RLIMIT_CPU, used + cpu), (resource.RLIMIT_AS, memory << 20)):
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, hard))


def _measure_size() -> int:
    """Return how many megabytes this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _perform(source: int, target: int) -> int:
    """Put what comes of the task into the target, or why nothing does; return the exit status."""
    from documents.renderers.merge import CannotMerge
    from documents.renderers.print_tasks import perform_task

    with open(source, "rb", closefd=False) as file:
        file.seek(0)
        data = file.read()
    try:
        result = perform_task(data)
    except CannotMerge:
        traceback.print_exc()
        sys.stderr.flush()
        return CANNOT_MERGE
    os.ftruncate(target, 0)
    with open(target, "wb", closefd=False) as file:
        file.seek(0)
        file.write(result)
    return 0


if __name__ == "__main__":
    main(sys.argv[1:])
