"""What is left to do in a section before its plan can be submitted.

Pure: works on what a section holds; knows no database and no HTML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plans.content import Path
from plans.editor.places import find_place
from plans.grid import FieldType, Grid
from plans.measures import SET_UP, is_to_be_set


@dataclass(frozen=True, slots=True)
class Unset:
    """A cell that says its value is still to come: its path by index, and its place in words."""

    path: Path
    place: str


def find_unset(section: Mapping[str, Any], grid: Grid) -> list[Unset]:
    """Return every cell of a section object that is to be set, in order."""
    places = ((path, find_place(path, grid, (section,))) for path in _unset_paths(section))
    return [
        Unset(path, " › ".join(place.words))
        for path, place in places
        if place.field and place.field.type is not FieldType.HIDDEN
    ]


def _unset_paths(section: Mapping[str, Any]) -> Iterator[Path]:
    def walk(value: Any, path: Path) -> Iterator[Path]:
        if isinstance(value, str):
            if is_to_be_set(value):
                yield path
        elif isinstance(value, Mapping):
            for key, item in value.items():
                if key not in SET_UP:
                    yield from walk(item, (*path, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from walk(item, (*path, index))

    return walk(section["content"], ("content",))


def say_words(count: int, expected: list[int] | None) -> str:
    """Return how a text misses what is asked for: "412 words, at most 400 are asked for"; "" if it
    does not, or is empty, or nothing is asked for."""
    if not expected or not count:
        return ""
    fewest, most = expected
    words = f"{count} word{'' if count == 1 else 's'}"
    if count < fewest:
        return f"{words}, at least {fewest} are asked for"
    return f"{words}, at most {most} are asked for" if count > most else ""
