"""What waits for one person in all plans: their sections that ask for something, and decisions.

Counts of findings are those that are kept with each plan: no checks run here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from accounts.models import User
from accounts.permissions import has_role
from plans.models import Decision, Plan, Section, Version
from plans.services.tallies import KeptTally, Tally, kept_tally
from plans.workflow import current_step

RELATED = ("plan_year", "organisation_unit", "format")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A section that asks something of who leads it: it is not ready, was returned, or something
    was found in it."""

    section: Section
    is_overdue: bool
    reasons: tuple[str, ...]
    found: Tally
    kept: KeptTally | None

    @property
    def has_findings(self) -> bool:
        return bool(self.found.errors or self.found.warnings)


@dataclass(frozen=True, slots=True)
class ToDecide:
    """A plan whose present step asks the person; `changed`: in how many sections since `since`,
    the number of the version that they know, None if it is the first."""

    plan: Plan
    step: str
    version: Version
    changed: int
    since: int | None
    kept: KeptTally | None


# --- sections ----------------------------------------------------------------------------------


def list_waiting(user: User, *, today: date) -> list[Waiting]:
    """Return the sections that ask something of the person, overdue ones first; two queries."""
    plans = Plan.objects.drafts_visible_to(user).filter(state=Plan.State.DRAFT)
    related = [f"plan__{name}" for name in RELATED]
    sections = list(
        Section.objects.present().filter(assigned_to=user, plan__in=plans).select_related(*related)
    )
    reasons = _list_reasons({section.plan_id for section in sections})
    found = [_describe(each, reasons.get(each.plan_id, {}), today) for each in sections]
    return sorted(filter(_asks_for_something, found), key=_urgency)


def _list_reasons(plans: Iterable[int]) -> Mapping[int, Mapping[str, list[str]]]:
    """Return for what drafts were returned, by plan and by the key of the section."""
    latest = Version.objects.filter(plan=OuterRef("version__plan")).order_by("-number")
    returned = Decision.objects.filter(
        version__plan__in=plans,
        version=Subquery(latest.values("pk")[:1]),
        outcome=Decision.Outcome.RETURNED,
    )
    reasons: dict[int, dict[str, list[str]]] = {}
    for plan, comments in returned.values_list("version__plan", "section_comments"):
        for each in comments:
            reasons.setdefault(plan, {}).setdefault(each["key"], []).append(each["comment"])
    return reasons


def _describe(section: Section, reasons: Mapping[str, list[str]], today: date) -> Waiting:
    kept = kept_tally(section.plan)
    is_ready = section.status == Section.Status.READY
    is_late = section.due_on is not None and section.due_on < today
    return Waiting(
        section=section,
        is_overdue=is_late and not is_ready,
        reasons=() if is_ready else tuple(reasons.get(section.key, ())),
        found=kept.sections.get(section.key, Tally()) if kept else Tally(),
        kept=kept,
    )


def _asks_for_something(waiting: Waiting) -> bool:
    return waiting.section.status != Section.Status.READY or waiting.has_findings


def _urgency(waiting: Waiting) -> tuple[bool, bool, bool, date, int, int]:
    """Return by what sections are sorted: overdue, returned, in error, then as they are due."""
    section = waiting.section
    return (
        not waiting.is_overdue,
        not waiting.reasons,
        not waiting.found.errors,
        section.due_on or date.max,
        section.plan_id,
        section.position,
    )


# --- plans -------------------------------------------------------------------------------------


def list_to_decide(user: User) -> list[ToDecide]:
    """Return the plans whose present step asks the person, the longest waiting first.

    Three queries. Of somebody who submitted a plan or wrote all of it nothing is asked; the
    second is only known on its page.
    """
    plans = Plan.objects.drafts_visible_to(user).filter(state=Plan.State.IN_REVIEW)
    asked = {plan.pk: plan for plan in plans.select_related(*RELATED) if _asks(plan, user)}
    versions = _list_versions(asked)
    known = _list_known(asked, user)
    found = [
        _compare(asked[pk], own, known.get(pk, ()))
        for pk, own in versions.items()
        if own[0].submitted_by_id != user.pk
    ]
    return sorted(found, key=lambda each: each.version.submitted_at)


def _asks(plan: Plan, user: User) -> bool:
    step = current_step(plan)
    return step is not None and has_role(user, plan.organisation_unit_id, step["role"])


def _list_versions(plans: Iterable[int]) -> Mapping[int, list[Version]]:
    """Return the versions of each plan, the newest first, without what they froze."""
    found: dict[int, list[Version]] = {}
    versions = Version.objects.filter(plan__in=list(plans)).select_related("submitted_by")
    for version in versions.defer("plan_file", "tree", "findings", "checklist"):
        found.setdefault(version.plan_id, []).append(version)
    return found


def _list_known(plans: Iterable[int], user: User) -> Mapping[int, list[int]]:
    """Return the numbers of the versions that the person decided, by plan."""
    decided = Decision.objects.filter(version__plan__in=list(plans), by=user)
    found: dict[int, list[int]] = {}
    for plan, number in decided.values_list("version__plan", "version__number"):
        found.setdefault(plan, []).append(number)
    return found


def _compare(plan: Plan, versions: Sequence[Version], known: Sequence[int]) -> ToDecide:
    """Return a plan with what changed since the version that was decided last, else since the one
    before."""
    latest, *earlier = versions
    seen = [version for version in earlier if version.number in known] or earlier
    since = seen[0] if seen else None
    step = current_step(plan)
    return ToDecide(
        plan=plan,
        step=step["title"] if step else "",
        version=latest,
        changed=_count_changed(since.revisions, latest.revisions) if since else 0,
        since=since.number if since else None,
        kept=kept_tally(plan),
    )


def _count_changed(old: Mapping[str, int], new: Mapping[str, int]) -> int:
    """Return in how many sections two versions differ: in their revision, or in being there."""
    return sum(old.get(pk) != new.get(pk) for pk in old.keys() | new.keys())
