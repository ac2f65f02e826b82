"""Charts of figures and risk matrices as SVG: the same on the screen and on paper.

Every figure is written beside its bar or point, and series differ by pattern, shape or place as
well as by colour: colour never carries meaning alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.blocks import Chart, MatrixCell, RiskMatrix, Series
from documents.svg import (
    BRAND,
    INK,
    QUIET,
    RULE,
    TYPE,
    WIDER,
    Drawing,
    line,
    number,
    rectangle,
    svg,
    text,
)
from documents.typeface import HEAVIER, measure, shorten, wrap
from documents.values import Status, Value, show

COLOURS = (BRAND, "#277a6d", "#a9521a", "#7a4d86", "#5b6770", "#6f7a0e")
TONES = {
    "": "#ffffff",
    "good": "#dcecdf",
    "warn": "#fbeecb",
    "bad": "#f5d6d0",
    "neutral": "#eceff2",
}
HALF = 312.0  # pixels, the width of a chart of half size
_TOO_LARGE = 1e200  # no scale reaches there
_FIGURES_TOLD = 60  # in words; more are told by their table alone


def draw_chart(chart: Chart, width: float = 657) -> Drawing:
    """Return a bar chart with a bar a row, or a line chart over its categories, as SVG.

    `width` is that of the paper between its margins, in pixels. A chart of half size is as wide
    as two go on upright paper, and three across.
    """
    if chart.size == "half":
        width = HALF
    if not _all_figures(chart):
        nothing = text(0, 16, "There are no figures to draw yet.", fill=QUIET)
        return svg(width, 24, describe_chart(chart), [nothing])
    return _draw_bars(chart, width) if chart.kind == "bar" else _draw_lines(chart, width)


# --- words ------------------------------------------------------------------------------------


def describe_chart(chart: Chart) -> str:
    """Return the chart in a sentence: its kind, what it is about and how far its figures reach."""
    kind = "Bar chart" if chart.kind == "bar" else "Line chart"
    unit = f" ({chart.unit})" if chart.unit else ""
    names = ", ".join(series.name for series in _drawn(chart) if series.name)
    of = f"; series: {names}" if names else ""
    return f"{kind}: {chart.caption}{unit}{of}; {_describe_reach(chart)}."


def _drawn(chart: Chart) -> list[Series]:
    return [series for series in chart.series if series.role != "listed"]


def _describe_reach(chart: Chart) -> str:
    known = [
        (value.number, category, show(value))
        for series in _drawn(chart)
        for category, value in zip(chart.categories, series.values, strict=False)
        if value.number is not None
    ]
    if not known:
        return "no figures yet"
    lowest, highest = min(known), max(known)
    return f"from {lowest[2]} ({lowest[1]}) to {highest[2]} ({highest[1]})"


def tell_figures(chart: Chart) -> str:
    """Return every figure that is drawn, in a sentence for each series; "" where they are many."""
    told = [_tell_series(series, chart.categories) for series in _drawn(chart)]
    count = sum(len(series.values) for series in _drawn(chart))
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
        for series in _drawn(chart)
        if series.role != "comparator"
        for category, value in zip(chart.categories, series.values, strict=False)
        if value.status is not Status.BLANK and _figure(value) is None
    ]
    return f"Not drawn: {'; '.join(gaps)}." if gaps else ""


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


def make_scale(figures: Sequence[float], length: float, *, steps: int = 5) -> Scale:
    """Return a scale in about `steps` steps of 1, 2, 2.5 or 5 times a power of ten."""
    low, high = min(figures, default=0.0), max(figures, default=0.0)
    if low == high:
        low, high = min(low, 0.0), max(high, 0.0) or float(not low)
    rough = (high - low) / steps
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= rough * 0.999)
    bottom = math.floor(low / step)
    return Scale(bottom * step, max(math.ceil(high / step), bottom + 1) * step, step, length)


def _figure(value: Value) -> float | None:
    """Return the number to draw; None where there is none, or none that a scale can hold."""
    if value.number is None or not -_TOO_LARGE < value.number < _TOO_LARGE:
        return None
    figure = float(value.number)
    return figure if abs(figure) > 1 / _TOO_LARGE else 0.0


def _list_figures(series: Series) -> list[tuple[int, float]]:
    """Return the figures that can be drawn, each with the place of its category."""
    figures = [(at, _figure(value)) for at, value in enumerate(series.values)]
    return [(at, figure) for at, figure in figures if figure is not None]


def _all_figures(chart: Chart) -> list[float]:
    figures = [_figure(value) for series in _drawn(chart) for value in series.values]
    return [figure for figure in figures if figure is not None]


def _print_tick(tick: float) -> str:
    return f"{round(tick, 10):,.10g}" if abs(tick) > 1e-9 else "0"


_EM = TYPE * WIDER  # pixels


def _widest(words: Sequence[str]) -> float:
    return max((measure(each) for each in words), default=0.0) * _EM


# --- what tells series apart ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Legend:
    """What series are called, in lines of `width` pixels from `x`; nothing for a lone series."""

    chart: Chart
    x: float
    width: float

    def _entries(self) -> list[list[tuple[float, int, str]]]:
        """Lines of entries: where each begins, the place of its series, its words."""
        lines: list[list[tuple[float, int, str]]] = [[]]
        at = 0.0
        for place, series in enumerate(_drawn(self.chart)):
            words = shorten(self._words(series), (self.width - 24) / _EM)
            wide = 40 + measure(words) * _EM
            if lines[-1] and at + wide > self.width + 16:
                lines.append([])
                at = 0.0
            lines[-1].append((self.x + at, place, words))
            at += wide
        return lines

    def _words(self, series: Series) -> str:
        if series.role == "comparator" and series.values:
            return f"{series.name} {show(series.values[0])}"
        return series.name

    @property
    def height(self) -> float:
        return 17.0 * len(self._entries()) + 6 if len(_drawn(self.chart)) > 1 else 0.0

    def draw(self) -> Iterator[str]:
        if not self.height:
            return
        for row, entries in enumerate(self._entries()):
            for x, place, words in entries:
                yield from self._draw_key(x, 9 + 17.0 * row, place)
                yield text(x + 22, 13 + 17.0 * row, words)

    def _draw_key(self, x: float, y: float, place: int) -> Iterator[str]:
        if self.chart.kind == "bar":
            yield from _fill_bar(x, y - 5, 17, 10, place)
            return
        yield _draw_stroke([(x, y), (x + 18, y)], place)
        if _drawn(self.chart)[place].role != "comparator":
            yield _draw_marker(x + 9, y, place)


def _draw_stroke(points: Sequence[tuple[float, float]], place: int) -> str:
    dashes = ("", "6 3", "2 3", "9 3 2 3", "4 2", "1 2")[place % 6]
    return line(points, colour=COLOURS[place % len(COLOURS)], width=2, dashes=dashes)


def _draw_marker(x: float, y: float, place: int) -> str:
    """Return a disc, a square, a diamond or a ring in the colour of the series in this place."""
    colour = COLOURS[place % len(COLOURS)]
    match place % 4:
        case 0:
            return f'<circle cx="{number(x)}" cy="{number(y)}" r="4" fill="{colour}"/>'
        case 1:
            return rectangle(x - 3.5, y - 3.5, 7, 7, fill=colour)
        case 2:
            return f'<path d="M{number(x)} {number(y - 5)}l5 5l-5 5l-5 -5z" fill="{colour}"/>'
        case _:
            return rectangle(x - 3, y - 3, 6, 6, fill="#ffffff", edge=colour)


def _fill_bar(x: float, y: float, width: float, height: float, place: int) -> Iterator[str]:
    """A bar, full, upright striped, with a line along it or empty, by the place of its series."""
    colour = COLOURS[place % len(COLOURS)]
    is_open = place % 4 in (1, 3)
    fill, edge = ("#ffffff", colour) if is_open else (colour, "")
    yield rectangle(x, y, width, height, fill=fill, edge=edge)
    if place % 4 == 1 and width > 4:
        stripes = [x + 3 + 4 * at for at in range(int((width - 3) // 4) + 1)]
        path = "".join(f"M{number(at)} {number(y)}v{number(height)}" for at in stripes)
        yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    if place % 4 == 2:
        yield line([(x, y + height / 2), (x + width, y + height / 2)], colour="#ffffff", width=2)


# --- bars -------------------------------------------------------------------------------------

_BETWEEN = 9.0  # pixels between the bars of two categories
_LABEL_LINE = 12.5
_LABEL_LINES = {"full": 2, "half": 3}


@dataclass(frozen=True, slots=True)
class _Bars:
    """Where bars go: the left edge of the plot, its top, one bar's thickness, and the scale."""

    left: float
    top: float
    thick: float
    scale: Scale

    def draw_grid(self, bottom: float, *, with_figures: bool) -> Iterator[str]:
        for tick in self.scale.ticks:
            x = self.left + self.scale.place(tick)
            yield line([(x, self.top), (x, bottom)], colour=QUIET if tick == 0 else RULE)
            if with_figures:
                yield text(x, bottom + 15, _print_tick(tick), anchor="middle", fill=QUIET)

    def draw_bar(self, value: Value, words: str, place: int, y: float) -> Iterator[str]:
        zero = self.left + self.scale.place(0)
        figure = _figure(value)
        if figure is None:
            yield text(zero + 5, y + self.thick - 4, words or "no figure", fill=QUIET)
            return
        end = self.left + self.scale.place(figure)
        wide = max(abs(end - zero), 0.8)
        yield from _fill_bar(min(zero, end), y, wide, self.thick - 2, place)
        yield text(max(zero, end) + 5, y + self.thick - 4, words)


