"""The list of plans, and the ways to begin one."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import OrganisationUnit, User
from accounts.permissions import has_role, units_with_role
from plans.access import person, require_starter, units_for_new_plans
from plans.content import Faults
from plans.forms import PlanFileForm, StartPlanForm
from plans.models import Edition, Event, Plan, PlanYear, Section
from plans.permissions import WRITERS
from plans.planfile import PlanHead
from plans.services import (
    find_council,
    find_or_make_organisation_unit,
    find_organisation_unit,
    start_plan,
    store_plan,
)
from plans.services.archives import Upload, read_upload, store_pictures
from plans.services.tallies import kept_tally
from plans.views.faults import say_faults
from plans.views.work import list_to_decide, list_waiting
from plans.workflow import current_step

PAGE = 25
IMPORT_SALT = "plans.import"


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """Plans that the person may see: theirs, or all; by year, unit and state."""
    user = person(request)
    visible = Plan.objects.visible_to(user)
    chosen = {name: request.GET.get(name, "") for name in ("show", "year", "unit", "state")}
    mine = mine_of(visible, request)
    show_all = chosen["show"] == "all" or (not chosen["show"] and not mine.exists())
    plans = _filter(visible if show_all else mine, chosen)
    page = Paginator(_with_progress(plans), PAGE).get_page(request.GET.get("page"))
    filters_used = any(chosen[name] for name in ("year", "unit", "state"))
    shows_work = not (show_all or filters_used or page.has_previous())
    return render(
        request,
        "plans/plan_list.html",
        {
            **(_show_work(user) if shows_work else {}),
            "shows_work": shows_work,
            "page": page,
            "waiting": {plan.pk: show_waiting(plan, user) for plan in page},
            "tallies": {plan.pk: kept_tally(plan) for plan in page},
            "readable": readable_among(page, user),
            "published": latest_editions(page),
            "chosen": chosen,
            "show_all": show_all,
            "years": PlanYear.objects.filter(plans__in=visible).distinct(),
            "units": OrganisationUnit.objects.filter(plans__in=visible).distinct(),
            "states": Plan.State.choices,
            "can_start": bool(units_with_role(user, *WRITERS)),
            "filters_used": filters_used,
        },
    )


def _show_work(user: User) -> dict[str, Any]:
    return {
        "to_decide": list_to_decide(user),
        "waiting_for_you": list_waiting(user, today=timezone.localdate()),
    }


def _filter(plans: Any, chosen: Mapping[str, str]) -> Any:
    """Leave the plans that the filters ask for; archived ones only when they are asked for."""
    fields = {"year": "plan_year__year", "unit": "organisation_unit", "state": "state"}
    wanted = {
        field: chosen[name] for name, field in fields.items() if _is_usable(name, chosen[name])
    }
    plans = plans.select_related("organisation_unit", "plan_year", "format").filter(**wanted)
    if chosen["state"] != Plan.State.ARCHIVED:
        plans = plans.exclude(state=Plan.State.ARCHIVED)
    return plans


def readable_among(plans: Iterable[Plan], user: User) -> set[int]:
    """Return the plans whose working copy `user` reads; of the others they know editions only."""
    drafts = Plan.objects.drafts_visible_to(user).filter(pk__in=[plan.pk for plan in plans])
    return set(drafts.values_list("pk", flat=True))


def latest_editions(plans: Iterable[Plan]) -> dict[int, Edition]:
    """Return each plan's latest edition, by the plan's primary key."""
    editions = Edition.objects.filter(plan__in=[plan.pk for plan in plans]).order_by("number")
    return {edition.plan_id: edition for edition in editions.defer("imprint")}


def show_waiting(plan: Plan, user: User) -> str:
    """Return whom the plan waits for: "Waits for you", "Waits for the Director"; "" for nobody."""
    step = current_step(plan)
    if step:
        is_asked = has_role(user, plan.organisation_unit_id, step["role"])
        return "Waits for you" if is_asked else f"Waits for the {step['title']}"
    if plan.state == Plan.State.APPROVED:
        return "Waits to be published"
    return ""


def mine_of(visible: Any, request: HttpRequest) -> Any:
    """Return the plans that ask something of the person: those they write, lead in or decide."""
    user = person(request)
    roles = ("author", "approver", "cabinet_member", "planning_officer", "section_lead")
    units = units_with_role(user, *roles)
    assigned = Section.objects.filter(assigned_to=user).values("plan")
    return visible.filter(Q(organisation_unit__in=units) | Q(pk__in=assigned))


def _is_usable(name: str, value: str) -> bool:
    """Whether a filter's value can stand in the list at all; any other filters nothing."""
    shapes = {"year": r"[0-9]{4}/[0-9]{2}", "unit": r"[0-9]{1,9}", "state": r"[a-z_]+"}
    return re.fullmatch(shapes[name], value) is not None


