"""A plan to put sections in, and contents of objectives and actions to start from."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import OrganisationUnit, User
from documents.blocks import Paragraph, Prose, Run
from plans.models import Plan, PlanYear, Section
from plans.registry import PlanFacts, Surroundings

AT = datetime(2008, 2, 1, 9, tzinfo=UTC)


def words(html: str) -> Prose:
    """Return rich text as the tests' surroundings print it: one paragraph of its source."""
    return Prose((Paragraph((Run(html),)),))


@pytest.fixture
def facts() -> PlanFacts:
    return PlanFacts(year="2008/09", money_unit="£000")


@pytest.fixture
def around(facts: PlanFacts) -> Callable[..., Surroundings]:
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


@pytest.fixture
def strategy() -> dict[str, Any]:
    """An objectives section with targets, all keys written."""
    return {
        "framework": "Community Strategy",
        "short": "CS",
        "year": None,
        "rows": [
            {
                "id": "p1",
                "ref": "P1",
                "title": "More people read for pleasure [note 1]",
                "statement": "<p>Reading is for all.</p>",
                "leads": ["Head of Libraries", "Schools Librarian"],
                "progress": "",
                "targets": [
                    {"id": "t1", "ref": "1", "title": "Raise visits", "leads": ["Area Manager"]},
                    {"id": "t2", "ref": "2", "title": "Open on Sundays", "leads": []},
                ],
            },
            {
                "id": "p2",
                "ref": "P2",
                "title": "Records are kept safe",
                "statement": "",
                "leads": [],
                "progress": "<p>The strong room is dry.</p>",
                "targets": [],
            },
        ],
    }


@pytest.fixture
def projects() -> dict[str, Any]:
    """An actions section with every key, one action with dates of its own for deliverables."""
    return {
        "rows": [
            {
                "id": "a1",
                "number": "1",
                "title": "Open on Sundays",
                "leads": ["Area Manager", "Head of Libraries"],
                "links": ["P1 2", "CS"],
                "deliverables": [
                    {"id": "d1", "text": "<p>Rotas agreed</p>", "due": "June 2008"},
                    {"id": "d2", "text": "<p>First opening</p>", "due": "September 2008"},
                ],
                "due": "2008/09",
                "outcome": "<p>400 visits each Sunday</p>",
            },
            {
                "id": "a2",
                "number": "2",
                "title": "Repair the strong room [note 1]",
                "leads": [],
                "links": [],
                "deliverables": [
                    {"id": "d3", "text": "<p>Survey</p>", "due": ""},
                    {"id": "d4", "text": "<p>Works</p>", "due": ""},
                ],
                "due": "2008/09 ongoing",
                "outcome": "",
            },
        ]
    }
