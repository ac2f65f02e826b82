"""Reading a posted form back into an object, by the grid that drew it.

Names are paths joined by hyphens: `content-rows-3-cells-c1`. Each list says how many rows it was
drawn with, so that a form that arrives cut short is refused rather than read as a removal. What
the grid does not show is kept as it was in the row of the same id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Literal

from documents import richtext
from plans.content import ROW_LIMIT, Path
from plans.grid import Codec, Field, FieldType, Grid, RowList, put_at, value_at
from plans.registry import PlanFacts, get_kind

Posted = Mapping[str, str]
Verb = Literal["add", "remove", "up", "down"]
GridOf = Callable[[Mapping[str, Any]], Grid]


class Incomplete(ValueError):
    """The form did not arrive whole; nothing of it may be saved."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A button of a list: add a row (of a variant), or remove or move the row at `path`."""

    verb: Verb
    path: Path
    variant: int = -1


def field_name(path: Path) -> str:
    return "-".join(str(step) for step in path)


def field_path(name: str) -> Path:
    """Return the path that `field_name` made this name from."""
    return tuple(int(s) if s.isascii() and s.isdigit() else s for s in name.split("-"))


def count_name(path: Path) -> str:
    return f"{field_name(path)}-count"


# --- the grid of a whole section -----------------------------------------------------------------

CAPTION = Field(("caption",), "Table caption", hint="The table's own title, above it", folded=True)
INTRO = Field(("intro",), "Introduction", FieldType.RICH, hint="Stands before the table")
CLOSING = Field(
    ("closing",), "Closing words", FieldType.RICH, hint="Stands after the table", after=True
)
NOTES = RowList(
    path=("notes",),
    title="Notes",
    noun="note",
    fields=(
        Field(("mark",), "Mark", required=True, width="narrow"),
        Field(("text",), "Text", FieldType.RICH),
    ),
    new={"mark": "", "text": ""},
    label_path=("mark",),
    folded=True,
    layout="cards",
    hint="A cell or heading points at a note by ending in [note 1].",
)


def _labels_codec() -> Codec:
    def show(labels: Mapping[str, str] | None) -> str:
        return "\n".join(f"{name}: {words}" for name, words in (labels or {}).items())

    def read(text: str) -> dict[str, str]:
        pairs = [line.partition(":") for line in text.split("\n") if line.strip()]
        if any(not mark or not name.strip() for name, mark, _ in pairs):
            raise ValueError("write each word on its own line, as “leads: Accountable manager”")
        return {name.strip(): words.strip() for name, _, words in pairs}

    return Codec(show, read)


def _frame_fields(facts: PlanFacts) -> tuple[Field, ...]:
    """Return what every section has beside its content and its title."""
    units = tuple((unit.key, unit.name) for unit in facts.units)
    return (
        Field(("lead",), "Lead (the post that is printed)", folded=True),
        Field(
            ("unit",),
            "Team it is about",
            FieldType.CHOICE,
            choices=units,
            empty_as_null=True,
            folded=True,
        ),
        Field(
            ("orientation",),
            "Paper",
            FieldType.CHOICE,
            choices=(("portrait", "Upright (portrait)"), ("landscape", "Across (landscape)")),
            required=True,
            folded=True,
        ),
        Field(("numbered",), "The heading bears a number", FieldType.CHECK, folded=True),
        Field(
            ("front",),
            "Stands before the contents, as a foreword does",
            FieldType.CHECK,
            folded=True,
        ),
        Field(
            ("labels",),
            "This plan's own words for fixed headings",
            FieldType.LONG,
            hint="One a line: “leads: Accountable manager”.",
            codec=_labels_codec(),
            folded=True,
        ),
    )


def _chart_fields(charts: Mapping[str, str]) -> tuple[Field, ...]:
    """Return a box for each chart that a kind draws."""
    return tuple(
        Field(("charts", slug), words, FieldType.CHECK, groups=("Charts",), folded=True)
        for slug, words in charts.items()
    )


def section_grid(section: Mapping[str, Any], facts: PlanFacts) -> Grid:
    """Return the grid of a whole section object: its frame around its kind's own."""
    kind = get_kind(section["kind"])
    inner = kind.grid(section["content"], facts)
    own = tuple(replace(field, path=("content", *field.path)) for field in inner.fields)
    lists = tuple(replace(rows, path=("content", *rows.path)) for rows in inner.lists)
    is_words = section["kind"] == "narrative"
    around = () if is_words else (CAPTION, INTRO)
    after = () if is_words else (CLOSING,)
    return Grid(
        fields=(*around, *own, *after, *_frame_fields(facts), *_chart_fields(kind.charts)),
        lists=(*lists, NOTES),
        derived={("content", *path): text for path, text in inner.derived.items()},
    )


