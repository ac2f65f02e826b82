"""Migrations that touch what never changes: run on a filled database, and the triggers stay."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import OrganisationUnit
from plans.models import Edition
from plans.services import freeze
from tests.factories import NOW
from tests.plans.samples import make_edition, section_value, store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_the_end() -> Iterator[None]:
    """Leave the database as all migrations leave it, however the test ends."""
    yield
    call_command("migrate", verbosity=0)


def test_the_plan_file_of_an_edition_is_measured_where_it_stands(
    unit: OrganisationUnit, people: SimpleNamespace, at_the_end: None
) -> None:
    plan = store(unit, by=people.author, sections=[section_value("narrative")])
    for _ in range(2):
        make_edition(freeze(plan, by=people.author, at=NOW), by=people.planning_officer)

    call_command("migrate", "plans", "0006", verbosity=0)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE plans_edition SET reason = 'forged'")
    call_command("migrate", "plans", verbosity=0)

    for edition in Edition.objects.select_related("version"):
        content = edition.version.plan_file.encode()
        assert edition.plan_file_digest == hashlib.sha256(content).hexdigest()
        assert edition.plan_file_bytes == len(content)
    assert Edition.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.update(plan_file_digest="")
