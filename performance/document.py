"""Indicators and activity as blocks: one table a section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from documents import values
from documents.blocks import (
    COVERED,
    Align,
    Block,
    Cell,
    Covered,
    Paragraph,
    Prose,
    Rating,
    Row,
    Run,
    Table,
)
from documents.blocks import Column as TableColumn
from documents.values import BLANK, Status, Value
from performance.arithmetic import Answer, work_out_table
from performance.charts import draw_indicators
from performance.content import (
    ActivityContent,
    ActivityEntry,
    Column,
    IndicatorEntry,
    IndicatorsContent,
    ScaleLevel,
)
from performance.rag import Judged, judge_table
from plans.registry import Surroundings

# The words of a kind's fixed headings that a plan or a format may replace.
INDICATOR_LABELS = {"ref": "Ref", "title": "Indicator", "rag": "RAG"}
ACTIVITY_LABELS = {"ref": "Ref", "label": "Activity"}

NOTHING_YET = Prose((Paragraph((Run("Nothing is recorded here yet."),)),))

# Column keys of a table that no column of an author can have.
REF = "row-ref"
LABEL = "row-label"
RAG = "row-rag"

_RATING_TONES = ("bad", "warn", "neutral", "good", "good")  # from the lowest level to the highest


def name_with_unit(label: str, unit: str) -> Value:
    """Return a row's name with what it counts in brackets, before the notes that it cites."""
    words, notes = values.split_notes(label)
    if not unit:
        return values.parse(label)
    cited = "".join(f" [note {mark}]" for mark in notes)
    return values.parse(f"{words} ({unit}){cited}")


def _align(cells: Iterable[Value]) -> Align:
    """Return right for a column that holds numbers, left for one of words."""
    statuses = {value.status for value in cells}
    return "left" if Status.TEXT in statuses and Status.NUMBER not in statuses else "right"


# --- indicators ----------------------------------------------------------------------------


def build_indicators(content: IndicatorsContent, around: Surroundings) -> Iterator[Block]:
    """Yield the table of indicators: ref and title, then the author's columns with ratings.

    A last column says how near each is to its target, where the section asks for that. After the
    table come the charts that the section shows.
    """
    if not content.rows:
        yield NOTHING_YET
        return
    has_refs = any(row.ref for row in content.rows)
    cells = [
        {column.key: values.parse(row.cells[column.key]) for column in content.columns}
        for row in content.rows
    ]
    ratings = read_scale(content.scale)
    rag, judged = _build_rag(content, around)
    yield Table(
        key="indicators",
        caption=around.caption,
        columns=(
            *_name_columns(around, INDICATOR_LABELS, "title", has_refs=has_refs),
            *(
                TableColumn(
                    column.key,
                    column.label,
                    tuple(column.groups),
                    _align(row[column.key] for row in cells),
                )
                for column in content.columns
            ),
            *rag,
        ),
        rows=tuple(
            _build_indicator(row, index, values_, ratings, has_refs=has_refs, last=judged[index])
            for index, (row, values_) in enumerate(zip(content.rows, cells, strict=True))
        ),
    )
    yield from draw_indicators(content, around)


def _name_columns(
    around: Surroundings, labels: Mapping[str, str], name: str, *, has_refs: bool
) -> Iterator[TableColumn]:
    if has_refs:
        yield TableColumn(REF, around.label("ref", labels["ref"]))
    yield TableColumn(LABEL, around.label(name, labels[name]))


def read_scale(scale: Sequence[ScaleLevel]) -> dict[int, Rating]:
    """Return each level's rating; its tone follows its place between the lowest and highest."""
    levels = sorted({entry.level for entry in scale})
    steps = max(len(levels) - 1, 1)
    tones = {
        level: _RATING_TONES[round(place / steps * (len(_RATING_TONES) - 1))]
        for place, level in enumerate(levels)
    }
    if len(levels) == 1:
        tones = {levels[0]: "neutral"}
    return {
        entry.level: Rating(entry.word or str(entry.level), entry.mark, tones[entry.level])  # type: ignore[arg-type]
        for entry in scale
    }


def _build_indicator(
    row: IndicatorEntry,
    index: int,
    cells: Mapping[str, Value],
    ratings: Mapping[int, Rating],
    *,
    has_refs: bool,
    last: Iterable[Cell] = (),
) -> Row:
    names = [Cell(name_with_unit(row.title, row.unit), header=True)]
    if has_refs:
        names.insert(0, Cell(values.parse(row.ref)))
    return Row(
        key=row.id or row.ref or f"row-{index + 1}",
        cells=(
            *names,
            *(Cell(value, rating=_find_rating(row, key, ratings)) for key, value in cells.items()),
            *last,
        ),
    )


