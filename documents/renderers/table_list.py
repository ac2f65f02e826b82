"""The tables of a document for the forms that hold nothing else: its own, then its drawings'.

What charts show stands behind the tables, in one table a section however many charts it has: else
the tables would be lost between them. Those figures are not left out, though many stand in a table
of the plan as well: comparators and differences do not, and whoever draws a chart anew wants them
as rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias, assert_never

from documents.blocks import (
    Cell,
    Chart,
    Column,
    Document,
    Element,
    Heading,
    List,
    Paragraph,
    Prose,
    Quote,
    RiskMatrix,
    Row,
    Series,
    SubHeading,
    Table,
)
from documents.renderers.drawings import tabulate_matrix
from documents.renderers.markup import make_printable
from documents.values import BLANK, split_notes

_Place: TypeAlias = tuple[str, str]  # a section's number and title


@dataclass(frozen=True, slots=True)
class ListedTable:
    """A table and where it stands: its section's number and title, and what it is called.

    `drawn` says what was drawn of its figures: "Charts", "Risk matrix"; "" of the plan's own.
    """

    number: str
    section: str
    caption: str
    table: Table
    drawn: str = ""

    @property
    def place(self) -> str:
        return f"{self.number} {self.section}".strip()

    @property
    def sort(self) -> str:
        """What it is, as lists of tables say it."""
        return f"Figures of: {self.drawn.lower()}" if self.drawn else "Table of the plan"

    @property
    def name(self) -> str:
        """Its section's number and what it is called: "2.2 Revenue budget"."""
        return f"{self.number} {self.caption}".strip()

    def name_by_end(self, most: int) -> str:
        """Return the name in at most so many characters: the number and the last words, which
        tell apart what begins alike, as the units of a budget do."""
        if len(self.name) <= most:
            return self.name
        head = f"{self.number} … ".lstrip()
        words = self.caption.split()
        while len(words) > 1 and len(head) + len(" ".join(words)) > most:
            words.pop(0)
        return f"{head}{' '.join(words)}"[:most]


def list_tables(document: Document) -> Iterator[ListedTable]:
    """Yield every table in reading order, then what charts and risk matrices show."""
    charts: dict[_Place, list[Chart]] = {}
    matrices: list[ListedTable] = []
    for part in document.parts:
        number = section = ""
        for block in part.blocks:
            match block:
                case Heading():
                    number, section = block.number, split_notes(block.text)[0]
                case Table():
                    caption = split_notes(block.caption)[0] or section or "Table"
                    yield ListedTable(number, section, caption, block)
                case Chart():
                    charts.setdefault((number, section), []).append(block)
                case RiskMatrix():
                    caption, table = block.caption or section or "Risks", tabulate_matrix(block)
                    matrices.append(ListedTable(number, section, caption, table, "Risk matrix"))
                case _:
                    pass
    for place, drawn in charts.items():
        yield ListedTable(*place, "Figures of charts", tabulate_charts(drawn), "Charts")
    yield from matrices


def tabulate_charts(charts: Sequence[Chart]) -> Table:
    """Return the figures of charts as one table with a row a figure: chart, category, series, unit
    and figure; series and unit only where any chart has them."""
    named = any(series.name for chart in charts for series in chart.series)
    measured = any(chart.unit for chart in charts)
    columns = [Column("chart", "Chart"), Column("category", "Category")]
    columns += [Column("series", "Series")] if named else []
    columns += [Column("unit", "Unit")] if measured else []
    columns += [Column("figure", "Figure", align="right")]
    rows = [
        row
        for at, chart in enumerate(charts)
        for series in chart.series
        for row in _list_figures(f"{at}", chart, series, named=named, measured=measured)
    ]
    return Table(tuple(columns), tuple(rows), "Figures of charts")


def _list_figures(
    key: str, chart: Chart, series: Series, *, named: bool, measured: bool
) -> Iterator[Row]:
    values = series.values[: len(chart.categories)]
    for at, (category, value) in enumerate(zip_longest(chart.categories, values, fillvalue=BLANK)):
        words = [Cell(chart.caption, header=True), Cell(str(category))]
        words += [Cell(series.name)] if named else []
        words += [Cell(chart.unit)] if measured else []
        yield Row(f"{key}-{series.name}-{at}", (*words, Cell(value)))


def write_words(prose: Prose) -> str:
    """Return rich text as plain words: a line a paragraph, list items behind their signs."""
    return make_printable("\n".join(_list_lines(prose.elements)))


def _list_lines(elements: tuple[Element, ...]) -> Iterator[str]:
    for element in elements:
        match element:
            case Paragraph() | SubHeading():
                yield "".join(run.text for run in element.runs)
            case Quote():
                yield from _list_lines(element.elements)
            case List():
                yield from _list_items(element)
            case _:
                assert_never(element)


def _list_items(block: List) -> Iterator[str]:
    for place, item in enumerate(block.items, block.start):
        sign = f"{place}. " if block.ordered else "• "
        for line in _list_lines(item):
            yield f"{sign}{line}"
            sign = "  "
