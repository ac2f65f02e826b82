"""What a redline says in counts: sections, and in each its rows and texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from documents.blocks import Block, Cell, Change, Document, Element, Part, Prose, Quadrants, Table
from documents.redline.prose import has_changes
from documents.redline.sections import find_heading
from documents.values import parse, split_notes


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section that is not the same on both sides, and how much of it; `rows` counts by change.

    `columns`: for each label of a column, in how many rows it changed.
    """

    key: str
    number: str
    title: str
    change: Change
    rows: Counter[str] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)
    texts: int = 0  # passages of words that changed

    @property
    def name(self) -> str:
        return f"{self.number} {self.title}".strip() or "Section without a title"

    @property
    def words(self) -> str:
        """What became of it: "2 rows changed, 1 row added", "removed"."""
        if self.change in ("added", "removed"):
            return self.change
        counts = [
            f"{count} row{'' if count == 1 else 's'} {change}"
            for change in ("changed", "added", "removed", "moved")
            if (count := self.rows[change])
        ]
        if self.texts:
            counts.append(f"text changed in {self.texts} place{'' if self.texts == 1 else 's'}")
        return ", ".join(counts) or self.change


@dataclass(frozen=True, slots=True)
class FactChange:
    """A figure of the cover's summary box; `percent`: by how much it changed, None if it has no
    meaning."""

    label: str
    old: str
    new: str
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What changed between two documents; `same` counts the sections that did not."""

    sections: tuple[SectionChange, ...]
    same: int
    facts: tuple[FactChange, ...] = ()
    is_cover_changed: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.sections and not self.is_cover_changed

    def count(self, change: Change) -> int:
        """Return how many sections were added, removed, moved or changed."""
        return sum(section.change == change for section in self.sections)

    @property
    def rows(self) -> Counter[str]:
        """How many rows were added, removed, moved and changed, in sections that both have."""
        kept = (each for each in self.sections if each.change not in ("added", "removed"))
        return sum((each.rows for each in kept), Counter[str]())


def summarise_part(part: Part, change: Change) -> SectionChange:
    """Return the counts of one redlined section."""
    heading = find_heading(part)
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    for table in (block for block in part.blocks if isinstance(block, Table)):
        rows.update(row.change for row in table.rows if row.change and row.kind != "group")
        columns.update(_changed_columns(table))
    return SectionChange(
        part.key,
        heading.number if heading else "",
        split_notes(heading.text)[0] if heading else "",
        change,
        rows,
        columns,
        sum(has_changes((element,)) for element in _elements_of(part.blocks)),
    )


def _changed_columns(table: Table) -> Iterator[str]:
    for row in table.rows:
        if row.change in ("changed", "moved"):
            for cell, column in zip(row.cells, table.columns, strict=True):
                if isinstance(cell, Cell) and cell.change == "changed":
                    yield " ".join((*column.groups, column.label))


def _elements_of(blocks: Iterable[Block]) -> Iterator[Element]:
    for block in blocks:
        if isinstance(block, Prose):
            yield from block.elements
        elif isinstance(block, Quadrants):
            for _, prose in block.boxes:
                yield from prose.elements


def compare_facts(old: Document, new: Document) -> tuple[FactChange, ...]:
    """Return the figures of both summary boxes that changed, by label."""
    before = dict(old.cover.facts)
    return tuple(
        FactChange(label, before[label], text, _percent(before[label], text))
        for label, text in new.cover.facts
        if label in before and before[label] != text
    )


def _percent(old: str, new: str) -> Decimal | None:
    before, after = parse(old), parse(new)
    if before.number is None or after.number is None or before.unit != after.unit:
        return None
    if not before.number or before.unit == "%":
        return None
    return (after.number - before.number) / abs(before.number) * 100
