"""Rows for tests, made with the least that a test has to say."""

from __future__ import annotations

from datetime import UTC, datetime

from accounts.models import Membership, OrganisationUnit, User

NOW = datetime(2008, 3, 1, 9, 30, tzinfo=UTC)


def make_council(name: str = "Exampleshire County Council") -> OrganisationUnit:
    return OrganisationUnit.objects.create(name=name, level=OrganisationUnit.Level.COUNCIL)


def make_unit(name: str, *, parent: OrganisationUnit) -> OrganisationUnit:
    """Make a directorate of a council, or a division of a directorate."""
    return OrganisationUnit.objects.create(name=name, level=parent.level_below, parent=parent)


def make_user(name: str = "Ada Example", *, password: str | None = None, **fields: object) -> User:
    """Make a person; their address is their name unless `email` is given."""
    email = fields.pop("email", f"{name.lower().replace(' ', '.')}@example.org")
    return User.objects.create_user(email, password, name=name, **fields)


def make_membership(
    user: User, role: str, unit: OrganisationUnit, *, ended_at: datetime | None = None
) -> Membership:
    return Membership.objects.create(
        user=user, role=role, unit=unit, started_at=NOW, ended_at=ended_at
    )


def make_member(name: str, role: str, unit: OrganisationUnit, **fields: object) -> User:
    """Make a person who holds one role."""
    user = make_user(name, **fields)
    make_membership(user, role, unit)
    return user
