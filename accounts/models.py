"""People, the council's organisation, and who holds which role where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.urls import reverse


class UserQuerySet(models.QuerySet["User"]):
    def matching(
        self,
        *,
        q: str = "",
        role: str = "",
        unit: OrganisationUnit | None = None,
        state: str = "",
    ) -> UserQuerySet:
        """Return the people that fit every filter given.

        `q` is part of a name, e-mail address or post; `role` and `unit` mean an active role, at the
        organisation unit or below it; `state` is "" for active accounts, "deactivated" or "all".
        """
        users = self if state == "all" else self.filter(is_active=state != "deactivated")
        if q:
            users = users.filter(
                Q(name__icontains=q) | Q(email__icontains=q) | Q(post__icontains=q)
            )
        if not (role or unit):
            return users
        held = Membership.objects.active()
        held = held.filter(role=role) if role else held
        held = held.filter(unit__in=OrganisationUnit.objects.within([unit.pk])) if unit else held
        return users.filter(pk__in=held.values("user"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes users that sign in by e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a user; without a password they set one through the reset link.

        :raises ValueError: if `email` is empty.
        """
        if not email:
            raise ValueError("a user needs an e-mail address")
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person who signs in, by e-mail address. `post` is what they hold: "Head of Service"."""

    class CommentMail(models.TextChoices):
        AT_ONCE = "at_once", "At once, one e-mail for each comment"
        DAILY = "daily", "Once a day, all in one e-mail"
        NEVER = "never", "Never"

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField("name", max_length=200)
    post = models.CharField("post", max_length=200, blank=True)
    comment_mail = models.CharField(
        "e-mail about comments",
        max_length=10,
        choices=CommentMail.choices,
        default=CommentMail.AT_ONCE,
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()  # type: ignore[misc]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_an_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_absolute_url(self) -> str:
        return reverse("accounts:user_detail", args=[self.pk])

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.email


class OrganisationUnitQuerySet(models.QuerySet["OrganisationUnit"]):
    def within(self, units: Iterable[int]) -> OrganisationUnitQuerySet:
        """Return the units with these ids and all below them (three levels at most)."""
        ids = list(units)
        return self.filter(Q(pk__in=ids) | Q(parent__in=ids) | Q(parent__parent__in=ids))

    def with_counts(self) -> OrganisationUnitQuerySet:
        """Add `people`: how many hold a role at the organisation unit itself."""
        active = Q(memberships__ended_at__isnull=True, memberships__user__is_active=True)
        return self.annotate(people=Count("memberships__user", filter=active, distinct=True))

    def as_tree(self) -> list[tuple[OrganisationUnit, int]]:
        """Return each unit with its depth below the highest one here, parents before children.

        One query; a unit whose parent is not among them stands at depth 0.
        """
        units = {unit.pk: unit for unit in self}
        below: dict[int | None, list[OrganisationUnit]] = {}
        for unit in units.values():
            below.setdefault(unit.parent_id if unit.parent_id in units else None, []).append(unit)
        return list(_walk(below, None, 0))


def _walk(
    below: dict[int | None, list[OrganisationUnit]], pk: int | None, depth: int
) -> Iterator[tuple[OrganisationUnit, int]]:
    for unit in below.get(pk, []):
        yield unit, depth
        yield from _walk(below, unit.pk, depth + 1)


class OrganisationUnit(models.Model):
    """A part of the council: the council itself, a directorate of it, or a division."""

    class Level(models.TextChoices):
        COUNCIL = "council", "Council"
        DIRECTORATE = "directorate", "Directorate"
        DIVISION = "division", "Division"

    name = models.CharField(max_length=200)
    level = models.CharField(max_length=20, choices=Level.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )

    objects = OrganisationUnitQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="one_unit_a_name"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(parent__isnull=True), name="one_council_a_name"
            ),
            models.CheckConstraint(
                condition=Q(level="council", parent__isnull=True)
                | (~Q(level="council") & Q(parent__isnull=False)),
                name="only_the_council_stands_alone",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def level_below(self) -> OrganisationUnit.Level | None:
        """The level of the units directly under this one; None where there are none."""
        return {
            self.Level.COUNCIL: self.Level.DIRECTORATE,
            self.Level.DIRECTORATE: self.Level.DIVISION,
        }.get(self.Level(self.level))

    @property
    def ancestors(self) -> list[OrganisationUnit]:
        """This unit's path from the council down, itself last."""
        above = self.parent.ancestors if self.parent else []
        return [*above, self]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> MembershipQuerySet:
        return self.filter(ended_at__isnull=True)


