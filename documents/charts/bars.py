"""Bar charts as wide as the paper: a row for each category, a bar in it for each series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from documents.blocks import Chart, Series
from documents.charts.figures import describe_chart, drawn, list_all, read_figure, tell_figures
from documents.charts.marks import Legend, draw_bars_of, draw_grid
from documents.charts.scales import EM, Scale, make_scale, print_tick, widest, wrap_label
from documents.colours import Colours
from documents.svg import QUIET, Drawing, line, svg, text
from documents.typeface import shorten
from documents.values import Value, show

THICK = 15.0  # pixels, of a bar with what is below it
_BETWEEN = 9.0  # the bars of two categories
LABEL_LINE = 12.5
_LABEL_LINES = 2


@dataclass(frozen=True, slots=True)
class Bars:
    """Where bars go: the left edge of the plot, the scale, and for each category its top."""

    left: float
    scale: Scale
    tops: tuple[float, ...]
    band: float  # the height of a category

    @property
    def zero(self) -> float:
        return self.left + self.scale.place(0)

    def draw_labels(self, labels: list[list[str]]) -> Iterator[str]:
        """Yield the words of the categories, each block of lines in the middle of its band."""
        for top, lines in zip(self.tops, labels, strict=True):
            for at, words in enumerate(lines):
                y = top + self.band / 2 + 4 + LABEL_LINE * (at - (len(lines) - 1) / 2)
                yield text(self.left - 8, y, words, anchor="end")

    def draw_series(
        self, series: Series, place: int, count: int, room: float, colours: Colours
    ) -> Iterator[str]:
        """Yield the bars of one of `count` series, each with its figure in `room` pixels."""
        bars, words = [], []
        first = (self.band - THICK * count) / 2 + 1.5 + THICK * place
        for top, value in zip(self.tops, series.values, strict=False):
            y = top + first
            start, end = self._reach(value)
            if end > start:
                bars.append((start, y, end - start))
            told = shorten(show(value), room / EM) or "no figure"
            fill = "" if end > start else QUIET
            words.append(text(end + 5, y + THICK - 4, told, fill=fill))
        yield from draw_bars_of(bars, THICK - 2, colours, place)
        yield from words

    def _reach(self, value: Value) -> tuple[float, float]:
        """Return where a bar begins and ends; both at nought where there is none."""
        figure = read_figure(value)
        if figure is None:
            return self.zero, self.zero
        end = self.left + self.scale.place(figure)
        return min(self.zero, end), max(self.zero, end, min(self.zero, end) + 0.8)


def draw_bars(chart: Chart, width: float, colours: Colours) -> Drawing:
    series = drawn(chart)
    left = min(width * 0.36, 12 + widest(chart.categories))
    most = width * 0.25
    told = [shorten(show(value), most / EM) for own in series for value in own.values]
    scale = make_scale([*list_all(chart), 0.0], width - left - widest(told) - 14)
    legend = Legend(chart, colours, left, width - left)
    labels = [wrap_label(each, left - 10, _LABEL_LINES) for each in chart.categories]
    band = max(THICK * len(series), LABEL_LINE * max(map(len, labels), default=1)) + _BETWEEN
    top = legend.height + 4.0
    bars = Bars(left, scale, tuple(top + band * row for row in range(len(labels))), band)
    bottom = top + band * len(labels)
    drawing = [*legend.draw(), *_draw_ticks(bars, top, bottom), *bars.draw_labels(labels)]
    for place, own in enumerate(series):
        drawing.extend(bars.draw_series(own, place, len(series), most, colours))
    return svg(width, bottom + 22, describe_chart(chart), drawing, more=tell_figures(chart))


def _draw_ticks(bars: Bars, top: float, bottom: float) -> Iterator[str]:
    places = [(tick, bars.left + bars.scale.place(tick)) for tick in bars.scale.ticks]
    yield draw_grid([((x, top), (x, bottom)) for tick, x in places if tick])
    yield line(((bars.zero, top), (bars.zero, bottom)), colour=QUIET)
    for tick, x in places:
        yield text(x, bottom + 15, print_tick(tick), anchor="middle", fill=QUIET)
