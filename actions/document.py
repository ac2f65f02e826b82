"""Objectives and actions as blocks: one table a section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from actions.content import (
    ActionEntry,
    ActionsContent,
    DeliverableEntry,
    ObjectiveEntry,
    ObjectivesContent,
    TargetEntry,
)
from documents import values
from documents.blocks import (
    COVERED,
    Block,
    Cell,
    Column,
    Covered,
    List,
    Paragraph,
    Prose,
    Row,
    Run,
    Table,
)
from documents.values import Value
from plans.registry import Surroundings

# The words of a kind's fixed headings that a plan or a format may replace.
OBJECTIVE_LABELS = {
    "ref": "Priority",
    "number": "No.",
    "target": "Target",
    "statement": "Statement",
    "leads": "Lead",
    "progress": "Progress",
}
ACTION_LABELS = {
    "number": "No.",
    "title": "Project or key action",
    "leads": "Lead",
    "links": "Links to objectives",
    "deliverables": "Deliverables",
    "due": "Target date",
    "outcome": "Outcome",
    "overall": "Overall",
}

NOTHING_YET = Prose((Paragraph((Run("Nothing is recorded here yet."),)),))
SPAN_LIMIT = 40  # rows that one cell reaches over; print cannot take more


def _listed(names: Iterable[str]) -> Value:
    """Return names in one line, as a value so that the notes they cite come along."""
    return values.parse("; ".join(names))


def _rich(html: str, around: Surroundings) -> Prose | Value:
    return around.prose(html) if html else values.BLANK


# --- objectives ----------------------------------------------------------------------------


def build_objectives(content: ObjectivesContent, around: Surroundings) -> Iterator[Block]:
    """Yield the table of objectives.

    With targets: each priority across the table, then its targets. Without: a row for each
    priority, with a column for its statement, leads and progress where any has one.
    """
    if not content.rows:
        yield NOTHING_YET
    elif any(row.targets for row in content.rows):
        yield _build_target_table(content, around)
    else:
        yield _build_priority_table(content, around)


def name_objective(row: ObjectiveEntry, content: ObjectivesContent) -> str:
    """Return how a priority is called in print: "CYPP P8: Protection of children at risk"."""
    ref = f"{content.short} {row.ref}".strip() if row.ref else ""
    return ": ".join(part for part in (ref, row.title) if part)


def _heading(name: str, around: Surroundings) -> str:
    return around.label(name, OBJECTIVE_LABELS[name])


def _build_priority_table(content: ObjectivesContent, around: Surroundings) -> Table:
    used = [
        name
        for name in ("statement", "leads", "progress")
        if any(getattr(row, name) for row in content.rows)
    ]
    return Table(
        key="objectives",
        caption=around.caption or content.framework,
        columns=tuple(Column(name, _heading(name, around)) for name in ("ref", *used)),
        rows=tuple(
            Row(
                _objective_key(row, index),
                (
                    Cell(values.parse(name_objective(row, content)), header=True),
                    *(Cell(_objective_part(row, name, around)) for name in used),
                ),
            )
            for index, row in enumerate(content.rows)
        ),
    )


def _objective_part(row: ObjectiveEntry, name: str, around: Surroundings) -> Prose | Value:
    if name == "leads":
        return _listed(row.leads)
    return _rich(row.statement if name == "statement" else row.progress, around)


def _objective_key(row: ObjectiveEntry, index: int) -> str:
    return row.id or row.ref or f"row-{index + 1}"


def _build_target_table(content: ObjectivesContent, around: Surroundings) -> Table:
    targets = [target for row in content.rows for target in row.targets]
    used = ["target"]
    if any(target.ref for target in targets):
        used.insert(0, "number")
    if any(target.leads for target in targets):
        used.append("leads")
    return Table(
        key="objectives",
        caption=around.caption or content.framework,
        columns=tuple(Column(name, _heading(name, around)) for name in used),
        rows=tuple(
            built
            for index, row in enumerate(content.rows)
            for built in _build_priority(row, index, content, used, around)
        ),
    )


def _build_priority(
    row: ObjectiveEntry,
    index: int,
    content: ObjectivesContent,
    columns: Sequence[str],
    around: Surroundings,
) -> Iterator[Row]:
    """Yield a priority's heading, its words across the table, then its targets."""
    key = _objective_key(row, index)
    rest = [COVERED] * (len(columns) - 1)

    def across(content: Value | Prose, *, header: bool) -> tuple[Cell | Covered, ...]:
        return (Cell(content, column_span=len(columns), header=header), *rest)

    words, notes = values.split_notes(name_objective(row, content))
    leads = f" ({_heading('leads', around)}: {'; '.join(row.leads)})" if row.leads else ""
    cited = "".join(f" [note {mark}]" for mark in notes)
    yield Row(key, across(values.parse(f"{words}{leads}{cited}"), header=True), "group")
    if row.statement:
        yield Row(f"{key}.statement", across(around.prose(row.statement), header=False))
    if row.progress:
        yield Row(f"{key}.progress", across(around.prose(row.progress), header=False))
    for place, target in enumerate(row.targets):
        yield Row(
            target.id or f"{key}.{place + 1}",
            tuple(_target_cell(target, name) for name in columns),
        )


