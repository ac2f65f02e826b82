"""The section kinds of this app: objectives and actions."""

from __future__ import annotations

from actions.content import ActionsContent, ObjectivesContent
from actions.document import build_actions, build_objectives
from actions.figures import action_figures, objective_figures
from actions.forms import action_grid, objective_grid
from actions.planfile import (
    ACTION_ROWS,
    DELIVERABLE_ROWS,
    OBJECTIVE_ROWS,
    TARGET_ROWS,
    action_faults,
    dump_actions,
    dump_objectives,
    empty_actions,
    empty_objectives,
    load_actions,
    load_objectives,
    objective_faults,
    set_up_actions,
    set_up_objectives,
)
from plans.registry import SectionKind, register

OBJECTIVES = SectionKind(
    slug="objectives",
    name="Objectives",
    summary="What the plan answers to: priorities, their targets, who leads, progress made.",
    schema=ObjectivesContent,
    empty=empty_objectives,
    dump=dump_objectives,
    load=load_objectives,
    faults=objective_faults,
    build=build_objectives,
    grid=objective_grid,
    figures=objective_figures,
    set_up=set_up_objectives,
    stores=(OBJECTIVE_ROWS, TARGET_ROWS),
)
ACTIONS = SectionKind(
    slug="actions",
    name="Actions",
    summary="Projects and key actions: who leads, what is delivered, by when.",
    schema=ActionsContent,
    empty=empty_actions,
    dump=dump_actions,
    load=load_actions,
    faults=action_faults,
    build=build_actions,
    grid=action_grid,
    figures=action_figures,
    orientation="landscape",
    set_up=set_up_actions,
    stores=(ACTION_ROWS, DELIVERABLE_ROWS),
)

register(OBJECTIVES)
register(ACTIONS)
