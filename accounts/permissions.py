"""Which role a person holds where; a role at an organisation unit reaches everything below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, OrganisationUnit, User

Role = Membership.Role


@dataclass(frozen=True, slots=True)
class RoleBook:
    """One person's active roles: each with the ids of the organisation units that it reaches."""

    reach: Mapping[str, frozenset[int]] = field(default_factory=dict)

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


def _read_roles(user: User) -> RoleBook:
    rows = (
        Membership.objects.active()
        .filter(user=user)
        .order_by()
        .values_list("role", "unit", "unit__children", "unit__children__children")
    )
    reach: dict[str, set[int]] = {}
    for role, *unit_ids in rows:
        reach.setdefault(role, set()).update(pk for pk in unit_ids if pk is not None)
    return RoleBook({role: frozenset(ids) for role, ids in reach.items()})