def _draw_bars(chart: Chart, width: float) -> Drawing:
    series = _drawn(chart)
    left = min(width * 0.36, 12 + _widest(chart.categories))
    words = [[shorten(show(value), width * 0.25 / _EM) for value in s.values] for s in series]
    room = width - left - _widest([each for own in words for each in own]) - 14
    is_half = chart.size == "half"
    scale = make_scale([*_all_figures(chart), 0.0], room, steps=3 if is_half else 5)
    legend = _Legend(chart, left, width - left)
    bars = _Bars(left, legend.height + 4.0, 15.0, scale)
    labels = [
        _wrap_label(category, left - 10, _LABEL_LINES[chart.size]) for category in chart.categories
    ]
    lines = max(map(len, labels), default=1)
    band = max(bars.thick * len(series), _LABEL_LINE * lines) + _BETWEEN
    bottom = bars.top + band * len(labels)
    drawing = [*legend.draw(), *bars.draw_grid(bottom, with_figures=not is_half)]
    for row, label in enumerate(labels):
        middle = bars.top + band * (row + 0.5)
        for at, each in enumerate(label):
            y = middle + 4 + _LABEL_LINE * (at - (len(label) - 1) / 2)
            drawing.append(text(left - 8, y, each, anchor="end"))
        y = middle - bars.thick * len(series) / 2 + 1.5
        for place, own in enumerate(series):
            for value, told in list(zip(own.values, words[place], strict=True))[row : row + 1]:
                drawing.extend(bars.draw_bar(value, told, place, y + bars.thick * place))
    height = bottom + (4 if is_half else 22)
    return svg(width, height, describe_chart(chart), drawing, more=tell_figures(chart))