# --- reading -------------------------------------------------------------------------------------


def read_posted(posted: Posted, base: Mapping[str, Any], grid_of: GridOf) -> dict[str, Any]:
    """Return the object that the form describes, `base` where the form says nothing.

    Read twice, because a table's columns are themselves part of the form: first for the
    columns, then for the cells under them.

    :raises Incomplete: if rows that were drawn did not arrive.
    """
    first = _Reader(posted, base).read(grid_of(base))
    drop_lost_columns(first)
    second = _Reader(posted, base).read(grid_of(first))
    drop_lost_columns(second)
    return second


class _Reader:
    """Reads one form against the object that it was drawn from."""

    def __init__(self, posted: Posted, base: Mapping[str, Any]) -> None:
        self.posted, self.base = posted, base

    def read(self, grid: Grid) -> dict[str, Any]:
        result = deepcopy(dict(self.base))
        for field in grid.fields:
            self._read_field(field, (), result, value_at(self.base, field.path))
        for rows in grid.lists:
            if count_name(rows.path) in self.posted:
                before = value_at(self.base, rows.path) or []
                put_at(result, rows.path, self._read_rows(rows, rows.path, before))
        return result

    def _read_rows(self, rows: RowList, at: Path, before: list[Any]) -> list[Any]:
        count = self._count(at)
        known = {row["id"]: row for row in before if isinstance(row, Mapping) and row.get("id")}
        return [self._read_row(rows, (*at, index), index, known, before) for index in range(count)]

    def _count(self, at: Path) -> int:
        text = self.posted.get(count_name(at), "0")
        if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 2 * ROW_LIMIT:
            raise Incomplete(f"the number of rows of {field_name(at)} is not right")
        return int(text)

    def _read_row(
        self, rows: RowList, at: Path, index: int, known: Mapping[str, Any], before: list[Any]
    ) -> dict[str, Any]:
        row_id = self.posted.get(f"{field_name(at)}-id")
        if row_id is None:
            raise Incomplete(f"row {index + 1} of {field_name(at[:-1])} did not arrive")
        row = deepcopy(known[row_id]) if row_id in known else self._new_row(rows, row_id, at)
        if not known and index < len(before) and "id" not in (before[index] or {}):
            row = deepcopy(dict(before[index]))
        old = deepcopy(row)
        for field in rows.fields:
            self._read_field(field, at, row, value_at(old, field.path))
        for inner in rows.lists:
            path = (*at, *inner.path)
            if count_name(path) in self.posted:
                put_at(
                    row, inner.path, self._read_rows(inner, path, value_at(old, inner.path) or [])
                )
        return row

    def _new_row(self, rows: RowList, row_id: str, at: Path) -> dict[str, Any]:
        """Return a row that the base does not know; an id that was never given is dropped."""
        variant = self.posted.get(f"{field_name(at)}-variant", "")
        chosen = (
            rows.variants[int(variant)].new
            if re.fullmatch(r"[0-9]{1,2}", variant) and int(variant) < len(rows.variants)
            else rows.new
        )
        return {"id": "", **deepcopy(dict(chosen))} if rows.identified else deepcopy(dict(chosen))

    def _read_field(self, field: Field, at: Path, target: dict[str, Any], before: Any) -> None:
        name = field_name((*at, *field.path))
        if field.type is FieldType.DERIVED:
            return
        if field.type is FieldType.CHECK:
            if f"{name}-shown" in self.posted:
                put_at(target, field.path, name in self.posted)
            return
        if name not in self.posted:
            return
        text = self.posted[name].replace("\r\n", "\n").replace("\r", "\n")
        if field.type is FieldType.RICH and f"{name}-html" in self.posted:
            text = html_as_typed(text)
        if not text.strip() and value_at(target, field.path) is None and not field.codec:
            return  # nothing was there, nothing is typed
        put_at(target, field.path, read_field(field, text, before))


def html_as_typed(html: str) -> str:
    """Return rich text that arrived as HTML in the notation in which it would have been typed."""
    try:
        return richtext.to_plain(html)
    except richtext.TooDeep:
        return html


def show_value(field: Field, value: Any) -> str:
    """Return what a field holds as the text that is typed there."""
    if field.codec and not isinstance(value, str):
        return field.codec.show(value)
    if value is None:
        return ""
    if field.type is FieldType.CHECK:
        return "on" if value else ""
    if field.type is FieldType.RICH:
        return richtext.to_plain(value)
    if field.type is FieldType.LINES and isinstance(value, list):
        return "\n".join(str(line) for line in value)
    return str(value)