def read_number(text: str) -> int | None:
    """Return the whole number that a form sent; None if it sent anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _with_progress(plans: Any) -> Any:
    present = Q(sections__removed_at__isnull=True)
    ready = present & Q(sections__status=Section.Status.READY)
    return plans.annotate(
        section_count=Count("sections", filter=present),
        ready_count=Count("sections", filter=ready),
    ).order_by("-plan_year__year", "unit", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
def plan_start(request: HttpRequest) -> HttpResponse:
    """Start a plan from a format."""
    form = StartPlanForm(request.POST or None, units=require_starter(request))
    if request.method == "POST" and form.is_valid():
        try:
            plan = start_plan(**form.cleaned_data, by=person(request), at=timezone.now())
        except Faults as found:
            form.add_error("plan_format", f"The format cannot be used: {found.faults[0]}")
        else:
            messages.success(
                request, "The plan is started. Its sections wait below, each with guidance."
            )
            return redirect(plan)
    return render(request, "plans/plan_start.html", {"form": form}, status=form_status(form))


def form_status(form: Any) -> int:
    """Return 422 for a form that was sent and refused, so that htmx and tests see it; else 200."""
    return 422 if form.is_bound and form.errors else 200


@require_http_methods(["GET", "HEAD", "POST"])
def plan_import(request: HttpRequest) -> HttpResponse:
    """Upload a plan file, look at what it holds, then store it as a new draft."""
    require_starter(request)
    if "confirm" in request.POST:
        return _store_import(request)
    form = PlanFileForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "plans/plan_import.html", {"form": form}, status=form_status(form))
    raw = form.cleaned_data["file"].read()
    try:
        upload = read_upload(raw)
    except Faults as found:
        faults = say_faults(found.faults, raw)
        context = {"form": form, "faults": faults, "name": form.cleaned_data["file"].name}
        return render(request, "plans/plan_import.html", context, status=422)
    return render(request, "plans/plan_import_preview.html", _preview(request, upload, raw))


def _preview(request: HttpRequest, upload: Upload, raw: bytes) -> dict[str, Any]:
    data = upload.plan
    unit = find_organisation_unit(data.head)
    return {
        "plan": data.head,
        "sections": data.sections,
        "unit": unit,
        "may_store": may_import_into(request, data.head),
        "pictures": sorted(upload.pictures),
        "plan_file": seal(raw),
    }


def seal(raw: bytes) -> str:
    """Return an uploaded file as text that comes back with the confirmation, unchanged."""
    return signing.dumps(base64.b64encode(raw).decode(), salt=IMPORT_SALT, compress=True)


def unseal(text: str) -> bytes:
    """Return the file that `seal` sealed at most a day ago.

    :raises signing.BadSignature: if it is older or was changed.
    """
    return base64.b64decode(signing.loads(text, salt=IMPORT_SALT, max_age=24 * 3600))


def may_import_into(request: HttpRequest, head: PlanHead) -> bool:
    """Whether the person may store this plan in the organisation unit that its head names.

    A unit that is missing is made by a planning officer of the whole council only; no import
    makes another council, whose plans nobody here could see.
    """
    unit = find_organisation_unit(head)
    if unit is not None:
        return unit.pk in {starter.pk for starter in units_for_new_plans(request)}
    council = find_council(head)
    return council is not None and has_role(person(request), council, "planning_officer")


def _store_import(request: HttpRequest) -> HttpResponse:
    sealed = request.POST.get("plan_file", "")
    try:
        upload = read_upload(unseal(sealed))
    except (signing.BadSignature, Faults):
        messages.error(request, "The preview is too old or was changed. Choose the file again.")
        return redirect("plans:import")
    unit = find_organisation_unit(upload.plan.head)
    if not may_import_into(request, upload.plan.head):
        messages.error(request, "You may not start plans for the unit that this file names.")
        return redirect("plans:import")
    plan, is_new = _import_once(upload, unit, name=name_import(sealed), by=person(request))
    if is_new:
        count = len(upload.plan.sections)
        messages.success(request, f"Imported as a new draft with {count} sections.")
    else:
        messages.info(request, "This file was imported already: here is its draft.")
    return redirect(plan)


def name_import(sealed: str) -> str:
    """Return the name of one preview's import, the same each time that it is confirmed."""
    return hashlib.sha256(sealed.encode()).hexdigest()


@transaction.atomic
def _import_once(
    upload: Upload, unit: OrganisationUnit | None, *, name: str, by: User
) -> tuple[Plan, bool]:
    """Store an upload as a new plan, or return the one that the same confirmation made before."""
    User.objects.filter(pk=by.pk).update(name=F("name"))  # one import of a person at a time
    made = Event.objects.filter(action="import", by=by, detail__import=name).first()
    if made:
        return made.plan, False
    at = timezone.now()
    home = unit or find_or_make_organisation_unit(upload.plan.head)
    plan = store_plan(upload.plan, organisation_unit=home, by=by, at=at, import_name=name)
    store_pictures(plan, upload.pictures, by=by, at=at)
    return plan, True
