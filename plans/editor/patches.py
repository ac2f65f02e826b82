"""Changed places of a section as a page sends them: read from JSON, found in a grid, put in.

`docs/editing-protocol.md` says what a page sends. Values are texts as they are typed, read by the
same fields as a whole form. Pure: works on section objects; nothing here knows the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias

from documents import richtext
from plans.content import ROW_ID, ROW_LIMIT, Path
from plans.editor.reading import field_path, read_field, show_value
from plans.grid import Field, FieldType, Grid, RowList, put_at, value_at
from plans.merge import ORDER, merge_order, merge_rich_text

CHANGE_LIMIT = 30_000
ROWS_SENT_LIMIT = 4_000
_DEEPEST = 12  # steps of a path
_LONGEST_STEP = 200
_LONGEST_NAME = 1_000
_FULL = 2 * ROW_LIMIT  # rows of a list: the schema refuses half as many, in its own words
_ADDED = {"path", "added", "after", "variant", "fields", "html"}


class NotAPatch(ValueError):
    """What arrived is not a patch; the message says why. Nothing of it may be used."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One place typed in. `old` is what the page last knew to be saved there."""

    path: Path
    old: str
    new: str
    is_html: bool = False


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A row that the page made: its id at the path's end, behind the row `after`, None for first.

    `fields` are texts by field name; `is_html` tells of the rich ones.
    """

    path: Path
    after: str | None
    variant: str
    fields: Mapping[str, str]
    is_html: bool = False


@dataclass(frozen=True, slots=True)
class RemovedRow:
    path: Path


@dataclass(frozen=True, slots=True)
class Reordered:
    """The ids of a list in their new order; those it does not name stay behind their neighbours."""

    path: Path
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentWhole:
    """All rows of a list whose rows bear no id, each by the names of its fields."""

    path: Path
    rows: tuple[Mapping[str, str], ...]


Change: TypeAlias = Typed | AddedRow | RemovedRow | Reordered | SentWhole


@dataclass(frozen=True, slots=True)
class Patch:
    """What a page changed since `base_revision`. `ends_draft`: nothing on it is unsaved beside."""

    changes: tuple[Change, ...]
    base_revision: int
    save_id: str
    ends_draft: bool


# --- from JSON -----------------------------------------------------------------------------------


def read_patch(value: Any, *, is_saved: bool = True) -> Patch:
    """Return the patch that a JSON value describes; one that is not saved needs no `save_id`.

    :raises NotAPatch: if anything in it is not as the protocol has it.
    """
    known = {"save_id", "base_revision", "ends_draft", "changes"}
    sent = _read_object(value, known, "the patch")
    base, save_id = sent.get("base_revision"), sent.get("save_id", "" if not is_saved else None)
    if type(base) is not int or not 0 <= base < 2**31:
        raise NotAPatch("base_revision must be the number of a revision")
    if is_saved and not (isinstance(save_id, str) and re.fullmatch(r"[A-Za-z0-9-]{1,64}", save_id)):
        raise NotAPatch("save_id must be 1 to 64 letters, digits and hyphens")
    changes = sent.get("changes")
    if not isinstance(changes, list) or len(changes) > CHANGE_LIMIT:
        raise NotAPatch(f"changes must be a list of at most {CHANGE_LIMIT:,}")
    read = tuple(_read_change(change) for change in changes)
    of_lists = [change.path for change in read if isinstance(change, Reordered | SentWhole)]
    if len(of_lists) != len(set(of_lists)):
        raise NotAPatch("a list may be put in order, or sent whole, once")
    return Patch(
        changes=read,
        base_revision=base,
        save_id=str(save_id),
        ends_draft=_read_flag(sent, "ends_draft"),
    )


def _read_object(value: Any, known: set[str], what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise NotAPatch(f"{what} must be an object")
    if not value.keys() <= known:
        raise NotAPatch(f"{what} holds a key that is not known here")
    return value


def _read_flag(value: Mapping[str, Any], name: str) -> bool:
    flag = value.get(name, False)
    if not isinstance(flag, bool):
        raise NotAPatch(f"{name} must be true or false")
    return flag


def _read_change(value: Any) -> Change:
    if not isinstance(value, dict):
        raise NotAPatch("a change must be an object")
    path = _read_path(value.get("path"))
    if "added" in value:
        return _read_added(value, path)
    if "removed" in value:
        _read_object(value, {"path", "removed"}, "a removed row")
        if value["removed"] is not True:
            raise NotAPatch("removed must be true")
        return RemovedRow(path)
    if "rows" in value:
        return _read_whole_list(value, path)
    if path[-1] == ORDER:
        return _read_order(value, path[:-1])
    sent = _read_object(value, {"path", "old", "new", "html"}, "a typed change")
    return Typed(path, _read_text(sent, "old"), _read_text(sent, "new"), _read_flag(sent, "html"))


def _read_path(value: Any) -> Path:
    if not isinstance(value, list) or not 1 <= len(value) <= _DEEPEST:
        raise NotAPatch(f"a path must be a list of 1 to {_DEEPEST} steps")
    for step in value:
        is_number = type(step) is int and 0 <= step < 10_000
        if not is_number and not (isinstance(step, str) and len(step) <= _LONGEST_STEP):
            raise NotAPatch("a step of a path must be a short text or a number")
    return tuple(value)


def _read_text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise NotAPatch(f"{name} must be a text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_added(value: Mapping[str, Any], path: Path) -> AddedRow:
    sent = _read_object(value, _ADDED, "an added row")
    after = sent.get("after")
    if sent["added"] is not True:
        raise NotAPatch("added must be true")
    if after is not None and not isinstance(after, str):
        raise NotAPatch("after must be the id of a row, or null")
    variant = sent.get("variant", "")
    if not isinstance(variant, str) or not re.fullmatch(r"[0-9]{0,2}", variant):
        raise NotAPatch("variant must be a number as a text")
    fields = _read_fields(sent.get("fields", {}))
    return AddedRow(path, after, variant, fields, _read_flag(sent, "html"))


def _read_fields(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise NotAPatch("the fields of a row must be an object")
    if any(len(name) > _LONGEST_NAME for name in value):
        raise NotAPatch("the name of a field is too long")
    return {name: _read_text(value, name) for name in value}


def _read_order(value: Mapping[str, Any], path: Path) -> Reordered:
    sent = _read_object(value, {"path", "new"}, "an order")
    ids = sent.get("new")
    if not path or not isinstance(ids, list) or len(ids) > ROWS_SENT_LIMIT:
        raise NotAPatch("an order must be a list of row ids")
    if not all(isinstance(row_id, str) for row_id in ids):
        raise NotAPatch("an order must be a list of row ids")
    return Reordered(path, tuple(dict.fromkeys(ids)))


def _read_whole_list(value: Mapping[str, Any], path: Path) -> SentWhole:
    sent = _read_object(value, {"path", "rows"}, "a whole list")
    rows = sent["rows"]
    if not isinstance(rows, list) or len(rows) > ROWS_SENT_LIMIT:
        raise NotAPatch(f"rows must be a list of at most {ROWS_SENT_LIMIT:,}")
    return SentWhole(path, tuple(_read_fields(row) for row in rows))


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
            return richtext.clean(text)
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
            if isinstance(here, list) and isinstance(step, str):
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
