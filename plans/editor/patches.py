"""The changes of a patch found in a grid and put into a section object.

Typed values are read by the same fields as a whole form. Pure: nothing here knows the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from documents import richtext
from plans import prose
from plans.content import ROW_ID, ROW_LIMIT, Path
from plans.editor.reading import field_path, read_field, show_value
from plans.editor.sent import AddedRow, Change, RemovedRow, Reordered, SentWhole, Typed
from plans.grid import Field, FieldType, Grid, RowList, are_words, put_at, value_at
from plans.merge import merge_order, merge_rich_text

_FULL = 2 * ROW_LIMIT  # rows of a list: the schema refuses half as many, in its own words


# --- finding places ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a path leads: through rows of lists to a field, to a row, or to a list.

    `lists` are the paths of the lists that are gone through, row ids included; `rows` describes
    the innermost. Of a path that ends at a field, `field`; at a list as such, `is_list`.
    """

    lists: tuple[tuple[Path, str], ...]
    rows: RowList | None = None
    field: Field | None = None
    list_path: Path = ()


class Places:
    """The fields and lists of a grid, found by paths that name rows by id."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._fields: dict[int, dict[tuple[str, ...], Field]] = {id(grid): _by_name(grid.fields)}

    def find(self, path: Path) -> Spot | None:
        """Return where `path` leads, None if the grid has no such place."""
        holder: Grid | RowList = self.grid
        lists: tuple[tuple[Path, str], ...] = ()
        at: Path = ()
        rest = path
        while True:
            rows = _list_at(holder.lists, rest)
            if rows is None:
                field = self._field_of(holder, rest)
                inner = holder if isinstance(holder, RowList) else None
                return Spot(lists, inner, field) if field else None
            list_path = (*at, *rows.path)
            rest = rest[len(rows.path) :]
            if not rest:
                return Spot(lists, rows, list_path=list_path)
            if not rows.identified or not isinstance(rest[0], str):
                return None
            at = (*list_path, rest[0])
            lists = (*lists, (list_path, rest[0]))
            holder, rest = rows, rest[1:]
            if not rest:
                return Spot(lists, rows)

    def is_of_rows(self, path: Path) -> bool:
        """Whether a path that `changes` wrote names a whole row or list, not a place in one."""
        lists, rest = self.grid.lists, path
        while (rows := _list_at(lists, rest)) is not None:
            rest = rest[len(rows.path) + 1 :]
            if not rest or not rows.identified:
                return True
            lists = rows.lists
        return False

    def fields_within(self, path: Path) -> Iterator[tuple[Path, Field]]:
        """Yield the fields at, above or below a path that `changes` wrote, with their paths."""
        holder: Grid | RowList = self.grid
        at, rest = (), path
        while (rows := _list_at(holder.lists, rest)) is not None:
            if len(rest) < len(rows.path) + 2:
                return  # a whole row, or a whole list
            at = (*at, *rest[: len(rows.path) + 1])
            holder, rest = rows, rest[len(rows.path) + 1 :]
        for field in holder.fields:
            length = min(len(field.path), len(rest))
            if field.path[:length] == rest[:length]:
                yield (*at, *field.path), field

    def _field_of(self, holder: Grid | RowList, rest: Path) -> Field | None:
        if id(holder) not in self._fields:
            self._fields[id(holder)] = _by_name(holder.fields)
        return self._fields[id(holder)].get(tuple(map(str, rest)))


def _by_name(fields: Sequence[Field]) -> dict[tuple[str, ...], Field]:
    """Return the fields that are typed into, by their paths with all steps as texts."""
    hidden = (FieldType.DERIVED, FieldType.HIDDEN)
    return {tuple(map(str, f.path)): f for f in fields if f.type not in hidden}


def _list_at(lists: Sequence[RowList], path: Path) -> RowList | None:
    return next((rows for rows in lists if path[: len(rows.path)] == rows.path), None)


# --- reading and showing what was typed ----------------------------------------------------------


def read_typed(field: Field, text: str, before: Any, *, is_html: bool = False) -> Any:
    """Return the value that a typed text stands for, as `read_field`; `is_html`: of rich text."""
    if field.type is FieldType.CHECK:
        return text == "on"
    if is_html and field.type is FieldType.RICH:
        try:
            return prose.clean(text)
        except richtext.TooDeep:
            return text  # for the schema to refuse
    if not text.strip() and before is None and not field.codec:
        return None
    return read_field(field, text, before)


def show_typed(field: Field, value: Any) -> str:
    """Return a value as the page has it: rich text as HTML, all else as it is typed."""
    if field.type is FieldType.RICH:
        return str(value or "")
    return show_value(field, value)


def means_same(one: Any, two: Any) -> bool:
    """Whether two values of one field say the same; nothing is written in several ways."""
    return one == two or (_is_blank(one) and _is_blank(two))


def _is_blank(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


# --- putting in ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that cannot be made: a fault with a sentence, or a clash with what stands now.

    `base` and `theirs` are values, of a clash; `path` is the place, which may lie in the change.
    """

    change: Change
    path: Path
    message: str = ""
    base: Any = None
    theirs: Any = None

    @property
    def is_clash(self) -> bool:
        return not self.message


