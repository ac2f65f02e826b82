"""A plan file with the same hostile text wherever a person may write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path as FilePath
from typing import Any

from plans.content import Faults, Path
from plans.grid import put_at, value_at
from plans.planfile import read_plan_dict

EVERY_KIND = FilePath(__file__).parent / "plans" / "every-kind.json"


def poison_plan(text: str) -> tuple[dict[str, Any], int]:
    """Return a plan of every kind whose texts are all `text`, and how many those are.

    What only certain words may stand in (a key, a year, an amount) keeps its value: every place
    is tried, and put back where reading the plan finds a fault because of it.
    """
    sound = json.loads(EVERY_KIND.read_text())
    plan = deepcopy(sound)
    places = list(_texts(sound["plan"], ("plan",))) + list(_texts(sound["sections"], ("sections",)))
    for path in places:
        put_at(plan, path, text)
    kept = set(places)
    while faulty := kept & _faulty(plan, kept):
        for path in faulty:
            put_at(plan, path, value_at(sound, path))
        kept -= faulty
    return plan, len(kept)


def _texts(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))


def _faulty(plan: dict[str, Any], kept: set[Path]) -> set[Path]:
    """Return the places that make the plan unreadable; those near a fault without a place."""
    try:
        read_plan_dict(deepcopy(plan))
    except Faults as found:
        paths = {fault.path for fault in found.faults}
        exact = kept & paths
        if exact:
            return exact
        return {place for place in kept if any(place[: len(p)] == p for p in paths)}
    return set()
