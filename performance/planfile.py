"""Indicators, activity and RAG rules in the plan file: faults, and the way to rows and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from performance import formulas
from performance.arithmetic import circles
from performance.content import (
    RAG_DEFAULTS,
    ActivityContent,
    ActivityEntry,
    Column,
    IndicatorColumn,
    IndicatorsContent,
    ScaleLevel,
    Span,
)
from performance.judgements import read_unit
from performance.models import ActivityRow, ActivityTable, Indicator, IndicatorTable, RagRule
from performance.rag import choose_rule
from plans.content import Content, Fault, Path, in_column_order, repeated, unknown_columns
from plans.models import Section
from plans.planfile import RagOutcome, RagRuleEntry
from plans.registry import PlanFacts, RowStore
from plans.rows import sync_one, sync_rows

ADDEND_LIMIT = 20_000  # rows named by all the sums of one table


# --- indicators ----------------------------------------------------------------------------


def indicator_faults(content: IndicatorsContent, plan: PlanFacts) -> Iterator[Fault]:
    """Yield repeated keys and levels, cells of unknown columns, ratings outside the scale."""
    keys = [column.key for column in content.columns]
    yield from repeated(((("columns", i, "key"), key) for i, key in enumerate(keys)), "column key")
    levels = [entry.level for entry in content.scale]
    yield from repeated(
        ((("scale", i, "level"), str(level)) for i, level in enumerate(levels)), "level"
    )
    for i, row in enumerate(content.rows):
        yield from unknown_columns(row.cells, keys, ("rows", i, "cells"))
        yield from unknown_columns(row.ratings, keys, ("rows", i, "ratings"))
        for column, level in row.ratings.items():
            if column in keys and level not in levels:
                path = ("rows", i, "ratings", column)
                yield Fault(path, f"the scale has no level {level}")


def empty_indicators(plan: PlanFacts) -> dict[str, Any]:
    """Return the content of a new indicators section: last year's outturn and a target."""
    first = int(plan.year[:4]) if plan.year[:4].isdigit() else 0
    last = f"{first - 1}/{first % 100:02}" if first else ""
    columns = [
        IndicatorColumn(key="actual", label=f"Actual {last}".strip(), role="actual", year=last),
        IndicatorColumn(
            key="target", label=f"Target {plan.year}".strip(), role="target", year=plan.year
        ),
    ]
    return IndicatorsContent(columns=columns).model_dump()


def dump_indicators(sections: Sequence[Section]) -> dict[int, dict[str, Any]]:
    """Return the content of these sections by primary key, in two queries."""
    found = IndicatorTable.objects.filter(section__in=sections)
    tables = {table.section_id: table for table in found}
    dumped = {section.pk: _dump_indicator_table(tables.get(section.pk)) for section in sections}
    keys = {pk: _keys(content) for pk, content in dumped.items()}
    for row in Indicator.objects.filter(section__in=sections):
        dumped[row.section_id]["rows"].append(_dump_indicator(row, keys[row.section_id]))
    return dumped


def _keys(content: Mapping[str, Any]) -> list[str]:
    return [column["key"] for column in content["columns"]]


def _dump_indicator_table(table: IndicatorTable | None) -> dict[str, Any]:
    table = table or IndicatorTable()
    return {
        "columns": [_in_key_order(column, IndicatorColumn) for column in table.columns],
        "scale": [_in_key_order(level, ScaleLevel) for level in table.scale],
        "rows": [],
        **{
            name: value
            for name, default in RAG_DEFAULTS.items()
            if (value := getattr(table, name)) != default
        },
    }


def _dump_indicator(row: Indicator, columns: Sequence[str]) -> dict[str, Any]:
    return {
        "id": row.row_id,
        "ref": row.ref,
        "title": row.title,
        "unit": row.unit,
        "polarity": row.polarity,
        "cells": in_column_order(row.cells, columns),
        "ratings": {column: row.ratings[column] for column in columns if column in row.ratings},
    }


def _in_key_order(stored: Mapping[str, Any], schema: type[Content]) -> dict[str, Any]:
    """Return a stored object with its keys as the schema orders them; jsonb keeps no order."""
    return {name: stored[name] for name in schema.model_fields}


