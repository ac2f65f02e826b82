"""Whom a comment concerns, and the mail that tells them: at once, or once a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from plans.models import Comment, Job, Notice, Plan
from plans.services.mail import post_private_mail


def find_concerned(comment: Comment) -> set[User]:
    """Return whom a comment concerns without naming them: its thread's writers, and who is asked
    for the section."""
    people = {comment.section.assigned_to} if comment.section.assigned_to else set()
    if comment.thread_id:
        same = Q(pk=comment.thread_id) | Q(thread=comment.thread_id)
        writers = Comment.objects.filter(same, removed_at__isnull=True).values("by")
        people |= set(User.objects.filter(pk__in=writers))
    return people


def tell_people(comment: Comment, people: Iterable[User], *, at: datetime) -> list[Job]:
    """Write a notice for each who wants one, and the mail of those who want it at once."""
    told = set(comment.notices.values_list("user", flat=True)) | {comment.by_id}
    wanted = [
        user
        for user in people
        if user.pk not in told and user.comment_mail != User.CommentMail.NEVER
    ]
    at_once = [user for user in wanted if user.comment_mail == User.CommentMail.AT_ONCE]
    Notice.objects.bulk_create(
        Notice(user=user, comment=comment, created_at=at, sent_at=at if user in at_once else None)
        for user in wanted
    )
    return [_post_mail(comment, user, at=at) for user in at_once]


def _post_mail(comment: Comment, user: User, *, at: datetime) -> Job:
    plan = comment.section.plan
    return post_private_mail(
        "comment",
        to=user,
        parts=[(plan, _write_part(comment, user))],
        by=comment.by,
        at=at,
        context={"plan": plan, "section": comment.section, "is_reply": bool(comment.thread_id)},
    )


def _write_part(comment: Comment, user: User) -> str:
    """Return one comment as it stands in a mail."""
    first = comment.thread or comment
    context = {
        "comment": comment,
        "first": first,
        "lines": comment.text.split("\n"),
        "is_mentioned": user in comment.mentions.all(),
        "site": settings.SITE_ADDRESS,
    }
    return render_to_string("plans/mail/_comment.txt", context).strip() + "\n"


def people_to_tell() -> QuerySet[User]:
    """Return everybody for whom notices wait for the day's mail."""
    waiting = Notice.objects.filter(sent_at__isnull=True)
    return User.objects.filter(pk__in=waiting.values("user")).order_by("pk")


@transaction.atomic
def post_digest(user: User, *, at: datetime) -> Job | None:
    """Write the day's mail about comments to one person; None if there is nothing to tell, or
    they had it today.

    The mail and the marks on its notices are one transaction: what breaks off is done again whole.
    """
    User.objects.filter(pk=user.pk).update(comment_mail=F("comment_mail"))  # held until the end
    day = timezone.localtime(at).date().isoformat()
    recent = Job.objects.filter(kind=Job.Kind.MAIL, by=user, created_at__gt=at - timedelta(days=1))
    if recent.filter(detail__digest=day).exists():
        return None
    user.refresh_from_db(fields=["comment_mail"])
    waiting = user.notices.filter(sent_at__isnull=True)
    comments = _comments_to_tell(waiting, user)
    waiting.update(sent_at=at)
    if not comments:
        return None
    return post_private_mail(
        "digest",
        to=user,
        parts=[(comment.section.plan, _write_part(comment, user)) for comment in comments],
        by=user,
        at=at,
        context={"count": len(comments)},
        detail={"digest": day},
    )


def _comments_to_tell(waiting: QuerySet[Notice], user: User) -> list[Comment]:
    """Return what these notices tell now: not what was removed since, or may not be read."""
    if user.comment_mail == User.CommentMail.NEVER:
        return []
    plans = Plan.objects.drafts_visible_to(user)
    comments = Comment.objects.of_present_sections().filter(
        notices__in=waiting, removed_at__isnull=True, section__plan__in=plans
    )
    unit, year = "section__plan__organisation_unit", "section__plan__plan_year"
    related = ("by", "thread", unit, year)
    ordered = comments.order_by("section__plan", "section__position", "at", "pk")
    return list(ordered.select_related(*related).prefetch_related("mentions"))
