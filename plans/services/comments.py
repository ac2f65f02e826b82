"""Comments on a section, a cell or words: written, answered, resolved, and who is told of them.

Nothing here is part of a plan's content: no plan file, version or print holds any of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from accounts.models import User
from plans.editor import Target, one_line
from plans.models import Comment, Event, Job, Plan, Section
from plans.permissions import can_change_comment, can_comment, readers_of_draft
from plans.services.notices import find_concerned, tell_people

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
    concerned = mentioned if action == "comment_changed" else mentioned | find_concerned(comment)
    mails = tell_people(comment, [user for user in readers if user in concerned], at=at)
    return Posted(comment, tuple(mails))


def find_mentioned(text: str, people: Sequence[User]) -> list[User]:
    """Return those whose name stands in the text after an @; of two names the longer counts."""
    names = set(re.findall(mention_pattern(people), text))
    return [user for user in people if f"@{user.name}" in names]


def mention_pattern(people: Iterable[User]) -> str:
    """Return a pattern, without groups, that finds an @ with one of these names after it."""
    names = sorted({user.name for user in people if user.name}, key=len, reverse=True)
    return rf"(?<!\w)@(?:{'|'.join(map(re.escape, names))})(?!\w)" if names else "(?!)"
