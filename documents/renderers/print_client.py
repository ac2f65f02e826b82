"""Asks the printing process: starts it when it is needed, and again when it has ended.

One printing process belongs to one process of the site; threads share it, a forked process starts
its own. It ends with the process that started it.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from documents.renderers.print_server import LIMITS

ROOT = Path(__file__).resolve().parents[2]
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take: processor seconds, seconds by the clock, megabytes."""

    cpu: int = 240
    wall: float = 480
    memory: int = 2048


USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Ending:
    """How a task ended: the exit status (negative: the signal), whether the clock stopped it, its
    result or what was said when it failed, processor seconds and the most megabytes it used."""

    status: int
    expired: bool
    data: bytes
    cpu: float
    memory: int


class NoPrinter(Exception):
    """The printing process ended and does not come back."""


class Printer:
    """The printing process of this process. `processes`: how many tasks it does at once."""

    def __init__(self, processes: int = 2) -> None:
        self.processes = processes
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Return the printing process's id, None if there is none."""
        return self._process.pid if self._control and self._process else None

    def perform(self, task: bytes, limits: Limits = USUAL_LIMITS) -> Ending:
        """Have one task done.

        :raises NoPrinter: if the printing process ended twice.
        """
        return next(ending for _, ending in self.perform_all([task], limits))

    def perform_all(
        self, tasks: Iterable[bytes], limits: Limits = USUAL_LIMITS
    ) -> Iterator[tuple[int, Ending]]:
        """Yield the number of each task, from 0, with its ending, in the order they end.

        No more are under way than the process does at once; those that are when the caller stops
        are killed.

        :raises NoPrinter: if the printing process ended twice during one task.
        """
        coming = iter(enumerate(tasks))
        under_way: list[_UnderWay] = []
        try:
            while True:
                for number, task in coming:
                    under_way.append(self._begin(number, task, limits))
                    if len(under_way) >= self.processes:
                        break
                if not under_way:
                    return
                for each in _find_ended(under_way):
                    under_way.remove(each)
                    with closing(each):
                        ending = each.read_ending()
                        if ending is None:
                            under_way.append(self._begin_again(each, limits))
                        else:
                            yield each.number, ending
        finally:
            for each in under_way:
                each.close()

    def wake(self) -> None:
        """Start the printing process if there is none; it gets ready while nobody waits for it.

        :raises OSError: if the machine starts no other process.
        """
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._let_go()
                self._control = self._start()

    def stop(self) -> None:
        """End the printing process, if there is one."""
        with self._lock:
            self._let_go()

    def _begin(self, number: int, task: bytes, limits: Limits, attempt: int = 1) -> _UnderWay:
        begun = _UnderWay(number, task, attempt)
        packed = LIMITS.pack(limits.cpu, limits.wall, limits.memory)
        with self._lock:
            if self._control is None:
                self._control = self._start()
            try:
                socket.send_fds(self._control, [packed], begun.files)
            except OSError:
                # It ended while idle, or just now.
                self._let_go()
                self._control = self._start()
                socket.send_fds(self._control, [packed], begun.files)
            begun.process = self._process
        begun.hand_over()
        return begun

    def _begin_again(self, ended: _UnderWay, limits: Limits) -> _UnderWay:
        if ended.attempt >= _ATTEMPTS:
            raise NoPrinter
        with self._lock:
            if self._process is ended.process:
                self._let_go()
        return self._begin(ended.number, ended.task, limits, ended.attempt + 1)

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        folder = tempfile.mkdtemp(prefix="planwright-print-")
        command = [sys.executable, "-m", "documents.renderers.print_server"]
        command += [str(theirs.fileno()), str(self.processes), folder]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                env=os.environ | {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0"},
                start_new_session=True,
            )
        threading.Thread(target=_clear, args=[self._process, folder], daemon=True).start()
        return ours

    def _let_go(self) -> None:
        if self._control:
            self._control.close()
        if self._process:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._control = self._process = None

    def forget(self) -> None:
        """In a forked process: leave the printing process to the one that started it."""
        self._lock = threading.Lock()
        if self._control:
            self._control.close()
        if self._process:
            self._process.returncode = 0  # none of this process's children to wait for
        self._control = self._process = None


class _UnderWay:
    """A task that was sent: files without a name for what to do and for the result, and a socket
    on which the server says how it ended. Closing it before that has the child killed."""

    def __init__(self, number: int, task: bytes, attempt: int) -> None:
        self.number, self.task, self.attempt = number, task, attempt
        self._source, self._target = _open_file(task), _open_file(b"")
        self.said, self._theirs = socket.socketpair()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def files(self) -> list[int]:
        return [self._source.fileno(), self._target.fileno(), self._theirs.fileno()]

    def hand_over(self) -> None:
        """Close what only the server needs from now on."""
        self._theirs.close()
        self._source.close()

    def read_ending(self) -> Ending | None:
        """Return how the task ended, None if the server itself ended before."""
        with suppress(OSError):
            if told := self.said.recv(4096):
                self._target.seek(0)
                return Ending(data=self._target.read(), **json.loads(told))
        return None

    def close(self) -> None:
        for each in (self.said, self._theirs, self._source, self._target):
            each.close()


def _open_file(content: bytes) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115, it lives as long as the task
    file.write(content)
    file.flush()
    return file


def _find_ended(under_way: Iterable[_UnderWay]) -> list[_UnderWay]:
    """Wait until at least one task has ended; return those that have."""
    with selectors.DefaultSelector() as selector:
        for each in under_way:
            selector.register(each.said, selectors.EVENT_READ, each)
        return [key.data for key, _ in selector.select()]


def _clear(process: subprocess.Popen[bytes], folder: str) -> None:
    """Wait for the printing process to end, so that it leaves neither a zombie nor its folder."""
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)


printer = Printer()
atexit.register(printer.stop)
os.register_at_fork(after_in_child=printer.forget)
