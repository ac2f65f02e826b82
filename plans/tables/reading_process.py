"""The reading process: takes one uploaded file, writes its cells as JSON, and touches nothing else.

Run as `python -m plans.tables.reading_process SOURCE TARGET KIND CPU MEMORY`. What is wrong with
the file it says as {"refused": sentence}. Knows no Django. XML is read by events, cells beyond the
limits are never kept, and a document type ends it: such a file can hold entities.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from plans.tables.keeping import DAMAGED
from plans.tables.reading_csv import read_csv
from plans.tables.reading_xlsx import UNREADABLE, WorkbookReader
from plans.tables.sheets import (
    NotReadable,
    Workbook,
    dump_workbook,
)

OUT_OF_MEMORY = 3
"""The exit status that says that the memory was used up."""


def main(arguments: list[str]) -> int:
    source, target, kind, cpu, memory = arguments
    limit_resources(int(cpu), int(memory))
    try:
        answer: dict[str, Any] = dump_workbook(read(Path(source), kind))
    except NotReadable as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        return OUT_OF_MEMORY
    Path(target).write_text(json.dumps(answer), encoding="utf-8")
    return 0


def limit_resources(cpu: int, memory: int) -> None:
    """Limit this process to so many processor seconds and megabytes; it leaves no core file."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory << 20, memory << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(source: Path, kind: str) -> Workbook:
    """Return what the file holds; `kind` is "xlsx" or "csv".

    :raises NotReadable: with a sentence, if it cannot be read.
    """
    if kind == "csv":
        return read_csv(source.read_bytes())
    try:
        with ZipFile(source) as archive:
            return WorkbookReader(archive).read()
    except UNREADABLE as error:
        if isinstance(error, NotReadable):
            raise
        raise NotReadable(DAMAGED) from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
