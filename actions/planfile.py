"""Objectives and actions in the plan file: faults, and the way to rows and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from actions.content import ActionEntry, ActionsContent, ObjectiveEntry, ObjectivesContent
from actions.models import Action, Deliverable, Objective, ObjectiveFramework, Target
from plans.content import ROW_LIMIT, Content, Fault
from plans.models import Section
from plans.registry import PlanFacts, RowStore
from plans.rows import sync_one, sync_rows


def _too_many(rows: int, what: str) -> Iterator[Fault]:
    if rows > ROW_LIMIT:
        message = f"there are {rows:,} {what} in all; at most {ROW_LIMIT:,} are kept"
        yield Fault(("rows",), message)


# --- objectives ----------------------------------------------------------------------------


def objective_faults(content: ObjectivesContent, plan: PlanFacts) -> Iterator[Fault]:
    """Yield a fault if objectives and targets together are more than a section holds."""
    rows = len(content.rows) + sum(len(row.targets) for row in content.rows)
    yield from _too_many(rows, "objectives and targets")


def empty_objectives(plan: PlanFacts) -> dict[str, Any]:
    """Return the content of a new objectives section."""
    return ObjectivesContent().model_dump()


def dump_objectives(sections: Sequence[Section]) -> dict[int, dict[str, Any]]:
    """Return the content of these sections by primary key, in three queries."""
    frameworks = {
        framework.section_id: framework
        for framework in ObjectiveFramework.objects.filter(section__in=sections)
    }
    dumped = {section.pk: _dump_framework(frameworks.get(section.pk)) for section in sections}
    targets = defaultdict(list)
    for target in Target.objects.filter(section__in=sections):
        targets[target.objective_id].append(_dump_target(target))
    for row in Objective.objects.filter(section__in=sections):
        dumped[row.section_id]["rows"].append(_dump_objective(row, targets[row.pk]))
    return dumped


def _dump_framework(framework: ObjectiveFramework | None) -> dict[str, Any]:
    framework = framework or ObjectiveFramework()
    return {
        "framework": framework.framework,
        "short": framework.short,
        "year": framework.year,
        "rows": [],
    }


def _dump_objective(row: Objective, targets: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": row.row_id,
        "ref": row.ref,
        "title": row.title,
        "statement": row.statement,
        "leads": list(row.leads),
        "progress": row.progress,
        "targets": targets,
    }


def _dump_target(row: Target) -> dict[str, Any]:
    return {"id": row.row_id, "ref": row.ref, "title": row.title, "leads": list(row.leads)}


def load_objectives(section: Section, content: ObjectivesContent) -> None:
    """Make the section's rows read like `content`; only what changed is written."""
    sync_one(
        ObjectiveFramework.objects.filter(section=section),
        ObjectiveFramework(
            section=section,
            framework=content.framework,
            short=content.short,
            year=content.year,
        ),
    )
    wanted = [
        Objective(section=section, position=position, row_id=row.id, **_columns_of_objective(row))
        for position, row in enumerate(content.rows)
    ]
    stored = sync_rows(Objective.objects.filter(section=section), wanted)
    targets = [
        Target(
            section=section,
            objective=objective,
            position=position,
            row_id=target.id,
            **_columns_of(target),
        )
        for objective, row in zip(stored, content.rows, strict=True)
        for position, target in enumerate(row.targets)
    ]
    sync_rows(Target.objects.filter(section=section), targets)


def set_up_objectives(section: Section) -> dict[str, Any]:
    """Return the content of a section without its rows."""
    return _dump_framework(ObjectiveFramework.objects.filter(section=section).first())


def _columns_of(row: Content) -> dict[str, Any]:
    return row.model_dump(exclude={"id"})


def _columns_of_objective(row: ObjectiveEntry) -> dict[str, Any]:
    return row.model_dump(exclude={"id", "targets"})


OBJECTIVE_ROWS = RowStore(
    path=("rows",),
    model=Objective,
    alone=frozenset({"ref", "title", "statement", "leads", "progress"}),
    dump=lambda row, content: _dump_objective(row, []),
    columns=_columns_of_objective,
)
TARGET_ROWS = RowStore(
    path=("rows", "targets"),
    model=Target,
    alone=frozenset({"ref", "title", "leads"}),
    dump=lambda row, content: _dump_target(row),
    columns=_columns_of,
    within="objective",
)


# --- actions -------------------------------------------------------------------------------


def action_faults(content: ActionsContent, plan: PlanFacts) -> Iterator[Fault]:
    """Yield a fault if actions and deliverables together are more than a section holds."""
    rows = len(content.rows) + sum(len(row.deliverables) for row in content.rows)
    yield from _too_many(rows, "actions and deliverables")


def empty_actions(plan: PlanFacts) -> dict[str, Any]:
    """Return the content of a new actions section."""
    return ActionsContent().model_dump()


def dump_actions(sections: Sequence[Section]) -> dict[int, dict[str, Any]]:
    """Return the content of these sections by primary key, in two queries."""
    dumped: dict[int, dict[str, Any]] = {section.pk: {"rows": []} for section in sections}
    deliverables = defaultdict(list)
    for row in Deliverable.objects.filter(section__in=sections):
        deliverables[row.action_id].append(_dump_deliverable(row))
    for action in Action.objects.filter(section__in=sections):
        entry = _dump_action(action, deliverables[action.pk])
        dumped[action.section_id]["rows"].append(entry)
    return dumped


def _dump_deliverable(row: Deliverable) -> dict[str, Any]:
    return {"id": row.row_id, "text": row.text, "due": row.due}


def _dump_action(row: Action, deliverables: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": row.row_id,
        "number": row.number,
        "title": row.title,
        "leads": list(row.leads),
        "links": list(row.links),
        "deliverables": deliverables,
        "due": row.due,
        "outcome": row.outcome,
    }


def load_actions(section: Section, content: ActionsContent) -> None:
    """Make the section's rows read like `content`; only what changed is written."""
    wanted = [
        Action(section=section, position=position, row_id=row.id, **_columns_of_action(row))
        for position, row in enumerate(content.rows)
    ]
    stored = sync_rows(Action.objects.filter(section=section), wanted)
    deliverables = [
        Deliverable(
            section=section,
            action=action,
            position=position,
            row_id=entry.id,
            **_columns_of(entry),
        )
        for action, row in zip(stored, content.rows, strict=True)
        for position, entry in enumerate(row.deliverables)
    ]
    sync_rows(Deliverable.objects.filter(section=section), deliverables)


def set_up_actions(section: Section) -> dict[str, Any]:
    """Return the content of a section without its rows."""
    return {"rows": []}


def _columns_of_action(row: ActionEntry) -> dict[str, Any]:
    return row.model_dump(exclude={"id", "deliverables"})


ACTION_ROWS = RowStore(
    path=("rows",),
    model=Action,
    alone=frozenset({"number", "title", "leads", "links", "due", "outcome"}),
    dump=lambda row, content: _dump_action(row, []),
    columns=_columns_of_action,
)
DELIVERABLE_ROWS = RowStore(
    path=("rows", "deliverables"),
    model=Deliverable,
    alone=frozenset({"text", "due"}),
    dump=lambda row, content: _dump_deliverable(row),
    columns=_columns_of,
    within="action",
)
