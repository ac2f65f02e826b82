"""What the checks made of a plan's sections, and what people answer for: waivers and ticks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from plans.models.plans import Plan, Section


class Reading(models.Model):
    """What the checks made of a section as it last stood; may be lost at any time.

    `key` is a digest of everything that it was made from, in hex: the first half of what all
    sections of the plan share, the second of the section's own. `findings` and `extracts` are those
    of `plans.checks.SectionReading`, as JSON.
    """

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="reading")
    key = models.CharField(max_length=64)
    revision = models.PositiveIntegerField()
    findings = models.JSONField(default=list)
    extracts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.section}, revision {self.revision}"


class Waiver(models.Model):
    """Somebody let a finding stand, and says why. It holds while the finding is the very same.

    `fingerprint` is the finding's: once its values change, the waiver has lapsed, and stays for the
    record. `finding` is the finding as it was, as a row of `check_plan`. Withdrawn by hand it has
    an end.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="waivers")
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, null=True, blank=True, related_name="waivers"
    )
    fingerprint = models.CharField(max_length=64)
    finding = models.JSONField()
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "fingerprint"],
                condition=Q(ended_at__isnull=True),
                name="one_waiver_a_finding",
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding.get('message', '')}: {self.reason}"


class ChecklistTick(models.Model):
    """Somebody vouches that a plan does what one line of its format's checklist asks.

    `line` is the line in the words that were ticked: once the format words it otherwise, the tick
    holds for nothing. `digest` is their SHA-256, in hex.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="ticks")
    line = models.TextField()
    digest = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "digest"], name="one_tick_a_line")]

    def __str__(self) -> str:
        return f"{self.line}: {self.by}"
