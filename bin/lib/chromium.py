"""Finds the Chromium that the browser tests drive; uses the standard library only."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Return the program that CHROMIUM names, else the first on PATH that is no snap."""
    programs = filter(None, map(shutil.which, NAMES))
    return os.environ.get("CHROMIUM") or next(
        (program for program in programs if not is_snap(Path(program))), None
    )


def is_snap(program: Path) -> bool:
    """Return whether the program, a link or a script, starts a snap: a snap keeps a folder of
    temporary files to itself, so that what it downloads cannot be read."""
    file = program.resolve()
    with file.open("rb") as opened:
        return file.name == "snap" or b"/snap/bin/" in opened.read(4096)
