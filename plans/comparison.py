"""Two states of one section beside each other: texts word by word, tables row by row.

Rows are matched by id. Works on section objects and grids; knows no database and no HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from documents import richtext
from documents.diff import (
    Piece,
    Sort,
    cut_same,
    diff_words,
    difference,
    find_moved,
    in_order,
)
from plans.content import Path
from plans.editor.places import find_place, label_in_full, name_row, show_in_words
from plans.editor.reading import show_value
from plans.grid import Field, FieldType, Grid, RowList, Total, value_at
from plans.merge import ORDER

SHORT = 40
"""A line of up to so many characters is shown as it was and as it is, not word by word."""
TITLE = Field(("title",), "Title")
HIDDEN_ROWS = RowList(path=(), title="", noun="", fields=(), new={}, label_path=())


@dataclass(frozen=True, slots=True)
class Shift:
    """One value on both sides: pieces of its text, and by how much a number changed."""

    label: str
    pieces: tuple[Piece, ...]
    difference: str = ""

    @property
    def is_same(self) -> bool:
        return all(piece.sort == "same" for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A row by its name. `sort`: whether both sides have it; `moved_from`: its place before, from
    1, if it was moved; `is_total`: a ruled row under the others."""

    name: str
    sort: Sort
    cells: tuple[Shift, ...]
    moved_from: int = 0
    is_total: bool = False

    @property
    def is_same(self) -> bool:
        kept = self.sort == "same" and not self.moved_from
        return kept and all(cell.is_same for cell in self.cells)


@dataclass(frozen=True, slots=True)
class ComparedTable:
    """A list of rows. `columns` are its labels; `same_rows` counts rows that are left out."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[ComparedRow, ...]
    same_rows: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two states of a section differ in, or both of them whole."""

    texts: tuple[Shift, ...]
    tables: tuple[ComparedTable, ...]

    @property
    def is_empty(self) -> bool:
        return not self.texts and not self.tables


@dataclass(frozen=True, slots=True)
class _Side:
    """One state: a section object and its grid."""

    value: Mapping[str, Any]
    grid: Grid


def compare_sections(
    old: Mapping[str, Any], new: Mapping[str, Any], *, grids: tuple[Grid, Grid], whole: bool = False
) -> Comparison:
    """Return what changed from `old` to `new`, two section objects of one kind with their grids;
    with `whole` also what stayed."""
    sides = (_Side(old, grids[0]), _Side(new, grids[1]))
    fields = [TITLE, *_both(sides[1].grid.fields, sides[0].grid.fields)]
    texts = [_compare_field(field, sides, (field.path, field.path)) for field in fields]
    tables = [
        table
        for rows in _both(sides[1].grid.lists, sides[0].grid.lists)
        for table in _compare_lists(rows, sides, (rows.path, rows.path), ())
    ]
    if not whole:
        texts = [_cut(text) for text in texts if not text.is_same]
        tables = [table for table in map(_only_changes, tables) if table.rows]
    return Comparison(
        tuple(text for text in texts if text.pieces), tuple(t for t in tables if t.rows)
    )


def _both(new: Iterable[Any], old: Iterable[Any]) -> list[Any]:
    """Return what `new` has, and what only `old` has, by path: fields or lists."""
    known = list(new)
    paths = {each.path for each in known}
    return [*known, *(each for each in old if each.path not in paths)]


# --- single values -------------------------------------------------------------------------------


def _compare_field(
    field: Field, sides: tuple[_Side, _Side], at: tuple[Path | None, Path | None]
) -> Shift:
    """Compare what stands at a path of each side; None where a side has no such row."""
    old, new = (
        "" if path is None else _read(field, side, path)
        for side, path in zip(sides, at, strict=True)
    )
    return compare_texts(old, new, label=label_in_full(field))


