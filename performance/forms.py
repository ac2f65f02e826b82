"""What the editors of indicators and activity show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from documents import values
from performance.arithmetic import work_out_table
from performance.models import ActivityRow, Indicator
from performance.rag import judge_table
from plans.content import Path
from plans.grid import Field, FieldType, Grid, RowList, RowOverride, Variant
from plans.registry import PlanFacts

ROLES = (
    ("actual", "Actual"),
    ("estimate", "Estimate"),
    ("national", "National average"),
    ("comparator", "Comparator group"),
    ("floor", "Floor"),
    ("target", "Target"),
    ("other", "Something else"),
)
_NOT_IN_A_HEADING = ("sum_of", "blank", "unit", "figure")
_UNRATED = ("target", "floor")

Rules: TypeAlias = Mapping[str, Mapping[str, Any]]
RAG_PATH: Path = ("rag",)

GROUPS = Field(("groups",), "Headings above", FieldType.LINES, hint="Outermost first, one a line")
KEY = Field(("key",), "Key", FieldType.HIDDEN)


def _cell_fields(columns: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Field]]:
    """Yield each column that has a key, with the field of its cells."""
    for column in columns:
        if key := column.get("key"):
            groups = tuple(column.get("groups") or ())
            label = column.get("label") or key
            unit = (column.get("unit") or "").strip()
            holds = f"unit:{unit}" if unit else "row"
            yield key, Field(("cells", key), label, FieldType.CELL, groups=groups, holds=holds)


# --- indicators ----------------------------------------------------------------------------


def indicator_grid(content: Mapping[str, Any], plan: PlanFacts) -> Grid:
    """Return the editor of an indicators section: its rows, then columns and scale to set up."""
    columns = content.get("columns") or []
    scale = content.get("scale") or []
    rules = plan.rag_rules
    judged = [*_rag_column(rules)]
    return Grid(
        fields=tuple(_rag_fields(content, rules)),
        lists=(
            _indicator_rows(columns, scale, content.get("rows") or (), judged),
            _indicator_columns(),
            _scale_levels(),
        ),
        derived={
            ("rows", index, *RAG_PATH): str(each)
            for index, each in enumerate(judge_table(content, rules) if rules else ())
        },
    )


def _rag_fields(content: Mapping[str, Any], rules: Rules) -> Iterator[Field]:
    """Yield how the table is judged and whether that is printed; nothing where no rule is kept."""
    named = content.get("rag_rule") or ""
    if not (rules or named or content.get("shows_rag")):
        return
    choices = {key: rule["name"] or key for key, rule in rules.items()}
    if isinstance(named, str) and named and named not in choices:
        choices[named] = f"{named} (no longer kept)"
    yield Field(
        ("rag_rule",),
        "RAG rule",
        FieldType.CHOICE,
        hint="What says how near an indicator is to its target.",
        choices=(("", "The rule of each indicator's unit"), *choices.items()),
        folded=True,
    )
    yield Field(
        ("shows_rag",),
        "Print the RAG",
        FieldType.CHECK,
        hint="In a last column: word, shape and colour.",
        folded=True,
    )


def _rag_column(rules: Rules) -> Iterator[Field]:
    """Yield the column that says how near the latest value is to its target, if a rule is kept."""
    if rules:
        yield Field(RAG_PATH, "RAG", FieldType.DERIVED)


def _indicator_rows(
    columns: Sequence[Mapping[str, Any]],
    scale: Sequence[Mapping[str, Any]],
    rows: Iterable[Mapping[str, Any]],
    judged: Iterable[Field],
) -> RowList:
    rated = {column for row in rows for column in row.get("ratings") or ()}
    unrated = {c.get("key") for c in columns if c.get("role") in _UNRATED} - rated
    choices = [(str(entry.get("level", "")), _name_level(entry)) for entry in scale]
    fields: list[Field] = [
        Field(("ref",), "Ref", width="narrow"),
        Field(("title",), "Indicator", required=True, width="wide"),
        Field(("unit",), "Unit", hint="%, days", width="narrow"),
        Field(
            ("polarity",),
            "Better is",
            FieldType.CHOICE,
            choices=tuple((p.value, str(p.label)) for p in Indicator.Polarity),
        ),
    ]
    for key, field in _cell_fields(columns):
        fields.append(field)
        if (choices or key in rated) and key not in unrated:
            fields.append(_rating_field(key, field, choices))
    return RowList(
        path=("rows",),
        title="Indicators",
        noun="indicator",
        fields=(*fields, *judged),
        new={"ref": "", "title": "", "unit": "", "polarity": "none", "cells": {}, "ratings": {}},
        label_path=("title",),
        hint="A number, or words such as to be set. [note 1] at the end points at a note.",
    )


def _rating_field(column: str, cell: Field, choices: Iterable[tuple[str, str]]) -> Field:
    return Field(
        ("ratings", column),
        f"{cell.label}: rating",
        FieldType.CHOICE,
        groups=cell.groups,
        choices=(("", "Not rated"), *choices),
        parse="int",
        empty_as_null=True,
    )


def _name_level(entry: Mapping[str, Any]) -> str:
    level = str(entry.get("level", ""))
    return f"{level} {entry.get('word') or ''}".strip()


def _indicator_columns() -> RowList:
    return RowList(
        path=("columns",),
        title="Columns",
        noun="column",
        fields=(
            KEY,
            Field(("label",), "Heading", required=True, width="wide"),
            GROUPS,
            Field(("role",), "What it holds", FieldType.CHOICE, choices=ROLES),
            Field(("year",), "Year", hint="2008/09", width="narrow"),
        ),
        new={"key": "", "label": "", "groups": [], "role": "actual", "year": ""},
        label_path=("label",),
        folded=True,
        hint="Removing a column removes what stands in it.",
    )


def _scale_levels() -> RowList:
    return RowList(
        path=("scale",),
        title="Rating scale",
        noun="level",
        fields=(
            Field(("level",), "Level", parse="int", required=True, width="narrow"),
            Field(("word",), "Word", required=True),
            Field(("mark",), "Sign in print", hint="●●●", width="narrow"),
        ),
        new={"level": None, "word": "", "mark": ""},
        label_path=("word",),
        folded=True,
        identified=False,
        hint="The highest level is the best.",
    )


# --- activity ------------------------------------------------------------------------------


def activity_grid(content: Mapping[str, Any], plan: PlanFacts) -> Grid:
    """Return the editor of an activity section; cells that a rule fills are in `derived`."""
    columns = content.get("columns") or []
    rows = content.get("rows") or []
    return Grid(
        fields=(
            Field(("label",), "Heading of the first column", hint="Area, Referrals", folded=True),
        ),
        lists=(
            _activity_rows(columns, rows, content.get("label") or "Activity"),
            _activity_columns(columns),
            _merged_cells(columns, rows),
        ),
        derived=dict(_derived_cells(content)),
    )


def _derived_cells(content: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for index, answers in enumerate(work_out_table(content)):
        for column, answer in answers.items():
            if answer.is_derived:
                yield ("rows", index, "cells", column), values.show(answer.value)


def _activity_rows(
    columns: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]], label: str
) -> RowList:
    formulas = {column.get("key"): column for column in columns if column.get("formula")}
    cells = [
        replace(field, rule=_cell_rule(formulas.get(key))) for key, field in _cell_fields(columns)
    ]
    new = {"key": "", "label": "", "kind": "row", "cells": {}}
    return RowList(
        path=("rows",),
        title="Activity",
        noun="row",
        fields=(
            Field(("label",), label, required=True, width="wide"),
            *cells,
            *_set_up_fields(columns),
        ),
        new=new,
        variants=(
            Variant("heading", {**new, "kind": "group"}, _heading_override({}, cells)),
            Variant("total", {**new, "kind": "total", "sum_of": []}, RowOverride(style="total")),
        ),
        label_path=("label",),
        rows=dict(_row_overrides(rows, cells)),
        hint="An empty cell is worked out where its column has a formula or its row is a sum.",
    )


def _set_up_fields(columns: Sequence[Mapping[str, Any]]) -> Iterator[Field]:
    """Yield what describes a row and is seldom touched: its sort, its sum, its names."""
    described = (
        Field(
            ("kind",),
            "Sort of row",
            FieldType.CHOICE,
            choices=tuple((kind.value, str(kind.label)) for kind in ActivityRow.Kind),
        ),
        Field(
            ("sum_of",),
            "Sum of",
            FieldType.LINES,
            hint="Short names of the rows it adds, one a line",
        ),
        Field(
            ("key",),
            "Short name",
            hint="For sums and live figures; left empty, it is made from the label",
            width="narrow",
        ),
        Field(("ref",), "Ref", width="narrow"),
        Field(("unit",), "Unit", width="narrow"),
        Field(
            ("blank",),
            "Left empty",
            FieldType.LINES,
            hint=_list_names("Columns that stay empty on purpose, one a line", columns),
        ),
        Field(
            ("figure",),
            "Figure name",
            hint="Quotes this row under a second name",
            width="narrow",
        ),
    )
    return (replace(field, set_up=True) for field in described)


def _cell_rule(column: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return how the page fills the empty cells of a column: by its formula, else by sums."""
    if column is None:
        return {"named": "sum_of"}
    return {"formula": column["formula"], "unit": column.get("unit") or ""}


