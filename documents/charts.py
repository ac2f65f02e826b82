"""Charts of figures and risk matrices as SVG: the same on the screen and on paper.

Every figure is written beside its bar or point, and series differ by shape or place as well as by
colour: colour never carries meaning alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.blocks import Chart, MatrixCell, RiskMatrix, Series
from documents.svg import BRAND, INK, QUIET, RULE, TYPE, Drawing, line, number, rectangle, svg, text
from documents.typeface import measure, shorten, wrap
from documents.values import Value, show

COLOURS = (BRAND, "#3c9a8f", "#b35c1e", "#7a4d86", "#5b6770", "#8a9612")
TONES = {
    "": "#ffffff",
    "good": "#dcecdf",
    "warn": "#fbeecb",
    "bad": "#f5d6d0",
    "neutral": "#eceff2",
}


def draw_chart(chart: Chart, width: float = 657) -> Drawing:
    """Return a bar chart with a bar a row, or a line chart over its categories, as SVG."""
    return _draw_bars(chart, width) if chart.kind == "bar" else _draw_lines(chart, width)


def describe_chart(chart: Chart) -> str:
    """Return the chart in a sentence: its kind, what it is about and how far its figures reach."""
    kind = "Bar chart" if chart.kind == "bar" else "Line chart"
    unit = f" ({chart.unit})" if chart.unit else ""
    names = ", ".join(series.name for series in chart.series if series.name)
    of = f"; series: {names}" if names else ""
    return f"{kind}: {chart.caption}{unit}{of}; {_describe_reach(chart)}."


def _describe_reach(chart: Chart) -> str:
    known = [
        (value.number, category, show(value))
        for series in chart.series
        for category, value in zip(chart.categories, series.values, strict=False)
        if value.number is not None
    ]
    if not known:
        return "no figures yet"
    lowest, highest = min(known), max(known)
    return f"from {lowest[2]} ({lowest[1]}) to {highest[2]} ({highest[1]})"


# --- scales -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scale:
    """Figures from `low` to `high` in round steps, drawn over `length` pixels."""

    low: float
    high: float
    step: float
    length: float

    @property
    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + self.step * place for place in range(count + 1)]

    def place(self, figure: float) -> float:
        return (figure - self.low) / (self.high - self.low) * self.length


def make_scale(figures: Sequence[float], length: float) -> Scale:
    """Return a scale in about five steps of 1, 2, 2.5 or 5 times a power of ten around figures."""
    low, high = min(figures, default=0.0), max(figures, default=0.0)
    if low == high:
        low, high = min(low, 0.0), max(high, 0.0) or float(not low)
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= rough * 0.999)
    bottom = math.floor(low / step)
    return Scale(bottom * step, max(math.ceil(high / step), bottom + 1) * step, step, length)


def _figure(value: Value) -> float | None:
    return None if value.number is None else float(value.number)


def _all_figures(chart: Chart) -> list[float]:
    figures = [_figure(value) for series in chart.series for value in series.values]
    return [figure for figure in figures if figure is not None]


def _print_tick(tick: float) -> str:
    return f"{round(tick, 10):,.10g}" if abs(tick) > 1e-9 else "0"


def _widest(words: Sequence[str]) -> float:
    return max((measure(each) for each in words), default=0.0) * TYPE


def _draw_legend(chart: Chart, x: float) -> Iterator[str]:
    if len(chart.series) < 2:
        return
    for place, series in enumerate(chart.series):
        yield _draw_marker(x + 5, 9, place)
        yield text(x + 15, 13, series.name)
        x += 35 + measure(series.name) * TYPE


def _draw_marker(x: float, y: float, place: int) -> str:
    """Return a disc, a square or a diamond in the colour of the series in this place."""
    colour = COLOURS[place % len(COLOURS)]
    match place % 3:
        case 0:
            return f'<circle cx="{number(x)}" cy="{number(y)}" r="4" fill="{colour}"/>'
        case 1:
            return rectangle(x - 3.5, y - 3.5, 7, 7, fill=colour)
        case _:
            return f'<path d="M{number(x)} {number(y - 5)}l5 5l-5 5l-5 -5z" fill="{colour}"/>'


# --- bars -------------------------------------------------------------------------------------

_BETWEEN = 9.0  # pixels between the bars of two categories


@dataclass(frozen=True, slots=True)
class _Bars:
    """Where bars go: the left edge of the plot, its top, one bar's thickness, and the scale."""

    left: float
    top: float
    thick: float
    scale: Scale

    def draw_grid(self, bottom: float) -> Iterator[str]:
        for tick in self.scale.ticks:
            x = self.left + self.scale.place(tick)
            yield line([(x, self.top), (x, bottom)], colour=QUIET if tick == 0 else RULE)
            yield text(x, bottom + 15, _print_tick(tick), anchor="middle", fill=QUIET)

    def draw_bar(self, value: Value, place: int, y: float) -> Iterator[str]:
        zero = self.left + self.scale.place(0)
        figure = _figure(value)
        if figure is None:
            yield text(zero + 5, y + self.thick - 4, show(value) or "no figure", fill=QUIET)
            return
        end = self.left + self.scale.place(figure)
        colour = COLOURS[place % len(COLOURS)]
        wide = max(abs(end - zero), 0.8)
        yield rectangle(min(zero, end), y, wide, self.thick - 2, fill=colour)
        yield text(max(zero, end) + 5, y + self.thick - 4, show(value))