def _read(field: Field, side: _Side, path: Path) -> str:
    if field.type is FieldType.HIDDEN:
        return ""
    if field.type is FieldType.DERIVED:
        return side.grid.derived.get(path, "")
    value = value_at(side.value, path)
    if field.type is FieldType.CHOICE and value is not None:
        return dict(field.choices).get(str(value), str(value))
    if field.type is FieldType.CHECK:
        return "yes" if value else "no"
    is_rich = field.type is FieldType.RICH and isinstance(value, str)
    shown = richtext.words_and_figures(value) if is_rich else show_value(field, value)
    return shown or side.grid.derived.get(path, "")  # a cell of a formula is left empty


def compare_texts(old: str, new: str, *, label: str = "") -> Shift:
    """Compare two texts as people read them: short ones whole, long ones word by word."""
    by = difference(old, new)
    if old != new and (by or _is_short(old, new)):
        sides = (Piece("removed", old), Piece("added", new))
        return Shift(label, tuple(piece for piece in sides if piece.text), by)
    return Shift(label, diff_words(old, new))


def _is_short(*texts: str) -> bool:
    return all(len(text) <= SHORT and "\n" not in text for text in texts)


def _cut(shift: Shift) -> Shift:
    return replace(shift, pieces=cut_same(shift.pieces))


# --- rows ----------------------------------------------------------------------------------------

_Rows = dict[str | int, tuple[Path, Any]]


def _compare_lists(
    rows: RowList,
    sides: tuple[_Side, _Side],
    at: tuple[Path | None, Path | None],
    above: tuple[str, ...],
) -> Iterator[ComparedTable]:
    """Yield the list at a path of each side as a table, and then those inside its rows."""
    old_list, new_list = (_list_of(rows, side, path) for side, path in zip(sides, at, strict=True))
    before, after = (_rows_by_id(s, p) for s, p in zip(sides, at, strict=True))
    fields = _shown(_both(new_list.fields, old_list.fields))
    moved = find_moved([*before], [*after])
    places = {row_id: index for index, row_id in enumerate(before, 1)}
    compared, inner = [], []
    for row_id in in_order([*before], [*after]):
        pair = (before.get(row_id, (None, None)), after.get(row_id, (None, None)))
        name = name_row(rows, pair[1][1] if pair[1][0] else pair[0][1])
        paths = (pair[0][0], pair[1][0])
        cells = tuple(_compare_field(f, sides, _below(paths, f.path)) for f in fields)
        sort: Sort = "added" if paths[0] is None else "removed" if paths[1] is None else "same"
        compared.append(ComparedRow(name, sort, cells, places[row_id] if row_id in moved else 0))
        inner += [(each, _below(paths, each.path), name) for each in _inner(rows, sides, paths)]
    compared += _compare_totals(old_list.totals, new_list.totals, fields)
    title = " › ".join((*above, rows.title))
    yield ComparedTable(title, tuple(label_in_full(f) for f in fields), tuple(compared))
    for each, paths, name in inner:
        yield from _compare_lists(each, sides, paths, (*above, rows.title, name))


def _shown(fields: Iterable[Field]) -> list[Field]:
    return [field for field in fields if field.type is not FieldType.HIDDEN]


def _below(paths: tuple[Path | None, Path | None], rest: Path) -> tuple[Path | None, Path | None]:
    old, new = paths
    return (None if old is None else (*old, *rest), None if new is None else (*new, *rest))


def _list_of(rows: RowList, side: _Side, at: Path | None) -> RowList:
    """Return the side's own description of a list, with its totals and columns as they were."""
    if at is None:
        return HIDDEN_ROWS
    here = next((each for each in side.grid.lists if each.path == at[: len(each.path)]), None)
    rest = at[len(here.path) :] if here else ()
    while here is not None and rest:
        index, rest = rest[0], rest[1:]
        inner = _lists_in_row(here, index)
        here = next((each for each in inner if each.path == rest[: len(each.path)]), None)
        rest = rest[len(here.path) :] if here else ()
    return here or replace(rows, totals=())


def _lists_in_row(rows: RowList, index: str | int) -> tuple[RowList, ...]:
    override = rows.rows.get(index) if isinstance(index, int) else None
    own = override.lists if override else None
    return rows.lists if own is None else own


