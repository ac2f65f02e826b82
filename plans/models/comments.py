"""What people say to each other about a section, a cell or some words, and who is told of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from plans.models.plans import Section


class CommentQuerySet(models.QuerySet["Comment"]):
    def open(self) -> CommentQuerySet:
        """Return the first comments of threads that are still to be resolved."""
        return self.filter(thread__isnull=True, resolved_at__isnull=True)

    def of_present_sections(self) -> CommentQuerySet:
        """Leave out what was said about sections that were taken out of their plan."""
        return self.filter(section__removed_at__isnull=True)


class Comment(models.Model):
    """One remark: the first of a thread, or a reply in it.

    `path` names the place as a patch does: [] for the section, ["content", "rows", "a1b2",
    "cells", "c1"] for a cell, a text's own path for words in it; `place` says in words where that
    was when it was written. Words are named by `quote`, their spaces single, and which
    `occurrence` of it is meant, from 0. Only the first of a thread has a place, is resolved.
    A removed comment that has replies stays, without its text.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="comments")
    thread = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    path = models.JSONField(default=list, blank=True)
    place = models.CharField(max_length=500, blank=True)
    quote = models.CharField(max_length=500, blank=True)
    occurrence = models.PositiveSmallIntegerField(default=0)
    text = models.TextField()
    mentions = models.ManyToManyField(User, blank=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="comments")
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["section", "thread", "resolved_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(thread__isnull=True) | Q(resolved_at__isnull=True),
                name="only_threads_are_resolved",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="who_resolved_is_known",
            ),
            models.CheckConstraint(
                condition=Q(thread__isnull=True) | Q(place="", quote="", occurrence=0),
                name="only_threads_have_a_place",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(text=""),
                name="removed_comments_hold_no_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} on {self.section}"

    def get_absolute_url(self) -> str:
        return reverse("plans:comment", args=[self.section.plan_id, self.pk])


class Notice(models.Model):
    """One person is to be told of one comment by e-mail: at once, or with the day's others."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="notices")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["sent_at"])]
        constraints = [
            models.UniqueConstraint(fields=["user", "comment"], name="one_notice_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.comment}"
