"""Comments on a section, a cell or words: written, answered, resolved, and who is told of them.

Nothing here is part of a plan's content: no plan file, version or print holds any of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from plans.editor import Target, find_target, one_line, section_grid
from plans.models import Comment, Event, Job, Notice, Plan, Section
from plans.permissions import can_change_comment, can_comment, readers_of_draft
from plans.planfile import plan_facts, read_head, section_objects
from plans.services.mail import post_private_mail

TEXT_LIMIT = 10_000
QUOTE_LIMIT = 500
PLACE_LIMIT = 500
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class NotAComment(ValueError):
    """The comment cannot be stored; the message is a sentence for its writer."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A comment as it is stored now, and the mails to be queued once that is committed."""

    comment: Comment
    mails: tuple[Job, ...] = ()


# --- writing -------------------------------------------------------------------------------------


@transaction.atomic
def add_comment(
    section: Section,
    *,
    text: str,
    by: User,
    at: datetime,
    target: Target | None = None,
    quote: str = "",
    occurrence: int = 0,
    mentions: Iterable[User] = (),
) -> Posted:
    """Begin a thread about the section, about `target` in it, or about words there.

    `occurrence`: which of the places where `quote` stands is meant, from 0.

    :raises NotAComment: if the text or the words are not fit to be stored.
    :raises PermissionDenied: if `by` may not comment.
    """
    _refuse_strangers(section.plan, by=by)
    quote = one_line(quote)
    _refuse_lost_words(target, quote)
    comment = Comment(
        section=section,
        path=list(target.path) if target else [],
        place=str(target)[:PLACE_LIMIT] if target else "",
        quote=quote,
        occurrence=occurrence if quote else 0,
        text=read_text(text),
        by=by,
        at=at,
    )
    comment.save(force_insert=True)
    return _post(comment, "comment_added", mentions=mentions, at=at)


@transaction.atomic
def answer_comment(
    first: Comment, *, text: str, by: User, at: datetime, mentions: Iterable[User] = ()
) -> Posted:
    """Add a reply to a thread; one that was resolved is open again.

    :raises NotAComment: if the text is not fit to be stored, or the thread is gone.
    :raises PermissionDenied: if `by` may not comment.
    """
    _refuse_strangers(first.section.plan, by=by)
    text = read_text(text)
    taken = _take(first)
    if taken.resolved_at:
        reopen_thread(taken, by=by, at=at)
    comment = Comment(section=taken.section, thread=taken, text=text, by=by, at=at)
    comment.save(force_insert=True)
    return _post(comment, "comment_answered", mentions=mentions, at=at)


@transaction.atomic
def change_comment(
    comment: Comment, *, text: str, by: User, at: datetime, mentions: Iterable[User] = ()
) -> Posted:
    """Give one's own comment another text; those whom it newly mentions are told.

    :raises NotAComment: if the text is not fit to be stored, or the comment is gone.
    :raises PermissionDenied: if it is not `by`'s own.
    """
    text = read_text(text)
    comment = _take(comment)
    _refuse_others(comment, by=by)
    chosen_before = _chosen(comment)
    comment.text, comment.edited_at = text, at
    comment.save(update_fields=["text", "edited_at"])
    mentions = {*mentions, *chosen_before}
    return _post(comment, "comment_changed", mentions=mentions, at=at)


def _chosen(comment: Comment) -> set[User]:
    """Return those readers whom a comment mentions without naming them in its text."""
    readers = readers_of_draft(comment.section.plan)
    mentioned = set(comment.mentions.filter(pk__in=readers.values("pk")))
    return mentioned - set(find_mentioned(comment.text, list(mentioned)))


@transaction.atomic
def remove_comment(comment: Comment, *, by: User, at: datetime) -> None:
    """Remove one's own comment: wholly, or its text alone where others have replied to it.

    A thread of which nothing is left is gone.

    :raises NotAComment: if it is gone already.
    :raises PermissionDenied: if it is not `by`'s own.
    """
    comment = _take(comment)
    _refuse_others(comment, by=by)
    first = _take(comment.thread) if comment.thread else None
    _note(comment, "comment_removed", by=by, at=at)
    if comment.replies.exists():
        comment.mentions.clear()
        comment.notices.all().delete()
        comment.text, comment.quote, comment.removed_at = "", "", at
        comment.save(update_fields=["text", "quote", "removed_at"])
        return
    comment.delete()
    if first and first.removed_at and not first.replies.exists():
        first.delete()