def _build_rag(
    content: IndicatorsContent, around: Surroundings
) -> tuple[tuple[TableColumn, ...], list[tuple[Cell, ...]]]:
    """Return the column that says how near indicators are to their targets, and each row's cell.

    Both hold nothing where the section does not ask for it. The year of targets that lie ahead
    stands in the heading, or in the cells if there are several.
    """
    if not content.shows_rag:
        return (), [()] * len(content.rows)
    judged = judge_table(content.model_dump(), around.plan.rag_rules)
    years = {each.year_ahead for each in judged if each.outcome}
    shared = next(iter(years)) if len(years) == 1 else ""
    label = around.label("rag", INDICATOR_LABELS["rag"])
    heading = f"{label} for {shared}" if shared else label
    cells = [(_write_judged(each, without=shared),) for each in judged]
    return (TableColumn(RAG, heading),), cells


def _write_judged(judged: Judged, *, without: str) -> Cell:
    if judged.outcome is None:
        return Cell(BLANK)
    year, outcome = judged.year_ahead, judged.outcome
    words = values.parse(f"For {year}:") if year != without else BLANK
    return Cell(words, rating=Rating(outcome.word, outcome.sign, outcome.colour))


def _find_rating(row: IndicatorEntry, column: str, ratings: Mapping[int, Rating]) -> Rating | None:
    level = row.ratings.get(column)
    return None if level is None else ratings.get(level)


# --- activity ------------------------------------------------------------------------------


def build_activity(content: ActivityContent, around: Surroundings) -> Iterator[Block]:
    """Yield the table of activity, its empty cells filled by sums and formulas."""
    if not content.rows:
        yield NOTHING_YET
        return
    answers = work_out_table(content.model_dump())
    has_refs = any(row.ref for row in content.rows)
    names = _name_columns(around, ACTIVITY_LABELS, "label", has_refs=has_refs)
    columns = [
        _build_column(column, [row[column.key] for row in answers]) for column in content.columns
    ]
    yield Table(
        key="activity",
        caption=around.caption,
        columns=(*_with_own_heading(names, content.label), *columns),
        rows=tuple(_build_rows(content, answers, has_refs=has_refs)),
    )


def _with_own_heading(columns: Iterable[TableColumn], label: str) -> Iterator[TableColumn]:
    for column in columns:
        own = column.key == LABEL and label
        yield TableColumn(LABEL, label) if own else column


def _build_column(column: Column, answers: Sequence[Answer]) -> TableColumn:
    return TableColumn(
        column.key,
        column.label,
        tuple(column.groups),
        align=_align(answer.value for answer in answers),
        unit=column.unit,
        decimals=_shared_decimals(answers),
    )


def _shared_decimals(answers: Iterable[Answer]) -> int | None:
    """Return the decimals of a column that is computed throughout; None for any other."""
    numbers = [answer.value for answer in answers if answer.value.number is not None]
    if not numbers or not all(value.computed for value in numbers):
        return None
    return max(value.decimals for value in numbers)


def _build_rows(
    content: ActivityContent, answers: Sequence[Mapping[str, Answer]], *, has_refs: bool
) -> Iterator[Row]:
    spans = _spans_by_place(content)
    width = len(content.columns) + 1 + has_refs
    for index, (row, answered) in enumerate(zip(content.rows, answers, strict=True)):
        name = row.id or row.key
        label = Cell(name_with_unit(row.label, row.unit), header=True)
        if row.kind == "group" and not any(row.cells.values()):
            words = values.parse(f"{row.ref} {row.label}".strip())
            heading = Cell(words, column_span=width, header=True)
            yield Row(name, (heading, *[COVERED] * (width - 1)), "group")
            continue
        names = (Cell(values.parse(row.ref)), label) if has_refs else (label,)
        cells = _build_cells(row, index, answered, spans)
        yield Row(name, (*names, *cells), row.kind)


def _build_cells(
    row: ActivityEntry,
    index: int,
    answers: Mapping[str, Answer],
    spans: Mapping[tuple[int, int], tuple[int, int] | None],
) -> Iterator[Cell | Covered]:
    for place, answer in enumerate(answers.values()):
        if (index, place) not in spans:
            yield Cell(answer.value, rule=answer.rule)
            continue
        size = spans[index, place]
        if size is None:
            yield COVERED
        else:
            yield Cell(answer.value, rule=answer.rule, row_span=size[0], column_span=size[1])


def _spans_by_place(content: ActivityContent) -> dict[tuple[int, int], tuple[int, int] | None]:
    """Return the size of each merged cell by its place, and None for the places that it covers."""
    rows = {row.key: place for place, row in enumerate(content.rows)}
    columns = {column.key: place for place, column in enumerate(content.columns)}
    places: dict[tuple[int, int], tuple[int, int] | None] = {}
    for span in content.spans:
        top, left = rows[span.row], columns[span.column]
        for y in range(top, top + span.rows):
            for x in range(left, left + span.columns):
                places[y, x] = None
        places[top, left] = (span.rows, span.columns)
    return places
