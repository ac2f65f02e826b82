"""A council with two directorates, and the people of both."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.models import Membership, User
from tests.factories import make_council, make_member, make_unit

Role = Membership.Role


@pytest.fixture
def council(db) -> SimpleNamespace:
    """Two directorates with a division each; an officer of all, one of Adults, and an author."""
    unit = make_council()
    children, adults = make_unit("Children", parent=unit), make_unit("Adults", parent=unit)
    return SimpleNamespace(
        unit=unit,
        children=children,
        adults=adults,
        looked_after=make_unit("Looked after", parent=children),
        homecare=make_unit("Homecare", parent=adults),
        officer=make_member("Ada Example", Role.PLANNING_OFFICER, unit),
        adults_officer=make_member("Gil Adults", Role.PLANNING_OFFICER, adults),
        author=make_member("Ben Author", Role.AUTHOR, children),
        carer=make_member("Flo Carer", Role.AUTHOR, adults),
    )


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """Return a browser session of its own for a person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
