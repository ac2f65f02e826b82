"""Budgets and staffing as charts: what each unit costs, and how posts change between years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from budgets.arithmetic import INCOMES, Amounts, PlanBudget, PlanPosts
from documents import values
from documents.blocks import Chart, Prose, Series
from documents.charts import tell_undrawn
from documents.values import BLANK, Status, Value
from plans.registry import Surroundings

GROSS, NET = "gross", "net"
BANDS, UNITS = "bands", "units"
BUDGET_CHARTS: Mapping[str, str] = {
    GROSS: "Gross expenditure and income by unit",
    NET: "Net expenditure by unit",
}
STAFFING_CHARTS: Mapping[str, str] = {
    BANDS: "Change of posts by grade",
    UNITS: "Change of posts by unit",
}


def draw_budget(
    budget: PlanBudget, titles: Sequence[str], around: Surroundings
) -> Iterator[Chart | Prose]:
    """Yield the charts that a budget shows, or why one is missing; `titles` are of its units."""
    amounts = [unit.controllable for unit in budget.units]
    rows = [(title, each) for title, each in zip(titles, amounts, strict=True) if _is_told(each)]
    if not rows:
        yield from _tell_missing(BUDGET_CHARTS, "no unit has an amount", around)
        return
    if GROSS in around.charts:
        income = [values.total(each[name] for name in INCOMES[budget.layout]) for _, each in rows]
        gross = Series("Gross expenditure", tuple(each["gross"] for _, each in rows))
        series = (gross, Series("Income", tuple(income)))
        yield _make_chart(BUDGET_CHARTS[GROSS], rows, series, around)
    if NET in around.charts:
        series = (Series("Net expenditure", tuple(each["net"] for _, each in rows)),)
        yield _make_chart(BUDGET_CHARTS[NET], rows, series, around)


def _tell_missing(
    captions: Mapping[str, str], reason: str, around: Surroundings
) -> Iterator[Prose]:
    for sort, caption in captions.items():
        if sort in around.charts:
            yield tell_undrawn(caption, reason)


def _is_told(amounts: Amounts) -> bool:
    return amounts["gross"].status is not Status.BLANK or amounts["net"].status is not Status.BLANK


def _make_chart(
    caption: str,
    rows: Iterable[tuple[str, Amounts]],
    series: tuple[Series, ...],
    around: Surroundings,
) -> Chart:
    return Chart(
        kind="bar",
        categories=tuple(title for title, _ in rows),
        series=series,
        caption=caption,
        unit=around.plan.money_unit,
    )


# --- posts -------------------------------------------------------------------------------------


def draw_staffing(
    posts: PlanPosts, titles: Sequence[str], around: Surroundings
) -> Iterator[Chart | Prose]:
    """Yield bars of what was added or taken away between the first year and the last.

    With one year alone there is nothing to compare, which a sentence says instead.
    """
    if len(posts.years) < 2:
        yield from _tell_missing(STAFFING_CHARTS, "it takes posts of two years", around)
        return
    if BANDS in around.charts:
        yield from _draw_changes(STAFFING_CHARTS[BANDS], posts.bands, posts.years)
    if UNITS in around.charts:
        units = [
            (title, unit.total)
            for title, unit in zip(titles, posts.units, strict=True)
            if unit.bands
        ]
        yield from _draw_changes(STAFFING_CHARTS[UNITS], units, posts.years)


def _draw_changes(
    caption: str, rows: Sequence[tuple[str, tuple[Value, ...]]], years: Sequence[str]
) -> Iterator[Chart]:
    if not rows:
        return
    changes = tuple(subtract(cells[-1], cells[0]) for _, cells in rows)
    listed = [
        Series(year, tuple(cells[place] for _, cells in rows), "listed")
        for place, year in enumerate(years)
    ]
    yield Chart(
        kind="bar",
        categories=tuple(label for label, _ in rows),
        series=(*listed, Series("Change", changes)),
        caption=f"{caption}, {years[0]} to {years[-1]}",
        unit="FTE",
    )


_NONE = (Status.NIL, Status.NOT_APPLICABLE, Status.BLANK)


def subtract(later: Value, earlier: Value) -> Value:
    """Return the difference with its sign; nil counts as 0, both blank stay blank."""
    if later.status is Status.BLANK and earlier.status is Status.BLANK:
        return BLANK
    numbers = [Decimal(0) if v.status in _NONE else v.number for v in (later, earlier)]
    if numbers[0] is None or numbers[1] is None:
        return values.TO_BE_SET
    by = values.computed(numbers[0] - numbers[1], max(later.decimals, earlier.decimals))
    is_more = by.number is not None and by.number > 0
    return values.Value(
        f"+{by.text}" if is_more else by.text,
        Status.NUMBER,
        by.number,
        by.decimals,
        computed=True,
    )
