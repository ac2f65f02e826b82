"""The tables of a section: which lists of its grid go out and come in, and the rows they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plans.content import Path
from plans.editor.places import name_row
from plans.grid import Field, FieldType, Grid, RowList, RowOverride, value_at

EVERY = "*"  # a step of a table's path: each row of the list before it


@dataclass(frozen=True, slots=True)
class TableList:
    """A list of a section's grid; `path` has EVERY for the rows of the lists around it.

    `above`: those lists, outermost first; a row of the last one holds this list.
    """

    path: Path
    rows: RowList
    above: tuple[RowList, ...] = ()

    @property
    def name(self) -> str:
        """Return what forms and addresses call the table: "content-units-*-lines"."""
        return "-".join(str(step) for step in self.path)

    @property
    def title(self) -> str:
        return self.rows.title

    @property
    def around(self) -> Path:
        """Return the path of the list whose rows hold this one; () if the section does."""
        return self.path[: _last(self.path)] if self.above else ()

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(f for f in self.rows.fields if f.type is not FieldType.HIDDEN)

    @property
    def has_totals(self) -> bool:
        """Whether sheets state totals below this list: figures of each row around it do."""
        return bool(self.rows.totals) or (bool(self.above) and self.holds_figures)

    @property
    def holds_figures(self) -> bool:
        return any(field.type is FieldType.CELL for field in self.rows.fields)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table where it stands now. `path` is absolute, by index; `parent` is the row
    that holds its list, None for a list of the section itself."""

    path: Path
    row: Mapping[str, Any]
    parent: Mapping[str, Any] | None
    override: RowOverride


def list_tables(grid: Grid) -> tuple[TableList, ...]:
    """Return every table of a section: set-up that is folded away is none, unless of figures."""
    return tuple(table for rows in grid.lists for table in _walk(rows, rows.path, ()))


def _walk(rows: RowList, path: Path, above: tuple[RowList, ...]) -> Iterator[TableList]:
    table = TableList(path, rows, above)
    if rows.identified and (not rows.folded or table.holds_figures):
        yield table
    for inner in rows.lists:
        yield from _walk(inner, (*path, EVERY, *inner.path), (*above, rows))


def find_table(tables: Sequence[TableList], name: str) -> TableList | None:
    return next((table for table in tables if table.name == name), None)


def list_rows(value: Any, table: TableList) -> Iterator[TableRow]:
    """Yield the rows of a table in order, whatever rows they lie in."""
    for at, parent in list_homes(value, table):
        for index, row in enumerate(value_at(value, at) or ()):
            override = (
                table.rows.rows.get(index, RowOverride()) if parent is None else RowOverride()
            )
            yield TableRow((*at, index), row, parent, override)


def list_homes(value: Any, table: TableList) -> Iterator[tuple[Path, Mapping[str, Any] | None]]:
    """Yield where the lists of a table stand, by index, each with the row that holds it."""
    yield from _homes(value, table.path, (), None)


def _homes(
    value: Any, rest: Path, at: Path, parent: Mapping[str, Any] | None
) -> Iterator[tuple[Path, Mapping[str, Any] | None]]:
    if EVERY not in rest:
        yield (*at, *rest), parent
        return
    place = rest.index(EVERY)
    here = (*at, *rest[:place])
    for index, row in enumerate(value_at(value, here) or ()):
        yield from _homes(value, rest[place + 1 :], (*here, index), row)


def name_parent(table: TableList, parent: Mapping[str, Any] | None) -> str:
    """Return what the row that holds a list is called; "" for a list of the section itself."""
    return "" if parent is None else name_row(table.above[-1], parent)


def totals_at(grid: Grid, path: Path) -> tuple[Any, ...]:
    """Return the totals under the list at an absolute path, by index."""
    for rows in grid.lists:
        if path[: len(rows.path)] == rows.path:
            return _totals_in(rows, path[len(rows.path) :])
    return ()


def _totals_in(rows: RowList, rest: Path) -> tuple[Any, ...]:
    if not rest:
        return rows.totals
    override = rows.rows.get(int(rest[0]))
    inner = override.lists if override and override.lists is not None else rows.lists
    for each in inner:
        if rest[1 : 1 + len(each.path)] == each.path:
            return _totals_in(each, rest[1 + len(each.path) :])
    return ()


def offered_parents(table: TableList, value: Any) -> list[tuple[str, str]]:
    """Return what a list of this table may belong to: rows that there are, by id, then rows that
    may be made by a choice, as "new:" and its value."""
    if not table.above:
        return []
    outer = TableList(table.around, table.above[-1], table.above[:-1])
    there = [
        (str(found.row["id"]), name_parent(table, found.row)) for found in list_rows(value, outer)
    ]
    key = key_field(outer.rows)
    if key is None or outer.above:
        return there
    used = {value_at(found.row, key.path) for found in list_rows(value, outer)}
    return there + [
        (f"new:{chosen}", f"{words} (a new {outer.rows.noun})")
        for chosen, words in key.choices
        if chosen and chosen not in used
    ]


def _last(path: Path) -> int:
    return len(path) - 1 - path[::-1].index(EVERY)


def key_field(rows: RowList) -> Field | None:
    """Return the choice that says what a row of this list is about: a budget's unit."""
    return next((f for f in rows.fields if f.type is FieldType.CHOICE and f.required), None)
