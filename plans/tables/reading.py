"""Reading an uploaded workbook or CSV file, in a process of its own with little time and memory."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plans.tables.keeping import DAMAGED, TOO_MUCH
from plans.tables.reading_process import OUT_OF_MEMORY
from plans.tables.reading_xlsx import NOT_A_WORKBOOK, PROTECTED
from plans.tables.sheets import NotReadable, Workbook, load_workbook

FILE_LIMIT = 10 << 20  # bytes
CPU_LIMIT = 4  # seconds of processor time
WALL_LIMIT = 30  # seconds by the clock: other work may keep a small file waiting
MEMORY_LIMIT = 384  # megabytes
ROOT = Path(__file__).resolve().parents[2]
logger = logging.getLogger(__name__)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK"
_OLD = "The file is an old .xls workbook. Open it in your spreadsheet program and save it as .xlsx."
_OUT_OF_MEMORY = (OUT_OF_MEMORY, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT)


def read_workbook(name: str, data: bytes) -> Workbook:
    """Return what an uploaded .xlsx or .csv file holds.

    :raises NotReadable: with a sentence, if it is something else, damaged, or too much.
    """
    workbook = _read_apart(data, _find_kind(name, data))
    if not any(sheet.rows for sheet in workbook.sheets):
        raise NotReadable("The file holds nothing but empty cells.")
    return workbook


def _find_kind(name: str, data: bytes) -> str:
    """Return "xlsx" or "csv" by the file's name, if its first bytes bear it out."""
    ending = name.lower().rpartition(".")[2]
    if not data:
        raise NotReadable("The file is empty.")
    if len(data) > FILE_LIMIT:
        raise NotReadable("The file is larger than 10 MB.")
    if data.startswith(_OLE):
        raise NotReadable(PROTECTED if _ENCRYPTED in data else _OLD)
    if data.startswith(b"%PDF"):
        raise NotReadable("The file is a PDF. Choose the workbook that it was made from.")
    if ending == "xlsx":
        if not data.startswith(_ZIP):
            raise NotReadable(NOT_A_WORKBOOK)
        return "xlsx"
    if ending in ("csv", "tsv", "txt"):
        if data.startswith(b"PK\x03\x04"):
            raise NotReadable(
                "The file is named as text but is a workbook: let its name end .xlsx."
            )
        return "csv"
    raise NotReadable("Choose a file whose name ends in .xlsx or .csv.")


def _read_apart(data: bytes, kind: str) -> Workbook:
    with TemporaryDirectory(prefix="table-") as folder:
        source, target = Path(folder, "upload"), Path(folder, "cells.json")
        source.write_bytes(data)
        status, said = _run_child(source, target, kind)
        if status or not target.exists():
            logger.warning("Reading a table ended with status %s: %s", status, said[-2000:])
            raise NotReadable(_explain(status))
        answer: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    if "refused" in answer:
        raise NotReadable(answer["refused"])
    return load_workbook(answer)


def _run_child(source: Path, target: Path, kind: str) -> tuple[int, str]:
    """Return the child's exit status and what it complained of."""
    command = [sys.executable, "-m", "plans.tables.reading_process"]
    limits = [str(CPU_LIMIT), str(MEMORY_LIMIT)]
    try:
        ended = subprocess.run(  # noqa: S603
            [*command, str(source), str(target), kind, *limits],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": "0"},
            timeout=WALL_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -signal.SIGXCPU, "took too long by the clock"
    return ended.returncode, ended.stderr.decode(errors="replace")


def _explain(status: int) -> str:
    if status == -signal.SIGXCPU or status in _OUT_OF_MEMORY:
        return TOO_MUCH
    return DAMAGED


__all__ = ["FILE_LIMIT", "NotReadable", "read_workbook"]
