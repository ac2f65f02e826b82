"""The named values of objectives and actions that prose can quote."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from actions.content import ActionsContent, ObjectivesContent
from documents import values
from plans.registry import Figure, PlanFacts


def objective_figures(content: ObjectivesContent, plan: PlanFacts) -> Iterator[Figure]:
    """Yield `count` and `count.targets`."""
    yield _count("count", "Priorities", len(content.rows), "N priorities|N objectives")
    targets = sum(len(row.targets) for row in content.rows)
    yield _count("count.targets", "Targets", targets, "N targets")


def action_figures(content: ActionsContent, plan: PlanFacts) -> Iterator[Figure]:
    """Yield `count`."""
    names = "N actions|N areas of action|N action areas"
    yield _count("count", "Actions", len(content.rows), names)


def _count(path: str, label: str, number: int, names: str) -> Figure:
    return Figure(path, label, values.computed(Decimal(number), 0), names=(names,))