class Patched:
    """A section object that changes are put into. `value` is a copy; rows are found by id.

    `base`: what the page was drawn from, if that is something else. `is_judged`: whether what
    stands at a place must be what the page knew of it.
    """

    def __init__(
        self,
        value: Mapping[str, Any],
        places: Places,
        *,
        base: Mapping[str, Any] | None = None,
        is_judged: bool = True,
    ) -> None:
        self.value = deepcopy(dict(value))
        self.places, self.base, self.is_judged = places, base, is_judged
        self._rows: dict[Path, dict[str, Any]] = {}

    def put(self, change: Change) -> list[Refused]:
        """Make one change; returns what of it was refused."""
        spot = self.places.find(change.path)
        if spot is None:
            return [Refused(change, change.path, "this place is not known here")]
        match change:
            case Typed() if spot.field:
                return self._type(change, spot, spot.field)
            case AddedRow() if spot.rows and spot.lists and not (spot.field or spot.list_path):
                return self._add(change, spot)
            case RemovedRow() if spot.rows and spot.lists and not (spot.field or spot.list_path):
                return self._remove(change, spot)
            case Reordered() if spot.rows and spot.rows.identified and spot.list_path:
                return self._reorder(change, spot)
            case SentWhole() if spot.rows and not spot.rows.identified and spot.list_path:
                return self._put_list(change, spot, spot.rows)
        return [Refused(change, change.path, "this cannot be done here")]

    # one typed place

    def _type(self, change: Typed, spot: Spot, field: Field) -> list[Refused]:
        holder = self._holder(spot.lists)
        if holder is None:
            return [self._row_gone(change)]
        now = value_at(holder, field.path)
        new = read_typed(field, change.new, now, is_html=change.is_html)
        if means_same(now, new):
            return []
        old = read_typed(field, change.old, now, is_html=change.is_html)
        if self.is_judged and not means_same(now, old):
            new = _merge_texts(field, old, now, new)
            if new is None:
                return [Refused(change, change.path, base=old, theirs=now)]
        put_at(holder, field.path, new)
        return []

    def _row_gone(self, change: Change) -> Refused:
        """A row that the page had and somebody removed is a clash; one that never was, a fault."""
        if self.base and _has_row(self.base, self.places.find(change.path)):
            return Refused(change, change.path, base=getattr(change, "old", None), theirs=None)
        return Refused(change, change.path, "this row is not known here")

    # rows

    def _add(self, change: AddedRow, spot: Spot) -> list[Refused]:
        rows, (list_path, row_id) = spot.rows, spot.lists[-1]
        holder = self._holder(spot.lists[:-1])
        if rows is None or holder is None:
            return [self._row_gone(change)]
        if not ROW_ID.fullmatch(row_id):
            return [Refused(change, change.path, "this is no row id")]
        known = self._rows_by_id(list_path)
        variant = int(change.variant or -1)
        new = rows.variants[variant].new if 0 <= variant < len(rows.variants) else rows.new
        if row_id not in known:
            row = {**deepcopy(dict(new)), "id": row_id}
            here = value_at(holder, rows.path)
            if not isinstance(here, list):
                here = []
                put_at(holder, rows.path, here)
            if len(here) >= _FULL:
                return [Refused(change, change.path, f"at most {ROW_LIMIT:,} rows are kept")]
            here.insert(_place_behind(change.after, here, known), row)
            known[row_id] = row
        return [each for name in change.fields for each in self._fill(change, name, new)]

    def _fill(self, change: AddedRow, name: str, new: Mapping[str, Any]) -> list[Refused]:
        """Type one field of an added row, over what a new row holds there."""
        path = (*change.path, *field_path(name))
        spot = self.places.find(path)
        field = spot.field if spot else None
        before = show_typed(field, value_at(new, field.path)) if field else ""
        typed = Typed(path, before, change.fields[name], change.is_html)
        refused = self.put(typed)
        return [Refused(change, path, each.message, each.base, each.theirs) for each in refused]

    def _remove(self, change: RemovedRow, spot: Spot) -> list[Refused]:
        list_path, row_id = spot.lists[-1]
        known = self._rows_by_id(list_path)
        row = known.get(row_id)
        if row is None:
            return []
        if self.is_judged and self.base:
            before = _row_in(self.base, spot.lists)
            if before is not None and before != row:
                return [Refused(change, change.path, base=before, theirs=row)]
        here = self._list_of(spot.lists[:-1], list_path)
        del here[next(place for place, each in enumerate(here) if each is row)]
        del known[row_id]
        for path in [path for path in self._rows if path[: len(list_path)] == list_path]:
            if path != list_path:
                del self._rows[path]
        return []

    def _reorder(self, change: Reordered, spot: Spot) -> list[Refused]:
        known = self._rows_by_id(spot.list_path)
        rows = self._list_of(spot.lists, spot.list_path)
        here = [row["id"] for row in rows]
        mine = [row_id for row_id in change.ids if row_id in known]
        rows[:] = [known[row_id] for row_id in merge_order(here, here, mine)]
        return []

    def _put_list(self, change: SentWhole, spot: Spot, rows: RowList) -> list[Refused]:
        holder = self._holder(spot.lists)
        if holder is None:
            return [self._row_gone(change)]
        now = value_at(holder, rows.path) or []
        mine = [_read_row(rows, row, now, place) for place, row in enumerate(change.rows)]
        if self.is_judged and self.base and now != mine:
            base = value_at(_row_in(self.base, spot.lists) or {}, rows.path) or []
            if now != base:
                return [Refused(change, change.path, base=base, theirs=now)]
        put_at(holder, rows.path, mine)
        return []

    # finding rows

    def _holder(self, lists: Sequence[tuple[Path, str]]) -> dict[str, Any] | None:
        """Return the row that the last of `lists` names, the section for none; None if gone."""
        if not lists:
            return self.value
        list_path, row_id = lists[-1]
        return self._rows_by_id(list_path).get(row_id)

    def _list_of(self, lists: Sequence[tuple[Path, str]], list_path: Path) -> list[Any]:
        holder = self._holder(lists)
        outer = len(lists[-1][0]) + 1 if lists else 0
        found = value_at(holder, list_path[outer:])
        return found if isinstance(found, list) else []

    def _rows_by_id(self, list_path: Path) -> dict[str, Any]:
        """Return the rows of a list by id; the path names the rows above it by theirs."""
        if list_path not in self._rows:
            found = ById(self.value).at(list_path)
            rows = found if isinstance(found, list) else []
            self._rows[list_path] = {r["id"]: r for r in rows if isinstance(r, dict) and "id" in r}
        return self._rows[list_path]


