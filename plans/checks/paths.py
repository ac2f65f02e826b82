"""Where a finding stands in a plan file: rows by index instead of by id."""

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
            return ("sections", index, *_by_index(section.as_dict(), finding.path))
    return ()


def _by_index(value: Any, path: Path) -> Path:
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
