"""The texts of a section as words: what stands where, without markup and without set-up.

For checks that look for something written anywhere. Knows no kind and no database.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plans.content import Path, shorten

# Keys of a section object that hold what the product chose, not what an author wrote.
SET_UP = frozenset(
    {
        *("blank", "charts", "choices", "figure", "formula", "id", "key", "kind", "layout"),
        *("mark", "orientation", "parent", "polarity", "prior_year", "rag_rule", "response"),
        *("role", "row", "column", "scheme", "spans", "sum_of", "type", "unit", "year"),
        "years",
    }
)
_BLOCK = re.compile(r"</?(?:p|h3|h4|ul|ol|li|blockquote)\b[^>]*>|<br>")
_TAG = re.compile(r"<[^<>]*>")
_FIGURE = re.compile(r"[-(£~]*[0-9,]*(?:\.[0-9]+)?[%)]*")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n")
_FAR = 600  # characters to either side within which a sentence is looked for
_NAMES = ("title", "label", "activity", "name", "text", "post", "group")
_REFS = ("ref", "number")


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of a section: where it stands (rows by id), and its words.

    Rich text has a line for each paragraph or item; live figures have no words.
    """

    path: Path
    words: str
    rich: bool = False

    @property
    def lines(self) -> list[str]:
        return self.words.split("\n")


def read_wordings(texts: Iterable[tuple[Path, str]], rich: frozenset[Path]) -> Iterator[Wording]:
    """Yield the texts that somebody wrote, as words; bare figures are none.

    `rich`: the paths of cleaned rich text.
    """
    for path, text in texts:
        if not text or _FIGURE.fullmatch(text) or _is_set_up(path):
            continue
        is_rich = path in rich
        words = strip_markup(text) if is_rich else text
        if words:
            yield Wording(path, words, is_rich)


def _is_set_up(path: Path) -> bool:
    """Whether a path leads to set-up; under "cells" and "labels" names are the authors' own."""
    for step in path:
        if step in ("cells", "labels"):
            return False
        if step in SET_UP:
            return True
    return False


def strip_markup(text: str) -> str:
    """Return cleaned rich text as words, a line for each paragraph or item."""
    plain = html.unescape(_TAG.sub("", _BLOCK.sub("\n", text)))
    return "\n".join(line.strip() for line in plain.split("\n") if line.strip())


def holds_any(words: str, hints: Iterable[str]) -> bool:
    """Whether one of the hints stands in a text: a quick look before a slow one."""
    return any(hint in words for hint in hints)


def sentence_at(words: str, place: int) -> str:
    """Return the sentence or the list item that stands at a place in a text; long ones cut."""
    first = max(0, place - _FAR)
    start, end = first, min(len(words), place + _FAR)
    for match in _SENTENCE_END.finditer(words, first, end):
        if match.end() <= place:
            start = match.end()
        else:
            end = match.start()
            break
    return words[start:end].strip()


# --- naming a place for a reader who sees nothing else ------------------------------------------


def name_place(section: Mapping[str, Any], path: Path) -> str:
    """Return what a place is called: its rows, then its column; else the section's title."""
    names, value = [], section
    for step in path:
        value = _step_into(value, step)
        if isinstance(value, Mapping) and "id" in value:
            names.append(name_row(value))
    column = _name_column(section, path)
    place = ", ".join(name for name in (*names, column) if name)
    return f"“{place}”" if place else f"“{shorten(section['title'] or section['key'])}”"


def name_row(row: Mapping[str, Any]) -> str:
    """Return what a row is called: its number or reference, and its title."""
    ref = next((row[key] for key in _REFS if row.get(key)), "")
    title = next((row[key] for key in _NAMES if row.get(key)), "")
    if not title and isinstance(row.get("cells"), Mapping):
        title = next((text for text in row["cells"].values() if text), "")
    words = strip_markup(title) if title.startswith("<") else title
    return shorten(f"{ref} {words}".strip())


def row_of(section: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Return the innermost row that a path leads into; an empty one outside rows."""
    found: Mapping[str, Any] = {}
    value: Any = section
    for step in path:
        value = _step_into(value, step)
        if isinstance(value, Mapping) and "id" in value:
            found = value
    return found


def column_of(section: Mapping[str, Any], path: Path) -> Mapping[str, Any] | None:
    """Return the column that a path to a cell leads to; None for any other place."""
    columns = section["content"].get("columns") or ()
    is_cell = "cells" in path and path[-1] != "cells"
    return next((c for c in columns if c["key"] == path[-1]), None) if is_cell else None


def _name_column(section: Mapping[str, Any], path: Path) -> str:
    column = column_of(section, path)
    return shorten(", ".join((*column.get("groups", ()), column["label"]))) if column else ""


def _step_into(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(str(step))
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    if isinstance(step, int):
        return value[step] if step < len(value) else None
    return next((row for row in value if isinstance(row, Mapping) and row.get("id") == step), None)


def list_rows(value: Any, path: Path = ()) -> Iterator[tuple[Path, list[Mapping[str, Any]]]]:
    """Yield each list of rows that bear ids, with its path, outer lists first."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key not in SET_UP:
                yield from list_rows(item, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        if "id" in value[0]:
            yield path, value
        for index, row in enumerate(value):
            yield from list_rows(row, (*path, row.get("id") or index))
