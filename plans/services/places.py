"""Places of a section in words, read from the rows on the way to them alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from plans.content import Path
from plans.editor import Place, find_place, section_grid
from plans.models import Section
from plans.planfile import plan_facts, put_head, read_head, section_object
from plans.registry import SectionKind, get_kind
from plans.services.excerpts import Excerpt, find_ways, number_rows, read_excerpt


def name_places(section: Section, paths: Sequence[Path]) -> list[str]:
    """Return each place in words, its row counted from 1: "row 12: Indicators › A1 › Target"; ""
    for a place that the section does not have. A few queries, whatever the section's size."""
    if not any(paths):
        return [""] * len(paths)
    kind = get_kind(section.kind)
    excerpt = read_excerpt(section, kind, find_ways(kind, paths))
    value = _as_section(section, excerpt)
    numbers = _number_rows(section, kind, excerpt)
    grid = section_grid(value, plan_facts(read_head(section.plan)))
    return [_name_place(path, find_place(path, grid, (value,)), value, numbers) for path in paths]


def _as_section(section: Section, excerpt: Excerpt | None) -> dict[str, Any]:
    if excerpt is None:
        return section_object(section)
    keys = {section.parent_id: section.parent.key} if section.parent else {}
    return put_head(section, excerpt.content, keys)


def _number_rows(
    section: Section, kind: SectionKind, excerpt: Excerpt | None
) -> dict[tuple[str, ...], Mapping[str, int]]:
    """Return by the path of a stored list which of it each row is, for lists that are asked for."""
    asked = {path for path, _ in excerpt.rows if path} if excerpt else set()
    return {s.path: number_rows(section, s) for s in kind.stores if s.path in asked}


def _name_place(
    path: Path,
    place: Place,
    value: Mapping[str, Any],
    numbers: Mapping[tuple[str, ...], Mapping[str, int]],
) -> str:
    if place.field is None and place.rows is None:
        return ""
    number = _row_number(path, value, numbers)
    return f"row {number}: {place}" if number else str(place)


def _row_number(
    path: Path, value: Any, numbers: Mapping[tuple[str, ...], Mapping[str, int]]
) -> int | None:
    """Return which row of the innermost list on its way a path leads to, from 1; None for none."""
    number = None
    lists: tuple[str, ...] = ()
    for step in path:
        if isinstance(value, list) and isinstance(step, str):
            ids = [row.get("id") for row in value if isinstance(row, Mapping)]
            at = ids.index(step) if step in ids else None
            known = numbers.get(lists[1:], {})
            number = known.get(step, at + 1) if at is not None else None
            value = value[at] if at is not None else None
        else:
            lists = (*lists, str(step))
            value = value.get(step) if isinstance(value, Mapping) else None
    return number
