"""The printing process: engine, fonts and stylesheet loaded, it forks a child for each task.

Run as `python -m documents.renderers.print_server SOCKET PROCESSES FOLDER` by `print_client.py`,
which sends a task's limits with three files: what to do, where to put the result, and a socket to
say how it ended. A child has limits of processor time, memory and time by the clock. When the
client leaves a task its child is killed; when the client ends, everything here ends. Knows no
Django and no tree: it gets finished markup.
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
from dataclasses import dataclass, field
from typing import NoReturn

LIMITS = struct.Struct("!IdI")  # processor seconds, seconds by the clock, megabytes
OUT_OF_MEMORY = 3
"""The exit status that says that the memory was used up."""
CANNOT_MERGE = 4
"""The exit status that says that pieces do not fit together."""
IDLE = 900.0  # seconds without a task, after which the process ends and gives its memory back
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


@dataclass(slots=True)
class Task:
    """A task that waits or runs: its limits and files, and the child's id once there is one."""

    cpu: int
    wall: float
    memory: int
    source: int
    target: int
    said: int
    pid: int = 0
    ends_at: float = 0.0
    expired: bool = False

    def close(self) -> None:
        for file in (self.source, self.target, self.said):
            os.close(file)


@dataclass(slots=True)
class Server:
    """One thread that waits for tasks, for children that end, and for clients that leave."""

    control: socket.socket
    processes: int
    waiting: list[Task] = field(default_factory=list)
    running: list[Task] = field(default_factory=list)

    def serve(self) -> None:
        """Serve until the client ends or nothing has come for a while."""
        awake, wake = socket.socketpair()
        awake.setblocking(False)
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            while self._step(awake):
                pass
        finally:
            for task in self.running:
                os.kill(task.pid, signal.SIGKILL)
                os.waitpid(task.pid, 0)

    def _step(self, awake: socket.socket) -> bool:
        """Wait for one thing to happen and see to it; say whether to go on."""
        tasks = [*self.running, *self.waiting]
        with selectors.DefaultSelector() as selector:
            selector.register(self.control, selectors.EVENT_READ)
            selector.register(awake, selectors.EVENT_READ)
            for task in tasks:
                selector.register(task.said, selectors.EVENT_READ, task)
            ready = [key for key, _ in selector.select(self._find_timeout())]
        for key in ready:
            if key.fileobj is self.control and not self._take():
                return False
            if key.fileobj is awake:
                with contextlib.suppress(BlockingIOError):
                    awake.recv(4096)
            if key.data is not None:
                self._leave(key.data)
        self._stop_expired()
        self._reap()
        self._start()
        return bool(ready or tasks)

    def _find_timeout(self) -> float:
        ends = [task.ends_at for task in self.running if not task.expired]
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

    def _leave(self, task: Task) -> None:
        """Drop a task whose client has left: a socket that nobody writes to has only its end."""
        if task in self.waiting:
            self.waiting.remove(task)
            task.close()
        else:
            os.kill(task.pid, signal.SIGKILL)
            self._end(task, *os.wait4(task.pid, 0)[1:])

    def _stop_expired(self) -> None:
        for task in self.running:
            if not task.expired and time.monotonic() >= task.ends_at:
                task.expired = True
                os.kill(task.pid, signal.SIGKILL)

    def _reap(self) -> None:
        for task in list(self.running):
            pid, status, used = os.wait4(task.pid, os.WNOHANG)
            if pid:
                self._end(task, status, used)

    def _end(self, task: Task, status: int, used: resource.struct_rusage) -> None:
        """Tell the client how its task ended, if it is still there."""
        self.running.remove(task)
        told = {
            "status": os.waitstatus_to_exitcode(status),
            "expired": task.expired,
            "cpu": used.ru_utime + used.ru_stime,
            "memory": used.ru_maxrss // 1024,
        }
        with contextlib.suppress(OSError):
            os.write(task.said, json.dumps(told).encode())
        task.close()

    def _start(self) -> None:
        while self.waiting and len(self.running) < self.processes:
            task = self.waiting.pop(0)
            task.ends_at = time.monotonic() + task.wall
            task.pid = os.fork()
            if not task.pid:
                _work(task)
            self.running.append(task)


# --- in the child --------------------------------------------------------------------------------


def _work(task: Task) -> NoReturn:
    """Do one task as a child of the server; ends the process and leaves nothing behind."""
    status = 1
    try:
        _forget_the_server(task)
        limit_resources(task.cpu, task.memory)
        status = _perform(task)
    except (MemoryError, SystemError):
        # The interpreter says SystemError where C code got no memory and did not say so.
        status = OUT_OF_MEMORY
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _forget_the_server(task: Task) -> None:
    """Let go of the server's files and signals; what is said on the way goes to the target."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    source, target = os.dup2(task.source, 0), os.dup2(task.target, 2)
    task.source, task.target = source, target
    os.closerange(3, 1024)
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def limit_resources(cpu: int, memory: int) -> None:
    """Limit this process to so many processor seconds and megabytes; it leaves no core file."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 2))
    resource.setrlimit(resource.RLIMIT_AS, (memory << 20, memory << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _perform(task: Task) -> int:
    from documents.renderers.merge import CannotMerge
    from documents.renderers.print_tasks import perform_task

    with open(task.source, "rb", closefd=False) as source:
        source.seek(0)
        data = source.read()
    try:
        result = perform_task(data)
    except CannotMerge:
        traceback.print_exc()
        sys.stderr.flush()
        return CANNOT_MERGE
    os.ftruncate(task.target, 0)
    with open(task.target, "wb", closefd=False) as target:
        target.seek(0)
        target.write(result)
    return 0


if __name__ == "__main__":
    main(sys.argv[1:])