@transaction.atomic
def resolve_thread(first: Comment, *, by: User, at: datetime) -> None:
    """Say that a thread is dealt with; one that is resolved already stays as it is."""
    _set_resolved(first, "comment_resolved", by=by, at=at, resolved=True)


@transaction.atomic
def reopen_thread(first: Comment, *, by: User, at: datetime) -> None:
    """Say that a thread is not dealt with after all."""
    _set_resolved(first, "comment_reopened", by=by, at=at, resolved=False)


def _set_resolved(first: Comment, action: str, *, by: User, at: datetime, resolved: bool) -> None:
    _refuse_strangers(first.section.plan, by=by)
    values = {"resolved_at": at, "resolved_by": by} if resolved else {}
    others = Comment.objects.filter(pk=first.pk, thread__isnull=True, resolved_at__isnull=resolved)
    if others.update(**{"resolved_at": None, "resolved_by": None, **values}):
        _note(first, action, by=by, at=at)


def _take(comment: Comment) -> Comment:
    """Return a comment as it is now, held until this transaction ends.

    :raises NotAComment: if it was removed meanwhile.
    """
    if not Comment.objects.filter(pk=comment.pk).update(occurrence=F("occurrence")):
        raise NotAComment("This was removed meanwhile.")
    related = ("thread", "section__parent", "section__assigned_to")
    taken = Comment.objects.select_related(*related).get(pk=comment.pk)
    taken.section.plan = comment.section.plan
    return taken


def _refuse_strangers(plan: Plan, *, by: User) -> None:
    if not can_comment(by, plan):
        raise PermissionDenied


def _refuse_others(comment: Comment, *, by: User) -> None:
    if not can_change_comment(by, comment):
        raise PermissionDenied


def read_text(text: str) -> str:
    """Return a comment's text as it is stored: lines parted by line feeds, no space around it.

    :raises NotAComment: if it is empty, too long, or holds what turns or hides text.
    """
    text = re.sub(r"\r\n?", "\n", text).strip()
    if not text:
        raise NotAComment("Write what you want to say.")
    if len(text) > TEXT_LIMIT:
        raise NotAComment(f"Write at most {TEXT_LIMIT:,} characters; these are {len(text):,}.")
    if any(c in TURNING or (unicodedata.category(c) == "Cc" and c not in "\n\t") for c in text):
        raise NotAComment("Take out the control characters; they are not text.")
    return text


def _refuse_lost_words(target: Target | None, quote: str) -> None:
    if not quote:
        return
    if len(quote) > QUOTE_LIMIT:
        raise NotAComment(f"Quote at most {QUOTE_LIMIT} characters.")
    if target is None or quote not in target.text:
        raise NotAComment(
            "These words do not stand in that place, as it was last saved. Copy them exactly, or "
            "comment on the whole place."
        )


def _note(comment: Comment, action: str, *, by: User, at: datetime) -> None:
    section = comment.section
    detail = {"title": str(section)}
    Event.objects.create(
        plan=section.plan, section=section, action=action, detail=detail, by=by, at=at
    )


def _post(comment: Comment, action: str, *, mentions: Iterable[User], at: datetime) -> Posted:
    """Store whom a comment mentions, note it in the plan's history, and tell who is to be told.

    :raises NotAComment: if somebody is mentioned who may not read the draft.
    """
    readers = list(readers_of_draft(comment.section.plan))
    chosen = set(mentions)
    if not chosen <= set(readers):
        raise NotAComment("Only people who may read this plan can be mentioned.")
    mentioned = chosen | set(find_mentioned(comment.text, readers))
    comment.mentions.set(mentioned)
    _note(comment, action, by=comment.by, at=at)
    concerned = mentioned if action == "comment_changed" else mentioned | _concerned(comment)
    mails = _tell(comment, [user for user in readers if user in concerned], at=at)
    return Posted(comment, tuple(mails))


def find_mentioned(text: str, people: Sequence[User]) -> list[User]:
    """Return those whose name stands in the text after an @; of two names the longer counts."""
    names = set(re.findall(mention_pattern(people), text))
    return [user for user in people if f"@{user.name}" in names]


def mention_pattern(people: Iterable[User]) -> str:
    """Return a pattern, without groups, that finds an @ with one of these names after it."""
    names = sorted({user.name for user in people if user.name}, key=len, reverse=True)
    return rf"(?<!\w)@(?:{'|'.join(map(re.escape, names))})(?!\w)" if names else "(?!)"


# --- telling -------------------------------------------------------------------------------------


