"""Letting a finding stand, with a reason: it holds until the finding's values change."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from plans.models import Event, Plan, Section, Waiver
from plans.permissions import can_waive
from plans.services.findings import dump_finding, find_in_plan, load_finding
from plans.services.taking import refuse_unless_open, take_plan


class FindingGone(LookupError):
    """What was to be waived is not found any more: its values changed, or it was put right."""


class AlreadyWaived(ValueError):
    """Somebody else let the finding stand meanwhile."""


@transaction.atomic
def waive(plan: Plan, fingerprint: str, *, reason: str, by: User, at: datetime) -> Waiver:
    """Let a finding of the working copy stand; ends a waiver that lapsed in its place.

    :raises ValueError: if no reason is given.
    :raises FindingGone: if no finding has this fingerprint now.
    :raises AlreadyWaived: if a waiver for it holds.
    :raises NotOpen: if the plan is not a draft.
    :raises PermissionDenied: if `by` may not waive it.
    """
    if not reason.strip():
        raise ValueError("a waiver needs a reason")
    plan = take_plan(plan.pk)
    refuse_unless_open(plan)
    findings = find_in_plan(plan)
    found = findings.find(fingerprint)
    if found is None:
        raise FindingGone(fingerprint)
    section = plan.sections.present().filter(key=found.finding.section).first()
    if not can_waive(by, plan, section, found.finding.level):
        raise PermissionDenied
    if found.waiver:
        raise AlreadyWaived(str(found.waiver))
    lapsed = findings.match_lapsed()[0].get(fingerprint, [])
    plan.waivers.filter(pk__in=[each.pk for each in lapsed]).update(ended_at=at, ended_by=by)
    waiver = Waiver.objects.create(
        plan=plan,
        section=section,
        fingerprint=fingerprint,
        finding=dump_finding(found.finding),
        reason=reason.strip(),
        by=by,
        at=at,
    )
    _note(plan, section, "waive", found.finding.message, reason=waiver.reason, by=by, at=at)
    return waiver


@transaction.atomic
def end_waiver(waiver: Waiver, *, by: User, at: datetime) -> None:
    """Take a waiver back, or let go of one that has lapsed; ending it twice changes nothing.

    :raises NotOpen: if the plan is not a draft.
    :raises PermissionDenied: if `by` may not waive such a finding.
    """
    plan = take_plan(waiver.plan_id)
    refuse_unless_open(plan)
    finding = load_finding(waiver.finding)
    if not can_waive(by, plan, waiver.section, finding.level):
        raise PermissionDenied
    if Waiver.objects.filter(pk=waiver.pk, ended_at=None).update(ended_at=at, ended_by=by):
        _note(plan, waiver.section, "end_waiver", finding.message, reason="", by=by, at=at)


def _note(
    plan: Plan,
    section: Section | None,
    action: str,
    message: str,
    *,
    reason: str,
    by: User,
    at: datetime,
) -> None:
    detail = {"message": message, "comment": reason, "title": section.title if section else ""}
    Event.objects.create(plan=plan, section=section, action=action, detail=detail, by=by, at=at)
