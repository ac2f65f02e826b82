"""E-mails as an outbox: a job row for each recipient, sent by a worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import send_mail as send
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Membership, OrganisationUnit, User
from plans.models import Job, Plan
from plans.services.jobs import add_job, finish_job


def holders(role: str, unit: OrganisationUnit) -> list[User]:
    """Return the active people who hold `role` at `unit` or above it, by name."""
    units = [ancestor.pk for ancestor in unit.ancestors]
    memberships = Membership.objects.active().filter(role=role, unit__in=units)
    return list(User.objects.filter(memberships__in=memberships, is_active=True).distinct())


def post_mail(
    template: str,
    *,
    to: Iterable[User],
    plan: Plan,
    by: User,
    at: datetime,
    context: dict[str, object],
) -> list[Job]:
    """Write one mail job for each person; the first line of the template is the subject."""
    jobs = []
    for user in sorted(set(to), key=lambda user: user.pk):
        values = {**context, "plan": plan, "user": user, "by": by, "site": settings.SITE_ADDRESS}
        subject, _, body = render_to_string(f"plans/mail/{template}.txt", values).partition("\n")
        detail = {"to": user.email, "subject": subject.strip(), "body": body.strip() + "\n"}
        jobs.append(add_job(Job.Kind.MAIL, by=by, at=at, plan=plan, detail=detail))
    return jobs


def post_private_mail(
    template: str,
    *,
    to: User,
    parts: Sequence[tuple[Plan, str]],
    by: User,
    at: datetime,
    context: Mapping[str, object],
    detail: Mapping[str, str] | None = None,
) -> Job:
    """Write one mail about the drafts of plans, a text for each; asked for again when it is sent:
    what `to` may no longer read by then stays out of it.

    `detail` is kept beside it on the job.
    """
    values = {**context, "user": to, "by": by, "site": settings.SITE_ADDRESS}
    subject, _, body = render_to_string(f"plans/mail/{template}.txt", values).partition("\n")
    held = {
        **(detail or {}),
        "to": to.email,
        "subject": subject.strip(),
        "body": body.strip() + "\n",
        "reader": to.pk,
        "parts": [[plan.pk, text] for plan, text in parts],
    }
    plans = {plan.pk: plan for plan, _ in parts}
    only = next(iter(plans.values())) if len(plans) == 1 else None
    return add_job(Job.Kind.MAIL, by=by, at=at, plan=only, detail=held)


def send_mail(job: Job) -> None:
    """Send one mail of the outbox; a private one of which nothing may be read is put aside."""
    detail = job.detail
    texts = _readable_parts(detail)
    if "parts" in detail and not texts:
        finish_job(job, at=timezone.now(), withheld=True)
        return
    body = "\n".join([detail["body"], *texts])
    send(detail["subject"], body, settings.DEFAULT_FROM_EMAIL, [detail["to"]])
    finish_job(job, at=timezone.now())


def _readable_parts(detail: Mapping[str, Any]) -> list[str]:
    """Return the texts of a private mail about plans whose draft its recipient reads now."""
    parts = detail.get("parts", ())
    reader = User.objects.filter(pk=detail.get("reader"), is_active=True).first()
    if reader is None:
        return []
    plans = Plan.objects.drafts_visible_to(reader).filter(pk__in=[plan for plan, _ in parts])
    readable = set(plans.values_list("pk", flat=True))
    return [text for plan, text in parts if plan in readable]