def read_field(field: Field, text: str, before: Any) -> Any:
    """Return the value that a typed text stands for; what cannot be read stays text, for the
    schema to refuse at this place.

    `before`: what the form was drawn with; a text that was left alone stands for just that, even
    where it cannot say all of it (a line end within one line of a list).
    """
    if before is not None and text.strip() == show_value(field, before).strip():
        return before
    if field.codec:
        try:
            return field.codec.read(text)
        except ValueError:
            return text
    if field.empty_as_null and not text.strip():
        return None
    if field.parse == "int":
        return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text.strip()) else text
    if field.type is FieldType.RICH:
        return richtext.from_plain(text)
    if field.type is FieldType.LINES:
        return [line.strip() for line in text.split("\n") if line.strip()]
    return text.strip()


def drop_lost_columns(section: dict[str, Any]) -> None:
    """Give new columns a key, and take cells out that stood under a column that is gone."""
    content = section.get("content")
    if not isinstance(content, dict) or not isinstance(content.get("columns"), list):
        give_keys(section)
        return
    give_keys(section)
    keys = {column["key"] for column in content["columns"]}
    for row in content.get("rows") or ():
        for name in ("cells", "ratings"):
            if isinstance(row.get(name), dict):
                row[name] = {key: value for key, value in row[name].items() if key in keys}


def give_keys(value: Any) -> None:
    """Give every keyed row of a list whose key is still empty one made from its label."""
    if isinstance(value, dict):
        for item in value.values():
            give_keys(item)
    elif isinstance(value, list):
        taken = {row["key"] for row in value if isinstance(row, dict) and row.get("key")}
        for row in value:
            if isinstance(row, dict) and row.get("key") == "":
                row["key"] = _free_key(row.get("label") or row.get("name") or "", taken)
                taken.add(row["key"])
            give_keys(row)


def _free_key(label: str, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]", "", label.lower())[:24]
    stem = stem if stem[:1].isalpha() else f"c{stem}"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}{number}", number + 1
    return key


# --- buttons -------------------------------------------------------------------------------------


def read_operation(text: str, grid: Grid) -> Operation | None:
    """Return what a list's button asks for, None if it names no list of the grid."""
    match = re.fullmatch(r"(add|remove|up|down):([a-z0-9_-]{1,200})(?::([0-9]{1,2}))?", text)
    if not match:
        return None
    path: Path = tuple(int(s) if s.isdigit() else s for s in match[2].split("-"))
    verb: Verb = match[1]  # type: ignore[assignment]
    list_path = path if verb == "add" else path[:-1]
    if find_list(grid, list_path) is None:
        return None
    return Operation(verb, path, int(match[3]) if match[3] else -1)


def find_list(grid: Grid, path: Path) -> RowList | None:
    """Return the description of the list at an absolute path, through the rows it lies in."""
    for rows in grid.lists:
        found = _find_in(rows, path)
        if found:
            return found
    return None


def _find_in(rows: RowList, path: Path) -> RowList | None:
    length = len(rows.path)
    if path[:length] != rows.path:
        return None
    rest = path[length:]
    if not rest:
        return rows
    if not isinstance(rest[0], int):
        return None
    return next((found for inner in rows.lists if (found := _find_in(inner, rest[1:]))), None)


def _has_row_for(value: Mapping[str, Any], rows: RowList, path: Path) -> bool:
    """Whether the row that an inner list belongs to is there; an outer list needs none."""
    row = path[: -len(rows.path)]
    return not row or value_at(value, row) is not None


def apply_operation(value: dict[str, Any], operation: Operation, grid: Grid) -> Path | None:
    """Do what a button asks for, in place; returns the path of the row to go to, if any."""
    if operation.verb == "add":
        rows = find_list(grid, operation.path)
        if rows is None or not _has_row_for(value, rows, operation.path):
            return None
        here = value_at(value, operation.path) or []
        variants = rows.variants
        new = (
            variants[operation.variant].new if 0 <= operation.variant < len(variants) else rows.new
        )
        here.append({"id": "", **deepcopy(dict(new))} if rows.identified else deepcopy(dict(new)))
        put_at(value, operation.path, here)
        return (*operation.path, len(here) - 1)
    here = value_at(value, operation.path[:-1]) or []
    index = operation.path[-1]
    if not isinstance(index, int) or not 0 <= index < len(here):
        return None
    if operation.verb == "remove":
        del here[index]
        return (*operation.path[:-1], min(index, len(here) - 1)) if here else None
    other = index - 1 if operation.verb == "up" else index + 1
    if 0 <= other < len(here):
        here[index], here[other] = here[other], here[index]
        return (*operation.path[:-1], other)
    return operation.path
