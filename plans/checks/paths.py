"""Rows by their index, as in a plan file, or by their id, as in a finding."""

from __future__ import annotations

from typing import Any

from plans.checks.findings import Finding
from plans.content import Path
from plans.planfile import PlanData


def path_in_file(finding: Finding, plan: PlanData) -> Path:
    """Return the path of a finding's place from the top of the plan file; () for the whole plan.

    Where the plan has changed since, it ends at the last step that is still there.
    """
    for index, section in enumerate(plan.sections):
        if section.head.key == finding.section:
            return ("sections", index, *count_rows(section.as_dict(), finding.path))
    return ("plan", *finding.path) if finding.path else ()


def count_rows(value: Any, path: Path) -> Path:
    """Return a path that names rows by id as one that counts them, as far as they are there."""
    steps: list[str | int] = []
    for step in path:
        if isinstance(value, list):
            index = _index_of(value, step)
            if index is None:
                break
            step = index
        steps.append(step)
        value = value[step] if isinstance(value, list) else (value or {}).get(step)
    return tuple(steps)


def _index_of(rows: list[Any], step: str | int) -> int | None:
    if isinstance(step, int):
        return step if step < len(rows) else None
    ids = [row.get("id") if isinstance(row, dict) else None for row in rows]
    return ids.index(step) if step in ids else None