def load_indicators(section: Section, content: IndicatorsContent) -> None:
    """Make the section's rows read like `content`; only what changed is written."""
    data = content.model_dump()
    sync_one(
        IndicatorTable.objects.filter(section=section),
        IndicatorTable(
            section=section,
            columns=data["columns"],
            scale=data["scale"],
            rag_rule=content.rag_rule,
            shows_rag=content.shows_rag,
        ),
    )
    wanted = [
        Indicator(section=section, position=position, row_id=row.pop("id"), **row)
        for position, row in enumerate(data["rows"])
    ]
    sync_rows(Indicator.objects.filter(section=section), wanted)


def set_up_indicators(section: Section) -> dict[str, Any]:
    """Return the content of a section without its rows."""
    return _dump_indicator_table(IndicatorTable.objects.filter(section=section).first())


def council_rag_rules() -> dict[str, dict[str, Any]]:
    """Return the council's RAG rules by key, each as in the plan file, by name."""
    return {rule.key: dump_rule(rule) for rule in RagRule.objects.all()}


def dump_rule(rule: RagRule) -> dict[str, Any]:
    """Return a rule as an entry of a plan file's `rag_rules`."""
    entry = RagRuleEntry(
        key=rule.key,
        name=rule.name,
        units=rule.units,
        default=rule.is_default,
        tolerance=_write(rule.tolerance),
        tolerance_in=rule.tolerance_in,
        floor=_write(rule.floor),
        band=_write(rule.band),
        on_target=RagOutcome(**rule.on_target),
        near=RagOutcome(**rule.near),
        off_target=RagOutcome(**rule.off_target),
    )
    return entry.model_dump()


def _write(number: Decimal | None) -> str:
    return "" if number is None else format(number, "f")


def rules_used(content: IndicatorsContent, plan: PlanFacts) -> set[str]:
    """Return the keys of the RAG rules that judge these indicators."""
    rows = content.model_dump()["rows"]
    chosen = (
        choose_rule(plan.rag_rules, named=content.rag_rule, unit=read_unit(row)) for row in rows
    )
    return {rule.key for rule in chosen if rule}


def _columns_of(row: Content) -> dict[str, Any]:
    return row.model_dump(exclude={"id"})


INDICATOR_ROWS = RowStore(
    path=("rows",),
    model=Indicator,
    alone=frozenset({"ref", "title", "unit", "polarity", "cells", "ratings"}),
    dump=lambda row, content: _dump_indicator(row, _keys(content)),
    columns=_columns_of,
)


# --- activity ------------------------------------------------------------------------------


def activity_faults(content: ActivityContent, plan: PlanFacts) -> Iterator[Fault]:
    """Yield repeated keys, unknown names, circular sums and formulas, spans that do not fit."""
    keys = [column.key for column in content.columns]
    yield from repeated(((("columns", i, "key"), key) for i, key in enumerate(keys)), "column key")
    yield from repeated(
        ((("rows", i, "key"), row.key) for i, row in enumerate(content.rows)), "row key"
    )
    for i, row in enumerate(content.rows):
        yield from unknown_columns(row.cells, keys, ("rows", i, "cells"))
        for j, column in enumerate(row.blank):
            if column not in keys:
                yield Fault(("rows", i, "blank", j), f'there is no column "{column}"')
    yield from _find_formula_faults(content.columns)
    yield from _find_sum_faults(content.rows)
    yield from _find_span_faults(content)


def _find_formula_faults(columns: Sequence[Column]) -> Iterator[Fault]:
    places = {column.key: place for place, column in enumerate(columns)}
    needs = {}
    for i, column in enumerate(columns):
        names = formulas.parse(column.formula).names if column.formula else ()
        needs[column.key] = names
        for name in names:
            if name not in places:
                yield Fault(("columns", i, "formula"), f'there is no column "{name}"')
    for circle in circles(needs):
        path = ("columns", places[circle[0]], "formula")
        yield Fault(path, f"the formula is circular: {_show_circle(circle)}")


def _find_sum_faults(rows: Sequence[ActivityEntry]) -> Iterator[Fault]:
    places = {row.key: place for place, row in enumerate(rows)}
    for i, row in enumerate(rows):
        for j, key in enumerate(row.sum_of):
            if key not in places:
                yield Fault(("rows", i, "sum_of", j), f'there is no row "{key}"')
    for circle in circles({row.key: row.sum_of for row in rows}):
        path = ("rows", places[circle[0]], "sum_of")
        yield Fault(path, f"the sum is circular: {_show_circle(circle)}")
    addends = sum(len(row.sum_of) for row in rows)
    if addends > ADDEND_LIMIT:
        message = f"the sums add {addends:,} rows in all; at most {ADDEND_LIMIT:,} are kept"
        yield Fault(("rows",), message)


