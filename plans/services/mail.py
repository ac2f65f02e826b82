"""E-mails as an outbox: a job row for each recipient, sent by a worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

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


def send_mail(job: Job) -> None:
    """Send one mail of the outbox."""
    detail = job.detail
    send(detail["subject"], detail["body"], settings.DEFAULT_FROM_EMAIL, [detail["to"]])
    finish_job(job, at=timezone.now())
