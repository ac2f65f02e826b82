"""Files that mean harm: each is refused with a sentence, in little time and memory, or read."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plans.tables import reading
from plans.tables.reading import (
    CPU_LIMIT,
    FILE_LIMIT,
    MEMORY_LIMIT,
    ROOT,
    NotReadable,
    read_workbook,
)
from tests.plans.hostile.files import FILES, Hostile

SECONDS = 5
MEGABYTES = 400
MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "plans.tables.reading_process", *sys.argv[1:]])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


class Worst:
    """The most processor seconds that a child took, for which file; and what became of all."""

    def __init__(self) -> None:
        self.seconds, self.case, self.refused, self.read = 0.0, "", 0, 0

    def note(self, case: str, seconds: float) -> None:
        if seconds > self.seconds:
            self.seconds, self.case = seconds, case


@pytest.fixture(scope="module")
def worst() -> Iterator[Worst]:
    found = Worst()
    yield found
    print(  # noqa: T201 seen with pytest -rP
        f"{found.refused} refused, {found.read} read; worst {found.seconds:.2f} s of processor "
        f"({found.case}); the child is held to {MEMORY_LIMIT} MB"
    )


def used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_there_are_at_least_forty() -> None:
    assert len(FILES) >= 40
    assert len({each.case for each in FILES}) == len(FILES)


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda each: each.case)
def test_file_is_refused_or_read(file: Hostile, worst: Worst) -> None:
    data = file.make()
    before, started = used_by_children(), time.monotonic()

    try:
        workbook = read_workbook(file.name, data)
    except NotReadable as refused:
        sentence = str(refused)
        worst.refused += 1
    else:
        sentence = ""
        worst.read += 1

    seconds = used_by_children() - before
    worst.note(file.case, seconds)
    assert seconds < SECONDS, f"{seconds:.1f} s, {time.monotonic() - started:.1f} s by the clock"
    if file.reads:
        row, column, text = file.reads
        assert sentence == ""
        assert workbook.sheets[0].cell(row, column).text == text
    else:
        assert file.says in sentence
        assert sentence.endswith(".")
        assert sentence[:1].isupper()


@pytest.mark.slow
def test_memory_stays_far_below_the_limit(tmp_path: Path) -> None:
    """Measured from a small process: a child counts the memory of whoever started it as its own."""
    used = {}
    for file in FILES:
        data = file.make()
        if 0 < len(data) <= FILE_LIMIT:
            source = tmp_path / "upload"
            source.write_bytes(data)
            kind = "csv" if file.name.endswith("csv") else "xlsx"
            arguments = [source, tmp_path / "cells", kind, CPU_LIMIT, MEMORY_LIMIT]
            command = [sys.executable, "-c", MEASURE, *map(str, arguments)]
            answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
            used[file.case] = int(answer.stdout)

    case = max(used, key=used.__getitem__)
    print(f"{len(used)} files; most memory {used[case]} MB ({case})")  # noqa: T201 as above
    assert used[case] < MEGABYTES


def test_memory_limit_is_below_what_is_promised() -> None:
    assert MEMORY_LIMIT <= MEGABYTES


def test_child_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WALL_LIMIT", 0.001)

    with pytest.raises(NotReadable, match="far more than a table"):
        read_workbook("a.csv", b"a,b\n1,2\n")


def test_child_without_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MEMORY_LIMIT", 40)

    with pytest.raises(NotReadable, match="far more than a table"):
        read_workbook("a.csv", b"a," * (4 << 20) + b"\n")