def _show_circle(circle: Sequence[str]) -> str:
    names = [f'"{name}"' for name in circle[:10]]
    more = ["…"] if len(circle) > 10 else []
    return " needs ".join([*names, *more, names[0]])


def _find_span_faults(content: ActivityContent) -> Iterator[Fault]:
    """Yield spans of unknown cells, and those that leave the table, overlap or cover a heading."""
    rows = {row.key: place for place, row in reversed(list(enumerate(content.rows)))}
    columns = {column.key: place for place, column in enumerate(content.columns)}
    taken = [0] * len(content.rows)  # for each row, the bits of the columns that spans cover
    for i, span in enumerate(content.spans):
        path: Path = ("spans", i)
        if span.row not in rows:
            yield Fault((*path, "row"), f'there is no row "{span.row}"')
        elif span.column not in columns:
            yield Fault((*path, "column"), f'there is no column "{span.column}"')
        else:
            top, left = rows[span.row], columns[span.column]
            yield from _find_misfits(span, path, len(content.rows) - top, len(columns) - left)
            bits = ((1 << span.columns) - 1) << left
            places = range(top, min(top + span.rows, len(content.rows)))
            if any(taken[place] & bits for place in places):
                yield Fault(path, "overlaps another merged cell")
            if any(content.rows[place].kind == "group" for place in places):
                yield Fault(path, "reaches over a group heading")
            for place in places:
                taken[place] |= bits


def _find_misfits(span: Span, path: Path, rows: int, columns: int) -> Iterator[Fault]:
    if span.rows > rows:
        yield Fault((*path, "rows"), f"leaves the table; rows from there: {rows}")
    if span.columns > columns:
        yield Fault((*path, "columns"), f"leaves the table; columns from there: {columns}")


def empty_activity(plan: PlanFacts) -> dict[str, Any]:
    """Return the content of a new activity section: last year beside this year."""
    columns = [
        Column(key="last_year", label="Last year"),
        Column(key="this_year", label=f"Planned {plan.year}".strip()),
    ]
    return ActivityContent(label="Activity area", columns=columns).model_dump()


def dump_activity(sections: Sequence[Section]) -> dict[int, dict[str, Any]]:
    """Return the content of these sections by primary key, in two queries."""
    found = ActivityTable.objects.filter(section__in=sections)
    tables = {table.section_id: table for table in found}
    dumped = {section.pk: _dump_activity_table(tables.get(section.pk)) for section in sections}
    keys = {pk: _keys(content) for pk, content in dumped.items()}
    for row in ActivityRow.objects.filter(section__in=sections):
        dumped[row.section_id]["rows"].append(_dump_activity_row(row, keys[row.section_id]))
    return dumped


def _dump_activity_table(table: ActivityTable | None) -> dict[str, Any]:
    table = table or ActivityTable()
    return {
        "label": table.label,
        "columns": [_in_key_order(column, Column) for column in table.columns],
        "rows": [],
        "spans": [_in_key_order(span, Span) for span in table.spans],
    }


def _dump_activity_row(row: ActivityRow, columns: Sequence[str]) -> dict[str, Any]:
    return {
        "id": row.row_id,
        "key": row.key,
        "ref": row.ref,
        "label": row.label,
        "kind": row.kind,
        "unit": row.unit,
        "figure": row.figure,
        "sum_of": list(row.sum_of),
        "blank": list(row.blank),
        "cells": in_column_order(row.cells, columns),
    }


def load_activity(section: Section, content: ActivityContent) -> None:
    """Make the section's rows read like `content`; only what changed is written."""
    data = content.model_dump()
    sync_one(
        ActivityTable.objects.filter(section=section),
        ActivityTable(
            section=section, label=data["label"], columns=data["columns"], spans=data["spans"]
        ),
    )
    wanted = [
        ActivityRow(section=section, position=position, row_id=row.pop("id"), **row)
        for position, row in enumerate(data["rows"])
    ]
    sync_rows(ActivityRow.objects.filter(section=section), wanted)


def set_up_activity(section: Section) -> dict[str, Any]:
    """Return the content of a section without its rows and the spans that name them."""
    table = ActivityTable.objects.filter(section=section).first()
    return {**_dump_activity_table(table), "spans": []}


ACTIVITY_ROWS = RowStore(
    path=("rows",),
    model=ActivityRow,
    alone=frozenset({"ref", "label", "unit", "figure", "blank", "cells"}),
    dump=lambda row, content: _dump_activity_row(row, _keys(content)),
    columns=_columns_of,
)
