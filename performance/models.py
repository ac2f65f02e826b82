"""Indicators and activity: the measures of a plan, row by row; and the council's RAG rules.

Columns are the author's own and stand as in the plan file on the section's table record; the
cells of a row are kept as typed, by column key. Their meaning is read by `documents.values`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from plans.models import LABEL, RowBase, Section


class RagRule(models.Model):
    """One of the council's rules for saying how near an indicator is to its target.

    It judges the measures counted in one of `units`; the default one judges all others; any may be
    named by a table. `on_target`, `near`, `off_target`: word, shape and colour, as in the plan
    file, and so are the rest. `key` is what tables name and never changes.
    """

    class ToleranceIn(models.TextChoices):
        POINTS = "points", "Points: in what the measure counts in"
        PERCENT = "percent", "Per cent of the target"

    key = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200, unique=True)
    units = models.JSONField(default=list, blank=True)
    is_default = models.BooleanField(default=False)
    tolerance = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    tolerance_in = models.CharField(max_length=10, choices=ToleranceIn.choices, default="points")
    floor = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    band = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    on_target = models.JSONField()
    near = models.JSONField()
    off_target = models.JSONField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_rag_rule"
            )
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorTable(models.Model):
    """The columns and the rating scale of one indicators section, as in the plan file.

    `rag_rule`: the key of the RAG rule that judges it, "" for the council's by unit.
    """

    section = models.OneToOneField(
        Section, on_delete=models.CASCADE, related_name="indicator_table"
    )
    columns = models.JSONField(default=list)
    scale = models.JSONField(default=list)
    rag_rule = models.CharField(max_length=100, blank=True)
    shows_rag = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.section)


class Indicator(RowBase):
    """One measure of performance. `cells` and `ratings` (levels of the scale) go by column key."""

    class Polarity(models.TextChoices):
        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"
        BAND = "band", "Between two values"
        NONE = "none", "Not judged"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="indicators")
    ref = models.CharField(max_length=LABEL, blank=True)
    title = models.CharField(max_length=LABEL)
    unit = models.CharField(max_length=LABEL, blank=True)
    polarity = models.CharField(max_length=10, choices=Polarity.choices, default=Polarity.NONE)
    cells = models.JSONField(default=dict)
    ratings = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_indicator_an_id")
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}".strip()


class ActivityTable(models.Model):
    """The row heading, columns and merged cells of one activity section, as in the plan file."""

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="activity_table")
    label = models.CharField(max_length=LABEL, blank=True)
    columns = models.JSONField(default=list)
    spans = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.section)


class ActivityRow(RowBase):
    """One row of an activity table: cells by column key, or the sum of the rows in `sum_of`.

    `blank` names the columns that stay empty on purpose; `figure` publishes the row under a name.
    """

    class Kind(models.TextChoices):
        ROW = "row", "Row"
        GROUP = "group", "Group heading"
        SUBTOTAL = "subtotal", "Subtotal"
        TOTAL = "total", "Total"
        OF_WHICH = "of_which", "Of which"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="activity_rows")
    key = models.CharField(max_length=LABEL)
    ref = models.CharField(max_length=LABEL, blank=True)
    label = models.CharField(max_length=LABEL)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ROW)
    unit = models.CharField(max_length=LABEL, blank=True)
    figure = models.CharField(max_length=LABEL, blank=True)
    sum_of = models.JSONField(default=list)
    blank = models.JSONField(default=list)
    cells = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_activity_row_an_id")
        ]

    def __str__(self) -> str:
        return self.label