def _inner(
    rows: RowList, sides: tuple[_Side, _Side], paths: tuple[Path | None, Path | None]
) -> list[RowList]:
    """Return the lists inside a row that one side fills at least."""
    lists = rows.lists or tuple(
        each
        for side, path in zip(sides, paths, strict=True)
        if path
        for each in _lists_in_row(_list_of(rows, side, path[:-1]), path[-1])
    )
    known = {each.path: each for each in lists}
    return [
        each
        for each in known.values()
        if any(p and value_at(s.value, (*p, *each.path)) for s, p in zip(sides, paths, strict=True))
    ]


def _rows_by_id(side: _Side, at: Path | None) -> _Rows:
    """Return path and row by id, by index where rows bear none."""
    found = value_at(side.value, at) if at is not None else ()
    return {
        (row.get("id") or index if isinstance(row, Mapping) else index): ((*at, index), row)
        for index, row in enumerate(found or ())
        if at is not None
    }


def _compare_totals(
    old: Sequence[Total], new: Sequence[Total], fields: Sequence[Field]
) -> list[ComparedRow]:
    before, after = ({total.label: total.values for total in side} for side in (old, new))
    rows = []
    for label in [*after, *(label for label in before if label not in after)]:
        texts = [(before.get(label, {}).get(f.path, ""), after.get(label, {}).get(f.path, ""))
                 for f in fields]  # fmt: skip
        cells = (
            compare_texts(*pair, label=label_in_full(field))
            for field, pair in zip(fields, texts, strict=True)
        )
        rows.append(ComparedRow(label, "same", tuple(cells), is_total=True))
    return rows


def _only_changes(table: ComparedTable) -> ComparedTable:
    """Return the table without rows that are the same, and without columns of which none of the
    others has anything to say."""
    rows = [row for row in table.rows if not row.is_same]
    said = [
        index
        for index in range(len(table.columns))
        if any(not row.cells[index].is_same for row in rows)
    ]
    return ComparedTable(
        table.title,
        tuple(table.columns[index] for index in said),
        tuple(replace(row, cells=tuple(_cut(row.cells[i]) for i in said)) for row in rows),
        same_rows=sum(not row.is_total for row in table.rows) - sum(not r.is_total for r in rows),
    )


# --- a patch in words ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of a patch: where it is in words, and what was done there."""

    place: str
    done: str  # "changed", "added", "removed", "moved"
    shift: Shift


def split_lists(patch: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the changes of a patch, one for each place of a list of texts that kept its length: the
    years of a row of posts are a list, and each year is a cell. Of charts, one for each."""
    for change in patch:
        old, new = change.get("old"), change.get("new")
        if list(change["path"]) == ["charts"]:
            yield from _split_words(change["path"], set(old or ()), set(new or ()))
            continue
        is_list = isinstance(old, list) and isinstance(new, list) and len(old) == len(new)
        if change["path"][-1] == ORDER or not is_list or not _are_texts([*old, *new]):
            yield change
            continue
        for index, sides in enumerate(zip(old, new, strict=True)):
            if sides[0] != sides[1]:
                path = [*change["path"], index]
                yield {"path": path, "old": sides[0], "new": sides[1]}


def _split_words(path: Sequence[Any], old: set[str], new: set[str]) -> Iterator[dict[str, Any]]:
    for word in sorted(old ^ new):
        yield {"path": [*path, word], "old": word in old, "new": word in new}


def _are_texts(values: Iterable[Any]) -> bool:
    return all(value is None or isinstance(value, str) for value in values)


def describe_change(
    change: Mapping[str, Any], grid: Grid, sides: Sequence[Mapping[str, Any]]
) -> ChangeLine:
    """Return a change in words; the rows it names are looked up in `sides`, section objects."""
    place = find_place(change["path"], grid, sides)
    if change["path"][-1] == ORDER:
        return ChangeLine(str(place), "moved", Shift("", ()))
    old, new = (
        show_in_words(change[side], place) if side in change else "" for side in ("old", "new")
    )
    done = "added" if "old" not in change else "removed" if "new" not in change else "changed"
    return ChangeLine(str(place), done, _cut(compare_texts(old, new)))
