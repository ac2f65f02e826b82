"""How wide a table's columns are on paper, at which size, and where a wide table is split.

Text is measured by the advance widths of the house typeface, so that the layout engine is told
every width and need not try. All lengths are in points unless they say em.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from documents.blocks import Cell, Column, Element, List, Prose, Quote, Rating, Table
from documents.typeface import HEAVIER, measure
from documents.values import Value, show, split_notes

SIZES = (9.0, 8.5, 8.0)  # of type in tables; nothing in print is smaller
PADDING = 6.0  # left and right of a cell, together
AFTER_FIGURES = 6.0  # more to the left of words that follow a column of figures
_HALF_DIGIT = 0.25  # em
_NOTE_MARK = 0.3  # em
ONE_LINE = 12  # characters
_LOOSE = 1.15  # times what figures need
_SAFETY = 1.03
_COMFORT = 6.5  # em: text columns are not narrower than this when their words would allow it
_LONGEST_WORD = 14.0  # em: longer ones break
_SURELY_LONG = 30  # rows
_LONG_ENOUGH = 400  # characters of a line that are measured
_LEADING = 1.3  # the height of a line against the size of its type

_BREAKS = re.compile(r"\s+|(?<=[-\u2013\u2014])|(?<=/)(?=[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Need:
    """What a column asks for, in em: its longest word, a comfortable width, its longest line."""

    least: float
    comfort: float
    most: float
    weight: float  # the typical length of its lines: what it deserves of the width left over


@dataclass(frozen=True, slots=True)
class Layout:
    """The size of a table's type in points and, for each band, its columns and their shares.

    A band's shares are percentages that sum to 100. `height` is about the table's, in points.
    """

    size: float
    bands: tuple[tuple[tuple[int, ...], tuple[float, ...]], ...]
    height: float


def lay_out(table: Table, shifts: Mapping[int, Sequence[int]], width: float) -> Layout:
    """Return how a table fits a page of this width: smaller type first, then bands of columns.

    `shifts`: by how many half digits each row's figure is moved in, for columns that do.
    """
    needs = measure_columns(table, shifts)
    size, bands = _choose_bands(table, needs, width)
    shared = [(band, _share(table, needs, band, size, width)) for band in bands]
    height = sum(_estimate_height(table, band, shares, size, width) for band, shares in shared)
    return Layout(size, tuple(shared), height)


def _choose_bands(
    table: Table, needs: Sequence[Need], width: float
) -> tuple[float, list[tuple[int, ...]]]:
    everything = [tuple(range(len(table.columns)))]
    for size in SIZES:
        if _fits([need.comfort for need in needs], size, width):
            return size, everything
    smallest = SIZES[-1]
    if _fits([need.least for need in needs], smallest, width):
        return smallest, everything
    return smallest, _split_into_bands(table, needs, smallest, width)


def _estimate_height(
    table: Table, band: tuple[int, ...], shares: tuple[float, ...], size: float, width: float
) -> float:
    """Return about how high the rows are together; a table that is surely long is not measured."""
    if len(table.rows) > _SURELY_LONG:
        return math.inf
    measure_row = RowMeasure(table, band, shares, size, width)
    head = 4.0 * size * _LEADING
    return head + sum(measure_row.estimate(y) for y in range(len(table.rows)))


@dataclass(frozen=True, slots=True)
class RowMeasure:
    """Estimates how high rows are, by the words in the columns of one band."""

    table: Table
    band: tuple[int, ...]
    shares: tuple[float, ...]
    size: float
    width: float

    def estimate(self, y: int) -> float:
        """Return about how high a row is, in points."""
        cells = self.table.rows[y].cells
        ems = [(share * self.width / 100 - PADDING) / self.size for share in self.shares]
        lines = max(
            sum(math.ceil(measure(line) / max(room, 1)) for line in _lines_of(cell))
            if isinstance(cell := cells[place], Cell) and cell.column_span == 1
            else 1
            for place, room in zip(self.band, ems, strict=True)
        )
        return (0.6 + max(1, lines)) * self.size * _LEADING


def _fits(ems: Iterable[float], size: float, width: float) -> bool:
    return sum(em * size * _SAFETY + PADDING for em in ems) <= width


# --- what columns need ------------------------------------------------------------------------


def measure_columns(table: Table, shifts: Mapping[int, Sequence[int]]) -> list[Need]:
    heads = _measure_heads(table.columns)
    return [
        _need_of_figures(table, place, head, shifts.get(place))
        if column.align == "right"
        else _need_of_words(table, place, head)
        for place, (column, head) in enumerate(zip(table.columns, heads, strict=True))
    ]


def _cells_of(table: Table, place: int) -> Iterator[tuple[int, Cell]]:
    """Yield a column's cells that are its alone, with their rows."""
    for number, row in enumerate(table.rows):
        cell = row.cells[place]
        if row.kind != "group" and isinstance(cell, Cell) and cell.column_span == 1:
            yield number, cell