def _draw_bars(chart: Chart, width: float) -> Drawing:
    left = min(width * 0.35, 12 + _widest(chart.categories))
    figures = [show(value) for series in chart.series for value in series.values]
    scale = make_scale([*_all_figures(chart), 0.0], width - left - _widest(figures) - 14)
    bars = _Bars(left, 28.0 if len(chart.series) > 1 else 4.0, 15.0, scale)
    band = bars.thick * len(chart.series) + _BETWEEN
    bottom = bars.top + band * len(chart.categories)
    drawing = [*_draw_legend(chart, left), *bars.draw_grid(bottom)]
    for row, category in enumerate(chart.categories):
        y = bars.top + band * row + _BETWEEN / 2
        label = shorten(category, (left - 10) / TYPE)
        drawing.append(text(left - 8, y + (band - _BETWEEN) / 2 + 3, label, anchor="end"))
        for place, series in enumerate(chart.series):
            for value in series.values[row : row + 1]:
                drawing.extend(bars.draw_bar(value, place, y + bars.thick * place))
    return svg(width, bottom + 22, describe_chart(chart), drawing)


# --- lines ------------------------------------------------------------------------------------

_HEIGHT = 200.0


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where lines go: the left edge of the plot, its top, the room of a category, the scale."""

    left: float
    top: float
    step: float
    scale: Scale

    def y(self, figure: float) -> float:
        return self.top + self.scale.length - self.scale.place(figure)

    def x(self, place: int) -> float:
        return self.left + self.step * (place + 0.5)

    def draw_grid(self, right: float) -> Iterator[str]:
        for tick in self.scale.ticks:
            yield line([(self.left, self.y(tick)), (right, self.y(tick))])
            yield text(self.left - 7, self.y(tick) + 4, _print_tick(tick), anchor="end", fill=QUIET)

    def draw_categories(self, categories: Sequence[str]) -> Iterator[str]:
        every = max(1, math.ceil(len(categories) / 24))
        for place in range(0, len(categories), every):
            for row, words in enumerate(wrap(categories[place], self.step * every / TYPE)[:2]):
                y = self.top + self.scale.length + 16 + 13 * row
                yield text(self.x(place), y, words, anchor="middle", fill=QUIET)

    def draw_series(self, series: Series, place: int) -> Iterator[str]:
        """A stroke with gaps where there is no figure; the figures above the points."""
        points: list[tuple[float, float]] = []
        marks: list[str] = []
        for at, value in enumerate(series.values):
            figure = _figure(value)
            if figure is None:
                yield self._draw_stroke(points, place)
                points = []
                continue
            points.append((self.x(at), self.y(figure)))
            marks.append(_draw_marker(*points[-1], place))
            marks.append(text(points[-1][0], points[-1][1] - 8, show(value), anchor="middle"))
        yield self._draw_stroke(points, place)
        yield from marks

    def _draw_stroke(self, points: Sequence[tuple[float, float]], place: int) -> str:
        dashes = ("", "6 3", "2 3")[place % 3]
        return line(points, colour=COLOURS[place % len(COLOURS)], width=2, dashes=dashes)


def _draw_lines(chart: Chart, width: float) -> Drawing:
    scale = make_scale(_all_figures(chart), _HEIGHT)
    left = 12 + _widest([_print_tick(tick) for tick in scale.ticks])
    step = (width - left - 24) / max(1, len(chart.categories))
    lines = _Lines(left, 36.0 if len(chart.series) > 1 else 18.0, step, scale)
    drawing = [*_draw_legend(chart, left), *lines.draw_grid(width - 24)]
    drawing.extend(lines.draw_categories(chart.categories))
    for place, series in enumerate(chart.series):
        drawing.extend(lines.draw_series(series, place))
    return svg(width, lines.top + _HEIGHT + 34, describe_chart(chart), drawing)


# --- risk matrices ----------------------------------------------------------------------------

_LABELS = 116.0  # pixels for the words of a likelihood
_LOWEST_CELL = 44.0


def describe_matrix(matrix: RiskMatrix) -> str:
    """Return the matrix in words: which risks lie where, the likeliest first."""
    told = [
        f"{likelihood}, {impact}: {', '.join(cell.refs)} ({cell.band.word})"
        for likelihood, row in zip(matrix.likelihoods, matrix.cells, strict=True)
        for impact, cell in zip(matrix.impacts, row, strict=True)
        if cell.refs
    ]
    return "Risks by likelihood and impact. " + ("; ".join(told) or "No risks") + "."


def draw_risk_matrix(matrix: RiskMatrix, width: float = 657) -> Drawing:
    """Return the matrix with each cell's band in words and the references of its risks."""
    across = (width - _LABELS - 1) / max(1, len(matrix.impacts))
    drawing = [text(0, 14, "Likelihood", fill=QUIET)]
    drawing.append(text(_LABELS, 14, "Impact, rising to the right", fill=QUIET))
    for x, impact in enumerate(matrix.impacts):
        middle = _LABELS + across * (x + 0.5)
        for row, words in enumerate(wrap(impact, across / TYPE)[:2]):
            drawing.append(text(middle, 33 + 13 * row, words, anchor="middle", bold=True))
    y = 56.0
    for likelihood, cells in zip(matrix.likelihoods, matrix.cells, strict=True):
        lines = [_wrap_refs(cell, across) for cell in cells]
        height = max(_LOWEST_CELL, 27 + 14.0 * max(map(len, lines), default=0))
        for row, words in enumerate(wrap(likelihood, (_LABELS - 12) / TYPE)[:3]):
            drawing.append(text(0, y + 19 + 13 * row, words, bold=True))
        for x, (cell, refs) in enumerate(zip(cells, lines, strict=True)):
            drawing.extend(_draw_cell(cell, refs, _LABELS + across * x, y, across, height))
        y += height
    return svg(width, y + 2, describe_matrix(matrix), drawing)


def _wrap_refs(cell: MatrixCell, across: float) -> list[str]:
    return wrap(", ".join(cell.refs), (across - 16) / TYPE / 1.06)


def _draw_cell(
    cell: MatrixCell, refs: Sequence[str], x: float, y: float, width: float, height: float
) -> Iterator[str]:
    yield rectangle(x, y, width, height, fill=TONES[cell.band.tone], edge="#ffffff")
    band = shorten(cell.band.word, (width - 16) / TYPE)
    yield text(x + 8, y + 17, band, fill=INK if refs else QUIET)
    for row, words in enumerate(refs):
        yield text(x + 8, y + 34 + 14 * row, words, bold=True)
