"""A plan, its sections, everything that happened to them, and what was made of them.

Change a section only through `plans.services`, a plan's state only through
`plans.workflow.perform`.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import Membership, OrganisationUnit, User
from accounts.permissions import units_with_role

LABEL = 2_000  # the plan file's limit of a plain text
ROLES_THAT_SEE_DRAFTS = tuple(role for role in Membership.Role if role != Membership.Role.READER)


class RowBase(models.Model):
    """What every row of a section's content has: a lasting identity and a place."""

    row_id = models.CharField(max_length=12)
    position = models.PositiveIntegerField()

    class Meta:
        abstract = True


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
    labels = models.JSONField(default=dict)
    guidance = models.TextField(blank=True)
    words = models.JSONField(null=True, blank=True)
    content = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["format", "key"], name="one_format_section_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.format}: {self.title or self.key}"


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> PlanQuerySet:
        """Return the plans that `user` may know of, in any state they may see.

        A plan with an edition is everyone's who signs in. The rest are seen by those with a role
        other than reader at the plan's unit or above it, no longer once that role has ended.
        """
        published = Exists(Edition.objects.filter(plan=OuterRef("pk")))
        return self.filter(published | self._drafts_of(user))

    def drafts_visible_to(self, user: User) -> PlanQuerySet:
        """Return the plans whose working copy `user` may read, not only their editions."""
        return self.filter(self._drafts_of(user))

    def _drafts_of(self, user: User) -> Q:
        return Q(organisation_unit__in=units_with_role(user, *ROLES_THAT_SEE_DRAFTS))


class Plan(models.Model):
    """One unit's operating plan for one year: its working copy and where it stands.

    `people`, `summary`, `units`, `risk_schemes` are as in the plan file. `correction` counts the
    times that it was amended after approval; `step` is the approval step it waits at.
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
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    step = models.PositiveSmallIntegerField(default=0)
    correction = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

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


class Version(models.Model):
    """A plan as it was submitted: its plan file and document tree, never changed.

    `digest` is the SHA-256, in hex, of the canonical plan file followed by the tree's JSON.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    correction = models.PositiveSmallIntegerField(default=0)
    plan_file = models.TextField()
    tree = models.TextField()
    digest = models.CharField(max_length=64)
    revisions = models.JSONField(default=dict)  # section pk -> revision that it holds
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
    """A published version: its imprint frozen and its PDF stored once. Never changed."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="editions")
    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="edition")
    number = models.PositiveIntegerField()
    correction = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField("reason for the correction", blank=True)
    imprint = models.JSONField()
    pdf = models.FileField(upload_to=edition_path)
    pdf_digest = models.CharField(max_length=64)
    pdf_bytes = models.PositiveIntegerField()
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


class Event(models.Model):
    """One line of a plan's history: who did what, when, from what to what."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="events")
    section = models.ForeignKey(
        Section, on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )
    action = models.CharField(max_length=40)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["plan", "-at"])]

    def __str__(self) -> str:
        return f"{self.plan}: {self.action}"


class Job(models.Model):
    """A piece of slow work: a row first, then a message that carries its id.

    A worker holds it by a lease that it renews; `token` grows with each taking, so that one who
    comes back late is fenced off. `detail` is what the work needs, and later its outcome.
    """

    class Kind(models.TextChoices):
        PUBLISH = "publish", "Publish an edition"
        PRINT = "print", "Print a draft"
        MAIL = "mail", "Send an e-mail"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, null=True, blank=True, related_name="jobs"
    )
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_of = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}: {self.get_state_display()}"


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
