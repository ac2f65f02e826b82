"""PDF/UA: prints the page of `html.py` in a child process that has little time and memory.

What would hang or crash the print engine is refused before, with a sentence that says where.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from documents.blocks import Document, Imprint
from documents.renderers import PrintFailed, Progress, Supplies
from documents.renderers.html import write_print_page
from documents.renderers.paper import draw_watermark, is_marked, write_page_rules
from documents.renderers.print_limits import refuse_unprintable
from documents.renderers.print_process import OUT_OF_MEMORY

ROOT = Path(__file__).resolve().parents[2]
STEPS = 3  # the page is written, laid out, drawn

# Python raises, the libraries of text abort or crash, when there is no more memory.
_OUT_OF_MEMORY = (OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGTRAP)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one printing may take: processor seconds, seconds by the clock, megabytes."""

    cpu: int = 240
    wall: float = 480
    memory: int = 2048


USUAL_LIMITS = Limits()


def render(
    document: Document, imprint: Imprint, supplies: Supplies, *, limits: Limits = USUAL_LIMITS
) -> bytes:
    """Return the document as PDF/UA-1; the same document and imprint give the same bytes.

    :raises PrintFailed: if it is too deep or too large, or took too long.
    """
    refuse_unprintable(document)
    job = prepare_job(document, imprint, supplies.pictures)
    supplies.tell(1, STEPS)
    return print_in_child(job, limits=limits, progress=supplies.progress)


def prepare_job(
    document: Document, imprint: Imprint, pictures: Mapping[str, bytes]
) -> dict[str, object]:
    """Return what the child is handed: the page, its rules and pictures, and the file's id."""
    page = write_print_page(document, imprint, pictures)
    rules = write_page_rules(document, imprint)
    named = hashlib.sha256(f"{rules}\n{page}".encode()).hexdigest()
    return {
        "page": page,
        "rules": rules,
        "watermark": draw_watermark(imprint).decode() if is_marked(imprint) else "",
        "pictures": {name: base64.b64encode(data).decode() for name, data in pictures.items()},
        "identifier": named[:32],
    }


def print_in_child(
    job: Mapping[str, object], *, limits: Limits = USUAL_LIMITS, progress: Progress | None = None
) -> bytes:
    """Return the PDF that a child process makes of the job.

    :raises PrintFailed: if the child fails or takes more than it may.
    """
    with TemporaryDirectory(prefix="print-") as folder:
        source, target = Path(folder, "job.json"), Path(folder, "out.pdf")
        source.write_text(json.dumps(job), encoding="utf-8")
        with Path(folder, "faults").open("w+b") as faults:
            status, expired = _run_child(source, target, faults.fileno(), limits, progress)
            faults.seek(0)
            said = faults.read().decode(errors="replace")
        if status or not target.exists():
            logger.warning("Printing ended with status %s: %s", status, said[-2000:])
            raise PrintFailed(_explain(status, expired, limits))
        return target.read_bytes()


def _run_child(
    source: Path, target: Path, faults: int, limits: Limits, progress: Progress | None
) -> tuple[int, bool]:
    """Return the child's exit status, and whether it was stopped by the clock."""
    command = [sys.executable, "-m", "documents.renderers.print_process"]
    command += [str(source), str(target), str(limits.cpu), str(limits.memory)]
    child = subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=faults,
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0"},
        text=True,
    )
    clock = _Clock(child, limits.wall)
    with child, clock:
        for done in _read_steps(child):
            if progress:
                progress(done, STEPS)
        status = child.wait()
    return status, clock.expired


class _Clock:
    """Kills a child that runs longer than it may by the clock, and one that is left behind."""

    def __init__(self, child: subprocess.Popen[str], seconds: float) -> None:
        self._child = child
        self._timer = threading.Timer(seconds, self._expire)
        self.expired = False

    def _expire(self) -> None:
        self.expired = True
        self._child.kill()

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *fault: object) -> None:
        self._timer.cancel()
        if self._child.poll() is None:
            self._child.kill()


def _read_steps(child: subprocess.Popen[str]) -> Iterator[int]:
    """Yield the steps the child says it has done, one a line."""
    for line in child.stdout or ():
        word, _, number = line.strip().partition(" ")
        if word == "done" and number.isdigit():
            yield int(number)


def _explain(status: int, expired: bool, limits: Limits) -> str:
    if expired or status == -signal.SIGXCPU:
        return (
            f"Printing took longer than {limits.cpu if not expired else limits.wall:g} seconds and "
            "was stopped. Shorten the longest section, or split it in two."
        )
    if status in _OUT_OF_MEMORY:
        return (
            f"Printing needed more than {limits.memory} MB of memory and was stopped. "
            "Use smaller pictures, or split the longest section in two."
        )
    return "The plan could not be printed. The details are in the log of the printing process."
