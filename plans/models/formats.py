"""Planning years, and the plan formats that a planning officer keeps as data."""

from __future__ import annotations

from django.db import models

from plans.models.rows import LABEL


class PlanYear(models.Model):
    """A planning year that the planning officer has opened: "2008/09"."""

    year = models.CharField(max_length=7, unique=True)
    opens_on = models.DateField(null=True, blank=True)
    due_on = models.DateField("drafts due", null=True, blank=True)

    class Meta:
        ordering = ["-year"]

    def __str__(self) -> str:
        return self.year


class PlanFormat(models.Model):
    """A plan's template: ordered sections with guidance, labels, numbering, approval steps.

    `numbering`: {"levels": ["A", "1"], "prefix": "Section "}. `labels`: default words by kind.
    `approval_steps`: [{"role": "approver", "title": "Director"}], in order.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    numbering = models.JSONField(default=dict)
    labels = models.JSONField(default=dict)
    approval_steps = models.JSONField(default=list)
    people = models.JSONField(default=list)
    risk_schemes = models.JSONField(default=list)
    checklist = models.JSONField(default=list)
    is_offered = models.BooleanField("offered for new plans", default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FormatSection(models.Model):
    """One section of a format: what a new plan starts with there, and the guidance beside it."""

    format = models.ForeignKey(PlanFormat, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=100)
    title = models.CharField(max_length=LABEL, blank=True)
    kind = models.CharField(max_length=40)
    parent = models.CharField(max_length=100, blank=True)
    part = models.CharField(max_length=LABEL, blank=True)
    lead = models.CharField(max_length=LABEL, blank=True)
    caption = models.CharField(max_length=LABEL, blank=True)
    orientation = models.CharField(max_length=10, blank=True)
    numbered = models.BooleanField(default=True)
    front = models.BooleanField(default=False)
    required = models.BooleanField(default=True)
    charts = models.JSONField(default=list)
    labels = models.JSONField(default=dict)
    guidance = models.TextField(blank=True)
    example = models.TextField(blank=True)
    words = models.JSONField(null=True, blank=True)
    content = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["format", "key"], name="one_format_section_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.format}: {self.title or self.key}"
