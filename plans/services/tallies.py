"""How many findings a plan has, by level and section: kept with it, so that lists need no checks.

Kept counts are of the plan as it stood after its last change at the time; whoever shows them says
so where the plan has changed since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from plans.checks import Finding, Level
from plans.models import Plan


@dataclass(frozen=True, slots=True)
class Tally:
    """Findings that nobody waived, by level, and how many were waived."""

    errors: int = 0
    warnings: int = 0
    advice: int = 0
    roundings: int = 0
    waivers: int = 0

    @property
    def standing(self) -> str:
        """What has to be looked at, in words: "2 errors, 5 warnings"."""
        return f"{_count(self.errors, 'error')}, {_count(self.warnings, 'warning')}"

    @property
    def words(self) -> str:
        """The same with what was waived: "0 errors, 3 warnings, 2 waivers"."""
        return f"{self.standing}, {_count(self.waivers, 'waiver')}"


@dataclass(frozen=True, slots=True)
class KeptTally:
    """A plan's counts as they were kept: `whole`, and by the key of each section that has any.

    `of`: when the plan that they are of was last changed.
    """

    whole: Tally
    sections: Mapping[str, Tally] = field(default_factory=dict)
    of: datetime | None = None

    def is_stale(self, plan: Plan) -> bool:
        """Whether the plan has changed since it was counted."""
        return self.of != plan.changed_at


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def count_findings(found: Iterable[tuple[Finding, bool]]) -> Tally:
    """Return how many findings there are; each is told with whether it is waived."""
    levels: Counter[Level] = Counter()
    waivers = 0
    for finding, is_waived in found:
        waivers += is_waived
        levels[finding.level] += not is_waived
    return Tally(
        errors=levels[Level.ERROR],
        warnings=levels[Level.WARNING],
        advice=levels[Level.ADVICE],
        roundings=levels[Level.ROUNDING],
        waivers=waivers,
    )


def keep_tally(plan: Plan, found: Iterable[tuple[Finding, bool]]) -> None:
    """Keep the counts of what was found in the working copy; writes only what is new."""
    tally = _dump(plan, list(found))
    if plan.tally != tally:
        Plan.objects.filter(pk=plan.pk).update(tally=tally)
        plan.tally = tally


def _dump(plan: Plan, found: list[tuple[Finding, bool]]) -> dict[str, Any]:
    by_section: dict[str, list[tuple[Finding, bool]]] = {}
    for each in found:
        by_section.setdefault(each[0].section, []).append(each)
    return {
        "of": plan.changed_at.isoformat(),
        "whole": asdict(count_findings(found)),
        "sections": {key: asdict(count_findings(own)) for key, own in by_section.items()},
    }


def kept_tally(plan: Plan) -> KeptTally | None:
    """Return the counts that were kept with a plan; None if it was never counted."""
    kept = plan.tally
    if not kept:
        return None
    sections = {key: Tally(**counts) for key, counts in kept["sections"].items()}
    return KeptTally(Tally(**kept["whole"]), sections, datetime.fromisoformat(kept["of"]))
