"""Indicators as charts: how each has gone over the years, and how it stands beside others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import shorten

from documents import values
from documents.blocks import Chart, Prose, Run, Series, SubHeading
from documents.charts import tell_undrawn
from documents.values import BLANK, Value
from performance.content import IndicatorColumn, IndicatorEntry, IndicatorsContent
from plans.registry import Surroundings

TREND, COMPARISON = "trend", "comparison"
INDICATOR_CHARTS: Mapping[str, str] = {
    TREND: "How each indicator has gone, with its targets and comparators",
    COMPARISON: "How each indicator stands beside its comparators",
}
_UNDRAWN = {
    TREND: "no indicator has figures of two years in one unit",
    COMPARISON: "no indicator has a figure of its own and one of a comparator in one unit",
}

_OVER_YEARS = {"actual": "Actual", "estimate": "Estimate", "target": "Target", "floor": "Floor"}
_TITLE = 120  # characters above a chart
_OWN = ("actual", "estimate")
_OTHERS = ("national", "comparator")
_POLARITIES = {"higher": "Higher is better.", "lower": "Lower is better."}


def draw_indicators(content: IndicatorsContent, around: Surroundings) -> Iterator[Prose | Chart]:
    """Yield the charts that the section shows, those of a sort under a heading of their own.

    An indicator with too few figures has none; where all have, a sentence says so.
    """
    year = around.plan.year
    drawn = {
        TREND: lambda row: _draw_trend(row, content.columns),
        COMPARISON: lambda row: _draw_comparison(row, content.columns, year),
    }
    for sort, words in INDICATOR_CHARTS.items():
        if sort not in around.charts:
            continue
        charts = [chart for row in content.rows for chart in drawn[sort](row)]
        if charts:
            yield Prose((SubHeading((Run(words),)),))
            yield from charts
        else:
            yield tell_undrawn(words, _UNDRAWN[sort])


def _read(row: IndicatorEntry, column: IndicatorColumn) -> Value:
    return values.parse(row.cells[column.key])


def _fits(value: Value, like: Value) -> bool:
    """Whether a value is a number that may stand on one scale with another."""
    return value.number is not None and (value.unit, value.word) == (like.unit, like.word)


def _name(row: IndicatorEntry) -> str:
    """Return reference and title; of a long title its first words, the table has all of them."""
    title = shorten(values.split_notes(row.title)[0], width=_TITLE, placeholder=" …")
    return f"{row.ref} {title}".strip()


# --- over the years ----------------------------------------------------------------------------


def _draw_trend(row: IndicatorEntry, columns: Sequence[IndicatorColumn]) -> Iterator[Chart]:
    """Yield a line chart where at least two years have a figure of the same unit."""
    dated = [column for column in columns if column.role in _OVER_YEARS and column.year]
    years = sorted({column.year for column in dated})
    numbers = [value for column in dated if (value := _read(row, column)).number is not None]
    if not numbers:
        return
    if len({c.year for c in dated if _fits(_read(row, c), numbers[0])}) < 2:
        return
    series = [
        Series(name, _by_year(row, [c for c in dated if c.role == role], years, numbers[0]))
        for role, name in _OVER_YEARS.items()
    ]
    others = list(_draw_others(row, columns, years, numbers[0]))
    yield Chart(
        kind="line",
        categories=tuple(years),
        series=(*(each for each in series if any(v != BLANK for v in each.values)), *others),
        caption=_name(row),
        unit=row.unit,
        size="half",
        note=_POLARITIES.get(row.polarity, ""),
    )


def _by_year(
    row: IndicatorEntry, columns: Sequence[IndicatorColumn], years: Sequence[str], like: Value
) -> tuple[Value, ...]:
    """Return the first value of each year; a number of another unit stands as its words."""
    found: dict[str, Value] = {}
    for column in columns:
        found.setdefault(column.year, _comparable(_read(row, column), like))
    return tuple(found.get(year, BLANK) for year in years)


def _comparable(value: Value, like: Value) -> Value:
    if value.number is None or _fits(value, like):
        return value
    return values.Value(value.text, values.Status.TEXT, notes=value.notes)


def _draw_others(
    row: IndicatorEntry, columns: Sequence[IndicatorColumn], years: Sequence[str], like: Value
) -> Iterator[Series]:
    """Yield a line across for each comparator; it has one figure, of a year of its own."""
    for column in columns:
        value = _read(row, column)
        if column.role in _OTHERS and _fits(value, like):
            yield Series(column.label, (value,) * len(years), "comparator")


# --- beside others -----------------------------------------------------------------------------


def _draw_comparison(
    row: IndicatorEntry, columns: Sequence[IndicatorColumn], year: str
) -> Iterator[Chart]:
    """Yield bars of the last figure of one's own above those of others."""
    own = [column for column in columns if column.role in _OWN and column.year <= year]
    own = [column for column in own if _read(row, column).number is not None]
    if not own:
        return
    last = max(own, key=lambda column: column.year)
    figure = _read(row, last)
    shown = [last, *(c for c in columns if c.role in _OTHERS and _fits(_read(row, c), figure))]
    if len(shown) < 2:
        return
    yield Chart(
        kind="bar",
        categories=tuple(_label(column) for column in shown),
        series=(Series("", tuple(_read(row, column) for column in shown)),),
        caption=_name(row),
        unit=row.unit,
        size="half",
        note=_POLARITIES.get(row.polarity, ""),
    )


def _label(column: IndicatorColumn) -> str:
    """Return a few words for a bar: "Estimate 2007/08", or what a comparator's column is called."""
    if column.role in _OWN and column.year:
        return f"{_OVER_YEARS[column.role]} {column.year}"
    return column.label or column.year
