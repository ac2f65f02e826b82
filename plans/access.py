"""How a view gets at a plan and what belongs to it: found, and allowed, in one call.

What a person may not know of is 404; what they know of but may not do is 403.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import OrganisationUnit, User
from plans.models import (
    Comment,
    Edition,
    Job,
    Picture,
    Plan,
    PlanQuerySet,
    Section,
    Version,
    Waiver,
    picture_path,
)
from plans.permissions import (
    can_cancel,
    can_change_comment,
    can_comment,
    can_manage,
    can_read_draft,
    can_waive,
    can_write,
    units_to_start_in,
)
from plans.services.findings import load_finding
from plans.workflow import Action, may_ever


def person(request: HttpRequest) -> User:
    """Return who is signed in; every address of this app asks for that first."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def _plans(request: HttpRequest) -> PlanQuerySet:
    related = ("organisation_unit__parent__parent", "plan_year", "format")
    return Plan.objects.visible_to(person(request)).select_related(*related)


def get_plan(request: HttpRequest, pk: int) -> Plan:
    """Return a plan that the person may know of; perhaps only its editions."""
    return get_object_or_404(_plans(request), pk=pk)


def get_draft(request: HttpRequest, pk: int) -> Plan:
    """Return a plan whose working copy the person may read."""
    plan = get_plan(request, pk)
    if not can_read_draft(person(request), plan):
        raise PermissionDenied
    return plan


def get_plan_to_manage(request: HttpRequest, pk: int) -> Plan:
    """Return a plan that the person may shape, whatever its state."""
    plan = get_draft(request, pk)
    if not can_manage(person(request), plan):
        raise PermissionDenied
    return plan


def get_plan_to_write(request: HttpRequest, pk: int) -> Plan:
    """Return a plan of which the person may write something, whatever its state: the plan's own
    facts, or a section that they lead."""
    plan = get_draft(request, pk)
    user = person(request)
    if not can_manage(user, plan):
        led = list(plan.sections.present().filter(assigned_to=user))
        for section in led:
            section.plan = plan
        if not any(can_write(user, section) for section in led):
            raise PermissionDenied
    return plan


def get_plan_to_act_on(request: HttpRequest, pk: int, action: Action) -> Plan:
    """Return a plan on which the person's role lets them take `action`, in some state of it."""
    plan = get_draft(request, pk)
    if not may_ever(person(request), action, plan):
        raise PermissionDenied
    return plan


def get_section(request: HttpRequest, plan_pk: int, pk: int) -> Section:
    """Return a present section of a plan whose working copy the person may read."""
    plan = get_draft(request, plan_pk)
    sections = plan.sections.present().select_related("parent", "assigned_to")
    section = get_object_or_404(sections, pk=pk)
    section.plan = plan
    return section


def get_section_to_write(
    request: HttpRequest, plan_pk: int, pk: int, *, or_removed: bool = False
) -> Section:
    """Return a section that the person may write while its plan is a draft.

    `or_removed`: also one that was taken out meanwhile, so that what was typed can be kept.
    """
    plan = get_draft(request, plan_pk)
    sections = plan.sections.all() if or_removed else plan.sections.present()
    section = get_object_or_404(sections.select_related("parent", "assigned_to"), pk=pk)
    section.plan = plan
    if not can_write(person(request), section):
        raise PermissionDenied
    return section


def get_section_to_save(request: HttpRequest, plan_pk: int, pk: int) -> Section:
    """Return a section with its plan that the person may write, also one that was taken out.

    As `get_section_to_write`, in one query wherever the person may.
    """
    related = ("plan__plan_year", "parent")
    found = Section.objects.select_related(*related).filter(plan=plan_pk, pk=pk).first()
    if found is None or not can_read_draft(person(request), found.plan):
        get_draft(request, plan_pk)
        raise Http404
    if not can_write(person(request), found):
        raise PermissionDenied
    return found


def get_comment(request: HttpRequest, plan_pk: int, pk: int) -> Comment:
    """Return a comment on a present section of a plan whose working copy the person may read."""
    plan = get_draft(request, plan_pk)
    if not can_comment(person(request), plan):
        raise PermissionDenied
    related = ("by", "thread", "section__parent", "section__assigned_to")
    comments = Comment.objects.of_present_sections().select_related(*related)
    comment = get_object_or_404(comments, section__plan=plan, pk=pk)
    comment.section.plan = plan
    return comment


def get_comment_to_change(request: HttpRequest, plan_pk: int, pk: int) -> Comment:
    """Return a comment that the person may edit or remove."""
    comment = get_comment(request, plan_pk, pk)
    if not can_change_comment(person(request), comment):
        raise PermissionDenied
    return comment


def get_thread(request: HttpRequest, plan_pk: int, pk: int) -> Comment:
    """Return the first comment of a thread; a reply is no thread."""
    comment = get_comment(request, plan_pk, pk)
    if comment.thread_id is not None:
        raise Http404
    return comment


