"""What a plan answers to and what it sets out to do: objectives with targets, actions.

Leads and links are lists of texts as typed; `actions.links` reads what a link points to.
"""

from __future__ import annotations

from django.db import models

from plans.models import LABEL, RowBase, Section


class ObjectiveFramework(models.Model):
    """What the objectives of one section belong to. `year` null: the plan's own year."""

    section = models.OneToOneField(
        Section, on_delete=models.CASCADE, related_name="objective_framework"
    )
    framework = models.CharField(max_length=LABEL, blank=True)
    short = models.CharField(max_length=LABEL, blank=True)
    year = models.CharField(max_length=7, null=True, blank=True)  # noqa: DJ001 null: the plan's

    def __str__(self) -> str:
        return self.framework or str(self.section)


class Objective(RowBase):
    """A priority that the plan answers to; `statement` and `progress` are rich text."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="objectives")
    ref = models.CharField(max_length=LABEL, blank=True)
    title = models.CharField(max_length=LABEL)
    statement = models.TextField(blank=True)
    leads = models.JSONField(default=list)
    progress = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_objective_an_id")
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}".strip()


class Target(RowBase):
    """A target under an objective; `position` counts within it."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="targets")
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="targets")
    ref = models.CharField(max_length=LABEL, blank=True)
    title = models.CharField(max_length=LABEL)
    leads = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_target_an_id")
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}".strip()


class Action(RowBase):
    """A project or key action of the year; `outcome` is rich text, `due` a date as typed."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="actions")
    number = models.CharField(max_length=LABEL, blank=True)
    title = models.CharField(max_length=LABEL)
    leads = models.JSONField(default=list)
    links = models.JSONField(default=list)
    due = models.CharField(max_length=LABEL, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_action_an_id")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class Deliverable(RowBase):
    """What an action will deliver (rich text) and by when; `position` counts within the action."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="deliverables")
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="deliverables")
    text = models.TextField()
    due = models.CharField(max_length=LABEL, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "row_id"], name="one_deliverable_an_id")
        ]

    def __str__(self) -> str:
        return self.text
