"""Which tables belong to parts of a unit; knows units by key, nothing of what is in a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from plans.registry import PlanFacts


def gather_parts(facts: PlanFacts, units: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """Return, by unit, the places among `units` of those that are part of it, however far down."""
    parents = {unit.key: unit.part_of for unit in facts.units}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, unit in enumerate(units):
        seen, above = {unit}, parents.get(unit)
        while above and above not in seen:
            found[above].append(place)
            seen.add(above)
            above = parents.get(above)
    return found
