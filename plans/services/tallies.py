"""How many findings a plan has, by level and section: kept with it, so that lists need no checks.

They are made whenever the checks of a plan run, as they do when its page or its findings are
opened and when it is submitted; whoever shows them says of when they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from plans.checks import Finding, Level
from plans.models import Plan


@dataclass(frozen=True, slots=True)
class Tally:
    """Findings that nobody waived, by level, how many were waived, and how many of those are
    errors: none in counts kept before that was counted."""

    errors: int = 0
    warnings: int = 0
    advice: int = 0
    roundings: int = 0
    waivers: int = 0
    waived_errors: int = 0

    @property
    def standing(self) -> str:
        """What has to be looked at, in words: "2 errors, 5 warnings"."""
        return f"{_count(self.errors, 'error')}, {_count(self.warnings, 'warning')}"

    @property
    def summary(self) -> str:
        """The same, not silent on waived errors: "0 errors (1 waived), 5 warnings"."""
        waived = f" ({self.waived_errors} waived)" if self.waived_errors else ""
        return f"{_count(self.errors, 'error')}{waived}, {_count(self.warnings, 'warning')}"

    @property
    def words(self) -> str:
        """The summary with all that was waived: "0 errors (1 waived), 3 warnings, 2 waivers"."""
        return f"{self.summary}, {_count(self.waivers, 'waiver')}"


@dataclass(frozen=True, slots=True)
class KeptTally:
    """A plan's counts as they were kept `at` a time: of the whole, and by the key of each section
    in which anything was found."""

    whole: Tally
    sections: Mapping[str, Tally]
    at: datetime


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def count_findings(found: Iterable[tuple[Finding, bool]]) -> Tally:
    """Return how many findings there are; each is told with whether it is waived."""
    levels: Counter[Level] = Counter()
    waived: Counter[Level] = Counter()
    for finding, is_waived in found:
        (waived if is_waived else levels)[finding.level] += 1
    return Tally(
        errors=levels[Level.ERROR],
        warnings=levels[Level.WARNING],
        advice=levels[Level.ADVICE],
        roundings=levels[Level.ROUNDING],
        waivers=waived.total(),
        waived_errors=waived[Level.ERROR],
    )


def is_lapsed(row: Mapping[str, Any]) -> bool:
    """Whether a row of `findings.dump_found` is no finding any more, but a waiver that lapsed."""
    return bool(row.get("lapsed"))


def count_rows(rows: Collection[Mapping[str, Any]]) -> Tally:
    """Return how many findings there are among rows as `findings.dump_found` has them: waivers
    that lapsed are none."""
    levels = Counter(row["level"] for row in rows if row["waiver"] is None)
    held = (row for row in rows if row["waiver"] is not None and not is_lapsed(row))
    waived = Counter(row["level"] for row in held)
    return Tally(
        errors=levels[Level.ERROR.word],
        warnings=levels[Level.WARNING.word],
        advice=levels[Level.ADVICE.word],
        roundings=levels[Level.ROUNDING.word],
        waivers=waived.total(),
        waived_errors=waived[Level.ERROR.word],
    )


def keep_tally(plan: Plan, found: Sequence[tuple[Finding, bool]], *, at: datetime) -> None:
    """Keep the counts of what was found in the working copy at a time.

    Writes only where the counts are others, or the plan has changed since they were kept; not of a
    plan that somebody changed since it was read.
    """
    by_section: dict[str, list[tuple[Finding, bool]]] = {}
    for each in found:
        by_section.setdefault(each[0].section, []).append(each)
    counts = {
        "of": plan.changed_at.isoformat(),
        "whole": asdict(count_findings(found)),
        "sections": {key: asdict(count_findings(own)) for key, own in by_section.items()},
    }
    if plan.tally is None or plan.tally | counts != plan.tally:
        plan.tally = {**counts, "at": at.isoformat()}
        Plan.objects.filter(pk=plan.pk, changed_at=plan.changed_at).update(tally=plan.tally)


def kept_tally(plan: Plan) -> KeptTally | None:
    """Return the counts that were kept with a plan; None if it was never counted."""
    kept = plan.tally
    if kept is None:
        return None
    sections = {key: Tally(**counts) for key, counts in kept["sections"].items()}
    return KeptTally(Tally(**kept["whole"]), sections, datetime.fromisoformat(kept["at"]))
