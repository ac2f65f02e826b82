"""How wide a table's columns are on paper, at which size, and where a wide table is split.

Text is measured by the advance widths of the house typeface, so that the layout engine is told
every width and need not try. All lengths are in points unless they say em.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from documents.blocks import Cell, Column, Element, List, Paragraph, Prose, Quote, Row, Table
from documents.typeface import HEAVIER, measure
from documents.values import Value, show, split_notes

SIZES = (9.0, 8.5, 8.0)  # of type in tables; nothing in print is smaller
PADDING = 6.0  # left and right of a cell, together
_SAFETY = 1.03
_COMFORT = 6.5  # em: text columns are not narrower than this when their words would allow it
_LONGEST_WORD = 14.0  # em: longer ones break
_LONG_ENOUGH = 400  # characters of a line that are measured

_BREAKS = re.compile(r"\s+|(?<=[-/–—])")


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

    A band's shares are percentages that sum to 100.
    """

    size: float
    bands: tuple[tuple[tuple[int, ...], tuple[float, ...]], ...]


def lay_out(table: Table, width: float) -> Layout:
    """Return how a table fits a page of this width: smaller type first, then bands of columns."""
    needs = measure_columns(table)
    everything = tuple(range(len(table.columns)))
    for size in SIZES:
        if _fits([need.comfort for need in needs], size, width):
            return Layout(size, ((everything, _share(table, needs, everything, size, width)),))
    smallest = SIZES[-1]
    if _fits([need.least for need in needs], smallest, width):
        return Layout(smallest, ((everything, _share(table, needs, everything, smallest, width)),))
    bands = _split_into_bands(table, needs, smallest, width)
    shares = [(band, _share(table, needs, band, smallest, width)) for band in bands]
    return Layout(smallest, tuple(shares))


def _fits(ems: Iterable[float], size: float, width: float) -> bool:
    return sum(em * size * _SAFETY + PADDING for em in ems) <= width


# --- what columns need ------------------------------------------------------------------------


def measure_columns(table: Table) -> list[Need]:
    lines: list[list[str]] = [[] for _ in table.columns]
    for row in table.rows:
        if row.kind != "group":
            _collect_lines(row, lines)
    heads = _measure_heads(table.columns)
    return [
        _need_of(column, head, texts)
        for column, head, texts in zip(table.columns, heads, lines, strict=True)
    ]


def _collect_lines(row: Row, lines: list[list[str]]) -> None:
    for place, cell in enumerate(row.cells):
        if isinstance(cell, Cell) and cell.column_span == 1:
            lines[place].extend(_lines_of(cell))


def _lines_of(cell: Cell) -> list[str]:
    content = cell.content
    lines = [f"{cell.rating.mark} {cell.rating.word}"] if cell.rating else []
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
        for path, run in groupby(range(len(columns)), lambda at: columns[at].groups[: depth + 1]):
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
    return max((measure(word) for word in text[:_LONG_ENOUGH].split()), default=0.0)


def _need_of(column: Column, head: float, lines: list[str]) -> Need:
    measured = [measure(line[:_LONG_ENOUGH]) for line in lines if line]
    most = max([head, *measured], default=1.0) * HEAVIER
    if column.align == "right":
        least = max([head, *map(_longest_figure, lines)], default=1.0) * HEAVIER
        return Need(least, least, most, least)
    words = max(map(_longest_word, lines), default=0.0) * HEAVIER
    least = max(head, min(words, _LONGEST_WORD), 1.0)
    typical = sum(measured) / len(measured) if measured else least
    return Need(least, max(least, min(most, _COMFORT)), most, (typical + most) / 2)


# --- shares ---------------------------------------------------------------------------------


def _share(
    table: Table, needs: Sequence[Need], band: tuple[int, ...], size: float, width: float
) -> tuple[float, ...]:
    """Return percentages that sum to 100: what builders asked for, else what the text needs."""
    asked = [table.columns[place].width for place in band]
    if all(asked) and sum(asked) > 0:
        return _percentages(asked)
    fitting = _fits([needs[place].comfort for place in band], size, width)
    start = [needs[place].comfort if fitting else needs[place].least for place in band]
    widths = [em * size * _SAFETY + PADDING for em in start]
    limits = [needs[place].most * size * _SAFETY + PADDING for place in band]
    weights = [needs[place].weight for place in band]
    return _percentages(_pour(widths, limits, weights, width))


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
    """Fill bands from the left; columns under one outer heading stay together where they can."""
    labels = find_label_columns(table)
    points = [need.least * size * _SAFETY + PADDING for need in needs]
    room = max(width - sum(points[place] for place in labels), width / 3)
    bands: list[list[int]] = [[]]
    used = 0.0
    for bundle in _bundles(table, labels, points, room):
        wanted = sum(points[place] for place in bundle)
        if bands[-1] and used + wanted > room:
            bands.append([])
            used = 0.0
        bands[-1].extend(bundle)
        used += wanted
    return [tuple(sorted({*labels, *band})) for band in bands]


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
