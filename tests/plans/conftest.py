"""A council with a division and its people, and one plan of every kind."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from accounts.models import OrganisationUnit
from plans.models import Plan
from tests.factories import make_council, make_unit
from tests.plans.samples import Division, make_division, store


@pytest.fixture
def division(db: None) -> Division:
    """Libraries, a division of Communities, with a person in each role."""
    return make_division("Libraries", parent=make_unit("Communities", parent=make_council()))


@pytest.fixture
def unit(division: Division) -> OrganisationUnit:
    return division.unit


@pytest.fixture
def people(division: Division) -> SimpleNamespace:
    """One person for each role at Libraries, by the role's name; and `assigned`, a section lead."""
    return division.people


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A draft that holds one section of every kind, two rows in each; the author typed it."""
    return store(unit, by=people.author)
