"""Where in a section a change stands, in the words of its editor: "Indicators › A1 › Target".

Paths name rows by id, as merging and revisions do, or by index, as a form does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents import richtext
from plans.content import Path
from plans.editor.reading import show_value
from plans.grid import Field, FieldType, Grid, RowList, value_at

HEAD = {
    "title": "Title",
    "part": "Part",
    "parent": "Section above",
    "notes": "Notes",
    "charts": "Charts",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A spot of a section: its words, and the list of which it is a row or the whole, or the field
    that it is, if any."""

    words: tuple[str, ...]
    rows: RowList | None = None
    field: Field | None = None

    def __str__(self) -> str:
        return " › ".join(self.words)


def find_place(path: Sequence[str | int], grid: Grid, sides: Sequence[Mapping[str, Any]]) -> Place:
    """Return the place at `path`; its rows are looked up in `sides`, section objects."""
    steps = tuple(path)
    for field in grid.fields:
        if steps[: len(field.path)] == field.path:
            return Place((field.label,), field=field)
    for rows in grid.lists:
        if steps[: len(rows.path)] == rows.path:
            return _find_in(rows, steps[len(rows.path) :], sides, (rows.title,))
    return Place(tuple(HEAD.get(step, step) for step in map(str, steps) if step != "content"))


def _find_in(rows: RowList, rest: Path, above: Iterable[Any], words: tuple[str, ...]) -> Place:
    if not rest or rest[0] == "@order":
        return Place(words, rows)
    sides = [value_at(side, rows.path) or () for side in above]
    found = [row for side in sides for row in _find_rows(side, rest[0])]
    words = (*words, name_row(rows, found[0]) if found else f"a {rows.noun} that is gone")
    for inner in rows.lists:
        if rest[1 : 1 + len(inner.path)] == inner.path:
            return _find_in(inner, rest[1 + len(inner.path) :], found, (*words, inner.title))
    for field in rows.fields:
        if rest[1:] and rest[1 : 1 + len(field.path)] == field.path:
            return Place((*words, label_in_full(field)), field=field)
    return Place((*words, *map(str, rest[1:])), rows if len(rest) == 1 else None)


def _find_rows(side: Sequence[Any], named: str | int) -> list[Any]:
    """Return the row of a list at this index, or with this id; none if it is not there."""
    if isinstance(named, int):
        rows: Sequence[Any] = side[named : named + 1]
        return [row for row in rows if isinstance(row, Mapping)]
    return [row for row in side if isinstance(row, Mapping) and row.get("id") == named]


def label_in_full(field: Field) -> str:
    """Return a field's label after the headings above it."""
    return ", ".join((*field.groups, field.label))


def name_row(rows: RowList, row: Any) -> str:
    """Return what a row is called: its label, else what is typed or chosen in its first field."""
    label = str(value_at(row, rows.label_path) or "")
    is_rich = any(f.path == rows.label_path and f.type is FieldType.RICH for f in rows.fields)
    text = (richtext.words(label) if is_rich else label).strip()
    first, chosen = rows.fields[0], value_at(row, rows.fields[0].path)
    if not text and chosen:
        text = dict(first.choices).get(chosen, str(chosen))
    return text or f"New {rows.noun}"


def show_in_words(value: Any, place: Place) -> str:
    """Return any value of a section object as text to be read beside another."""
    if value is None:
        return "(removed)" if place.rows else "(none)"
    if isinstance(value, str):
        return _show_text(value, place.field)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "\n".join(_show_row(value, place.rows) if place.rows else _show_pairs(value))
    if isinstance(value, list):
        return "\n".join(_show_item(item, place) for item in value) or "(empty)"
    return str(value)


def _show_text(text: str, field: Field | None) -> str:
    if field and field.type is FieldType.CHOICE:
        text = dict(field.choices).get(text, text)
    is_rich = richtext.is_clean(text)
    return richtext.words_and_figures(text) if is_rich else text or "(empty)"


def _show_row(row: Mapping[str, Any], rows: RowList) -> list[str]:
    fields = [f for f in rows.fields if f.type not in (FieldType.HIDDEN, FieldType.DERIVED)]
    pairs = [
        (label_in_full(field), show_value(field, value_at(row, field.path))) for field in fields
    ]
    counts = [(inner.title, len(value_at(row, inner.path) or ())) for inner in rows.lists]
    return [f"{label}: {text}" for label, text in [*pairs, *counts] if text]


def _show_pairs(value: Mapping[str, Any]) -> list[str]:
    inner = Place(())
    return [f"{key}: {show_in_words(v, inner)}" for key, v in value.items() if key != "id" and v]


def _show_item(item: Any, place: Place) -> str:
    if place.rows and isinstance(item, Mapping):
        return name_row(place.rows, item)
    return show_in_words(item, place)
