"""What the tests of every kind's app stand on: a plan to put sections in, and surroundings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.models import OrganisationUnit, User
from documents.blocks import Paragraph, Prose, Run
from plans.models import Plan, PlanYear, Section
from plans.registry import PlanFacts, Surroundings

AT = datetime(2008, 2, 1, 9, tzinfo=UTC)


def words(html: str) -> Prose:
    """Return rich text as these surroundings print it: one paragraph of its source."""
    return Prose((Paragraph((Run(html),)),))


@pytest.fixture
def around(facts: PlanFacts) -> Callable[..., Surroundings]:
    """Return a function that makes the surroundings of a section in the plan of `facts`."""

    def make(*, caption: str = "", labels: dict[str, str] | None = None) -> Surroundings:
        return Surroundings(
            plan=facts,
            key="section",
            title="A section",
            caption=caption,
            labels=labels or {},
            prose=words,
        )

    return make


@pytest.fixture
def make_section(db: None) -> Callable[[str], Section]:
    """Return a function that stores an empty section of a kind, each in the same plan."""
    user = User.objects.create(email="planner@example.org")
    plan = Plan.objects.create(
        organisation_unit=OrganisationUnit.objects.create(
            name="Example County Council", level=OrganisationUnit.Level.COUNCIL
        ),
        plan_year=PlanYear.objects.create(year="2008/09"),
        title="Annual Operating Plan",
        created_by=user,
        created_at=AT,
        changed_at=AT,
    )

    def make(kind: str) -> Section:
        place = plan.sections.count()
        return Section.objects.create(
            plan=plan, key=f"{kind}-{place}", kind=kind, position=place, changed_at=AT
        )

    return make
