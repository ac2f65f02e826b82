"""A plan with two units, and contents of its budget and staffing to start from."""

from typing import Any

import pytest

from plans.registry import PlanFacts, PlanUnit
from tests.kinds import around, make_section

__all__ = ["around", "make_section"]  # fixtures of every kind's tests


@pytest.fixture
def facts() -> PlanFacts:
    units = (PlanUnit("libraries", "Libraries"), PlanUnit("archives", "Archives"))
    return PlanFacts(year="2008/09", money_unit="£000", units=units)


@pytest.fixture
def budget() -> dict[str, Any]:
    return {
        "layout": "full",
        "prior_year": "2007/08",
        "stated": {"total_cost": {"net": "1,800.0"}},
        "units": [
            {
                "id": "u1",
                "unit": "libraries",
                "title": "",
                "lines": [
                    {
                        "id": "l1",
                        "activity": "Branch libraries",
                        "prior_net": "1,150.0",
                        "prior_fte": "41.0",
                        "fte": "40.0",
                        "employee": "1,020.0",
                        "running": "210.55",
                        "contracts": "35.0",
                        "external_income": "-60.0",
                        "internal_income": "",
                        "lead": "RE",
                        "stated": {"gross": "1,265.6", "net": "1,205.6"},
                    },
                    {
                        "id": "l2",
                        "activity": "Book fund",
                        "prior_net": "240.0",
                        "prior_fte": "0.0",
                        "fte": "0.0",
                        "employee": "",
                        "running": "252.0",
                        "contracts": "",
                        "external_income": "",
                        "internal_income": "(12.0)",
                        "lead": "",
                        "stated": {},
                    },
                ],
                "memorandum": [
                    {"id": "m1", "label": "Central overheads", "prior": "31.2", "current": "33.4"}
                ],
                "stated": {"controllable": {"gross": "1,517.5", "net": "1,445.5"}},
            },
            {
                "id": "u2",
                "unit": "archives",
                "title": "County Record Office",
                "lines": [
                    {
                        "id": "l3",
                        "activity": "Record office",
                        "prior_net": "310.0",
                        "prior_fte": "10.5",
                        "fte": "10.5",
                        "employee": "290.0",
                        "running": "45.0",
                        "contracts": "",
                        "external_income": "-25.0",
                        "internal_income": "",
                        "lead": "RE",
                        "stated": {},
                    }
                ],
                "memorandum": [],
                "stated": {},
            },
        ],
    }


@pytest.fixture
def compact() -> dict[str, Any]:
    return {
        "layout": "compact",
        "prior_year": None,
        "stated": {},
        "units": [
            {
                "id": "u1",
                "unit": "libraries",
                "title": "Libraries [note 1]",
                "lines": [
                    {
                        "id": "l1",
                        "activity": "Libraries",
                        "prior_net": "",
                        "prior_fte": "",
                        "fte": "50.5",
                        "staffing": "£1,310.0",
                        "non_staffing": "£507.5",
                        "internal_income": "£-12.0",
                        "external_income": "£-85.0",
                        "grants": "£-20.5",
                        "lead": "Head of Libraries",
                        "stated": {},
                    }
                ],
                "memorandum": [],
                "stated": {},
            }
        ],
    }


@pytest.fixture
def staffing() -> dict[str, Any]:
    return {
        "years": ["2007/08", "2008/09"],
        "total_title": "",
        "stated": ["51.5", "50.5"],
        "stated_bands": [{"id": "s1", "label": "Managers", "fte": ["3.0", "3.0"]}],
        "stated_externally_funded": [],
        "units": [
            {
                "id": "u1",
                "unit": "libraries",
                "title": "Library Service",
                "bands": [
                    {"id": "b1", "label": "Managers", "fte": ["3.0", "3"]},
                    {"id": "b2", "label": "Other staff [note 1]", "fte": ["38.0", "37.0"]},
                ],
                "externally_funded": ["~", "2.5"],
                "stated": ["41.0", "40.0"],
            },
            {
                "id": "u2",
                "unit": "archives",
                "title": "",
                "bands": [{"id": "b3", "label": "Other staff", "fte": ["10.5", "10.25"]}],
                "externally_funded": ["1.0", "1.0"],
                "stated": [],
            },
        ],
    }