class Membership(models.Model):
    """One person's role at one organisation unit and everything below it, while it lasts."""

    class Role(models.TextChoices):
        AUTHOR = "author", "Author"
        SECTION_LEAD = "section_lead", "Section lead"
        APPROVER = "approver", "Director (approver)"
        CABINET_MEMBER = "cabinet_member", "Cabinet Member (approver)"
        PLANNING_OFFICER = "planning_officer", "Planning officer"
        READER = "reader", "Reader"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(OrganisationUnit, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    started_at = models.DateTimeField()
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        null=True, blank=True
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["unit__name", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=Q(ended_at__isnull=True),
                name="one_active_membership_a_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.unit}"


DEFAULT_STATEMENT = (
    "This plan can be had in other formats, such as large print, easy read or audio, and in other "
    "languages. Please ask the council."
)


def logo_path(branding: Branding, filename: str) -> str:
    """Return where a logo is kept: by its content alone, beside the pictures of plans."""
    return f"pictures/{branding.logo[:2]}/{branding.logo}"


class Branding(models.Model):
    """How one council's documents and screens look. What is "" is left to the product.

    `colour` is "#rrggbb", dark enough for white words; `logo` the SHA-256 of a PNG or JPEG in hex.
    """

    class Cover(models.TextChoices):
        BAND = "band", "A band of the council’s colour across the top"
        PLAIN = "plain", "White, with a line of the council’s colour"

    council = models.OneToOneField(
        OrganisationUnit, on_delete=models.CASCADE, related_name="branding"
    )
    colour = models.CharField(max_length=7, blank=True)
    logo = models.CharField(max_length=64, blank=True)
    logo_file = models.FileField(upload_to=logo_path, blank=True)
    logo_alt = models.CharField(max_length=300, blank=True)
    statement = models.TextField(blank=True, default=DEFAULT_STATEMENT)
    contact = models.CharField(max_length=300, blank=True)
    cover = models.CharField(max_length=10, choices=Cover.choices, default=Cover.BAND)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(logo="") | ~Q(logo_alt=""), name="a_logo_is_described"
            )
        ]

    def __str__(self) -> str:
        return f"Look of {self.council}"


class AccessEvent(models.Model):
    """One change of who may get in or what they may do, written by `services`; never edited."""

    class Action(models.TextChoices):
        USER_CREATED = "user_created", "Account made"
        USER_CHANGED = "user_changed", "Details changed"
        USER_INVITED = "user_invited", "Set-password e-mail sent"
        USER_DEACTIVATED = "user_deactivated", "Account deactivated"
        USER_REACTIVATED = "user_reactivated", "Account reactivated"
        ROLE_GIVEN = "role_given", "Role given"
        ROLE_ENDED = "role_ended", "Role ended"
        UNIT_ADDED = "unit_added", "Organisation unit added"
        UNIT_RENAMED = "unit_renamed", "Organisation unit renamed"
        UNIT_REMOVED = "unit_removed", "Organisation unit removed"
        BRANDING_CHANGED = "branding_changed", "Look of documents changed"

    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="access_events_made",
        help_text="Empty: done from the command line.",
    )
    at = models.DateTimeField()
    action = models.CharField(max_length=20, choices=Action.choices)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="access_events"
    )
    unit = models.ForeignKey(
        OrganisationUnit,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="access_events",
    )
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.user or self.unit or self.detail}"
