"""What a chart draws and says: its series, its figures as numbers, its figures in words."""

from __future__ import annotations

from collections.abc import Sequence

from documents.blocks import Chart, Paragraph, Prose, Run, Series
from documents.values import Status, Value, show

_TOO_LARGE = 1e200  # no scale reaches there
_FIGURES_TOLD = 60  # in words; more are told by their table alone


def drawn(chart: Chart) -> list[Series]:
    """Return the series that are not only listed in the chart's table."""
    return [series for series in chart.series if series.role != "listed"]


def read_figure(value: Value) -> float | None:
    """Return the number to draw; None where there is none, or none that a scale can hold."""
    if value.number is None or not -_TOO_LARGE < value.number < _TOO_LARGE:
        return None
    figure = float(value.number)
    return figure if abs(figure) > 1 / _TOO_LARGE else 0.0


def list_figures(series: Series) -> list[tuple[int, float]]:
    """Return the figures that can be drawn, each with the place of its category."""
    figures = [(at, read_figure(value)) for at, value in enumerate(series.values)]
    return [(at, figure) for at, figure in figures if figure is not None]


def list_all(chart: Chart) -> list[float]:
    """Return every figure that is drawn."""
    figures = [read_figure(value) for series in drawn(chart) for value in series.values]
    return [figure for figure in figures if figure is not None]


# --- in words ---------------------------------------------------------------------------------


def describe_chart(chart: Chart) -> str:
    """Return the chart in a sentence: its kind, what it is about and how far its figures reach."""
    kind = "Bar chart" if chart.kind == "bar" else "Line chart"
    unit = f" ({chart.unit})" if chart.unit else ""
    names = ", ".join(series.name for series in drawn(chart) if series.name)
    of = f"; series: {names}" if names else ""
    return f"{kind}: {chart.caption}{unit}{of}; {_describe_reach(chart)}."


def _describe_reach(chart: Chart) -> str:
    known = [
        (value.number, category, show(value))
        for series in drawn(chart)
        for category, value in zip(chart.categories, series.values, strict=False)
        if value.number is not None
    ]
    if not known:
        return "no figures yet"
    lowest, highest = min(known), max(known)
    return f"from {lowest[2]} ({lowest[1]}) to {highest[2]} ({highest[1]})"


def tell_chart(chart: Chart) -> str:
    """Return the chart in a sentence and its figures in others: all that the drawing shows."""
    return " ".join(filter(None, (describe_chart(chart), tell_figures(chart))))


def tell_figures(chart: Chart) -> str:
    """Return every figure that is drawn, in a sentence for each series; "" where they are many."""
    told = [_tell_series(series, chart.categories) for series in drawn(chart)]
    count = sum(len(series.values) for series in drawn(chart))
    return " ".join(filter(None, told)) if count <= _FIGURES_TOLD else ""


def _tell_series(series: Series, categories: Sequence[str]) -> str:
    pairs = [
        (category, show(value))
        for category, value in zip(categories, series.values, strict=False)
        if value.number is not None
    ]
    if not pairs:
        return ""
    if series.role == "comparator":
        return f"{series.name}: {pairs[0][1]}."
    told = "; ".join(f"{category} {figure}" for category, figure in pairs)
    return f"{series.name}: {told}." if series.name else f"{told}."


def tell_gaps(chart: Chart) -> str:
    """Return in a sentence what is not drawn, because it is to be set or no number; "" if none."""
    gaps = [
        " ".join(filter(None, (series.name, category, f"({show(value)})")))
        for series in drawn(chart)
        if series.role != "comparator"
        for category, value in zip(chart.categories, series.values, strict=False)
        if value.status is not Status.BLANK and read_figure(value) is None
    ]
    return f"Not drawn: {'; '.join(gaps)}." if gaps else ""


def tell_undrawn(caption: str, reason: str) -> Prose:
    """Return the sentence that stands in place of a chart with nothing to draw."""
    return Prose((Paragraph((Run(f"{caption}: nothing is drawn, as {reason}."),)),))
