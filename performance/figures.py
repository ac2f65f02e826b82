"""The named values of indicators and activity that prose can quote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from documents import values
from performance.arithmetic import work_out_table
from performance.content import ActivityContent, Column, IndicatorColumn, IndicatorsContent
from performance.judgements import read_standings
from plans.registry import Figure, PlanFacts


def indicator_figures(content: IndicatorsContent, plan: PlanFacts) -> Iterator[Figure]:
    """Yield `<ref>.<column>` for each cell, then the counts; of a repeated ref the first row."""
    yield from _once(_indicator_cells(content))
    standings = read_standings(content.model_dump())
    trends = [standing.trend for standing in standings]
    yield _count("count", "Indicators", len(content.rows))
    yield _count_those("improved", "Indicators that improved", trends, "improved")
    yield _count_those("worse", "Indicators that got worse", trends, "worse")
    yield _count_those("unchanged", "Indicators that stayed the same", trends, "unchanged")
    on_target = [standing.on_target for standing in standings]
    yield _count_those("on_target", "Indicators on target", on_target, True)
    beats_both = [standing.beats_both for standing in standings]
    yield _count_those("better_than_both", "Indicators better than both averages", beats_both, True)


def _indicator_cells(content: IndicatorsContent) -> Iterator[Figure]:
    for row in content.rows:
        for column in content.columns if row.ref else ():
            yield Figure(
                f"{row.ref}.{column.key}",
                f"{row.ref} {row.title}, {name_column(column)}",
                values.parse(row.cells.get(column.key, "")),
                row.unit,
            )


def _count_those(path: str, label: str, found: Sequence[object], wanted: object) -> Figure:
    """Return a count of those that say `wanted`; its label says how many say nothing (None)."""
    silent = found.count(None)
    said = f"{label} ({silent} of {len(found)} cannot be compared)" if silent else label
    return _count(path, said, found.count(wanted))


def _count(path: str, label: str, number: int) -> Figure:
    return Figure(path, label, values.computed(Decimal(number), 0))


def activity_figures(content: ActivityContent, plan: PlanFacts) -> Iterable[Figure]:
    """Yield `<row key>.<column>` for each cell as printed, then the same under `figure` names."""
    answers = work_out_table(content.model_dump())
    rows = [(row, a) for row, a in zip(content.rows, answers, strict=True) if row.kind != "group"]
    names = [(row.key, row, a) for row, a in rows] + [(row.figure, row, a) for row, a in rows]
    return _once(
        Figure(
            f"{name}.{column.key}",
            f"{row.label}, {name_column(column)}",
            answer[column.key].value,
            column.unit or row.unit,
        )
        for name, row, answer in names
        if name
        for column in content.columns
    )


def name_column(column: Column | IndicatorColumn) -> str:
    """Return a column's heading in one line, with the headings above it."""
    return ", ".join([*column.groups, column.label or column.key])


def _once(figures: Iterable[Figure]) -> Iterator[Figure]:
    seen: set[str] = set()
    for figure in figures:
        if figure.path not in seen:
            seen.add(figure.path)
            yield figure
