"""For each sort of finding a plan that has none of it, and what brings one about.

A case changes a good plan, as a plan file's value, so that exactly its sort of finding appears.
docs/checks.md shows the sentence that it then says (tests/checks/guide.py).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plans.checks import Finding, run_checks
from plans.checks.guides import Guide, Progress
from plans.planfile import PlanData, PlanHead, read_plan_dict
from tests.plans.samples import every_kind, plan_value

PlanValue = dict[str, Any]
Change = Callable[[PlanValue], None]


def leave_as_it_is(plan: PlanValue) -> None:
    """Change nothing: the plan of the samples is a passing one."""


@dataclass(frozen=True, slots=True)
class Case:
    """How a plan comes to have one sort of finding. `passes` makes the good plan of the sample.

    `pictures`, `guide`, `progress`: what is known of the plan besides, and of the failing one if
    it differs.
    """

    check: str
    fails: Change
    passes: Change = leave_as_it_is
    pictures: frozenset[str] | None = None
    guide: Guide | None = None
    failing_guide: Guide | None = None
    progress: Progress | None = None
    failing_progress: Progress | None = None

    def read(self, *, failing: bool) -> tuple[PlanData, list[Finding]]:
        """Return the good plan, or the failing one made of it, and its findings of this sort."""
        value = copy.deepcopy(plan_value(every_kind()))
        self.passes(value)
        if failing:
            self.fails(value)
        plan = read_sample(value)
        guide = self.failing_guide or self.guide if failing else self.guide
        progress = self.failing_progress or self.progress if failing else self.progress
        known = {"pictures": self.pictures, "guide": guide, "progress": progress}
        found = run_checks(plan, **known)
        return plan, [finding for finding in found if finding.id == self.check]


CASES: list[Case] = []


def case(
    check: str, *, passes: Change = leave_as_it_is, **besides: Any
) -> Callable[[Change], Change]:
    """Register a function that makes a good plan fail; `besides`: the other fields of a Case."""

    def register(fails: Change) -> Change:
        CASES.append(Case(check, fails, passes, **besides))
        return fails

    return register


def read_sample(value: PlanValue) -> PlanData:
    """Return a plan as data; one without sections too, which only a working copy may be."""
    if value["sections"]:
        return read_plan_dict(value)
    return PlanData(PlanHead.model_validate(value["plan"]), ())


def section(plan: PlanValue, key: str) -> dict[str, Any]:
    """Return the section object of this key."""
    found: dict[str, Any] = next(each for each in plan["sections"] if each["key"] == key)
    return found