def _wrap_label(label: str, width: float, most: int) -> list[str]:
    """Return a category's words in `most` lines at most, cut where they need more."""
    lines = wrap(label, width / _EM)
    if len(lines) <= most:
        return lines
    rest = " ".join(lines[most - 1 :])
    return [*lines[: most - 1], shorten(rest, width / _EM)]


# --- lines ------------------------------------------------------------------------------------

_LEAST_STEP = 40.0  # pixels that words under or above a point take
_HEIGHT = {"full": 200.0, "half": 120.0}


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

    @property
    def every(self) -> int:
        """Of how many categories one has the room for words."""
        return max(1, math.ceil(_LEAST_STEP / self.step))

    def draw_categories(self, categories: Sequence[str]) -> Iterator[str]:
        for place in range(0, len(categories), self.every):
            for row, words in enumerate(wrap(categories[place], self.step * self.every / _EM)[:2]):
                y = self.top + self.scale.length + 27 + 13 * row
                yield text(self.x(place), y, words, anchor="middle", fill=QUIET)

    def draw_across(self, series: Series, place: int, right: float) -> Iterator[str]:
        """A line from edge to edge at the figure of a comparator."""
        figure = _figure(series.values[0]) if series.values else None
        if figure is not None:
            yield _draw_stroke([(self.left, self.y(figure)), (right, self.y(figure))], place)

    def draw_series(self, series: Series, place: int, before: Series | None) -> Iterator[str]:
        """A stroke with gaps where there is no figure, and a mark at each point.

        It goes on from the series before it where that has ended: estimates from actuals.
        """
        points = list(self._find_end(before, series)) if before else []
        marks: list[str] = []
        for at, value in enumerate(series.values):
            figure = _figure(value)
            if figure is None:
                if marks:
                    yield _draw_stroke(points, place)
                    points = []
                continue
            points.append((self.x(at), self.y(figure)))
            marks.append(_draw_marker(*points[-1], place))
        yield _draw_stroke(points, place)
        yield from marks

    def _find_end(self, before: Series, series: Series) -> Iterator[tuple[float, float]]:
        own, other = (_list_figures(each) for each in (series, before))
        if own and other and other[-1][0] < own[0][0]:
            yield self.x(other[-1][0]), self.y(other[-1][1])

    def draw_figures(self, all_series: Sequence[Series], at: int) -> Iterator[str]:
        """The figures of one category: the highest above its point, the lowest below, others
        beside it."""
        known = [
            (figure, show(series.values[at]))
            for series in all_series
            if at < len(series.values) and (figure := _figure(series.values[at])) is not None
        ]
        known.sort(key=lambda pair: pair[0], reverse=True)
        x, room = self.x(at), max(self.step, _LEAST_STEP) / _EM
        for rank, (figure, told) in enumerate(known):
            words, y = shorten(told, room), self.y(figure)
            if rank == 0:
                yield text(x, y - 8, words, anchor="middle")
            elif rank == len(known) - 1:
                yield text(x, y + 16, words, anchor="middle")
            else:
                yield text(x + 8, y + 4, words)


