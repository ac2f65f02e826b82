"""What tells series apart: patterns of bars, dashes and marks of lines, and the legend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from documents.blocks import Chart, Series
from documents.charts.figures import drawn
from documents.charts.scales import EM
from documents.colours import Colours
from documents.svg import RULE, line, number, rectangle, stroke, text
from documents.typeface import measure, shorten
from documents.values import show

_DASHES = ("", "6 3", "2 3", "9 3 2 3", "4 2", "1 2")
_LINE = 17.0  # pixels, of the legend

Point = tuple[float, float]


def draw_strokes(runs: Iterable[Sequence[Point]], colours: Colours, place: int) -> str:
    """Return the strokes of the series in this place, each through its points, as one element."""
    colour = colours.series[place % len(colours.series)]
    dashes = _DASHES[place % len(_DASHES)]
    return line(*runs, colour=colour, width=2, dashes=dashes)


def draw_marks(points: Iterable[Point], colours: Colours, place: int) -> str:
    """Return a disc, a square, a diamond or a ring at each point as one element; "" for none."""
    colour = colours.series[place % len(colours.series)]
    shapes = [_shape_mark(x, y, place) for x, y in points]
    if not shapes:
        return ""
    fill, edge = ("#ffffff", f' stroke="{colour}"') if place % 4 == 3 else (colour, "")
    return f'<path d="{"".join(shapes)}" fill="{fill}"{edge}/>'


def _shape_mark(x: float, y: float, place: int) -> str:
    match place % 4:
        case 0:
            return f"M{number(x - 4)} {number(y)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"
        case 1:
            return f"M{number(x - 3.5)} {number(y - 3.5)}h7v7h-7z"
        case 2:
            return f"M{number(x)} {number(y - 5)}l5 5l-5 5l-5 -5z"
        case _:
            return f"M{number(x - 3)} {number(y - 3)}h6v6h-6z"


def draw_bars_of(
    bars: Sequence[tuple[float, float, float]], height: float, colours: Colours, place: int
) -> Iterator[str]:
    """Yield bars (x, y, width), full, upright striped, with a line along them or empty, by the
    place of their series."""
    colour = colours.series[place % len(colours.series)]
    is_open = place % 4 in (1, 3)
    fill, edge = ("#ffffff", colour) if is_open else (colour, "")
    for x, y, width in bars:
        yield rectangle(x, y, width, height, fill=fill, edge=edge)
    if place % 4 == 1:
        stripes = "".join(
            f"M{number(x + 3 + 4 * at)} {number(y)}v{number(height)}"
            for x, y, width in bars
            if width > 4
            for at in range(int((width - 3) // 4) + 1)
        )
        yield stroke(stripes, colour=colour, width=1.5)
    if place % 4 == 2:
        middles = [((x, y + height / 2), (x + width, y + height / 2)) for x, y, width in bars]
        yield line(*middles, colour="#ffffff", width=2)


def draw_grid(runs: Iterable[Sequence[Point]]) -> str:
    return line(*runs, colour=RULE)


def draw_key(chart: Chart, x: float, y: float, colours: Colours, place: int) -> Iterator[str]:
    """Yield what a series looks like, 18 pixels wide, around the height `y`."""
    if chart.kind == "bar":
        yield from draw_bars_of([(x, y - 5, 17)], 10, colours, place)
        return
    yield draw_strokes([((x, y), (x + 18, y))], colours, place)
    if drawn(chart)[place].role != "comparator":
        yield draw_marks([(x + 9, y)], colours, place)


@dataclass(frozen=True, slots=True)
class Legend:
    """What series are called, in lines of `width` pixels from `x`; nothing for a lone series."""

    chart: Chart
    colours: Colours
    x: float
    width: float

    def _entries(self) -> list[list[tuple[float, int, str]]]:
        """Lines of entries: where each begins, the place of its series, its words."""
        lines: list[list[tuple[float, int, str]]] = [[]]
        at = 0.0
        for place, series in enumerate(drawn(self.chart)):
            words = shorten(_name_series(series), (self.width - 24) / EM)
            wide = 40 + measure(words) * EM
            if lines[-1] and at + wide > self.width + 16:
                lines.append([])
                at = 0.0
            lines[-1].append((self.x + at, place, words))
            at += wide
        return lines

    @property
    def height(self) -> float:
        return _LINE * len(self._entries()) + 6 if len(drawn(self.chart)) > 1 else 0.0

    def draw(self) -> Iterator[str]:
        if not self.height:
            return
        for row, entries in enumerate(self._entries()):
            for x, place, words in entries:
                yield from draw_key(self.chart, x, 9 + _LINE * row, self.colours, place)
                yield text(x + 22, 13 + _LINE * row, words)


def _name_series(series: Series) -> str:
    if series.role == "comparator" and series.values:
        return f"{series.name} {show(series.values[0])}"
    return series.name
