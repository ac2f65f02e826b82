"""Line charts over their categories, with a figure at each point."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.blocks import Chart, Series
from documents.charts.figures import (
    describe_chart,
    drawn,
    list_all,
    list_figures,
    read_figure,
    tell_figures,
)
from documents.charts.marks import Legend, Point, draw_grid, draw_marks, draw_strokes
from documents.charts.scales import EM, Scale, make_scale, print_tick, widest
from documents.colours import Colours
from documents.svg import QUIET, Drawing, svg, text
from documents.typeface import shorten, wrap
from documents.values import show

_LEAST_STEP = 40.0  # pixels that words under or above a point take
_HEIGHT = {"full": 200.0, "half": 120.0}


@dataclass(frozen=True, slots=True)
class Lines:
    """Where lines go: the left edge of the plot, its top, the room of a category, the scale."""

    left: float
    top: float
    step: float
    scale: Scale

    def y(self, figure: float) -> float:
        return self.top + self.scale.length - self.scale.place(figure)

    def x(self, place: int) -> float:
        return self.left + self.step * (place + 0.5)

    @property
    def every(self) -> int:
        """Of how many categories one has the room for words."""
        return max(1, math.ceil(_LEAST_STEP / self.step))

    def draw_all(self, chart: Chart, right: float, colours: Colours) -> Iterator[str]:
        """Yield every series: a comparator from edge to edge, others through their points."""
        before: Series | None = None
        for place, series in enumerate(drawn(chart)):
            if series.role == "comparator":
                yield self._draw_across(series, place, right, colours)
            else:
                yield from self._draw_series(series, place, before, colours)
                before = series

    def _draw_across(self, series: Series, place: int, right: float, colours: Colours) -> str:
        figure = read_figure(series.values[0]) if series.values else None
        if figure is None:
            return ""
        return draw_strokes(
            [((self.left, self.y(figure)), (right, self.y(figure)))], colours, place
        )

    def _draw_series(
        self, series: Series, place: int, before: Series | None, colours: Colours
    ) -> Iterator[str]:
        """A stroke with gaps where there is no figure, and a mark at each point.

        It goes on from the series before it where that has ended: estimates from actuals.
        """
        runs: list[list[Point]] = [list(self._find_end(before, series)) if before else []]
        marks: list[Point] = []
        for at, value in enumerate(series.values):
            figure = read_figure(value)
            if figure is None:
                if marks:
                    runs.append([])
                continue
            marks.append((self.x(at), self.y(figure)))
            runs[-1].append(marks[-1])
        yield draw_strokes(runs, colours, place)
        yield draw_marks(marks, colours, place)

    def _find_end(self, before: Series, series: Series) -> Iterator[Point]:
        own, other = (list_figures(each) for each in (series, before))
        if own and other and other[-1][0] < own[0][0]:
            yield self.x(other[-1][0]), self.y(other[-1][1])

    def draw_ticks(self, right: float) -> Iterator[str]:
        ticks = [(tick, self.y(tick)) for tick in self.scale.ticks]
        yield draw_grid([((self.left, y), (right, y)) for _, y in ticks])
        for tick, y in ticks:
            yield text(self.left - 7, y + 4, print_tick(tick), anchor="end", fill=QUIET)

    def draw_categories(self, categories: Sequence[str]) -> Iterator[str]:
        for place in range(0, len(categories), self.every):
            for row, words in enumerate(wrap(categories[place], self.step * self.every / EM)[:2]):
                y = self.top + self.scale.length + 27 + 13 * row
                yield text(self.x(place), y, words, anchor="middle", fill=QUIET)

    def draw_figures(self, all_series: Sequence[Series], at: int) -> Iterator[str]:
        """The figures of one category: the highest above its point, the lowest below, others
        beside it."""
        known = [
            (figure, show(series.values[at]))
            for series in all_series
            if at < len(series.values) and (figure := read_figure(series.values[at])) is not None
        ]
        known.sort(key=lambda pair: pair[0], reverse=True)
        x, room = self.x(at), max(self.step, _LEAST_STEP) / EM
        for rank, (figure, told) in enumerate(known):
            words, y = shorten(told, room), self.y(figure)
            if rank == 0:
                yield text(x, y - 8, words, anchor="middle")
            elif rank == len(known) - 1:
                yield text(x, y + 16, words, anchor="middle")
            else:
                yield text(x + 8, y + 4, words)


def draw_lines(chart: Chart, width: float, colours: Colours) -> Drawing:
    height, steps = _HEIGHT[chart.size], 5 if chart.size == "full" else 3
    scale = make_scale(list_all(chart), height, steps=steps)
    left = 12 + widest([print_tick(tick) for tick in scale.ticks])
    right = width - 8
    legend = Legend(chart, colours, left, width - left)
    step = (right - left) / max(1, len(chart.categories))
    lines = Lines(left, legend.height + 18.0, step, scale)
    drawing = [*legend.draw(), *lines.draw_ticks(right)]
    drawing.extend(lines.draw_categories(chart.categories))
    drawing.extend(lines.draw_all(chart, right, colours))
    own = [series for series in drawn(chart) if series.role != "comparator"]
    for at in range(0, len(chart.categories), lines.every):
        drawing.extend(lines.draw_figures(own, at))
    bottom = lines.top + height + 46
    return svg(width, bottom, describe_chart(chart), drawing, more=tell_figures(chart))
