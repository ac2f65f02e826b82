"""The one way in which accounts, roles and organisation units change, each with its event.

Who may do it is asked before, in `access`; nothing here knows a request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import (
    AccessEvent,
    Branding,
    Membership,
    MembershipQuerySet,
    OrganisationUnit,
    User,
)
from accounts.permissions import forget_roles

Action = AccessEvent.Action
Level = OrganisationUnit.Level
Role = Membership.Role


class Refused(Exception):
    """The change is not made; the message is a sentence for the person who asked for it."""


class EmailTaken(Refused):
    """Another account has this e-mail address."""


class RoleHeldAlready(Refused):
    """The person holds this role at this organisation unit."""


class LastPlanningOfficer(Refused):
    """Nobody would be left who can manage the whole council's people."""


class OwnAccount(Refused):
    """Nobody shuts themselves out."""


class NameTaken(Refused):
    """An organisation unit beside it has this name."""


class UnitInUse(Refused):
    """People, plans or other organisation units hang on the organisation unit."""


class NotSent(Refused):
    """The e-mail could not be handed over."""


@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    post: str = "",
    password: str | None = None,
    by: User | None,
    at: datetime,
) -> User:
    """Make an account; without a password its holder sets one through the link they are sent.

    :raises EmailTaken:
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name, post=post)
    except IntegrityError as error:
        raise EmailTaken(f"Someone with the address {email} already has an account.") from error
    _write_event(Action.USER_CREATED, by=by, at=at, user=user, detail=user.email)
    return user


@transaction.atomic
def add_person(
    *, email: str, name: str, post: str, role: str, unit: OrganisationUnit, by: User, at: datetime
) -> User:
    """Make an account together with its first role.

    :raises EmailTaken:
    """
    user = create_user(email=email, name=name, post=post, by=by, at=at)
    give_role(user, role, unit, by=by, at=at)
    return user


@transaction.atomic
def change_user(
    user: User,
    *,
    name: str,
    post: str,
    email: str | None = None,
    comment_mail: str | None = None,
    by: User,
    at: datetime,
) -> None:
    """Store a person's name, post and, if given, e-mail address and choice of e-mail about
    comments; an old address stops working.

    :raises EmailTaken:
    """
    new = {
        "name": name,
        "post": post,
        "email": (email or user.email).lower(),
        "comment_mail": comment_mail or user.comment_mail,
    }
    changed = {field: value for field, value in new.items() if getattr(user, field) != value}
    if not changed:
        return
    detail = "; ".join(
        f"{User._meta.get_field(field).verbose_name}: "
        f"{getattr(user, field) or 'none'} → {value or 'none'}"
        for field, value in changed.items()
    )
    _store_user(user, changed)
    _write_event(Action.USER_CHANGED, by=by, at=at, user=user, detail=detail[:500])


def _store_user(user: User, changed: dict[str, str]) -> None:
    if "email" in changed:
        EmailAddress.objects.filter(user=user).delete()
    for field, value in changed.items():
        setattr(user, field, value)
    try:
        with transaction.atomic():
            user.save(update_fields=list(changed))
    except IntegrityError as error:
        raise EmailTaken(
            f"Someone with the address {user.email} already has an account."
        ) from error


@transaction.atomic
def deactivate_user(user: User, *, by: User, at: datetime) -> None:
    """Shut a person out at once; their roles wait, and everything they did stays.

    :raises OwnAccount:
    :raises LastPlanningOfficer:
    """
    if user == by:
        raise OwnAccount("You cannot deactivate your own account; ask another planning officer.")
    _keep_a_planning_officer(without=Membership.objects.filter(user=user))
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        _write_event(Action.USER_DEACTIVATED, by=by, at=at, user=user)
    user.is_active = False
    forget_roles(user)


@transaction.atomic
def reactivate_user(user: User, *, by: User, at: datetime) -> None:
    """Let a person in again, with the roles that they still hold."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        _write_event(Action.USER_REACTIVATED, by=by, at=at, user=user)
    user.is_active = True
    forget_roles(user)


@transaction.atomic
def give_role(
    user: User, role: str, unit: OrganisationUnit, *, by: User | None, at: datetime
) -> Membership:
    """Give a person a role at an organisation unit and everything below it.

    :raises RoleHeldAlready:
    """
    membership, is_new = Membership.objects.get_or_create(
        user=user, role=Role(role), unit=unit, ended_at=None, defaults={"started_at": at}
    )
    if not is_new:
        label = Role(role).label
        raise RoleHeldAlready(f"{user} already holds the role “{label}” at {unit}.")
    forget_roles(user)
    detail = f"{membership.get_role_display()}, {unit}"
    _write_event(Action.ROLE_GIVEN, by=by, at=at, user=user, unit=unit, detail=detail)
    return membership


@transaction.atomic
def end_role(membership: Membership, *, by: User, at: datetime) -> None:
    """End a role; a role that has ended already stays as it is.

    :raises LastPlanningOfficer:
    """
    _keep_a_planning_officer(without=Membership.objects.filter(pk=membership.pk))
    active = Membership.objects.active().filter(pk=membership.pk)
    if not active.update(ended_at=at):
        return
    membership.ended_at = at
    user, unit = membership.user, membership.unit
    forget_roles(user)
    detail = f"{membership.get_role_display()}, {unit}"
    _write_event(Action.ROLE_ENDED, by=by, at=at, user=user, unit=unit, detail=detail)