def get_waiver_to_end(request: HttpRequest, plan_pk: int, pk: int) -> Waiver:
    """Return a waiver of a plan, ended or not, of whose finding the person may decide."""
    plan = get_draft(request, plan_pk)
    waiver = get_object_or_404(plan.waivers.select_related("section", "by", "ended_by"), pk=pk)
    waiver.plan = plan
    if waiver.section:
        waiver.section.plan = plan
    if not can_waive(person(request), plan, waiver.section, load_finding(waiver.finding).level):
        raise PermissionDenied
    return waiver


def get_version(request: HttpRequest, plan_pk: int, number: int) -> Version:
    """Return a version of a plan whose working copy the person may read."""
    plan = get_draft(request, plan_pk)
    version = get_object_or_404(plan.versions.select_related("submitted_by"), number=number)
    version.plan = plan
    return version


LONG_TEXTS = ("version__plan_file", "version__tree")


def get_edition(request: HttpRequest, plan_pk: int, number: int) -> Edition:
    """Return an edition of a plan that the person may know of."""
    plan = get_plan(request, plan_pk)
    editions = plan.editions.select_related("version", "published_by").defer(*LONG_TEXTS)
    edition = get_object_or_404(editions, number=number)
    edition.plan = plan
    return edition


def public_editions() -> list[Edition]:
    """Return the latest edition of every plan that the public may read, with the council and
    directorate of each, in the order of publishing."""
    if not settings.PUBLIC_EDITIONS:
        raise Http404
    latest = Edition.objects.filter(plan=OuterRef("plan")).order_by("-number").values("pk")[:1]
    editions = Edition.objects.filter(pk=Subquery(latest)).defer("imprint")
    related = ("plan__plan_year", "plan__organisation_unit__parent__parent")
    return list(editions.select_related(*related).order_by("pk"))


def get_public_edition(plan_pk: int, number: int | None = None) -> Edition:
    """Return an edition that anybody may read: this one, or a plan's latest.

    There is none where the council keeps its editions to those who sign in. The long texts of
    its version are read when they are asked for.
    """
    if not settings.PUBLIC_EDITIONS:
        raise Http404
    related = ("version", "plan__plan_year", "plan__organisation_unit")
    editions = Edition.objects.filter(plan=plan_pk).select_related(*related).defer(*LONG_TEXTS)
    found = editions.filter(number=number) if number is not None else editions
    edition = found.order_by("number").last()
    if edition is None:
        raise Http404
    return edition


def get_public_picture(plan_pk: int, number: int, digest: str) -> tuple[str, str]:
    """Return where a picture that a public edition shows is stored, and its content type."""
    edition = get_public_edition(plan_pk, number)
    if not Version.objects.filter(pk=edition.version_id, tree__contains=f'"{digest}"').exists():
        raise Http404
    return _stored_picture(digest)


def get_job(request: HttpRequest, plan_pk: int, pk: int) -> Job:
    """Return a job that can be watched: printing or publishing, not an e-mail."""
    plan = get_draft(request, plan_pk)
    job = get_object_or_404(plan.jobs.exclude(kind=Job.Kind.MAIL), pk=pk)
    job.plan = plan
    return job


def get_job_to_cancel(request: HttpRequest, plan_pk: int, pk: int) -> Job:
    """Return a job that the person may end: their own, or publishing by who may publish."""
    job = get_job(request, plan_pk, pk)
    if not can_cancel(person(request), job):
        raise PermissionDenied
    return job


def units_for_new_plans(request: HttpRequest) -> list[OrganisationUnit]:
    """Return the organisation units in which the person may start a plan, by name."""
    ids = units_to_start_in(person(request))
    units = OrganisationUnit.objects.filter(pk__in=ids).select_related("parent__parent")
    return list(units)


def require_starter(request: HttpRequest) -> list[OrganisationUnit]:
    """Return those units, or refuse a person who may start a plan nowhere."""
    units = units_for_new_plans(request)
    if not units:
        raise PermissionDenied
    return units


def get_picture_bytes(request: HttpRequest, plan_pk: int, digest: str) -> tuple[str, str]:
    """Return where a picture is stored and its content type.

    Those who read the draft get what the plan or any version shows; others what an edition does.
    """
    plan = get_plan(request, plan_pk)
    versions = plan.versions.filter(tree__contains=digest)
    if can_read_draft(person(request), plan):
        known = plan.pictures.filter(digest=digest).exists() or versions.exists()
    else:
        known = versions.filter(edition__isnull=False).exists()
    if not known:
        raise Http404
    return _stored_picture(digest)


def _stored_picture(digest: str) -> tuple[str, str]:
    path = picture_path(Picture(digest=digest), "")
    if not default_storage.exists(path):
        raise Http404
    with default_storage.open(path, "rb") as file:
        is_png = file.read(4) == b"\x89PNG"
    return path, "image/png" if is_png else "image/jpeg"
