"""Two documents as one that shows what changed between them, and the same in counts.

Sections meet by key, then by title; rows by key, then by label or reference: so last year's plan
can be compared with this year's. Takes and gives documents; knows no plan and no format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from documents.blocks import (
    Block,
    Cell,
    Column,
    Cover,
    Document,
    Heading,
    List,
    Paragraph,
    Part,
    Prose,
    Row,
    Run,
    Table,
)
from documents.redline.sections import (
    ComparedPart,
    pair_parts,
    redline_part,
    tell_left_out,
)
from documents.redline.summary import (
    FactChange,
    SectionChange,
    Summary,
    compare_facts,
    summarise_part,
)
from documents.redline.tables import has_table_changes, redline_table
from documents.values import parse

__all__ = [
    "FRONT",
    "ComparedPart",
    "Comparison",
    "FactChange",
    "SectionChange",
    "Summary",
    "compare",
    "redline",
    "summarise",
]

FRONT = "what-changed"
"""The key of the part in front that says what changed."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents as one, and what changed in counts.

    `parts`: every section of both, those without change too and whole.
    """

    document: Document
    summary: Summary
    parts: tuple[ComparedPart, ...]


def redline(old: Document, new: Document, *, only_changes: bool = False) -> Document:
    """Return a document that reads as `new` with what changed since `old`, in front in brief.

    `only_changes` leaves out sections and rows without change, and says how many.
    """
    return compare(old, new, only_changes=only_changes).document


def summarise(old: Document, new: Document) -> Summary:
    """Return which sections and how many of their rows and texts changed."""
    return compare(old, new, only_changes=True).summary


def compare(old: Document, new: Document, *, only_changes: bool = False) -> Comparison:
    """Return `redline` and `summarise` of two documents, found in one go."""
    parts = _compare_parts(old, new, only_changes=only_changes)
    cover, _ = redline_table(_list_cover(old), _list_cover(new), only_changes=True)
    changed = [summarise_part(each.part, each.change) for each in parts if each.change]
    summary = Summary(
        tuple(changed),
        len(parts) - len(changed),
        compare_facts(old, new),
        has_table_changes(cover),
    )
    shown = list(_leave_out(parts)) if only_changes else [each.part for each in parts]
    front = _write_front(summary, cover, left_out=summary.same if only_changes else 0)
    return Comparison(replace(new, parts=(front, *shown)), summary, tuple(parts))


def _compare_parts(old: Document, new: Document, *, only_changes: bool) -> list[ComparedPart]:
    """Return every section compared; a part's heading that both have stays where it is now,
    whichever section it stands above."""
    common = _name_parts(old) & _name_parts(new)
    before, after = ([_without(part, common) for part in each.parts] for each in (old, new))
    compared = []
    for each in pair_parts(before, after):
        found = redline_part(
            None if each.old is None else before[each.old],
            None if each.new is None else after[each.new],
            is_moved=each.is_moved,
            only_changes=only_changes,
        )
        kept = () if each.new is None else _part_headings(new.parts[each.new], common)
        blocks = (*kept, *found.part.blocks)
        compared.append(replace(found, part=replace(found.part, blocks=blocks)))
    return compared


def _name_parts(document: Document) -> set[str]:
    found = (_part_headings(part) for part in document.parts)
    return {heading.text for headings in found for heading in headings}


def _part_headings(part: Part, names: set[str] | None = None) -> tuple[Heading, ...]:
    """Return the headings of parts of the document that a section begins, those of `names`."""
    found = (block for block in part.blocks if isinstance(block, Heading) and block.is_part)
    return tuple(each for each in found if names is None or each.text in names)


def _without(part: Part, names: set[str]) -> Part:
    gone = _part_headings(part, names)
    return replace(part, blocks=tuple(block for block in part.blocks if block not in gone))


# --- what is left out -----------------------------------------------------------------------------


def _leave_out(parts: Iterable[ComparedPart]) -> Iterator[Part]:
    """Yield the parts that changed, and of the others the headings above one that did."""
    above: list[Heading] = []
    for compared in parts:
        headings = [each for each in compared.part.blocks if isinstance(each, Heading)]
        if compared.change:
            yield from (Part(each.key, (each,)) for each in _over(above, headings))
            above = []
            yield compared.part
            continue
        for heading in headings:
            above = [each for each in above if each.level < heading.level]
            above.append(heading)


def _over(above: Iterable[Heading], headings: list[Heading]) -> list[Heading]:
    top = min((heading.level for heading in headings), default=0)
    return [each for each in above if each.level < top]


# --- in front -------------------------------------------------------------------------------------


def _write_front(summary: Summary, cover: Table, *, left_out: int) -> Part:
    """Return what stands before all: how to read it, what changed, section by section."""
    heading = Heading("What changed", 1, FRONT)
    if summary.is_empty:
        both = Paragraph((Run("Both read the same: nothing was added, removed or changed."),))
        return Part(FRONT, (heading, Prose((both,))), front=True)
    legend = Paragraph(
        (
            Run("Words that were taken out are "),
            Run("struck through", change="removed"),
            Run(", words that were put in are "),
            Run("underlined", change="added"),
            Run(". Figures are shown as they were and as they are, with the difference."),
        )
    )
    blocks: list[Block] = [heading, Prose((legend,))]
    if summary.sections:
        items = tuple((Paragraph(_tell_section(each)),) for each in summary.sections)
        blocks.append(Prose((List(items),)))
    if left_out:
        blocks.append(tell_left_out(left_out, "section"))
    if summary.is_cover_changed:
        blocks.append(cover)
    return Part(FRONT, tuple(blocks), front=True)


def _tell_section(section: SectionChange) -> tuple[Run, ...]:
    return (Run(section.name, href=f"#{section.key}"), Run(f": {section.words}"))


def _list_cover(document: Document) -> Table:
    """Return all that the cover says as rows of label and text."""
    cover = document.cover
    said = [("Title", document.title), ("Subtitle", document.subtitle), *_name_cover(cover)]
    said += [(person.role, person.name) for person in cover.people]
    said += cover.facts
    rows = [
        Row(label, (Cell(label, header=True), Cell(parse(text)))) for label, text in said if text
    ]
    columns = (Column("item", "On the cover"), Column("text", "What it says"))
    return Table(columns, tuple(rows), caption="Cover", key="cover")


def _name_cover(cover: Cover) -> list[tuple[str, str]]:
    names = ("council", "directorate", "unit", "year")
    return [(name.capitalize(), getattr(cover, name)) for name in names]
