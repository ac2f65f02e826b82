"""Which role a person holds where; a role at an organisation unit reaches everything below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, OrganisationUnit, User

Role = Membership.Role


@dataclass(frozen=True, slots=True)
class RoleBook:
    """One person's active roles: each with the ids of the organisation units that it reaches.

    `at_council` are the roles held at the council itself, which reach everything.
    """

    reach: Mapping[str, frozenset[int]] = field(default_factory=dict)
    at_council: frozenset[str] = frozenset()

    def holds(self, role: str, unit: OrganisationUnit | int) -> bool:
        unit_id = unit if isinstance(unit, int) else unit.pk
        return unit_id in self.reach.get(role, frozenset())

    def units(self, *roles: str) -> frozenset[int]:
        """Return the ids of every organisation unit where one of `roles` is held."""
        return frozenset().union(*(self.reach.get(role, frozenset()) for role in roles))


def roles_of(user: User | AnonymousUser) -> RoleBook:
    """Return what `user` holds, in one query, kept on the object: nothing once deactivated."""
    if not user.is_active:
        return RoleBook()
    if not hasattr(user, "_role_book"):
        user._role_book = _read_roles(user)
    return user._role_book


def forget_roles(user: User) -> None:
    """Let the next question about `user` read the database again; `services` calls it."""
    user.__dict__.pop("_role_book", None)


def units_with_role(user: User | AnonymousUser, *roles: str) -> set[int]:
    """Return the ids of the organisation units at or below those where `user` holds a role."""
    return set(roles_of(user).units(*roles))


def has_role(user: User | AnonymousUser, unit: OrganisationUnit | int, *roles: str) -> bool:
    """Return whether `user` holds one of `roles` at `unit` or above it."""
    book = roles_of(user)
    return any(book.holds(role, unit) for role in roles)


def managed_units(user: User | AnonymousUser) -> frozenset[int]:
    """Return the ids of the organisation units where `user` is the planning officer."""
    return roles_of(user).units(Role.PLANNING_OFFICER)


def can_manage_people(user: User | AnonymousUser) -> bool:
    """Return whether `user` is a planning officer anywhere, and so makes users and gives roles."""
    return bool(managed_units(user))


def manages_council(user: User | AnonymousUser) -> bool:
    """Return whether `user` is a planning officer of the whole council."""
    return Role.PLANNING_OFFICER in roles_of(user).at_council


def managed_council(user: User | AnonymousUser) -> OrganisationUnit | None:
    """Return the council whose look `user` may change, None if they are not its officer."""
    if not manages_council(user):
        return None
    councils = OrganisationUnit.objects.filter(level=OrganisationUnit.Level.COUNCIL)
    return councils.filter(pk__in=managed_units(user)).order_by("pk").first()


def can_change_user(user: User, subject: User) -> bool:
    """Return whether `user` may change or deactivate `subject`'s account.

    Only where every role that `subject` holds lies within `user`'s units, so that nobody can take
    over an account that reaches further than their own; administrators answer to each other.
    """
    if subject.is_superuser or subject.is_staff:
        return user.is_superuser
    held = subject.memberships.active().values_list("unit_id", flat=True)
    return can_manage_people(user) and set(held) <= managed_units(user)


def _read_roles(user: User) -> RoleBook:
    rows = (
        Membership.objects.active()
        .filter(user=user)
        .order_by()
        .values_list("role", "unit__level", "unit", "unit__children", "unit__children__children")
    )
    reach: dict[str, set[int]] = {}
    at_council: set[str] = set()
    for role, level, *unit_ids in rows:
        reach.setdefault(role, set()).update(pk for pk in unit_ids if pk is not None)
        if level == OrganisationUnit.Level.COUNCIL:
            at_council.add(role)
    return RoleBook({role: frozenset(ids) for role, ids in reach.items()}, frozenset(at_council))
