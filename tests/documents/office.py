"""LibreOffice without a window, for tests of what others see in our files."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

FILTERS = {"pdf": "pdf", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_PATIENCE = 120  # seconds


def convert(data: bytes, suffix: str, to: str, folder: Path) -> bytes:
    """Return a file as LibreOffice writes it in another form; `folder` keeps its settings.

    :raises AssertionError: if there is no LibreOffice, or it could not open the file.
    """
    program = shutil.which("soffice")
    assert program, "These tests need LibreOffice: libreoffice-writer-nogui, libreoffice-calc-nogui"
    source, target = folder / f"source.{suffix}", folder / "out"
    source.write_bytes(data)
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", FILTERS[to], "--outdir", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    written = target / f"source.{to}"
    assert written.exists(), done.stdout + done.stderr
    return written.read_bytes()


def forget_figures(workbook: bytes) -> bytes:
    """Return a workbook without what its formulas come to, so that whoever opens it must reckon."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook)) as package, zipfile.ZipFile(out, "w") as written:
        for name in package.namelist():
            part = package.read(name)
            written.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part))
    return out.getvalue()
