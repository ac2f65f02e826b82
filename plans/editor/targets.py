"""What a path leads to in a section as it is now: its words, its field and its value.

Unlike `places`, which finds words for what is gone too, a target is there or None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents import richtext
from plans.content import Path
from plans.editor.places import label_in_full, name_row
from plans.grid import Field, FieldType, Grid, RowList, value_at

WRITTEN = (FieldType.TEXT, FieldType.LONG, FieldType.RICH, FieldType.CELL, FieldType.LINES)


@dataclass(frozen=True, slots=True)
class Target:
    """A spot that is there. `path` names rows by id, `indexed` the same by index, as a form does.

    `field` is None for a row. `words` name it, outermost first.
    """

    path: Path
    indexed: Path
    words: tuple[str, ...]
    value: Any
    field: Field | None = None

    def __str__(self) -> str:
        return " › ".join(self.words)

    @property
    def text(self) -> str:
        """What is written there as words with single spaces; "" where nothing is written."""
        if self.field is None or self.field.type not in WRITTEN:
            return ""
        lines = self.value if isinstance(self.value, list) else [self.value or ""]
        text = "\n".join(str(line) for line in lines)
        is_rich = self.field.type is FieldType.RICH
        return one_line(richtext.words(text) if is_rich else text)


def one_line(text: str) -> str:
    """Return a text with every run of white space as one space, as quotes are compared."""
    return " ".join(text.split())


def find_target(
    steps: Sequence[str | int], grid: Grid, section: Mapping[str, Any]
) -> Target | None:
    """Return what stands at a path of a section object; None if its row or column is gone.

    Steps may all be texts, as an address holds them.
    """
    wanted = tuple(str(step) for step in steps)
    for field in grid.fields:
        if wanted == _as_texts(field.path):
            value = value_at(section, field.path)
            return Target(field.path, field.path, (label_in_full(field),), value, field)
    for rows in grid.lists:
        found = _find_in(rows, wanted, Target((), (), (), section))
        if found:
            return found
    return None


def _find_in(rows: RowList, wanted: tuple[str, ...], above: Target) -> Target | None:
    """Return the target below a row, or below the section, that the first steps lead to."""
    length = len(rows.path)
    if wanted[:length] != _as_texts(rows.path) or len(wanted) == length:
        return None
    for row in list_rows(rows, above):
        if str(row.path[-1]) == wanted[length]:
            return _find_at(rows, wanted[length + 1 :], row)
    return None


def _find_at(rows: RowList, rest: tuple[str, ...], row: Target) -> Target | None:
    if not rest:
        return row
    for field in rows.fields:
        if rest == _as_texts(field.path):
            return _field_of(row, field)
    return next(filter(None, (_find_in(inner, rest, row) for inner in rows.lists)), None)


def _field_of(row: Target, field: Field) -> Target:
    return Target(
        (*row.path, *field.path),
        (*row.indexed, *field.path),
        (*row.words, label_in_full(field)),
        value_at(row.value, field.path),
        field,
    )


def list_rows(rows: RowList, above: Target) -> Iterator[Target]:
    """Yield each row of a list as a target, in order."""
    for index, row in enumerate(value_at(above.value, rows.path) or ()):
        step = row.get("id", index) if rows.identified and isinstance(row, Mapping) else index
        yield Target(
            (*above.path, *rows.path, step),
            (*above.indexed, *rows.path, index),
            (*above.words, rows.title, name_row(rows, row)),
            row,
        )


def list_targets(
    grid: Grid, section: Mapping[str, Any]
) -> Iterator[tuple[str, Target, tuple[Field, ...]]]:
    """Yield what one may speak of: each text of the section, then each row with its columns.

    The first of each triple is the heading it stands under; rows inside rows follow their row.
    Set-up that is folded away is left out.
    """
    for field in grid.fields:
        if field.path[0] == "content" or field.type is FieldType.RICH:
            target = Target(field.path, field.path, (field.label,), None, field)
            yield "Texts", target, ()
    for rows in grid.lists:
        if rows.identified and not rows.folded:
            yield from _rows_in(rows, Target((), (), (), section))


def _rows_in(rows: RowList, above: Target) -> Iterator[tuple[str, Target, tuple[Field, ...]]]:
    fields = tuple(field for field in rows.fields if field.type is not FieldType.HIDDEN)
    heading = " › ".join((*above.words, rows.title))
    for row in list_rows(rows, above):
        yield heading, row, fields
        for inner in rows.lists:
            if inner.identified:
                yield from _rows_in(inner, row)


def _as_texts(path: Path) -> tuple[str, ...]:
    return tuple(str(step) for step in path)
