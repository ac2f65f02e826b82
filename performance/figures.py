"""The named values of indicators and activity that prose can quote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from documents import values
from performance.arithmetic import work_out_table
from performance.content import (
    ActivityContent,
    ActivityEntry,
    Column,
    IndicatorColumn,
    IndicatorEntry,
    IndicatorsContent,
)
from performance.judgements import read_standings
from plans.checks.dates import read_periods
from plans.checks.numbers import date_mark
from plans.figures import either
from plans.registry import Figure, PlanFacts

COUNTED = "N indicators|N measures|N performance indicators|N key performance indicators"
# What a sentence says of the indicators that a count is of.
SORTS = {
    "improved": "improved|improving|rose|risen",
    "worse": "worse|worsened|declined|deteriorated",
    "unchanged": "unchanged|stayed the same|no change",
    "on_target": "on target|met target|met their target|met the target|met their targets",
    "better_than_both": "better than both|above both|both averages",
}
FEWEST_WORDS = 2  # of a row's label by which prose can mean it
# The words by a number that tell which column of an indicator it is.
PHRASES = {
    "actual": "outturn|actual|performance",
    "estimate": "estimate|estimated outturn|forecast",
    "target": "target",
    "floor": "floor",
    "national": "national average|England average",
    "comparator": "comparator average|comparator group average",
}


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
                _names_of_cell(row, column),
            )


def _names_of_cell(row: IndicatorEntry, column: IndicatorColumn) -> tuple[str, ...]:
    """Return how prose means a cell: its role by the number, its indicator and its year near it;
    of what came about the number alone tells."""
    phrase = PHRASES.get(column.role)
    if phrase is None:
        return ()
    near = f"; {either(row.ref, row.title)}; {column.year}".rstrip("; ")
    return (phrase + near, near) if column.role in ("actual", "estimate") else (phrase + near,)


def _count_those(path: str, label: str, found: Sequence[object], wanted: object) -> Figure:
    """Return a count of those that say `wanted`; its label says how many say nothing (None)."""
    silent = found.count(None)
    said = f"{label} ({silent} of {len(found)} cannot be compared)" if silent else label
    # Where most say nothing, what prose says of them may be right all the same.
    names = (f"{COUNTED}; {SORTS[path]}",) if silent * 2 <= len(found) else ()
    return _count(path, said, found.count(wanted), names)


def _count(path: str, label: str, number: int, names: tuple[str, ...] = (COUNTED,)) -> Figure:
    return Figure(path, label, values.computed(Decimal(number), 0), names=names)


def activity_figures(content: ActivityContent, plan: PlanFacts) -> Iterable[Figure]:
    """Yield `<row key>.<column>` for each cell as printed, then the same under `figure` names."""
    answers = work_out_table(content.model_dump())
    rows = [(row, a) for row, a in zip(content.rows, answers, strict=True) if row.kind != "group"]
    names = [(row.key, row, a) for row, a in rows] + [(row.figure, row, a) for row, a in rows]
    times = {column.key: _time_of(column, plan.year) for column in content.columns}
    adds_up = any(row.kind != "row" for row, _ in rows)
    return _once(
        Figure(
            f"{name}.{column.key}",
            f"{row.label}, {name_column(column)}",
            answer[column.key].value,
            column.unit or row.unit,
            _names_of_row(row, times[column.key], adds_up=adds_up),
        )
        for name, row, answer in names
        if name
        for column in content.columns
    )


def _time_of(column: Column, year: str) -> str:
    """Return the date or year that a column is headed with; "" if it is none or several."""
    dates = read_periods(name_column(column), year=year)
    return date_mark(dates[0]) if len(dates) == 1 else ""


def _names_of_row(row: ActivityEntry, time: str, *, adds_up: bool) -> tuple[str, ...]:
    """Return how prose means a row at a time: the table's total by the section's title, rows of a
    table that adds nothing up by their own words."""
    if adds_up or not time or len(row.label.split()) < FEWEST_WORDS:
        return (f"*; {time}",) if row.kind == "total" and time else ()
    return (f"{either(row.label)}; {time}",)


def name_column(column: Column | IndicatorColumn) -> str:
    """Return a column's heading in one line, with the headings above it."""
    return ", ".join([*column.groups, column.label or column.key])


def _once(figures: Iterable[Figure]) -> Iterator[Figure]:
    seen: set[str] = set()
    for figure in figures:
        if figure.path not in seen:
            seen.add(figure.path)
            yield figure