def _keep_a_planning_officer(*, without: MembershipQuerySet) -> None:
    """Raise unless a planning officer of the whole council is left besides `without`.

    The rows are locked, so that two officers cannot end each other's role at the same moment.
    """
    officers = Membership.objects.active().filter(
        role=Role.PLANNING_OFFICER, unit__level=Level.COUNCIL, user__is_active=True
    )
    held = set(officers.select_for_update().order_by("pk").values_list("pk", flat=True))
    taken = set(without.values_list("pk", flat=True)) & held
    if taken and taken == held:
        raise LastPlanningOfficer(
            "This is the last planning officer of the whole council. Give someone else that role "
            "first, so that people can still be managed."
        )


@transaction.atomic
def add_council(name: str, *, by: User | None, at: datetime) -> OrganisationUnit:
    """Make the council itself, under which everything else stands.

    :raises NameTaken:
    """
    return _add_unit(OrganisationUnit(name=name, level=Level.COUNCIL), by=by, at=at)


@transaction.atomic
def add_unit(
    name: str, *, parent: OrganisationUnit, by: User | None, at: datetime
) -> OrganisationUnit:
    """Make a directorate of the council or a division of a directorate, as `parent` says.

    :raises NameTaken:
    :raises UnitInUse: if `parent` is a division, which has nothing below it.
    """
    if parent.level_below is None:
        raise UnitInUse(f"{parent} is a division: nothing can be added below it.")
    unit = OrganisationUnit(name=name, level=parent.level_below, parent=parent)
    return _add_unit(unit, by=by, at=at)


def _add_unit(unit: OrganisationUnit, *, by: User | None, at: datetime) -> OrganisationUnit:
    _store_unit(unit)
    _write_event(Action.UNIT_ADDED, by=by, at=at, unit=unit, detail=unit.name)
    return unit


@transaction.atomic
def rename_unit(unit: OrganisationUnit, name: str, *, by: User, at: datetime) -> None:
    """Give an organisation unit another name; published plans keep the one they were printed with.

    :raises NameTaken:
    """
    if name == unit.name:
        return
    detail = f"{unit.name} → {name}"
    unit.name = name
    _store_unit(unit)
    _write_event(Action.UNIT_RENAMED, by=by, at=at, unit=unit, detail=detail[:500])


def _store_unit(unit: OrganisationUnit) -> None:
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise NameTaken(f"There is already an organisation unit “{unit.name}” here.") from error


@transaction.atomic
def remove_unit(unit: OrganisationUnit, *, by: User, at: datetime) -> None:
    """Remove an organisation unit that nothing hangs on.

    :raises UnitInUse:
    """
    name = unit.name
    try:
        unit.delete()
    except ProtectedError as error:
        raise UnitInUse(
            f"{name} cannot be removed: it has, or had, people, plans or other units."
        ) from error
    _write_event(Action.UNIT_REMOVED, by=by, at=at, detail=name)


@dataclass(frozen=True, slots=True)
class Look:
    """What a council chose for its documents; `logo` is the digest of what is kept at `path`."""

    colour: str
    logo: str
    logo_path: str
    logo_alt: str
    statement: str
    contact: str
    cover: str


@transaction.atomic
def change_branding(council: OrganisationUnit, look: Look, *, by: User, at: datetime) -> Branding:
    """Store how the council's documents look from now on; editions keep how they were printed."""
    branding = Branding.objects.filter(council=council).first() or Branding(council=council)
    names = ("colour", "logo", "logo_alt", "statement", "contact", "cover")
    changed = [name for name in names if getattr(branding, name) != getattr(look, name)]
    if branding.pk and not changed:
        return branding
    for name in names:
        setattr(branding, name, getattr(look, name))
    branding.logo_file.name = look.logo_path
    branding.save()
    detail = ", ".join(name.replace("_", " ") for name in changed)
    _write_event(Action.BRANDING_CHANGED, by=by, at=at, unit=council, detail=detail)
    return branding


def find_branding() -> Branding | None:
    """Return the look of the screens: that of the council that the settings name, or of the only
    council."""
    councils = OrganisationUnit.objects.filter(level=Level.COUNCIL)
    named = councils.filter(name__iexact=settings.COUNCIL_NAME) if settings.COUNCIL_NAME else None
    found = list((named or councils)[:2])
    return Branding.objects.filter(council=found[0]).first() if len(found) == 1 else None


def write_colour_rule(where: str, colour: str, pale: str = "") -> str:
    """Return the rule that gives what `where` selects a council's colour, "#rrggbb", which GOV.UK
    Frontend and documents read as a custom property; `pale` is the one under words."""
    under = f";--document-pale:{pale}" if pale else ""
    return f"{where}{{--govuk-brand-colour:{colour}{under}}}"


def set_password_path(user: User) -> str:
    """Return the path of the page where `user` sets a password; it works once, for three days."""
    key = default_token_generator.make_token(user)
    uid = user_pk_to_url_str(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})


def send_invitation(user: User, *, site: str, by: User | None, at: datetime) -> None:
    """Send a person the link through which they set their password; `site` is `https://host/`.

    :raises NotSent:
    """
    words = {"user": user, "by": by, "url": urljoin(site, set_password_path(user))}
    message = EmailMessage(
        subject=render_to_string("accounts/email/invitation_subject.txt", words).strip(),
        body=render_to_string("accounts/email/invitation_message.txt", words),
        to=[user.email],
    )
    try:
        message.send()
    except OSError as error:
        raise NotSent(
            f"The e-mail to {user.email} could not be sent. Try again in a few minutes."
        ) from error
    _write_event(Action.USER_INVITED, by=by, at=at, user=user, detail=user.email)


def _write_event(
    action: str,
    *,
    by: User | None,
    at: datetime,
    user: User | None = None,
    unit: OrganisationUnit | None = None,
    detail: str = "",
) -> None:
    AccessEvent.objects.create(action=action, by=by, at=at, user=user, unit=unit, detail=detail)