def _target_cell(target: TargetEntry, column: str) -> Cell:
    if column == "number":
        return Cell(values.parse(target.ref))
    if column == "target":
        return Cell(values.parse(target.title), header=True)
    return Cell(_listed(target.leads))


# --- actions -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an action: what is delivered, and when. An action without dates has one."""

    key: str
    deliverable: Prose | Value
    due: str


def build_actions(content: ActionsContent, around: Surroundings) -> Iterator[Block]:
    """Yield the table of actions.

    Deliverables with dates of their own stand line by line beside them, under cells that reach
    over all lines of the action; others are a list in one cell.
    """
    if not content.rows:
        yield NOTHING_YET
        return
    columns = _used_columns(content)
    yield Table(
        key="actions",
        caption=around.caption,
        columns=tuple(Column(name, around.label(name, ACTION_LABELS[name])) for name in columns),
        rows=tuple(
            built
            for index, row in enumerate(content.rows)
            for built in _build_action(row, index, columns, around)
        ),
    )


def _used_columns(content: ActionsContent) -> list[str]:
    """Return the columns in order, without those that no action fills."""
    used = {name for row in content.rows for name in ACTION_LABELS if getattr(row, name, None)}
    if any(entry.due for row in content.rows for entry in row.deliverables):
        used.add("due")
    return [name for name in ACTION_LABELS if name in used | {"title"}]


def _build_action(
    row: ActionEntry, index: int, columns: Sequence[str], around: Surroundings
) -> Iterator[Row]:
    lines = _split_into_lines(row, row.id or row.number or f"row-{index + 1}", around)
    for start in range(0, len(lines), SPAN_LIMIT):
        together = lines[start : start + SPAN_LIMIT]
        for place, line in enumerate(together):
            reach = len(together) if place == 0 else 0
            cells = tuple(_action_cell(row, name, line, reach, around) for name in columns)
            yield Row(line.key, cells)


def _split_into_lines(row: ActionEntry, key: str, around: Surroundings) -> list[Line]:
    if not any(entry.due for entry in row.deliverables):
        return [Line(key, _list_deliverables(row.deliverables, around), row.due)]
    lines = [
        Line(entry.id or f"{key}.{place + 1}", _rich(entry.text, around), entry.due)
        for place, entry in enumerate(row.deliverables)
    ]
    lines[0] = Line(key, lines[0].deliverable, lines[0].due)
    if row.due:
        overall = values.parse(around.label("overall", ACTION_LABELS["overall"]))
        lines.append(Line(f"{key}.overall", overall, row.due))
    return lines


def _list_deliverables(
    deliverables: Sequence[DeliverableEntry], around: Surroundings
) -> Prose | Value:
    texts = [around.prose(entry.text) for entry in deliverables if entry.text]
    if len(texts) > 1:
        return Prose((List(tuple(text.elements for text in texts)),))
    return texts[0] if texts else values.BLANK


def _action_cell(
    row: ActionEntry, column: str, line: Line, reach: int, around: Surroundings
) -> Cell | Covered:
    """Return a cell of one line; `reach`: lines of the action from here, 0 below the first."""
    if column == "deliverables":
        return Cell(line.deliverable)
    if column == "due":
        return Cell(values.parse(line.due))
    if not reach:
        return COVERED
    if column in ("leads", "links"):
        return Cell(_listed(getattr(row, column)), row_span=reach)
    if column == "outcome":
        return Cell(_rich(row.outcome, around), row_span=reach)
    text = values.parse(row.title if column == "title" else row.number)
    return Cell(text, row_span=reach, header=column == "title")
