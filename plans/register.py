"""Registers: any list with columns of the authors' own, such as contracts or consultations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import model_serializer, model_validator

from documents import richtext, values
from documents.blocks import COVERED, Align, Block, Cell, Column, Covered, Prose, Row, Table
from plans.content import (
    CELL_LIMIT,
    COLUMN_LIMIT,
    ROW_LIMIT,
    ColumnKey,
    Content,
    Fault,
    Field,
    Identified,
    LongText,
    Plain,
    in_column_order,
    repeated,
    unknown_columns,
)
from plans.grid import Field as GridField
from plans.grid import FieldType, Grid, RowList, RowOverride, Variant
from plans.models import Register, RegisterRow, Section
from plans.registry import Figure, PlanFacts, RowStore, Surroundings
from plans.rows import sync_one, sync_rows

ColumnType = Literal["text", "rich", "date", "choice", "yes_no", "money", "people"]


class RegisterColumn(Identified):
    key: ColumnKey
    label: Plain
    type: ColumnType = "text"
    choices: Annotated[list[Plain], Field(max_length=200)] = []


class RegisterEntry(Identified):
    """A group heading, or cells by column key; it is written as the one that it is."""

    group: Plain | None = None
    cells: dict[str, LongText] = {}

    @model_serializer
    def _write(self) -> dict[str, Any]:
        if self.group is not None:
            return {"id": self.id, "group": self.group}
        return {"id": self.id, "cells": self.cells}


class RegisterContent(Content):
    columns: Annotated[list[RegisterColumn], Field(min_length=1, max_length=COLUMN_LIMIT)]
    rows: Annotated[list[RegisterEntry], Field(max_length=ROW_LIMIT)] = []

    @model_validator(mode="after")
    def _tidy_cells(self) -> RegisterContent:
        """Put cells in column order and clean the rich ones; what cannot be cleaned is a fault."""
        rich = {column.key for column in self.columns if column.type == "rich"}
        keys = [column.key for column in self.columns]
        for row in self.rows:
            if row.group is None:
                cells = {**in_column_order(row.cells, keys), **_others(row.cells, keys)}
                row.cells = {k: _clean(v) if k in rich else v for k, v in cells.items()}
        return self


def _others(cells: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    known = set(keys)
    return {key: text for key, text in cells.items() if key not in known}


def _clean(text: str) -> str:
    try:
        return richtext.clean(text)
    except richtext.TooDeep:
        return text


def empty(facts: PlanFacts) -> dict[str, Any]:
    column = RegisterColumn(key="name", label="Name")
    return RegisterContent(columns=[column]).model_dump()


def faults(content: RegisterContent, facts: PlanFacts) -> Iterator[Fault]:
    keys = [column.key for column in content.columns]
    yield from repeated(((("columns", i, "key"), key) for i, key in enumerate(keys)), "column")
    for index, row in enumerate(content.rows):
        path = ("rows", index, "cells")
        if row.group is not None and row.cells:
            yield Fault(("rows", index), "is a group heading or a row of cells, not both")
        yield from unknown_columns(row.cells, keys, path)
        for column in content.columns:
            text = row.cells.get(column.key, "")
            message = _cell_fault(column, text)
            if message:
                yield Fault((*path, column.key), message)


def _cell_fault(column: RegisterColumn, text: str) -> str:
    if column.type == "rich":
        try:
            richtext.clean(text)
        except richtext.TooDeep as error:
            return str(error)
    elif len(text) > CELL_LIMIT:
        return f"is {len(text):,} characters long; at most {CELL_LIMIT:,} are kept"
    if column.type == "choice" and text and text not in column.choices:
        offered = ", ".join(f'"{choice}"' for choice in column.choices) or "nothing"
        return f'"{text[:60]}" is not offered; the choices are {offered}'
    return ""


# --- rows --------------------------------------------------------------------------------------


def dump(sections: Sequence[Section]) -> dict[int, dict[str, Any]]:
    columns = {r.section_id: r.columns for r in Register.objects.filter(section__in=sections)}
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in RegisterRow.objects.filter(section__in=sections).order_by("position"):
        entry = {"id": row.row_id, "group": row.group, "cells": row.cells}
        rows.setdefault(row.section_id, []).append(entry)
    return {
        section.pk: RegisterContent.model_validate(
            {"columns": columns[section.pk], "rows": rows.get(section.pk, [])}
        ).model_dump()
        for section in sections
    }


def load(section: Section, content: RegisterContent) -> None:
    columns = [column.model_dump() for column in content.columns]
    sync_one(Register.objects.filter(section=section), Register(section=section, columns=columns))
    wanted = [
        RegisterRow(section=section, row_id=row.id, position=index, **_columns_of(row))
        for index, row in enumerate(content.rows)
    ]
    sync_rows(RegisterRow.objects.filter(section=section), wanted)


def set_up(section: Section) -> dict[str, Any]:
    """Return the content of a register without its rows."""
    register = Register.objects.filter(section=section).first()
    return {"columns": register.columns if register else [], "rows": []}


def _dump_row(row: RegisterRow, content: Mapping[str, Any]) -> dict[str, Any]:
    if row.group is not None:
        return {"id": row.row_id, "group": row.group}
    keys = [column["key"] for column in content["columns"]]
    return {"id": row.row_id, "cells": in_column_order(row.cells, keys)}


def _columns_of(row: RegisterEntry) -> dict[str, Any]:
    return {"group": row.group, "cells": row.cells}


ROWS = RowStore(
    path=("rows",),
    model=RegisterRow,
    alone=frozenset({"group", "cells"}),
    dump=_dump_row,
    columns=_columns_of,
)


# --- print -------------------------------------------------------------------------------------


def build(content: RegisterContent, around: Surroundings) -> Iterator[Block]:
    if not content.rows:
        yield around.prose("<p>Nothing is recorded here yet.</p>")
        return
    columns = tuple(
        Column(key=column.key, label=column.label, align=_align(column))
        for column in content.columns
    )
    rows = tuple(_row(row, content.columns, around) for row in content.rows)
    yield Table(columns=columns, rows=rows, caption=around.caption, key="register")


def _align(column: RegisterColumn) -> Align:
    return "right" if column.type == "money" else "left"


def _row(row: RegisterEntry, columns: Sequence[RegisterColumn], around: Surroundings) -> Row:
    if row.group is not None:
        heading = Cell(values.parse(row.group), column_span=len(columns), header=True)
        return Row(row.id, (heading, *[COVERED] * (len(columns) - 1)), kind="group")
    cells: list[Cell | Covered] = [
        Cell(_content(column, row.cells.get(column.key, ""), around), header=index == 0)
        for index, column in enumerate(columns)
    ]
    return Row(row.id, tuple(cells))


def _content(column: RegisterColumn, text: str, around: Surroundings) -> values.Value | Prose:
    return around.prose(text) if column.type == "rich" else values.parse(text)


def figures(content: RegisterContent, facts: PlanFacts) -> Iterator[Figure]:
    count = sum(1 for row in content.rows if row.group is None)
    yield Figure("count", "Number of rows", values.computed(Decimal(count), 0))


# --- edit --------------------------------------------------------------------------------------

TYPES = (
    ("text", "Words"),
    ("rich", "Rich text"),
    ("date", "Date"),
    ("choice", "One of a list"),
    ("yes_no", "Yes or no"),
    ("money", "Money"),
    ("people", "People"),
)


def grid(content: Mapping[str, Any], facts: PlanFacts) -> Grid:
    columns = [column for column in content.get("columns") or () if column.get("key")]
    cells = tuple(_cell_field(column) for column in columns)
    group = GridField(("group",), "Heading", hint="A heading across the table")
    paths = frozenset(field.path for field in cells)
    as_heading = RowOverride(without=paths, style="group")
    as_row = RowOverride(without=frozenset({("group",)}))
    overrides = {
        index: as_row if row.get("group") is None else as_heading
        for index, row in enumerate(content.get("rows") or ())
    }
    rich = any(column.get("type") == "rich" for column in columns)
    rows = RowList(
        path=("rows",),
        title="Rows",
        noun="row",
        fields=(group, *cells),
        new={"cells": {}},
        variants=(Variant("heading", {"group": ""}, as_heading),),
        label_path=("cells", columns[0]["key"]) if columns else ("group",),
        layout="cards" if rich else "grid",
        rows=overrides,
        new_override=as_row,
    )
    return Grid(lists=(_columns_list(), rows))


def _cell_field(column: Mapping[str, Any]) -> GridField:
    path, label = ("cells", column["key"]), column.get("label") or column["key"]
    match column.get("type"):
        case "rich":
            return GridField(path, label, FieldType.RICH)
        case "choice":
            choices = tuple((choice, choice) for choice in column.get("choices") or ())
            return GridField(path, label, FieldType.CHOICE, choices=choices)
        case "date":
            return GridField(path, label, hint="DD/MM/YYYY, or words")
        case "money":
            return GridField(path, label, FieldType.CELL, holds="number")
        case _:
            return GridField(path, label, FieldType.LONG)


def _columns_list() -> RowList:
    return RowList(
        path=("columns",),
        title="Columns",
        noun="column",
        fields=(
            GridField(("key",), "Key", FieldType.HIDDEN),
            GridField(("label",), "Heading", required=True),
            GridField(("type",), "What it holds", FieldType.CHOICE, choices=TYPES),
            GridField(("choices",), "Choices", FieldType.LINES, hint="One a line"),
        ),
        new={"key": "", "label": "", "type": "text", "choices": []},
        label_path=("label",),
        folded=True,
        hint="Removing a column removes what stands in it.",
    )
