"""The content that the core keeps itself: words, registers and pictures."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.models import User
from plans.models.plans import Plan, Section
from plans.models.rows import LABEL, RowBase


def picture_path(picture: Picture, filename: str) -> str:
    """Return where a picture is kept: by its content alone."""
    return f"pictures/{picture.digest[:2]}/{picture.digest}"


class Picture(models.Model):
    """An uploaded picture of a plan, which narratives name."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="pictures")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to=picture_path)
    digest = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["plan", "name"], name="one_picture_a_name")]

    def __str__(self) -> str:
        return self.name


class Narrative(models.Model):
    """The content of a narrative section; lists of rows are as in the plan file."""

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="narrative")
    body = models.TextField(blank=True)
    quadrants = models.JSONField(default=list)
    figures = models.JSONField(default=list)
    signatures = models.JSONField(default=list)
    chart: Any = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.section)


class Register(models.Model):
    """The columns of a register section, as in the plan file."""

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="register")
    columns = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.section)


class RegisterRow(RowBase):
    """One row of a register: a group heading, or cells by column key."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="register_rows")
    group = models.CharField(max_length=LABEL, null=True, blank=True)  # noqa: DJ001 null: no heading
    cells = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_register_row_an_id")
        ]

    def __str__(self) -> str:
        return self.group or self.row_id