def _need_of_figures(table: Table, place: int, head: float, shifts: Sequence[int] | None) -> Need:
    """A column of figures is as wide as its widest; what is left over goes to columns of words."""
    least = head
    for number, cell in _cells_of(table, place):
        moved = shifts[number] * _HALF_DIGIT if shifts else 0.0
        cited = _NOTE_MARK if isinstance(cell.content, Value) and cell.content.notes else 0.0
        for line in _lines_of(cell):
            least = max(least, (_longest_figure(line) + moved) * HEAVIER + cited)
    return Need(least, least, least * _LOOSE, least)


def _need_of_words(table: Table, place: int, head: float) -> Need:
    lines = [line for _, cell in _cells_of(table, place) for line in _lines_of(cell) if line]
    measured = [measure(line[:_LONG_ENOUGH]) for line in lines]
    most = max([head, *measured], default=1.0) * HEAVIER
    words = max(map(_longest_word, lines), default=0.0) * HEAVIER
    before = table.columns[place - 1].align if place else "left"
    gap = AFTER_FIGURES / SIZES[-1] if before == "right" else 0.0
    least = max(head, min(words, _LONGEST_WORD), 1.0) + gap
    typical = sum(measured) / len(measured) if measured else least
    return Need(least, max(least, min(most, _COMFORT)), most + gap, (typical + most) / 2)


def _lines_of(cell: Cell) -> list[str]:
    content = cell.content
    lines = [_stand_in(cell.rating)] if cell.rating else []
    match content:
        case Value():
            lines.append(show(content))
        case date():
            lines.append("30 September 2009")
        case str():
            lines.append(split_notes(content)[0])
        case Prose():
            lines.extend(_lines_of_elements(content.elements))
    return lines


def _stand_in(rating: Rating) -> str:
    """Return words as wide as a rating, whose marks are wide signs; a short one is one word."""
    words = rating.word.split()
    joined = "_".join(words) if len(rating.word) <= ONE_LINE else " ".join(words)
    return f"{'O' * len(rating.mark)}_{joined}"


def _lines_of_elements(elements: tuple[Element, ...]) -> list[str]:
    lines: list[str] = []
    for element in elements:
        match element:
            case List():
                for item in element.items:
                    lines.extend(f"mm{line}" for line in _lines_of_elements(item))
            case Quote():
                lines.extend(_lines_of_elements(element.elements))
            case _:
                lines.append("".join(run.text for run in element.runs))
    return lines


def _measure_heads(columns: Sequence[Column]) -> list[float]:
    """Return each column's longest head word; a group's words are shared by its columns."""
    heads = [_longest_word(f"{column.label} {column.unit}") for column in columns]
    for depth in range(max((len(column.groups) for column in columns), default=0)):
        paths = [column.groups[: depth + 1] for column in columns]
        for path, run in groupby(range(len(columns)), paths.__getitem__):
            places = list(run)
            if len(path) > depth:
                part = _longest_word(path[depth]) / len(places)
                for place in places:
                    heads[place] = max(heads[place], part)
    return [head * HEAVIER for head in heads]


def _longest_word(text: str) -> float:
    """Return the widest stretch that a line does not break, in em."""
    return max((measure(word) for word in _BREAKS.split(text[:_LONG_ENOUGH])), default=0.0)


def _longest_figure(text: str) -> float:
    """As `_longest_word`, but "to be set" and "See note 1" stay on one line."""
    if len(text) <= ONE_LINE:
        return measure(text)
    return max((measure(word) for word in text[:_LONG_ENOUGH].split()), default=0.0)


# --- shares ---------------------------------------------------------------------------------


