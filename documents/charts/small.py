"""Small charts, many on a page: bars with their labels, lines above a table of their figures.

They have no ticks: every figure is written out, so that a scale would say nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator

from documents.blocks import Chart, Series
from documents.charts.bars import LABEL_LINE, THICK, Bars
from documents.charts.figures import drawn, list_all, tell_chart
from documents.charts.lines import Lines
from documents.charts.marks import Legend, draw_key
from documents.charts.scales import EM, fit_scale, make_scale, widest, wrap_label
from documents.colours import Colours
from documents.svg import QUIET, RULE, Drawing, line, svg, text
from documents.typeface import measure, shorten
from documents.values import show

GAP = 12.0  # pixels between two small charts
_LEAST = {"bar": 225.0, "line": 300.0}  # pixels
_BETWEEN = 4.0  # the bars of two categories
_BAR_LABELS = 0.5  # of the width, at most
_ROW = 15.0  # of the table below lines
_PLOT = 62.0
_KEY = 23.0
_NAMES = 112.0  # the widest names of series
_LEAST_COLUMN = 34.0
_AIR = 8.0  # right and left of a figure together


def count_across(kind: str, paper: float) -> int:
    """Return how many small charts stand side by side on so many pixels of paper."""
    return max(1, int(paper // (_LEAST[kind] + GAP)))


def small_width(chart: Chart, paper: float) -> float:
    return paper / count_across(chart.kind, paper) - GAP


def draw_small_bars(chart: Chart, width: float, colours: Colours) -> Drawing:
    series = drawn(chart)
    left = min(width * _BAR_LABELS, 12 + widest(chart.categories))
    most = width * 0.25
    told = [shorten(show(value), most / EM) for own in series for value in own.values]
    scale = make_scale([*list_all(chart), 0.0], width - left - widest(told) - 10, steps=20)
    legend = Legend(chart, colours, 0, width)
    labels = [wrap_label(each, left - 10, 2) for each in chart.categories]
    band = max(THICK * len(series), LABEL_LINE * max(map(len, labels), default=1)) + _BETWEEN
    tops = tuple(legend.height + band * row for row in range(len(labels)))
    bars = Bars(left, scale, tops, band)
    bottom = legend.height + band * len(labels)
    drawing = [*legend.draw(), *bars.draw_labels(labels)]
    for place, own in enumerate(series):
        drawing.extend(bars.draw_series(own, place, len(series), most, colours))
    axis = ((bars.zero, legend.height), (bars.zero, bottom))
    drawing.append(line(axis, colour=QUIET))
    return svg(width, bottom + 2, tell_chart(chart), drawing)


# --- lines ------------------------------------------------------------------------------------


def _measure_names(chart: Chart) -> float:
    names = [series.name for series in drawn(chart)]
    return _KEY + min(_NAMES, widest(names)) + _AIR


def shows_all(chart: Chart, width: float) -> bool:
    """Say whether a small chart has room for every figure, written in full."""
    if chart.kind == "bar":
        told = [show(value) for series in drawn(chart) for value in series.values]
        return widest(told) <= width * 0.25
    told = [*chart.categories, *(show(v) for each in drawn(chart) for v in each.values)]
    column = max(_LEAST_COLUMN, widest(told) + _AIR)
    return _measure_names(chart) + column * len(chart.categories) <= width


def draw_small_lines(chart: Chart, width: float, colours: Colours) -> Drawing:
    """Lines above a table whose columns are the categories, each under its points."""
    left = _measure_names(chart)
    step = (width - left) / max(1, len(chart.categories))
    lines = Lines(left, 8.0, step, fit_scale(list_all(chart), _PLOT))
    bottom = lines.top + _PLOT + 9
    drawing = [line(((left, bottom), (width, bottom)), colour=QUIET)]
    drawing.extend(lines.draw_all(chart, width, colours))
    for at, category in enumerate(chart.categories):
        drawing.append(text(lines.x(at), bottom + 13, category, anchor="middle", fill=QUIET))
    for place, series in enumerate(drawn(chart)):
        y = bottom + 13 + _ROW * (place + 1)
        drawing.extend(draw_key(chart, 0, y - 4, colours, place))
        drawing.append(text(_KEY, y, shorten(series.name, (left - _KEY - _AIR / 2) / EM)))
        drawing.extend(_write_row(series, lines, y))
    height = bottom + 18 + _ROW * len(drawn(chart))
    rules = [bottom + 17 + _ROW * place for place in range(len(drawn(chart)))]
    drawing.append(line(*(((0, y), (width, y)) for y in rules), colour=RULE))
    return svg(width, height, tell_chart(chart), drawing)


def _write_row(series: Series, lines: Lines, y: float) -> Iterator[str]:
    """Yield the figures of a series under their points; of a comparator the one it has."""
    if series.role == "comparator":
        told = show(series.values[0]) if series.values else ""
        yield text(lines.left + measure(told) * EM / 2 + 4, y, told, anchor="middle")
        return
    for at, value in enumerate(series.values):
        if told := show(value):
            yield text(lines.x(at), y, told, anchor="middle")
