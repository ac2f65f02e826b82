"""Taking rows for a change: a plan first, then a section of it, so that no two wait for each other.

A conditional UPDATE takes the row on both databases; SQLite ignores SELECT FOR UPDATE. The row
is held until the caller's transaction ends.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import F

from plans.models import Plan, Section
from plans.permissions import is_open


class NotOpen(PermissionDenied):
    """The plan is with an approver, approved or published: its sections do not change."""


class Removed(PermissionDenied):
    """The section was taken out of its plan; it can be brought back."""


def take_plan(pk: int) -> Plan:
    """Return the plan as it is now, held."""
    Plan.objects.filter(pk=pk).update(step=F("step"))
    return Plan.objects.select_related("organisation_unit", "plan_year", "format").get(pk=pk)


def take_section(section: Section) -> Section:
    """Return the section and its plan as they are now, both held."""
    plan = take_plan(section.plan_id)
    Section.objects.filter(pk=section.pk).update(revision=F("revision"))
    section = Section.objects.select_related("parent", "assigned_to").get(pk=section.pk)
    section.plan = plan
    return section


def refuse_unless_open(plan: Plan) -> None:
    """Raise NotOpen unless the plan is a draft."""
    if not is_open(plan):
        raise NotOpen(plan.get_state_display())
