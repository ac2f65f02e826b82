"""What a fault is, how it is put into a plan, and how it is drawn and judged."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random
from typing import Any

from plans.checks import Finding, Level, PlanView, judge_plan, read_section, view_plan
from plans.content import Path
from plans.planfile import PlanData, PlanHead, read_section_object

CLASSES = ("arithmetic", "references", "dates")
ROUNDING = 2  # units of the last decimal that a total of some rounded rows may be off

Place = tuple[str, Path]  # section, "" for the plan's own facts; what a path begins with


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    section  the key of the section that it is put into, "" for the plan's own facts
    changes  paths in the section object, rows by id, and what is put there
    about    where a finding on it may be
    off      by how many units of its last decimal a number is changed; None if it is no number's
    """

    section: str
    changes: tuple[tuple[Path, Any], ...]
    about: tuple[Place, ...]
    off: int | None = None

    def is_met_by(self, finding: Finding) -> bool:
        """Whether a finding that appeared is on this fault."""
        if finding.level is Level.ROUNDING and (self.off is None or self.off > ROUNDING):
            return False
        places = ((finding.section, finding.path), *finding.causes)
        return any(
            section == key and path[: len(start)] == start
            for section, path in places
            for key, start in self.about
        )


@dataclass(frozen=True)
class Subject:
    """A plan to put faults into: as data, as section objects, and as its checks see it."""

    name: str
    plan: PlanData = field(repr=False)

    @cached_property
    def raws(self) -> dict[str, dict[str, Any]]:
        """The section objects by key."""
        return {section.head.key: section.as_dict() for section in self.plan.sections}

    @cached_property
    def head(self) -> dict[str, Any]:
        return self.plan.head.model_dump(by_alias=True)

    @cached_property
    def view(self) -> PlanView:
        return view_plan(self.plan)

    @cached_property
    def findings(self) -> list[Finding]:
        return judge_plan(self.view)

    @cached_property
    def fingerprints(self) -> frozenset[str]:
        return frozenset(finding.fingerprint for finding in self.findings)

    @property
    def year(self) -> str:
        return self.plan.head.year

    def of_kind(self, *kinds: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield key and section object of each section of these kinds, of all if none is named."""
        for key, raw in self.raws.items():
            if not kinds or raw["kind"] in kinds:
                yield key, raw

    def appear(self, fault: Fault) -> list[Finding]:
        """Return the findings that the plan has with the fault and does not have without it.

        :raises Faults: if no plan file may say what the fault says.
        """
        found = judge_plan(self._view_with(fault))
        return [each for each in found if each.fingerprint not in self.fingerprints]

    def finds(self, fault: Fault) -> bool:
        return any(map(fault.is_met_by, self.appear(fault)))

    def _view_with(self, fault: Fault) -> PlanView:
        """Only the section with the fault is read again."""
        if not fault.section:
            head = copy.deepcopy(self.head)
            put(head, fault.changes)
            return replace(self.view, head=PlanHead.model_validate(head))
        raw = copy.deepcopy(self.raws[fault.section])
        put(raw, fault.changes)
        section = read_section_object(raw, self.plan.facts)
        heads = [section.head if head.key == fault.section else head for head in self.view.heads]
        reading = read_section(section, self.plan.facts)
        readings = {**self.view.readings, fault.section: reading}
        return replace(self.view, heads=heads, readings=readings)


def put(value: Any, changes: Iterable[tuple[Path, Any]]) -> None:
    """Put new values at paths of a section object, rows by id."""
    for path, new in changes:
        inner = value
        for step in path[:-1]:
            inner = step_into(inner, step)
        inner[path[-1]] = new


def step_into(value: Any, step: str | int) -> Any:
    if isinstance(value, list) and isinstance(step, str):
        return next(row for row in value if row["id"] == step)
    return value[step]


# --- sorts of fault, and drawing some ------------------------------------------------------------

Sort = Callable[[Subject, Random], Iterable[Fault]]
_sorts: dict[str, dict[str, Sort]] = defaultdict(dict)


def sort_of_fault(of_class: str, name: str) -> Callable[[Sort], Sort]:
    """Register a function that yields a fault for each place of a plan where it may be put."""

    def register(function: Sort) -> Sort:
        _sorts[of_class][name] = function
        return function

    return register


def list_faults(
    of_class: str, subjects: Sequence[Subject], random: Random
) -> dict[str, list[tuple[Subject, Fault]]]:
    """Return every sort of fault of a class with a fault for each of its places, shuffled."""
    found = {}
    for name, function in _sorts[of_class].items():
        of_sort = [(subject, each) for subject in subjects for each in function(subject, random)]
        random.shuffle(of_sort)
        found[name] = of_sort
    return found


def draw_faults(
    of_class: str, subjects: Sequence[Subject], *, count: int, seed: int
) -> list[tuple[str, Subject, Fault]]:
    """Return `count` faults, as many of each sort as there are, each in another place; with the
    same seed the same."""
    random = Random(f"{of_class} {seed}")  # noqa: S311  the same faults each time
    left = {name: list(faults) for name, faults in list_faults(of_class, subjects, random).items()}
    drawn: list[tuple[str, Subject, Fault]] = []
    while len(drawn) < count and any(left.values()):
        for name, faults in left.items():
            if faults and len(drawn) < count:
                drawn.append((name, *faults.pop()))
    return drawn
