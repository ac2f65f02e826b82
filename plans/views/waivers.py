"""Letting a finding stand, with a reason, and taking that back."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from plans.access import get_draft, get_waiver_to_end, person
from plans.checks import Finding
from plans.forms import WaiveForm
from plans.models import Plan, Waiver
from plans.permissions import is_open
from plans.services import NotOpen
from plans.services.findings import Found, PlanFindings, find_in_plan, load_finding
from plans.services.waivers import AlreadyWaived, FindingGone, end_waiver, waive
from plans.views.binding import safe_next
from plans.views.findings import Group, anchor_of, findings_address, present
from plans.views.lists import form_status
from plans.views.plans import plan_context

GONE = "That finding is not found any more: it was put right, or its values have changed."
CONFLICT = 409


@require_http_methods(["GET", "HEAD", "POST"])
def finding_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why a finding may stand, then let it; what was typed stays whatever happened since."""
    plan = get_draft(request, pk)
    if request.method != "POST":
        return _ask(request, plan, request.GET.get("finding", ""))
    fingerprint, form = request.POST.get("finding", ""), WaiveForm(request.POST)
    if form.is_valid():
        reason, user, now = form.cleaned_data["reason"], person(request), timezone.now()
        try:
            waiver = waive(plan, fingerprint, reason=reason, by=user, at=now)
        except (FindingGone, AlreadyWaived, NotOpen):
            plan = get_draft(request, pk)
        else:
            messages.success(request, "Waived. This holds until the values change.")
            back = safe_next(request, request.POST.get("next", ""))
            return redirect(address_after(plan, load_finding(waiver.finding), back))
    findings = find_in_plan(plan)
    found = findings.find(fingerprint)
    now_there = found or find_instead(findings, request.POST.get("about", ""))
    return _show(request, plan, findings, now_there, form, has_changed=found is None)


def _ask(request: HttpRequest, plan: Plan, fingerprint: str) -> HttpResponse:
    """Show the finding and ask for a reason; that of a waiver that lapsed in its place is offered
    again."""
    findings = find_in_plan(plan)
    found = findings.find(fingerprint)
    if why_not := _say_why_not(plan, found):
        messages.error(request, why_not)
        back = safe_next(request, request.GET.get("next", ""))
        return redirect(back or reverse("plans:findings", args=[plan.pk]))
    lapsed = findings.match_lapsed()[0].get(fingerprint, ())
    form = WaiveForm(initial={"reason": lapsed[-1].reason if lapsed else ""})
    return _show(request, plan, findings, found, form)


def _show(
    request: HttpRequest,
    plan: Plan,
    findings: PlanFindings,
    found: Found | None,
    form: WaiveForm,
    *,
    has_changed: bool = False,
) -> HttpResponse:
    """Show the form; answers 409 where the finding has changed since the form was drawn, or was
    waived, or cannot be waived any more."""
    group = _show_finding(request, plan, findings, found) if found else None
    shown = (*group.shown, *group.roundings)[0] if group else None
    why_not = _say_why_not(plan, found)
    asked = request.POST if request.method == "POST" else request.GET
    back = safe_next(request, asked.get("next", ""))
    if shown and not why_not and not shown.may_waive:
        raise PermissionDenied
    context = {
        **plan_context(plan, request),
        "form": form,
        "entry": group.entry if group else None,
        "shown": shown,
        "about": name_place(shown.finding) if shown else "",
        "has_changed": has_changed,
        "why_not": why_not,
        "back": back,
    }
    status = CONFLICT if has_changed or why_not else form_status(form)
    return render(request, "plans/waive.html", context, status=status)


def _show_finding(request: HttpRequest, plan: Plan, findings: PlanFindings, found: Found) -> Group:
    """Return one finding as it is shown, with its section."""
    chosen = replace(findings, found=(found,), lapsed=())
    [group] = present(findings, request, plan, chosen=chosen)
    return group


def _say_why_not(plan: Plan, found: Found | None) -> str:
    """Return why a finding cannot be waived now; "" if it can."""
    if not is_open(plan):
        return f"The plan is “{plan.get_state_display()}”: its findings cannot be waived now."
    if found is None:
        return GONE
    waiver = found.waiver
    return f"{waiver.by} waived it meanwhile: {waiver.reason}" if waiver else ""


def address_after(plan: Plan, finding: Finding, back: str) -> str:
    """Return where a finding is seen once it was waived or its waiver ended: where the person came
    from, "" meaning among the findings of its section."""
    if not back:
        return findings_address(plan, finding)
    return back if "#" in back else f"{back}#{anchor_of(finding.fingerprint)}"


def name_place(finding: Finding) -> str:
    """Return what a finding keeps while its values change: its section, place and sort."""
    return " ".join([finding.section, finding.id, *map(str, finding.path)])


def find_instead(findings: PlanFindings, about: str) -> Found | None:
    """Return the one finding of this sort that there is now at a place; None if it is not one."""
    found = [each for each in findings.found if name_place(each.finding) == about]
    return found[0] if len(found) == 1 else None


@require_http_methods(["GET", "HEAD", "POST"])
def waiver_end(request: HttpRequest, pk: int, waiver_pk: int) -> HttpResponse:
    """Ask before a waiver is taken back, or let go because it has lapsed; then do it."""
    waiver = get_waiver_to_end(request, pk, waiver_pk)
    plan, finding = waiver.plan, load_finding(waiver.finding)
    asked = request.POST if request.method == "POST" else request.GET
    back = safe_next(request, asked.get("next", ""))
    after = address_after(plan, finding, back)
    if not is_open(plan):
        messages.error(
            request, f"The plan is “{plan.get_state_display()}”: its waivers stay as they are."
        )
        return redirect(after)
    if waiver.ended_at:
        messages.success(request, f"{waiver.ended_by} has taken it back already.")
        return redirect(after)
    if request.method == "POST":
        end_waiver(waiver, by=person(request), at=timezone.now())
        messages.success(request, "The waiver has ended. The history keeps it and its reason.")
        return redirect(after)
    return _confirm(request, waiver, back=back, after=after)


def _confirm(request: HttpRequest, waiver: Waiver, *, back: str, after: str) -> HttpResponse:
    plan = waiver.plan
    context = {
        **plan_context(plan, request),
        "waiver": waiver,
        "was": load_finding(waiver.finding),
        "holds": find_in_plan(plan).find(waiver.fingerprint) is not None,
        "back": back,
        "after": after,
    }
    return render(request, "plans/waiver_end.html", context)