def _draw_lines(chart: Chart, width: float) -> Drawing:
    height, steps = _HEIGHT[chart.size], 5 if chart.size == "full" else 3
    scale = make_scale(_all_figures(chart), height, steps=steps)
    left = 12 + _widest([_print_tick(tick) for tick in scale.ticks])
    right = width - 8
    legend = _Legend(chart, left, width - left)
    step = (right - left) / max(1, len(chart.categories))
    lines = _Lines(left, legend.height + 18.0, step, scale)
    drawing = [*legend.draw(), *lines.draw_grid(right)]
    drawing.extend(lines.draw_categories(chart.categories))
    before: Series | None = None
    for place, series in enumerate(_drawn(chart)):
        if series.role == "comparator":
            drawing.extend(lines.draw_across(series, place, right))
        else:
            drawing.extend(lines.draw_series(series, place, before))
            before = series
    own = [series for series in _drawn(chart) if series.role != "comparator"]
    for at in range(0, len(chart.categories), lines.every):
        drawing.extend(lines.draw_figures(own, at))
    bottom = lines.top + height + 46
    return svg(width, bottom, describe_chart(chart), drawing, more=tell_figures(chart))


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
        for row, words in enumerate(wrap(impact, across / _EM)[:2]):
            drawing.append(text(middle, 33 + 13 * row, words, anchor="middle", bold=True))
    y = 56.0
    for likelihood, cells in zip(matrix.likelihoods, matrix.cells, strict=True):
        lines = [_wrap_refs(cell, across) for cell in cells]
        height = max(_LOWEST_CELL, 27 + 14.0 * max(map(len, lines), default=0))
        for row, words in enumerate(wrap(likelihood, (_LABELS - 12) / _EM)[:3]):
            drawing.append(text(0, y + 19 + 13 * row, words, bold=True))
        for x, (cell, refs) in enumerate(zip(cells, lines, strict=True)):
            drawing.extend(_draw_cell(cell, refs, _LABELS + across * x, y, across, height))
        y += height
    return svg(width, y + 2, describe_matrix(matrix), drawing)


def _wrap_refs(cell: MatrixCell, across: float) -> list[str]:
    return wrap(", ".join(cell.refs), (across - 16) / _EM / HEAVIER)


def _draw_cell(
    cell: MatrixCell, refs: Sequence[str], x: float, y: float, width: float, height: float
) -> Iterator[str]:
    yield rectangle(x, y, width, height, fill=TONES[cell.band.tone], edge="#ffffff")
    band = shorten(cell.band.word, (width - 16) / _EM)
    yield text(x + 8, y + 17, band, fill=INK if refs else QUIET)
    for row, words in enumerate(refs):
        yield text(x + 8, y + 34 + 14 * row, words, bold=True)
