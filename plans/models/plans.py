"""A plan, its sections, each save of them, and what could not be saved yet.

Change a section only through `plans.services`, a plan's state only through
`plans.workflow.perform`.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import Membership, OrganisationUnit, User
from accounts.permissions import units_with_role
from plans.models.formats import PlanFormat, PlanYear
from plans.models.rows import LABEL

ROLES_THAT_SEE_DRAFTS = tuple(role for role in Membership.Role if role != Membership.Role.READER)


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> PlanQuerySet:
        """Return the plans that `user` may know of, in any state they may see.

        A plan with an edition is everyone's who signs in. The rest are seen by those with a role
        other than reader at the plan's unit or above it, no longer once that role has ended.
        """
        from plans.models.versions import Edition  # versions are of plans

        published = Exists(Edition.objects.filter(plan=OuterRef("pk")))
        return self.filter(published | self._drafts_of(user))

    def drafts_visible_to(self, user: User) -> PlanQuerySet:
        """Return the plans whose working copy `user` may read, not only their editions."""
        return self.filter(self._drafts_of(user))

    def _drafts_of(self, user: User) -> Q:
        return Q(organisation_unit__in=units_with_role(user, *ROLES_THAT_SEE_DRAFTS))


class Plan(models.Model):
    """One unit's operating plan for one year: its working copy and where it stands.

    `people`, `summary`, `units`, `risk_schemes`, `rag_rules` are as in the plan file. `correction`
    counts the times that it was amended after approval; `step` is the approval step it waits at.
    `tally`: how much the checks found when they ran last, as `services.tallies` keeps it; may be
    lost at any time.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        APPROVED = "approved", "Approved"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"
        ARCHIVED = "archived", "Archived"

    organisation_unit = models.ForeignKey(
        OrganisationUnit, on_delete=models.PROTECT, related_name="plans"
    )
    plan_year = models.ForeignKey(PlanYear, on_delete=models.PROTECT, related_name="plans")
    format = models.ForeignKey(
        PlanFormat, on_delete=models.PROTECT, null=True, blank=True, related_name="plans"
    )
    format_slug = models.CharField(max_length=LABEL, blank=True)
    title = models.CharField(max_length=LABEL)
    subtitle = models.CharField(max_length=LABEL, blank=True)
    council = models.CharField(max_length=LABEL, blank=True)
    directorate = models.CharField(max_length=LABEL, blank=True)
    unit = models.CharField(max_length=LABEL, blank=True)
    money_unit = models.CharField(max_length=LABEL, default="£000")
    people = models.JSONField(default=list)
    summary = models.JSONField(default=list)
    units = models.JSONField(default=list)
    risk_schemes = models.JSONField(default=list)
    rag_rules = models.JSONField(default=list)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    step = models.PositiveSmallIntegerField(default=0)
    correction = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    tally: Any = models.JSONField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-plan_year__year", "unit", "pk"]
        indexes = [models.Index(fields=["state", "organisation_unit"])]

    def __str__(self) -> str:
        return f"{self.title} {self.year}, {self.unit or self.organisation_unit.name}"

    def get_absolute_url(self) -> str:
        return reverse("plans:detail", args=[self.pk])

    @property
    def year(self) -> str:
        return self.plan_year.year

    @property
    def approval_steps(self) -> list[dict[str, str]]:
        """The steps of its format, in order; without a format one director approves."""
        steps = self.format.approval_steps if self.format else []
        return steps or [{"role": Membership.Role.APPROVER.value, "title": "Director"}]


class SectionQuerySet(models.QuerySet["Section"]):
    def present(self) -> SectionQuerySet:
        """Leave out what was removed and may still be brought back."""
        return self.filter(removed_at__isnull=True)


class Section(models.Model):
    """A place in a plan. Its content lives in the app that registered `kind`.

    `revision` counts its saves; `measure` is what `measures.measure_section` said of the last one.
    `reserved`: only the assigned person (and planning officers)
    write it. `lead` is the post that is printed; `assigned_to` the person who is asked.
    """

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", "Not started"
        IN_PROGRESS = "in_progress", "In progress"
        READY = "ready", "Ready for review"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(max_length=100)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=LABEL, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    part = models.CharField(max_length=LABEL, null=True, blank=True)  # noqa: DJ001 null is no part
    position = models.PositiveIntegerField()
    unit = models.CharField(max_length=100, null=True, blank=True)  # noqa: DJ001 null is no team
    lead = models.CharField(max_length=LABEL, blank=True)
    intro = models.TextField(blank=True)
    closing = models.TextField(blank=True)
    caption = models.CharField(max_length=LABEL, blank=True)
    labels = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    numbered = models.BooleanField(default=True)
    front = models.BooleanField(default=False)
    orientation = models.CharField(max_length=10, default="portrait")
    charts = models.JSONField(default=list)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NOT_STARTED)
    assigned_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="sections"
    )
    due_on = models.DateField(null=True, blank=True)
    reserved = models.BooleanField("reserved to the person who leads it", default=False)
    measure = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "key"],
                condition=Q(removed_at__isnull=True),
                name="one_section_a_key",
            )
        ]

    def __str__(self) -> str:
        return self.title or self.key

    def get_absolute_url(self) -> str:
        return reverse("plans:section", args=[self.plan_id, self.pk])


class SectionRevision(models.Model):
    """One save of one section: what changed, by whom. Numbers run from 1 without gaps.

    `patch` lists [path, old, new]; `snapshot` holds the whole section object at least every 50
    revisions and at each milestone. `save_id` names the save, so that one sent twice is one.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    patch = models.JSONField()
    snapshot = models.JSONField(null=True, blank=True)
    milestone = models.CharField(max_length=200, blank=True)
    save_id = models.CharField(max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["section", "number"], name="revisions_never_repeat"),
            models.UniqueConstraint(fields=["section", "save_id"], name="one_revision_a_save"),
        ]

    def __str__(self) -> str:
        return f"{self.section}, revision {self.number}"


class Draft(models.Model):
    """What a person typed into a section that does not validate yet, so that it is not lost."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    base_revision = models.PositiveIntegerField()
    section_object = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "user"], name="one_draft_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.section}"


class Presence(models.Model):
    """Somebody has a section open to write: since their page last said so, and at which place.

    `path` names the place as a patch does; rows are taken to be there for a short while only.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="present")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    path = models.JSONField(default=list, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["section", "at"])]
        constraints = [
            models.UniqueConstraint(fields=["section", "user"], name="one_presence_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.section}"
