"""The tables of a document in reading order, for the forms that hold nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from documents.blocks import (
    Chart,
    Document,
    Element,
    Heading,
    List,
    Paragraph,
    Prose,
    Quote,
    RiskMatrix,
    SubHeading,
    Table,
)
from documents.renderers.drawings import tabulate_chart, tabulate_matrix
from documents.renderers.markup import make_printable
from documents.values import split_notes


@dataclass(frozen=True, slots=True)
class ListedTable:
    """A table and where it stands: its section's number and title, and what it is called."""

    number: str
    section: str
    caption: str
    table: Table

    @property
    def place(self) -> str:
        return f"{self.number} {self.section}".strip()

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
    """Yield every table, the figures of charts and the risk matrices among them."""
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
                    caption = block.caption or section or "Chart"
                    yield ListedTable(number, section, caption, tabulate_chart(block))
                case RiskMatrix():
                    caption = block.caption or section or "Risks"
                    yield ListedTable(number, section, caption, tabulate_matrix(block))
                case _:
                    pass


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
