"""Indicators and activity as data: the plan file's `content`, its keys, order and defaults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from documents.values import split_notes
from performance import formulas
from plans.content import (
    COLUMN_LIMIT,
    ROW_LIMIT,
    Cell,
    ColumnKey,
    Content,
    Field,
    Identified,
    Key,
    Plain,
    RowKind,
    in_column_order,
    read_year,
)

GROUP_LIMIT = 3  # headings above a column

Groups = Annotated[list[Plain], Field(max_length=GROUP_LIMIT)]


def _complain(message: str) -> PydanticCustomError:
    # Braces would be read as placeholders of the error's template.
    return PydanticCustomError("fault", "{message}", {"message": message})


def _complete_cells(
    cells: Mapping[str, str], columns: Iterable[Column | IndicatorColumn]
) -> dict[str, str]:
    """Return the cells in column order, a missing one as ""; of unknown columns at the end."""
    return {**in_column_order(cells, [column.key for column in columns]), **cells}


# --- indicators ---------------------------------------------------------------------------

YEARLY_ROLES = ("actual", "estimate", "target", "floor")


class IndicatorColumn(Identified):
    """A column of an indicator table: whose value, of which year."""

    key: ColumnKey
    label: Plain = ""
    groups: Groups = []
    role: Literal["actual", "estimate", "national", "comparator", "floor", "target", "other"] = (
        "other"
    )
    year: Plain = ""

    @field_validator("year")
    @classmethod
    def read_year_of_role(cls, year: str, info: ValidationInfo) -> str:
        if not year or info.data.get("role") not in YEARLY_ROLES:
            return year
        try:
            return read_year(year)
        except ValueError as error:
            raise _complain(str(error)) from error


class ScaleLevel(Content):
    """One level of a rating scale: its word, and its mark in print."""

    level: int
    word: Plain = ""
    mark: Plain = ""


def _without_nulls(ratings: dict[str, int | None]) -> dict[str, int | None]:
    return {column: level for column, level in ratings.items() if level is not None}


class IndicatorEntry(Identified):
    """An indicator as it stands in the plan file."""

    ref: Plain
    title: Plain
    unit: Plain = ""
    polarity: Literal["higher", "lower", "band", "none"] = "none"
    cells: dict[str, Cell] = {}
    ratings: Annotated[dict[str, int | None], AfterValidator(_without_nulls)] = {}


RAG_DEFAULTS: dict[str, Any] = {"rag_rule": "", "shows_rag": False}


class IndicatorsContent(Content):
    """The content of an indicators section; cells and ratings are brought in column order.

    `rag_rule`: the key of a RAG rule, "" for the one of each measure's unit; `shows_rag`: it is
    printed. Both are left out where they have their defaults, as in files older than the keys.
    """

    columns: Annotated[list[IndicatorColumn], Field(min_length=1, max_length=COLUMN_LIMIT)]
    scale: Annotated[list[ScaleLevel], Field(max_length=100)] = []
    rows: Annotated[list[IndicatorEntry], Field(max_length=ROW_LIMIT)] = []
    rag_rule: Literal[""] | Key = ""
    shows_rag: bool = False

    @model_serializer(mode="wrap")
    def dump_without_defaults(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        dumped: dict[str, Any] = dump(self)
        for name, default in RAG_DEFAULTS.items():
            if dumped.get(name) == default:
                del dumped[name]
        return dumped

    @model_validator(mode="after")
    def complete_rows(self) -> IndicatorsContent:
        places = {column.key: place for place, column in enumerate(self.columns)}
        for row in self.rows:
            row.cells = _complete_cells(row.cells, self.columns)
            rated = sorted(row.ratings, key=lambda column: places.get(column, len(places)))
            row.ratings = {column: row.ratings[column] for column in rated}
        return self


# --- activity -----------------------------------------------------------------------------


def _read_formula(text: str) -> str:
    if text:
        try:
            formulas.parse(text)
        except formulas.NotAFormula as error:
            raise _complain(str(error)) from error
    return text


class Column(Identified):
    """A column of an activity table; `formula` "" is none."""

    key: ColumnKey
    label: Plain = ""
    groups: Groups = []
    unit: Plain = ""
    formula: Annotated[Plain, AfterValidator(_read_formula)] = ""


class ActivityEntry(Identified):
    """A row of an activity table as it stands in the plan file."""

    key: Plain
    ref: Plain = ""
    label: Plain
    kind: RowKind = "row"
    unit: Plain = ""
    figure: Plain = ""
    sum_of: Annotated[list[Plain], Field(max_length=ROW_LIMIT)] = []
    blank: Annotated[list[Plain], Field(max_length=COLUMN_LIMIT)] = []
    cells: dict[str, Cell] = {}


class Span(Content):
    """A merged cell: the place of its first cell, and how many rows and columns it covers."""

    row: Plain
    column: Plain
    rows: Annotated[int, Field(ge=1, le=ROW_LIMIT)] = 1
    columns: Annotated[int, Field(ge=1, le=COLUMN_LIMIT)] = 1


class ActivityContent(Content):
    """The content of an activity section.

    Cells are brought in column order; a row whose key is "" gets one from its label.
    """

    label: Plain = ""
    columns: Annotated[list[Column], Field(min_length=1, max_length=COLUMN_LIMIT)]
    rows: Annotated[list[ActivityEntry], Field(max_length=ROW_LIMIT)] = []
    spans: Annotated[list[Span], Field(max_length=ROW_LIMIT)] = []

    @model_validator(mode="after")
    def complete_rows(self) -> ActivityContent:
        taken = {row.key for row in self.rows}
        for row in self.rows:
            row.key = row.key or _make_row_key(row.label, taken)
            row.cells = _complete_cells(row.cells, self.columns)
        return self


def _make_row_key(label: str, taken: set[str]) -> str:
    """Return a key that says what the label says and is not `taken`, and take it."""
    words = re.findall(r"[a-z0-9]+", split_notes(label)[0].lower())
    stem = "-".join(words)[:40].strip("-") or "row"
    key = next(key for n in count(1) if (key := stem if n == 1 else f"{stem}-{n}") not in taken)
    taken.add(key)
    return key
