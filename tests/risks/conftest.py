"""A plan that knows two risk schemes, and a register to start from."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import OrganisationUnit, User
from documents.blocks import Paragraph, Prose, Run
from plans.models import Plan, PlanYear, Section
from plans.registry import PlanFacts, Surroundings

AT = datetime(2008, 2, 1, 9, tzinfo=UTC)

THREES = {
    "key": "3x3",
    "likelihood": [{"level": n, "word": w} for n, w in ((3, "Likely"), (1, "Rare"), (2, ""))],
    "impact": [{"level": n, "word": w} for n, w in enumerate(("Minor", "Serious", "Major"), 1)],
    "bands": [
        {"word": "Very high", "from": 6, "to": 9, "cells": []},
        {"word": "Medium", "from": 3, "to": 4, "cells": []},
        {"word": "Low", "from": None, "to": 2, "cells": []},
    ],
    "tolerance": 4,
}
LETTERS = {
    "key": "letters",
    "likelihood": [{"level": "A", "word": "Rare"}, {"level": "B", "word": "Likely"}],
    "impact": [{"level": 1, "word": "Minor"}, {"level": 2, "word": "Major"}],
    "bands": [
        {"word": "Red", "from": None, "to": None, "cells": ["B2"]},
        {"word": "Green", "from": None, "to": None, "cells": ["1A", "A2", "B1"]},
    ],
    "tolerance": None,
}


@pytest.fixture
def facts() -> PlanFacts:
    schemes = {"3x3": THREES, "letters": LETTERS}
    return PlanFacts(year="2008/09", money_unit="£000", schemes=schemes)


@pytest.fixture
def around(facts: PlanFacts) -> Callable[..., Surroundings]:
    def make(*, caption: str = "", labels: dict[str, str] | None = None) -> Surroundings:
        return Surroundings(
            plan=facts,
            key="risks",
            title="Risks",
            caption=caption,
            labels=labels or {},
            prose=lambda html: Prose((Paragraph((Run(html),)),)),
        )

    return make


@pytest.fixture
def make_section(db: None) -> Callable[[], Section]:
    """Return a function that stores an empty risks section, each in the same plan."""
    council = OrganisationUnit.objects.create(
        name="Example County Council", level=OrganisationUnit.Level.COUNCIL
    )
    plan = Plan.objects.create(
        organisation_unit=council,
        plan_year=PlanYear.objects.create(year="2008/09"),
        title="Annual Operating Plan",
        created_by=User.objects.create(email="planner@example.org"),
        created_at=AT,
        changed_at=AT,
    )

    def make() -> Section:
        place = plan.sections.count()
        return Section.objects.create(
            plan=plan, key=f"risks-{place}", kind="risks", position=place, changed_at=AT
        )

    return make


def write_risk(**values: Any) -> dict[str, Any]:
    """Return a row with every key, in the plan file's order."""
    row: dict[str, Any] = {
        "id": "",
        "ref": "",
        "title": "",
        "cause": "",
        "description": "",
        "impacts": "",
        "mitigation": "",
        "owners": [],
        "response": "",
        "actions": [],
        "review": "",
        "emerging": False,
        "inherent": None,
        "current": None,
        "target": None,
    }
    return row | values


@pytest.fixture
def register() -> dict[str, Any]:
    return {
        "scheme": "3x3",
        "rows": [
            write_risk(
                id="r1",
                ref="3",
                title="Too few staff for Sunday opening",
                cause="<p>Pay.</p>",
                description="<p>Rotas depend on volunteers.</p>",
                impacts="<p>Opening would lapse.</p>",
                mitigation="<p>Recruit by July.</p>",
                owners=["Area Manager", "Head of Libraries"],
                response="treat",
                actions=["10", "12"],
                review="Quarterly",
                inherent={"likelihood": 3, "impact": 3},
                current={"likelihood": 3, "impact": 2},
                target={"likelihood": 2, "impact": None},
            ),
            write_risk(id="r2", ref="4", title="Flood", current={"likelihood": 1, "impact": 3}),
            write_risk(id="r3", title="Damp in the record office", emerging=True),
        ],
    }
