"""The figures of the two source plans, and where a printed plan has them.

The figures are kept as `tables_*.json`: the numbers of each row of each table as the source
types them, with the few that no plan prints named as exceptions. Knows the document tree only by
its headings and captions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from documents.blocks import Document, Heading, Table

HERE = Path(__file__).resolve().parent
# A minus sign stands free of a word before it: that of "16-25" is a hyphen.
NUMBER = re.compile(
    r"(?P<sign>(?<!\w)[-\N{MINUS SIGN}]£?|£[-\N{MINUS SIGN}])?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
)
# What the plan prints among a row's numbers and the source does not: a typed zero, a page number.
STRANGERS = 2
TAG = re.compile(r"</?[a-z][^>]*>")


class MarkerMissing(LookupError):
    """A heading or caption is not printed where it should be."""


@dataclass(frozen=True, slots=True)
class Exempt:
    """A number that is not printed as the source types it; `printed` is what is, or ""."""

    row: int
    number: str
    reason: str
    printed: str = ""


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table of a source; `section` None is the cover, a row its numbers as typed."""

    name: str
    section: str | None
    caption: str
    rows: tuple[tuple[str, ...], ...]
    exempt: tuple[Exempt, ...]

    @property
    def expected(self) -> list[list[Decimal]]:
        """Return the numbers that the plan prints, row by row, with the exempt ones put right."""
        return [self._expected_row(index, row) for index, row in enumerate(self.rows)]

    def _expected_row(self, index: int, row: Sequence[str]) -> list[Decimal]:
        exempt = {item.number: item.printed for item in self.exempt if item.row == index}
        texts = [exempt.get(text, text) for text in row]
        return [number for text in texts for number in read_numbers(text)]


def load_tables(name: str) -> list[SourceTable]:
    """Return the tables that the file of this name in this folder holds."""
    return [
        SourceTable(
            name=entry["table"],
            section=entry["section"],
            caption=entry["caption"],
            rows=tuple(tuple(row) for row in entry["rows"]),
            exempt=tuple(Exempt(**item) for item in entry["exceptions"]),
        )
        for entry in json.loads((HERE / name).read_text())
    ]


# --- numbers -----------------------------------------------------------------------------------


def read_numbers(text: str) -> list[Decimal]:
    """Return the numbers in a text as they stand; commas and £ are left out, a sign is read."""
    return [
        Decimal(match["digits"].replace(",", "")) * (-1 if match["sign"] else 1)
        for match in NUMBER.finditer(text)
    ]


def typed_rows(table: Mapping[str, Any]) -> list[list[str]]:
    """Return the numbers of each row of a source's table as typed, a row torn by a page mended."""
    rows: list[list[str]] = []
    for cells, kind in zip(table["rows"], table["row_kinds"], strict=True):
        if kind == "header_repeat":
            continue
        if kind == "continuation" and rows:
            rows[-1] = [f"{start} {rest}" for start, rest in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(list(cells))
    return [[m[0] for cell in row for m in NUMBER.finditer(TAG.sub(" ", cell))] for row in rows]


def count_found(rows: Iterable[Sequence[Decimal]], printed: Sequence[Decimal]) -> list[int]:
    """Return how many numbers of each row stand in `printed`, in order, each row after the last.

    A row's numbers stand together, at most STRANGERS others among them.
    """
    found, start = [], 0
    for row in rows:
        count, start = max(
            (_match_row(row, printed, place) for place in range(start, len(printed))),
            key=lambda match: (match[0], -match[1]),
            default=(0, start),
        )
        found.append(count)
    return found


def _match_row(row: Sequence[Decimal], printed: Sequence[Decimal], start: int) -> tuple[int, int]:
    """Return how many numbers of the row stand from this place on, and where they end."""
    stretch = printed[start : start + len(row) + STRANGERS]
    count = end = 0
    for number in row:
        if number in stretch[end:]:
            count, end = count + 1, stretch.index(number, end) + 1
    return count, start + end


# --- the printed plan --------------------------------------------------------------------------


def read_text(pdf: bytes, document: Document) -> str:
    """Return the text of a printed plan, in one line, without running heads, feet and contents.

    A page's running head and foot are the last things on it; the head names the section.
    """
    head = f"{document.cover.unit}, {document.cover.year} "
    kept = []
    for page in PdfReader(BytesIO(pdf)).pages:
        body, _, furniture = page.extract_text().rpartition(head)
        if not furniture.startswith("Contents"):
            kept.append(body or furniture)
    return " ".join(" ".join(kept).split())


@dataclass(frozen=True, slots=True)
class Place:
    """A printed heading or caption: its section, its words without a number, and where it is."""

    section: str
    words: str
    start: int
    end: int


def find_places(text: str, document: Document) -> list[Place]:
    """Return the printed place of every heading and table caption, in order.

    :raises MarkerMissing: if one is not printed after the one before it.
    """
    places: list[Place] = []
    position = 0
    for section, words, printed in _markers(document):
        start = text.find(printed, position)
        if start < 0:
            raise MarkerMissing(f'"{printed}" of section "{section}"')
        position = start + len(printed)
        places.append(Place(section, words, start, position))
    return places


def _markers(document: Document) -> Iterator[tuple[str, str, str]]:
    for part in document.parts:
        for block in part.blocks:
            if isinstance(block, Heading):
                yield part.key, block.text, f"{block.number} {block.text}".strip()
            elif isinstance(block, Table) and block.caption:
                yield part.key, block.caption, block.caption


def numbers_under(table: SourceTable, text: str, places: Sequence[Place]) -> list[Decimal]:
    """Return the numbers printed between the table's caption and the next heading or caption.

    A table without a caption of its own stands under the heading of its section.

    :raises MarkerMissing: if the table's section prints no such caption.
    """
    if table.section is None:
        return read_numbers(text[: places[0].start])
    ends = [place.start for place in places[1:]] + [len(text)]
    own = (table.section, table.caption)
    spans = [
        (place.end, end)
        for place, end in zip(places, ends, strict=True)
        if (place.section, place.words) == own
    ]
    if not spans:
        raise MarkerMissing(f'{table.name}: "{table.caption}" in section "{table.section}"')
    start, end = spans[-1]
    return read_numbers(text[start:end])


@dataclass(frozen=True, slots=True)
class TableReport:
    """How much of a source's table a plan prints; `missing` are the rows that lack numbers."""

    table: SourceTable
    found: int
    expected: int
    missing: tuple[int, ...]

    def __str__(self) -> str:
        line = f"{self.table.name}: found {self.found} of {self.expected}"
        exempt = "; ".join(f"{item.number} ({item.reason})" for item in self.table.exempt)
        rows = ", ".join(f"row {i}: {' '.join(self.table.rows[i])}" for i in self.missing)
        return (
            line + (f"; excepted {exempt}" if exempt else "") + (f"; lacks {rows}" if rows else "")
        )


def report_table(table: SourceTable, text: str, places: Sequence[Place]) -> TableReport:
    """Look for the table's numbers in the text of a printed plan."""
    rows = table.expected
    found = count_found(rows, numbers_under(table, text, places))
    missing = (i for i, row in enumerate(rows) if found[i] < len(row))
    return TableReport(table, sum(found), sum(map(len, rows)), tuple(missing))
