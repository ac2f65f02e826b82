"""The budget of a plan's units, and the posts that it pays for.

Every cell is kept as it was written; beside it `…_amount` holds the number it means, null for a
status, so that money and posts can be added up across plans.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from plans.models import LABEL, RowBase, Section

AMOUNTS = (  # of a line, in both layouts
    "prior_net",
    "prior_fte",
    "fte",
    "employee",
    "running",
    "contracts",
    "staffing",
    "non_staffing",
    "external_income",
    "internal_income",
    "grants",
)
AMOUNT_DECIMALS = 4
AMOUNT_LIMIT = 10**14


def written_amount() -> models.CharField[str, str]:
    """Return the column of a cell as written: "1,440.5", "(102.9)", "to be set"."""
    return models.CharField(max_length=LABEL, blank=True)


def read_amount() -> models.DecimalField[Any, Any]:
    """Return the column of what the cell means, in the plan's money unit or in posts."""
    return models.DecimalField(max_digits=18, decimal_places=AMOUNT_DECIMALS, null=True, blank=True)


class Budget(models.Model):
    """What holds for all of one budget section. `stated`: Finance's totals, as in the plan file."""

    class Layout(models.TextChoices):
        FULL = "full", "Full: employee, running costs and contracts"
        COMPACT = "compact", "Compact: staffing and non-staffing"

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="budget")
    layout = models.CharField(max_length=10, choices=Layout.choices, default=Layout.FULL)
    prior_year = models.CharField(max_length=7, null=True, blank=True)  # noqa: DJ001 null is none
    stated = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.section)


class BudgetUnit(RowBase):
    """One unit's table in a budget section. `unit` is the key of one of the plan's units."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="budget_units")
    unit = models.CharField(max_length=LABEL)
    title = models.CharField(max_length=LABEL, blank=True)
    stated = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_budget_unit_an_id")
        ]
        indexes = [models.Index(fields=["unit"])]

    def __str__(self) -> str:
        return self.title or self.unit


class BudgetLine(RowBase):
    """One activity of a unit: last year's cost and posts, this year's costs and (negative) income.

    Employee, running and contracts belong to the full layout; staffing, non-staffing and grants
    to the compact one. Gross and net are never stored. `stated`: Finance's figures by name.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="budget_lines")
    unit = models.ForeignKey(BudgetUnit, on_delete=models.CASCADE, related_name="lines")
    activity = models.CharField(max_length=LABEL, blank=True)
    prior_net = written_amount()
    prior_net_amount = read_amount()
    prior_fte = written_amount()
    prior_fte_amount = read_amount()
    fte = written_amount()
    fte_amount = read_amount()
    employee = written_amount()
    employee_amount = read_amount()
    running = written_amount()
    running_amount = read_amount()
    contracts = written_amount()
    contracts_amount = read_amount()
    staffing = written_amount()
    staffing_amount = read_amount()
    non_staffing = written_amount()
    non_staffing_amount = read_amount()
    external_income = written_amount()
    external_income_amount = read_amount()
    internal_income = written_amount()
    internal_income_amount = read_amount()
    grants = written_amount()
    grants_amount = read_amount()
    lead = models.CharField(max_length=LABEL, blank=True)
    stated = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_budget_line_an_id")
        ]

    def __str__(self) -> str:
        return self.activity


class MemorandumItem(RowBase):
    """A cost that a unit does not control, added to its net to give the total cost."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="memorandum_items")
    unit = models.ForeignKey(BudgetUnit, on_delete=models.CASCADE, related_name="memorandum")
    label = models.CharField(max_length=LABEL, blank=True)
    prior = written_amount()
    prior_amount = read_amount()
    current = written_amount()
    current_amount = read_amount()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_memorandum_item_an_id")
        ]

    def __str__(self) -> str:
        return self.label


class Staffing(models.Model):
    """What holds for all of one staffing section: its years and the totals that others state.

    `stated`, `stated_externally_funded`: cells by year. `stated_bands`: as in the plan file.
    """

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="staffing")
    years = models.JSONField(default=list)
    total_title = models.CharField(max_length=LABEL, blank=True)
    stated = models.JSONField(default=list)
    stated_bands = models.JSONField(default=list)
    stated_externally_funded = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.section)


class StaffingUnit(RowBase):
    """One unit's table of posts. `externally_funded` and `stated`: cells by year."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="staffing_units")
    unit = models.CharField(max_length=LABEL)
    title = models.CharField(max_length=LABEL, blank=True)
    externally_funded = models.JSONField(default=list)
    stated = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_staffing_unit_an_id")
        ]
        indexes = [models.Index(fields=["unit"])]

    def __str__(self) -> str:
        return self.title or self.unit


class StaffingBand(RowBase):
    """A range of grades within one unit, whose posts are counted together."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="staffing_bands")
    unit = models.ForeignKey(StaffingUnit, on_delete=models.CASCADE, related_name="bands")
    label = models.CharField(max_length=LABEL, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_staffing_band_an_id")
        ]

    def __str__(self) -> str:
        return self.label


class Posts(models.Model):
    """The full-time equivalent posts of one band in one year, the year's place being `position`."""

    band = models.ForeignKey(StaffingBand, on_delete=models.CASCADE, related_name="posts")
    position = models.PositiveIntegerField()
    year = models.CharField(max_length=7)
    fte = written_amount()
    fte_amount = read_amount()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "posts"
        constraints = [
            models.UniqueConstraint(fields=["band", "position"], name="posts_once_a_year"),
            models.CheckConstraint(
                condition=models.Q(fte_amount__isnull=True) | models.Q(fte_amount__gte=0),
                name="posts_are_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.band}, {self.year}: {self.fte}"

    @property
    def row_id(self) -> tuple[int, int]:
        """What `plans.rows.sync_rows` matches by: a band has one number a year."""
        return (self.band_id, self.position)
