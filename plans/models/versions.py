"""What was submitted, decided and published: rows that never change."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.models import User
from plans.models.plans import Plan


class Version(models.Model):
    """A plan as it was submitted: its plan file and document tree, never changed.

    `digest` is the SHA-256, in hex, of the canonical plan file followed by the tree's JSON.
    `findings`: what the checks found then, with waivers, as `services.findings.dump_found` has it;
    None where that was not kept yet; early ones lack waivers that had lapsed. `checklist`: its
    lines with who ticked them, as `services.checklist.dump_ticks` has it.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    correction = models.PositiveSmallIntegerField(default=0)
    plan_file = models.TextField()
    tree = models.TextField()
    digest = models.CharField(max_length=64)
    revisions = models.JSONField(default=dict)  # section pk -> revision that it holds
    findings: Any = models.JSONField(null=True, blank=True)
    checklist = models.JSONField(default=list)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="versions_never_repeat")
        ]

    def __str__(self) -> str:
        return f"{self.plan}, version {self.number}"


class Decision(models.Model):
    """What one approver decided on one version at one step."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="decisions")
    step = models.PositiveSmallIntegerField()
    step_title = models.CharField(max_length=200)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    person = models.CharField(max_length=200)
    post = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    comment = models.TextField(blank=True)
    reference = models.CharField("decision reference", max_length=300, blank=True)
    section_comments = models.JSONField(default=list)  # [{"key", "title", "comment"}]

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_outcome_display()} by {self.person}"


def edition_path(edition: Edition, filename: str) -> str:
    """Return where an edition's file is kept: by content, so that no two ever share a place."""
    return f"editions/{edition.plan_id}/{edition.pdf_digest[:16]}-{filename}"


class Edition(models.Model):
    """A published version: its imprint frozen and its PDF stored once. Never changed.

    `plan_file_digest` and `plan_file_bytes` are the SHA-256, in hex, and the size of the
    version's plan file, which is offered beside the printed forms.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="editions")
    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="edition")
    number = models.PositiveIntegerField()
    correction = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField("reason for the correction", blank=True)
    imprint = models.JSONField()
    pdf = models.FileField(upload_to=edition_path)
    pdf_digest = models.CharField(max_length=64)
    pdf_bytes = models.PositiveIntegerField()
    plan_file_digest = models.CharField(max_length=64)
    plan_file_bytes = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="editions_never_repeat")
        ]

    def __str__(self) -> str:
        return f"{self.plan}, edition {self.number}"


def edition_file_path(file: EditionFile, filename: str) -> str:
    """Return where a form of an edition is kept: by content, as its PDF is."""
    return f"editions/{file.edition.plan_id}/{file.digest[:16]}-{filename}"


class EditionFile(models.Model):
    """Another form of an edition, made and stored once beside its PDF. Never changed.

    `format` is a key of `documents.formats.FORMATS`.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=20)
    file = models.FileField(upload_to=edition_file_path)
    digest = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "format"], name="one_file_a_form")
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.format}"