def _concerned(comment: Comment) -> set[User]:
    """Return whom a comment concerns without naming them: its thread's writers, and who is asked
    for the section."""
    people = {comment.section.assigned_to} if comment.section.assigned_to else set()
    if comment.thread_id:
        same = Q(pk=comment.thread_id) | Q(thread=comment.thread_id)
        writers = Comment.objects.filter(same, removed_at__isnull=True).values("by")
        people |= set(User.objects.filter(pk__in=writers))
    return people


def _tell(comment: Comment, people: Iterable[User], *, at: datetime) -> list[Job]:
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


# --- reading -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its replies in order, and what it is about as that is now.

    `target` is None for the section as a whole, and for a place that is gone; `gone` says what is:
    "place", "words" or "".
    """

    first: Comment
    replies: tuple[Comment, ...]
    target: Target | None
    gone: str

    @property
    def comments(self) -> tuple[Comment, ...]:
        return (self.first, *self.replies)

    @property
    def is_open(self) -> bool:
        return self.first.resolved_at is None

    def concerns(self, user: User) -> bool:
        """Whether it asks something of `user`: they are mentioned, have been answered, or are
        asked for the section."""
        is_mentioned = any(user in comment.mentions.all() for comment in self.comments)
        wrote = any(comment.by_id == user.pk for comment in self.comments)
        is_answered = wrote and self.comments[-1].by_id != user.pk
        return is_mentioned or is_answered or self.first.section.assigned_to_id == user.pk


def read_threads(sections: Sequence[Section], *, only: int | None = None) -> list[Thread]:
    """Return the threads of these sections of one plan: open ones first, then the latest first.

    `only`: the first comment of the one thread that is asked for. A fixed number of queries.
    """
    by_pk = {section.pk: section for section in sections}
    comments = Comment.objects.filter(section__in=by_pk)
    if only is not None:
        comments = comments.filter(Q(pk=only) | Q(thread=only))
    comments = comments.select_related("by", "resolved_by").prefetch_related("mentions")
    firsts, replies = [], {}
    for comment in comments:
        comment.section = by_pk[comment.section_id]
        if comment.thread_id is None:
            firsts.append(comment)
        else:
            replies.setdefault(comment.thread_id, []).append(comment)
    targets = _find_targets(firsts)
    threads = [
        Thread(
            first, tuple(replies.get(first.pk, ())), targets.get(first.pk), _gone(first, targets)
        )
        for first in firsts
    ]
    return sorted(threads, key=lambda t: (not t.is_open, -t.first.at.timestamp(), -t.first.pk))


def _find_targets(firsts: Sequence[Comment]) -> dict[int, Target]:
    """Return what is there of the places of these comments, by the comment's primary key."""
    placed = [comment for comment in firsts if comment.path]
    sections = {comment.section_id: comment.section for comment in placed}
    if not sections:
        return {}
    facts = plan_facts(read_head(placed[0].section.plan))
    keys = {s.parent_id: s.parent.key for s in sections.values() if s.parent}
    objects = section_objects(list(sections.values()), keys=keys)
    grids = {pk: section_grid(value, facts) for pk, value in objects.items()}
    found = {c.pk: find_target(c.path, grids[c.section_id], objects[c.section_id]) for c in placed}
    return {pk: target for pk, target in found.items() if target}


def _gone(first: Comment, targets: Mapping[int, Target]) -> str:
    target = targets.get(first.pk)
    if not first.path:
        return ""
    if target is None:
        return "place"
    return "" if first.quote in target.text else "words"


def open_places(section: Section) -> list[dict[str, Any]]:
    """Return the path, quote and occurrence of each open thread of a section, for its editor."""
    rows = Comment.objects.open().filter(section=section).values("path", "quote", "occurrence")
    return [{**row, "path": "-".join(map(str, row["path"]))} for row in rows if row["path"]]


def count_open(section: Section) -> int:
    """Return how many threads of a section are still to be resolved."""
    return Comment.objects.open().filter(section=section).count()


def count_open_by_section(plan: Plan) -> dict[int, int]:
    """Return how many threads are open by section, those without any left out; one query."""
    opened = Comment.objects.open().of_present_sections().filter(section__plan=plan)
    counted = opened.order_by().values("section").annotate(count=Count("pk"))
    return {row["section"]: row["count"] for row in counted}


def count_open_in_plan(plan: Plan) -> int:
    """Return how many threads of a plan are still to be resolved."""
    return Comment.objects.open().of_present_sections().filter(section__plan=plan).count()
