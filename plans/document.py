"""From a plan as data to its document tree. Pure: knows neither the database nor any format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from documents import richtext, values
from documents.blocks import (
    Block,
    Cover,
    Document,
    Heading,
    List,
    Note,
    Paragraph,
    Part,
    Person,
    Prose,
    Run,
    Table,
)
from plans.figures import Resolver, make_resolver
from plans.numbering import number_sections, section_depths
from plans.planfile import PlanData, SectionData, SectionHead
from plans.registry import PlanFacts, Surroundings, get_kind


@dataclass(frozen=True, slots=True)
class FormatRules:
    """What a plan format decides about printing: numbering and default words by kind."""

    numbering: Mapping[str, Any]
    labels: Mapping[str, Mapping[str, str]]


PLAIN_RULES = FormatRules(numbering={"levels": ["1", "1", "1"], "prefix": ""}, labels={})


def build_document(plan: PlanData, rules: FormatRules = PLAIN_RULES) -> Document:
    """Return the whole plan as a tree, live figures with their present values."""
    resolve = make_resolver(plan)
    facts = plan.facts
    heads = [section.head for section in plan.sections]
    places = _Places(number_sections(heads, rules.numbering), section_depths(heads))
    parts = tuple(
        _build_part(section, facts=facts, rules=rules, places=places, resolve=resolve)
        for section in plan.sections
    )
    return Document(
        title=plan.head.title, subtitle=plan.head.subtitle, cover=_cover(plan, resolve), parts=parts
    )


def build_section(
    section: SectionData,
    *,
    heads: Sequence[SectionHead],
    facts: PlanFacts,
    rules: FormatRules,
    resolve: Resolver,
) -> Part:
    """Return one section's part of the tree, numbered among `heads` as in the whole."""
    places = _Places(number_sections(heads, rules.numbering), section_depths(heads))
    return _build_part(section, facts=facts, rules=rules, places=places, resolve=resolve)


@dataclass(frozen=True, slots=True)
class _Places:
    numbers: Mapping[str, str]
    depths: Mapping[str, int]


def surroundings_of(
    section: SectionHead, *, facts: PlanFacts, rules: FormatRules, resolve: Resolver
) -> Surroundings:
    """Return what the section's kind may know around it."""
    return Surroundings(
        plan=facts,
        key=section.key,
        title=section.title,
        caption=section.caption,
        labels={**rules.labels.get(section.kind, {}), **section.labels},
        prose=lambda html: richtext.to_prose(html, figures=resolve),
        charts=frozenset(section.charts),
    )


def _build_part(
    section: SectionData,
    *,
    facts: PlanFacts,
    rules: FormatRules,
    places: _Places,
    resolve: Resolver,
) -> Part:
    head = section.head
    around = surroundings_of(head, facts=facts, rules=rules, resolve=resolve)
    blocks: list[Block] = list(_headings(head, places))
    if head.intro:
        blocks.append(around.prose(head.intro))
    blocks.extend(get_kind(head.kind).build(section.content, around))
    if head.closing:
        blocks.append(around.prose(head.closing))
    notes = tuple(Note(note.mark, around.prose(note.text)) for note in head.notes)
    return Part(
        key=head.key,
        blocks=tuple(place_notes(blocks, notes)),
        orientation=head.orientation,
        front=head.front,
    )


def _headings(head: SectionHead, places: _Places) -> Iterator[Heading]:
    if head.part:
        yield Heading(text=head.part, level=1, key=f"part-{head.key}", is_part=True)
    if head.title:
        yield Heading(
            text=head.title,
            level=places.depths[head.key] + 1,
            key=head.key,
            number=places.numbers.get(head.key, ""),
        )


def _cover(plan: PlanData, resolve: Resolver) -> Cover:
    head = plan.head
    return Cover(
        council=head.council,
        directorate=head.directorate,
        unit=head.unit,
        year=head.year,
        people=tuple(Person(p.role, p.name, p.initials) for p in head.people),
        facts=tuple(
            (fact.label, resolve(fact.figure, fact.style) if fact.figure else fact.text)
            for fact in head.summary
        ),
    )


# --- notes -------------------------------------------------------------------------------------


def place_notes(blocks: Sequence[Block], notes: Sequence[Note]) -> Iterator[Block]:
    """Put each note under every table that cites it; the others under the last, or at the end."""
    tables = [block for block in blocks if isinstance(block, Table)]
    cited = {id(table): cited_marks(table) for table in tables}
    anywhere = set().union(*cited.values()) if cited else set()
    loose = [note for note in notes if note.mark not in anywhere]
    for block in blocks:
        if not isinstance(block, Table):
            yield block
            continue
        own = [note for note in notes if note.mark in cited[id(block)]]
        extra = loose if block is tables[-1] else []
        yield replace(block, notes=(*block.notes, *own, *extra))
    if loose and not tables:
        yield _notes_as_prose(loose)


def cited_marks(table: Table) -> set[str]:
    """Return the marks that the table's cells, labels and caption point at."""
    texts = [table.caption, *(column.label for column in table.columns)]
    texts += [group for column in table.columns for group in column.groups]
    marks = {mark for text in texts for mark in values.parse(text).notes}
    for row in table.rows:
        for cell in row.cells:
            content = getattr(cell, "content", None)
            if isinstance(content, str):
                marks.update(values.parse(content).notes)
            elif isinstance(content, values.Value):
                marks.update(content.notes)
    return marks


def _notes_as_prose(notes: Iterable[Note]) -> Prose:
    return Prose((List(tuple(_note_item(note) for note in notes)),))


def _note_item(note: Note) -> tuple[Any, ...]:
    lead = Paragraph((Run(f"Note {note.mark}. ", strong=True),))
    first, *rest = note.text.elements or (Paragraph(()),)
    if isinstance(first, Paragraph):
        return (Paragraph((*lead.runs, *first.runs)), *rest)
    return (lead, first, *rest)