def _place_behind(after: str | None, rows: Sequence[Any], known: Mapping[str, Any]) -> int:
    """Return where a row goes that stands behind `after`; at the end if that is gone."""
    if after is None:
        return 0
    last = reversed(range(len(rows)))  # most are added at the end
    return next((place + 1 for place in last if rows[place] is known.get(after)), len(rows))


def _merge_texts(field: Field, old: Any, now: Any, new: Any) -> str | None:
    if field.type is not FieldType.RICH:
        return None
    return merge_rich_text(old or "", now or "", new or "")


def _read_row(
    rows: RowList, sent: Mapping[str, str], before: Sequence[Any], place: int
) -> dict[str, Any]:
    """Return a row without an id: what its fields do not say is as the row in its place had it."""
    row = deepcopy(dict(before[place] if place < len(before) else rows.new))
    for field in rows.fields:
        name = "-".join(map(str, field.path))
        if field.type is FieldType.CHECK or name in sent:
            value = read_typed(field, sent.get(name, ""), value_at(row, field.path))
            put_at(row, field.path, value)
    return row


class ById:
    """An object whose rows are found by id, each list being looked through once."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self._rows: dict[int, dict[str, Any]] = {}

    def at(self, path: Path) -> Any:
        """Return what stands at a path that names rows by id, None where the way ends."""
        here = self.value
        for step in path:
            is_of_rows = isinstance(here, list) and not (here and are_words(here))
            if is_of_rows and isinstance(step, str):
                here = self._by_id(here).get(step)
            else:
                here = value_at(here, (step,))
        return here

    def _by_id(self, rows: list[Any]) -> dict[str, Any]:
        if id(rows) not in self._rows:
            named = {row["id"]: row for row in rows if isinstance(row, dict) and "id" in row}
            self._rows[id(rows)] = named
        return self._rows[id(rows)]


def _row_in(value: Any, lists: Sequence[tuple[Path, str]]) -> Any:
    """Return the row that `lists` lead to in another object, the object itself for no lists."""
    if not lists:
        return value
    list_path, row_id = lists[-1]
    return ById(value).at((*list_path, row_id))


def _has_row(value: Any, spot: Spot | None) -> bool:
    return bool(spot and spot.lists) and _row_in(value, spot.lists) is not None  # type: ignore[union-attr]


def name_rows(path: Path, value: Any) -> Path:
    """Return a path that counts rows as one that names them by id, where they bear one."""
    steps: list[str | int] = []
    for step in path:
        inner = value_at(value, (step,))
        is_row = isinstance(value, list) and isinstance(inner, Mapping) and inner.get("id")
        steps.append(str(inner["id"]) if is_row else step)
        value = inner
    return tuple(steps)
