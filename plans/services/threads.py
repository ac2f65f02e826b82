"""Threads of comments as they are read: with the place that each is about now, and counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from accounts.models import User
from plans.editor import Target, find_target, section_grid
from plans.models import Comment, Plan, Section
from plans.planfile import plan_facts, read_head, section_objects


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
