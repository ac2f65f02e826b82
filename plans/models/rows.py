"""What every row of a section's content has; feature apps build their rows on it."""

from __future__ import annotations

from django.db import models

LABEL = 2_000  # the plan file's limit of a plain text


class RowBase(models.Model):
    """What every row of a section's content has: a lasting identity and a place."""

    row_id = models.CharField(max_length=12)
    position = models.PositiveIntegerField()

    class Meta:
        abstract = True
