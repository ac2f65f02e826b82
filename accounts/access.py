"""Which people and organisation units a person may see and change: 404 unseen, 403 not allowed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.models import Membership, OrganisationUnit, User
from accounts.permissions import (
    can_change_user,
    can_manage_people,
    managed_council,
    managed_units,
    manages_council,
)

View = Callable[..., HttpResponse]


def for_planning_officers(view: View) -> View:
    """Let only planning officers open a view; everybody else gets 403, whatever they ask for."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_manage_people(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def visible_users(by: User) -> QuerySet[User]:
    """Return the people whom `by` may see: those who hold or held a role within their units."""
    if manages_council(by):
        return User.objects.all()
    here = Membership.objects.filter(unit__in=managed_units(by))
    return User.objects.filter(pk__in=here.values("user"))


def visible_units(by: User) -> QuerySet[OrganisationUnit]:
    """Return the organisation units where `by` is the planning officer."""
    return OrganisationUnit.objects.filter(pk__in=managed_units(by))


def get_user_to_see(by: User, pk: int) -> User:
    return get_object_or_404(visible_users(by), pk=pk)


def get_user_to_change(by: User, pk: int) -> User:
    user = get_user_to_see(by, pk)
    if not can_change_user(by, user):
        raise PermissionDenied
    return user


def get_council_to_brand(by: User) -> OrganisationUnit:
    """Return the council whose look `by` may change.

    :raises PermissionDenied: if they are not a planning officer of a whole council.
    """
    council = managed_council(by)
    if council is None:
        raise PermissionDenied
    return council


def get_membership_to_end(by: User, pk: int) -> Membership:
    memberships = Membership.objects.active().filter(unit__in=managed_units(by))
    return get_object_or_404(memberships.select_related("user", "unit"), pk=pk)


def get_unit_to_change(by: User, pk: int) -> OrganisationUnit:
    return get_object_or_404(visible_units(by).select_related("parent"), pk=pk)
