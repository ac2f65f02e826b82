"""Faults of an uploaded plan file in words: which section, which place, what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from plans.content import Fault, Path, printable, shorten

NAMES = {"sections": "Sections", "plan": "The plan's facts", "parent": "section above"}


def say_faults(faults: Iterable[Fault], raw: bytes) -> list[str]:
    """Return a sentence for each fault of a plan file, its place in words: "Section 4, “Staffing”
    › rows 2 › title: is required". `raw`: the file, for the titles of its sections."""
    titles = _read_titles(raw)
    return [
        f"{' › '.join(_say_path(fault.path, titles)) or 'The file'}: {printable(fault.message)}"
        for fault in faults
    ]


def _read_titles(raw: bytes) -> list[str]:
    """Return the titles of a file's sections, "" for each that has none that can be read."""
    try:
        value = json.loads(raw)
        sections = value["sections"]
        return [_title_of(section) for section in sections]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []


def _title_of(section: Any) -> str:
    title = section.get("title") if isinstance(section, dict) else ""
    return shorten(title) if isinstance(title, str) else ""


def _say_path(path: Path, titles: list[str]) -> Iterator[str]:
    rest = path
    if len(path) > 1 and path[0] == "sections" and isinstance(path[1], int):
        index, rest = path[1], path[2:]
        title = titles[index] if index < len(titles) else ""
        yield f"Section {index + 1}" + (f", “{title}”" if title else "")
    words = ""
    for step in rest:
        if isinstance(step, int):
            yield f"{words or 'entry'} {step + 1}"
            words = ""
            continue
        if words:
            yield words
        words = "" if step == "content" else NAMES.get(step) or shorten(step).replace("_", " ")
    if words:
        yield words