def _row_overrides(
    rows: Iterable[Mapping[str, Any]], cells: Sequence[Field]
) -> Iterator[tuple[int, RowOverride]]:
    """Yield the rows of a kind of their own; a heading lacks what it does not hold already."""
    for index, row in enumerate(rows):
        kind = row.get("kind") or "row"
        if kind == "group":
            yield index, _heading_override(row, cells)
        elif kind in ("subtotal", "total", "of_which"):
            yield index, RowOverride(style=kind)


def _heading_override(row: Mapping[str, Any], cells: Sequence[Field]) -> RowOverride:
    typed = row.get("cells") or {}
    absent = [field.path for field in cells if not typed.get(field.path[-1])]
    unused = [(name,) for name in _NOT_IN_A_HEADING if not row.get(name)]
    return RowOverride(without=frozenset([*absent, *unused]), style="group")


def _list_names(words: str, columns: Iterable[Mapping[str, Any]]) -> str:
    """Return a hint with what each column is called in formulas."""
    names = [
        f"{key} is {', '.join([*(column.get('groups') or ()), column.get('label') or key])}"
        for column in columns
        if (key := column.get("key"))
    ]
    return f"{words}: {'; '.join(names)}" if names else words


def _activity_columns(columns: Sequence[Mapping[str, Any]]) -> RowList:
    return RowList(
        path=("columns",),
        title="Columns",
        noun="column",
        fields=(
            KEY,
            Field(("label",), "Heading", required=True, width="wide"),
            GROUPS,
            Field(("unit",), "Unit", width="narrow"),
            Field(("formula",), "Formula", hint="(c2 - c1) / c1 %"),
        ),
        new={"key": "", "label": "", "groups": [], "unit": "", "formula": ""},
        label_path=("label",),
        folded=True,
        hint=_list_names("In formulas", columns),
    )


def _merged_cells(
    columns: Iterable[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]
) -> RowList:
    starts = [(row["key"], row.get("label") or row["key"]) for row in rows if row.get("key")]
    tops = tuple((key, field.label) for key, field in _cell_fields(columns))
    return RowList(
        path=("spans",),
        title="Merged cells",
        noun="merged cell",
        fields=(
            Field(("row",), "From row", FieldType.CHOICE, choices=tuple(starts), required=True),
            Field(("column",), "From column", FieldType.CHOICE, choices=tops, required=True),
            Field(("rows",), "Rows down", parse="int", required=True, width="narrow"),
            Field(("columns",), "Columns across", parse="int", required=True, width="narrow"),
        ),
        new={"row": "", "column": "", "rows": 1, "columns": 1},
        label_path=("row",),
        folded=True,
        identified=False,
        hint="One text over several cells.",
    )
