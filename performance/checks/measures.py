"""An indicators section as its checks see it: columns, rows and cells, judged once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from documents import values
from documents.values import Value
from performance.rag import Judged, judge_table
from plans.checks import Check, Finding, SectionView
from plans.checks.wording import Wording, name_row, strip_markup
from plans.content import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """A column: whose values, of which year; `name`: how a sentence names it."""

    id: str
    key: str
    name: str
    role: str
    year: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator: its cells by column key, and what its rule says of it."""

    id: str
    name: str
    title: str
    ref: str
    polarity: str
    own_unit: str
    cells: Mapping[str, Value]
    ratings: Mapping[str, int]
    judged: Judged

    @property
    def path(self) -> Path:
        return ("content", "rows", self.id)

    @property
    def unit(self) -> str:
        """What it counts in, as its row, its cells or its title say."""
        return self.judged.unit


@dataclass(frozen=True, slots=True)
class Measures:
    """An indicators section; `notes` are its notes' words by mark."""

    section: SectionView
    year: str
    columns: tuple[Measured, ...]
    rows: tuple[Measure, ...]
    notes: Mapping[str, str]

    def of_role(self, *roles: str) -> Iterator[Measured]:
        return (column for column in self.columns if column.role in roles)

    def numbers(self, row: Measure, *roles: str) -> list[tuple[Measured, Value]]:
        """Return the numbers of a row in columns of these roles, as the columns stand."""
        found = ((column, row.cells[column.key]) for column in self.of_role(*roles))
        return [(column, value) for column, value in found if value.number is not None]

    def texts_around(self) -> Iterator[Wording]:
        """Yield the section's introduction, closing and notes as words."""
        around = ("intro", "closing", "notes")
        return (each for each in self.section.wordings if each.path[0] in around)

    def at(
        self, check: Check, row: Measure, column: Measured, message: str, *, computed: str = ""
    ) -> Finding:
        """Return a finding at a cell; what is stated there is what stands in it."""
        stated = values.show(row.cells[column.key])
        path = (*row.path, "cells", column.key)
        return check.at(self.section.key, path, message, stated=stated, computed=computed)


def read_measures(section: SectionView) -> Measures:
    content = section.raw["content"]
    columns = tuple(_read_column(column) for column in content["columns"])
    judged = judge_table(content, section.facts.rag_rules)
    rows = zip(content["rows"], judged, strict=True)
    notes = {note["mark"]: strip_markup(note["text"]) for note in section.raw["notes"]}
    return Measures(
        section,
        section.facts.year,
        columns,
        tuple(_read_row(row, each) for row, each in rows),
        notes,
    )


def _read_column(column: Mapping[str, Any]) -> Measured:
    label = values.split_notes(column["label"])[0].strip() or column["key"]
    name = ", ".join([*column["groups"], label])
    return Measured(column["id"], column["key"], f"“{name}”", column["role"], column["year"])


def _read_row(row: Mapping[str, Any], judged: Judged) -> Measure:
    return Measure(
        row["id"],
        f"“{name_row(row)}”",
        values.split_notes(row["title"])[0].strip(),
        row["ref"],
        row["polarity"],
        row["unit"],
        {key: values.parse(text) for key, text in row["cells"].items()},
        row["ratings"],
        judged,
    )