def _share(
    table: Table, needs: Sequence[Need], band: tuple[int, ...], size: float, width: float
) -> tuple[float, ...]:
    """Return percentages that sum to 100: what builders asked for, else what the text needs."""
    asked = [table.columns[place].width for place in band]
    if all(asked):
        least = [needs[place].least * size * _SAFETY + PADDING for place in band]
        return _percentages(_grant(asked, least, width))
    fitting = _fits([needs[place].comfort for place in band], size, width)
    start = [needs[place].comfort if fitting else needs[place].least for place in band]
    widths = [em * size * _SAFETY + PADDING for em in start]
    limits = [needs[place].most * size * _SAFETY + PADDING for place in band]
    weights = [needs[place].weight for place in band]
    return _percentages(_pour(widths, limits, weights, width))


def _grant(asked: Sequence[float], least: Sequence[float], total: float) -> list[float]:
    """Return widths in the proportions asked for, but none less than its longest word needs."""
    held: dict[int, float] = {}
    while True:
        free = [place for place in range(len(asked)) if place not in held]
        left = max(0.0, total - sum(held.values()))
        each = left / (sum(asked[place] for place in free) or 1.0)
        short = [place for place in free if asked[place] * each < least[place]]
        if not short or len(short) == len(free):
            return [held.get(place, asked[place] * each) for place in range(len(asked))]
        held.update((place, least[place]) for place in short)


def _pour(
    widths: list[float], limits: list[float], weights: list[float], total: float
) -> list[float]:
    """Give out what is left of the total by weight, no column more than it can use; then evenly."""
    for _ in widths:
        left = total - sum(widths)
        thirsty = [place for place, width in enumerate(widths) if width < limits[place]]
        if left < 1 or not thirsty:
            break
        share = left / sum(weights[place] for place in thirsty)
        for place in thirsty:
            widths[place] = min(limits[place], widths[place] + weights[place] * share)
    spare = max(0.0, total - sum(widths)) / sum(widths)
    return [width * (1 + spare) for width in widths]


def _percentages(widths: Sequence[float]) -> tuple[float, ...]:
    """Return shares of 100, at two decimals; the last column takes what rounding left."""
    total = sum(widths)
    shares = [round(100 * width / total, 2) for width in widths[:-1]]
    return (*shares, round(100 - sum(shares), 2))


# --- bands ----------------------------------------------------------------------------------


def find_label_columns(table: Table) -> tuple[int, ...]:
    """Return the columns that name rows, which every band repeats; the first if none says so."""
    found = {
        place
        for row in table.rows
        for place, cell in enumerate(row.cells)
        if row.kind != "group" and isinstance(cell, Cell) and cell.header and cell.column_span == 1
    }
    return tuple(sorted(found)) or (0,)


def _split_into_bands(
    table: Table, needs: Sequence[Need], size: float, width: float
) -> list[tuple[int, ...]]:
    """Return bands of about one width; what is under one outer heading stays together."""
    labels = find_label_columns(table)
    points = [need.least * size * _SAFETY + PADDING for need in needs]
    named = sum(needs[place].comfort * size * _SAFETY + PADDING for place in labels)
    room = max(width - named, width / 3)
    bundles = _bundles(table, labels, points, room)
    greedy = _fill(bundles, points, room, room)
    goal = sum(points[x] for each in bundles for x in each) / len(greedy)
    even = _fill(bundles, points, room, goal)
    bands = even if len(even) == len(greedy) else greedy
    return [tuple(sorted({*labels, *band})) for band in bands]


def _fill(
    bundles: Sequence[tuple[int, ...]], points: Sequence[float], room: float, goal: float
) -> list[list[int]]:
    """Fill bands from the left; each ends where it has reached its goal or has no more room."""
    bands: list[list[int]] = [[]]
    used = 0.0
    for bundle in bundles:
        wanted = sum(points[place] for place in bundle)
        if bands[-1] and (used + wanted > room or used + wanted / 2 > goal):
            bands.append([])
            used = 0.0
        bands[-1].extend(bundle)
        used += wanted
    return bands


def _bundles(
    table: Table, labels: tuple[int, ...], points: list[float], room: float
) -> list[tuple[int, ...]]:
    """Return runs of columns under one outer heading; one by one where a run is too wide."""
    places = [place for place in range(len(table.columns)) if place not in labels]
    bundles: list[tuple[int, ...]] = []
    for outer, run in groupby(places, lambda place: table.columns[place].groups[:1]):
        together = tuple(run)
        if outer and sum(points[place] for place in together) <= room:
            bundles.append(together)
        else:
            bundles.extend((place,) for place in together)
    return bundles
